"""Other processes of the site, on the running test's own database."""

import os
import subprocess
import sys
from contextlib import contextmanager

from django.conf import settings

DJANGO = (
    "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'scale.settings'; django.setup()"
)


def database_url():
    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        return f"sqlite:///{database['NAME']}"
    base, _, query = settings.DATABASE_URL.partition("?")
    return f"{base.rsplit('/', 1)[0]}/{database['NAME']}?{query}"


def environment(**changes):
    """This process's environment with the test's database; None takes a variable away."""
    ours = {"DATABASE_URL": database_url(), "CELERY_EAGER": "0", "PLAIN_STATIC": "1"}
    env = {**os.environ, **ours, **changes}
    return {name: value for name, value in env.items() if value is not None}


def python(code, **changes):
    """Run some lines with the models loaded; the finished process with its output."""
    return subprocess.run(
        [sys.executable, "-c", f"{DJANGO}\n{code}"],
        env=environment(**changes),
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=300,
    )


@contextmanager
def started(*command, **changes):
    """A process that runs while the block does."""
    process = subprocess.Popen(
        command,
        env=environment(**changes),
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
