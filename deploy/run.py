#!/usr/bin/env python3
"""`make run`: prepare what is missing, start web and worker, say where, stop both on Ctrl-C."""

import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pages.demo.people import DEMO_PEOPLE, PASSWORD  # noqa: E402

VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").absolute()
LOG, METRICS, STATIC_STAMP = VAR / "log", VAR / "prometheus", VAR / "static" / ".made-from"
SECONDS_TO_STOP = 8
COMMANDS = {
    "web": ["gunicorn", "-c", "deploy/gunicorn.py", "scale.wsgi"],
    "worker": [
        *("celery", "-A", "scale", "worker", "--beat", "--pool", "solo", "--loglevel", "warning"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ],
}


class CannotStart(Exception):
    """The text is the one line that people see."""


class Asked:
    """How often someone asked us to stop. Noted, not raised: nothing is left half started."""

    def __init__(self):
        self.times = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.note)

    def note(self, *_):
        self.times += 1


def main():
    asked = Asked()
    try:
        port = free_port(os.environ.get("PORT", "8000"))
        with only_here():
            env = environment(port)
            if prepare(env, asked):
                return serve(port, env, asked)
            return 0 if asked.times else 1
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1


# --- before anything starts ------------------------------------------------------------------


def free_port(wanted):
    try:
        port = int(wanted)
    except ValueError:
        port = 0
    if not 1 <= port <= 65535:
        raise CannotStart(f"PORT: {wanted!r} is not a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise CannotStart(
                f"Port {port} needs rights that you do not have; try: make run PORT=8000"
            ) from None
        except OSError:
            other = port + 1 if port < 65535 else 8000
            raise CannotStart(f"Port {port} is taken; try: make run PORT={other}") from None
    return port


@contextmanager
def only_here():
    """The folders in var/, and a lock so that two runs never share one database and queue."""
    try:
        shutil.rmtree(METRICS, ignore_errors=True)
        for folder in (LOG, METRICS, VAR / "queue", VAR / "queue-control", VAR / "mail"):
            folder.mkdir(parents=True, exist_ok=True)
        lock = open(VAR / "run.lock", "w")  # noqa: SIM115  (open as long as we run)
    except OSError as error:
        raise CannotStart(f"{VAR} cannot be written to: {error.strerror}.") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart(f"The demo in {ROOT} is running already; stop it first.") from None
        yield


def environment(port):
    return os.environ | {
        "DEMO": "1",
        "PORT": str(port),
        "BIND": f"127.0.0.1:{port}",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "VAR_DIR": str(VAR),
        "DJANGO_SETTINGS_MODULE": "scale.settings",
        "LOG_FORMAT": "plain",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
    }


def prepare(env, asked):
    """Runs `prepare_here` in a process of its own; whether all is ready."""
    with subprocess.Popen(
        [sys.executable, __file__, "--prepare"], cwd=ROOT, env=env, start_new_session=True
    ) as child:
        while not has_ended(child):
            if asked.times:
                stop_all([child], asked)
            time.sleep(0.05)
    return child.returncode == 0 and not asked.times


def prepare_here():
    """Migrations, static files and the demo conference, each only if there is something to do."""
    import django  # noqa: PLC0415  (the parent does without)
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.core.management import CommandError, call_command  # noqa: PLC0415
    from django.db import Error  # noqa: PLC0415

    try:
        django.setup()
        migrate()
        collect_static()
        call_command("demo", "--if-empty", f"--size={os.environ.get('DEMO_SIZE') or 'scale'}")
        warn_of_old_demo()
    except (ImproperlyConfigured, CommandError) as error:
        sys.exit(str(error))
    except Error as error:
        sys.exit(f"The database cannot be used: {error}")
    except OSError as error:
        sys.exit(f"{error.filename or VAR}: {error.strerror}")


def migrate():
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Preparing the database…")
        call_command("migrate", verbosity=0)


def collect_static():
    """Copy and compress, if any source file differs from last time."""
    from django.contrib.staticfiles.finders import get_finders  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    sources = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=None):
            found = os.stat(storage.path(path))
            sources.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    stamp = sources.hexdigest()
    if not STATIC_STAMP.exists() or STATIC_STAMP.read_text() != stamp:
        say("Collecting static files…")
        call_command("collectstatic", interactive=False, verbosity=0)
        STATIC_STAMP.write_text(stamp)


def warn_of_old_demo():
    from scale.models import Conference  # noqa: PLC0415

    demo = Conference.objects.filter(slug="24x").first()
    if demo and demo.is_over():
        say(f"The demo’s {demo} is over by now. For one made today: rm -r {os.path.relpath(VAR)}")


def say(line):
    print(line, flush=True)


# --- web and worker --------------------------------------------------------------------------


def serve(port, env, asked):
    """Start both, greet when the site answers, and stop both when one ends or someone asks."""
    say("Starting…")
    children = {name: start(name, env) for name in COMMANDS}
    greeted, began = False, time.monotonic()
    try:
        while not asked.times:
            ended = [name for name, child in children.items() if has_ended(child)]
            if ended:
                print(end_of_log(ended[0]), file=sys.stderr)
                return 1
            if not greeted and answers(port):
                greeted = True
                say(greeting(port))
            elif not greeted and time.monotonic() - began > 60:
                raise CannotStart(f"The site did not answer within a minute; see {LOG}/web.log")
            time.sleep(0.2)
    finally:
        stop_all(list(children.values()), asked)
    say("\nStopped.")
    return 0


def start(name, env):
    """A child in a session of its own, that ends when we do, however we end."""
    command = [sys.executable, "-m", *COMMANDS[name]]
    if setpriv := shutil.which("setpriv"):
        command = [setpriv, "--pdeathsig", "TERM", *command]
    if name == "web":
        env = env | {"PROMETHEUS_MULTIPROC_DIR": str(METRICS)}
    with open(LOG / f"{name}.log", "wb") as log:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def stop_all(children, asked):
    """Ask them to end; after a while, or when asked again, end them with all their children."""
    asked_before, began = asked.times, time.monotonic()
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGTERM)
    while not all(has_ended(child) for child in children):
        if time.monotonic() - began > SECONDS_TO_STOP or asked.times > asked_before:
            break
        time.sleep(0.05)
    for child in children:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def has_ended(child):
    """Without reaping it: until `wait` its number is nobody else's, so that it can be signalled."""
    if child.returncode is not None:
        return True
    return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def answers(port):
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as response:  # nosec B310
            return response.status == 200
    except (HTTPError, URLError, OSError):
        return False


def end_of_log(name):
    path = LOG / f"{name}.log"
    lines = path.read_text(errors="replace").splitlines()[-12:]
    return "\n".join([f"The {name} process has ended. The end of {path}:", *lines])


def greeting(port):
    site = f"http://127.0.0.1:{port}"
    wide = max(len(person.email) for person in DEMO_PEOPLE)
    rows = [
        f"  {person.key:<13} {person.email:<{wide}}  {PASSWORD:<9} {person.does}"
        for person in DEMO_PEOPLE
    ]
    return "\n".join(
        [
            "",
            f"  The demo conference is at  {site}/",
            f"  Sign in with one click at  {site}/dev/login/",
            f"  The mail that it sends is  {site}/dev/mail/",
            "",
            f"  {'who':<13} {'e-mail':<{wide}}  {'password':<9} for",
            *rows,
            "",
            f"  Logs are {os.path.relpath(LOG)}/web.log and worker.log. Ctrl-C stops everything.",
        ]
    )


if __name__ == "__main__":
    if "--prepare" in sys.argv:
        prepare_here()
    else:
        sys.exit(main())
