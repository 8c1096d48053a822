"""A wrong value in the environment stops the start and names its variable."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

GOOD = {
    "SECRET_KEY": "k" * 60,
    "SITE_URL": "https://conference.example.org",
    "EMAIL_URL": "smtp://127.0.0.1:25",
}


def start(**env):
    """(exit code, last line of the error) of a process that only reads the settings."""
    clean = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", "import scale.settings as s; print(s.SECURE_SSL_REDIRECT)"],
        cwd=settings.BASE_DIR,
        env=clean | env,
        capture_output=True,
        text=True,
    )
    return done.returncode, (done.stderr.strip().splitlines() or [done.stdout.strip()])[-1]


def test_good_values_start_and_production_is_secure():
    assert start(**GOOD) == (0, "True")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SITE_URL", "conference.example.org"),
        ("SITE_URL", "http://conference.example.org"),
        ("SITE_URL", "ftp://conference.example.org"),
        ("DEBUG", "perhaps"),
        ("DEMO", "2"),
        ("DEMO", "1"),  # on a public address
        ("DATABASE_URL", "oracle://nobody@nowhere/x"),
        ("REDIS_URL", "http://127.0.0.1"),
        ("EMAIL_URL", "pigeon://roof"),
        ("LOG_FORMAT", "xml"),
        ("MAIL_LEASE_SECONDS", "soon"),
        ("PAYMENT_PROVIDERS", "demo"),
    ],
)
def test_wrong_value_names_its_variable(name, value):
    code, error = start(**GOOD | {name: value})
    assert code == 1
    assert f"ImproperlyConfigured: {name}" in error
