"""A wrong value stops the start with the variable's name; a right one is understood."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

KEY = "qW8!x" + "".join(chr(33 + n) for n in range(60))
PRODUCTION = {
    "SITE_URL": "https://conference.example.org",
    "SECRET_KEY": KEY,
    "EMAIL_URL": "smtp+tls://user:p%40ss@mail.example.org",
    "DATABASE_URL": "mysql://scale:secret@db.example.org/scale",
    "REDIS_URL": "redis://cache.example.org:6379/0",
}
ASK = """
import json, scale.settings as s
print(json.dumps({name: getattr(s, name) for name in dir(s) if name.isupper()}, default=str))
"""


def start(tmp_path, code=ASK, **variables):
    """Read the settings in a process that has these variables and no others of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        env=kept | {"VAR_DIR": str(tmp_path)} | variables,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=300,
    )


def read(tmp_path, **variables):
    done = start(tmp_path, **variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


WRONG = [
    ("MAILBOX_URLS", "sponsors@example.org"),
    ("MAILBOX_URLS", "imap://a%40b.example:pw@mail.example.org"),
    ("MAILBOX_URLS", "imaps://mail.example.org"),
    ("MAILBOX_URLS", "imaps://a%40b.example@mail.example.org"),
    ("MAILBOX_URLS", "imaps://sponsors:pw@mail.example.org"),
    ("MAILBOX_URLS", "imaps://a%40b.example:pw@mail.example.org:99999"),
    ("MAILBOX_URLS", "imaps://a%40b.example:pw@mail.example.org/INBOX"),
    ("MAILBOX_URLS", "imaps://a%40b.example:pw@mail.example.org/?folder=x"),
    ("MAILBOX_URLS", "imaps://a%40b.example:pw@mail.example.org/?sent=INBOX"),
    ("MAILBOX_URLS", "imaps://a%40b.example:pw@mail.example.org/?ca=/no/such.pem"),
    ("MAILBOX_URLS", "imaps://a%40b.example:pw@m.example imaps://a%40b.example:pw@m.example"),
    ("DEBUG", "maybe"),
    ("DEMO", "2"),
    ("BEHIND_PROXY", "nginx"),
    ("CELERY_EAGER", "x"),
    ("PLAIN_STATIC", "x"),
    ("SITE_URL", "conference.example.org"),
    ("SITE_URL", "ftp://conference.example.org"),
    ("SITE_URL", "https://"),
    ("SITE_URL", "http://conference.example.org"),
    ("SITE_URL", "https://conference.example.org/sub/path"),
    ("SITE_URL", "https://user:pw@conference.example.org"),
    ("SITE_URL", "https://conference.example.org:99999"),
    ("SECRET_KEY", ""),
    ("SECRET_KEY", "short"),
    ("ALLOWED_HOSTS", "*"),
    ("ALLOWED_HOSTS", "https://other.example.org"),
    ("DATABASE_URL", "nonsense"),
    ("DATABASE_URL", "postgres://localhost/scale"),
    ("DATABASE_URL", "mysql://localhost/"),
    ("DATABASE_URL", "mysql://localhost:port/scale"),
    ("REDIS_URL", "127.0.0.1:6379"),
    ("REDIS_URL", "http://127.0.0.1"),
    ("EMAIL_URL", "mail.example.org"),
    ("EMAIL_URL", "dummymail://"),
    ("EMAIL_URL", "smtp://"),
    ("EMAIL_URL", "smtp://mail.example.org:port"),
    ("EMAIL_URL", ""),
    ("DEFAULT_FROM_EMAIL", "nobody"),
    ("DEFAULT_FROM_EMAIL", "a@example.org\nBcc: b@example.org"),
    ("MAIL_LEASE_SECONDS", "soon"),
    ("MAIL_LEASE_SECONDS", "0"),
    ("MAIL_LEASE_SECONDS", "-5"),
    ("LOG_FORMAT", "xml"),
    ("LOG_LEVEL", "LOUD"),
    ("METRICS_TOKEN", "short"),
    ("PAYMENT_PROVIDERS", "demo"),
    ("PAYMENT_PROVIDERS", "nosuch"),
    ("PAYMENT_PROVIDERS", "../../etc"),
    ("STRIPE_API_BASE", "https://api.stripe.example.org"),
    ("STRIPE_API_BASE", "http://127.0.0.1"),
    ("PROMETHEUS_MULTIPROC_DIR", "/nowhere/at/all"),
]


@pytest.mark.parametrize(("name", "value"), WRONG, ids=lambda value: str(value)[:30])
def test_a_wrong_value_stops_the_start_with_its_name(tmp_path, name, value):
    done = start(tmp_path, **PRODUCTION | {name: value})
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(f"django.core.exceptions.ImproperlyConfigured: {name}: "), last


STRIPE = {
    "PAYMENT_PROVIDERS": "stripe",
    "STRIPE_SECRET_KEY": "sk_live_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STRIPE_SECRET_KEY", ""),
        ("STRIPE_SECRET_KEY", "pk_live_public"),
        ("STRIPE_WEBHOOK_SECRET", ""),
        ("STRIPE_WEBHOOK_SECRET", "sk_live_x"),
    ],
)
def test_stripe_does_not_start_without_its_keys(tmp_path, name, value):
    done = start(tmp_path, **PRODUCTION | STRIPE | {name: value})
    assert f"ImproperlyConfigured: {name}: PAYMENT_PROVIDERS names stripe" in done.stderr


def test_stripe_starts_with_its_keys(tmp_path):
    found = read(tmp_path, **PRODUCTION | STRIPE)
    assert (found["PAYMENT_PROVIDERS"], found["STRIPE_API_BASE"]) == (["stripe"], "")


def test_a_folder_that_cannot_be_written_stops_the_start_with_its_name(tmp_path):
    (tmp_path / "file").write_text("in the way")
    blocked = str(tmp_path / "file" / "var")
    done = start(tmp_path, **PRODUCTION | {"REDIS_URL": "", "VAR_DIR": blocked})
    assert "ImproperlyConfigured: VAR_DIR: " in done.stderr


def test_the_demo_runs_on_this_machine_alone(tmp_path):
    done = start(tmp_path, **PRODUCTION | {"DEMO": "1"})
    assert "ImproperlyConfigured: DEMO: only on a loopback" in done.stderr
    for site in ("http://127.0.0.1:8000", "http://localhost:9000", "http://[::1]:8000"):
        found = read(tmp_path, DEMO="1", SITE_URL=site, ALLOWED_HOSTS="evil.example")
        assert found["DEMO"] is True
        assert "evil.example" not in found["ALLOWED_HOSTS"]


def test_the_demo_keeps_a_key_of_its_own(tmp_path):
    first = read(tmp_path, DEMO="1")["SECRET_KEY"]
    assert len(first) > 50
    assert read(tmp_path, DEMO="1")["SECRET_KEY"] == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0, "nobody else reads it"


def test_without_a_key_nothing_starts_but_the_demo(tmp_path):
    assert "SECRET_KEY: " in start(tmp_path).stderr


def test_production_is_safe(tmp_path):
    found = read(tmp_path, **PRODUCTION)
    assert found["ALLOWED_HOSTS"] == ["conference.example.org"]
    for name in (
        *("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"),
        *("SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY"),
    ):
        assert found.get(name, name == "SESSION_COOKIE_HTTPONLY") is True, name
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["DEBUG"] is found["DEMO"] is found["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False
    assert found["SECURE_PROXY_SSL_HEADER"] is None
    assert "unsafe" not in json.dumps(found["CONTENT_SECURITY_POLICY"])
    assert found["PAYMENT_PROVIDERS"] == []
    assert found["EMAIL_USE_TLS"] is True
    assert (found["EMAIL_PORT"], found["EMAIL_HOST_PASSWORD"]) == (587, "p@ss")


def test_a_proxy_is_believed_only_when_it_is_there(tmp_path):
    found = read(tmp_path, **PRODUCTION | {"BEHIND_PROXY": "1"})
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_the_database_is_strict_and_speaks_utc(tmp_path):
    options = read(tmp_path, **PRODUCTION)["DATABASES"]["default"]["OPTIONS"]
    assert options["isolation_level"] == "read committed"
    assert options["charset"] == "utf8mb4"
    assert "STRICT_ALL_TABLES" in options["init_command"]


def test_empty_variables_are_unset(tmp_path):
    names = {name for name, _ in WRONG} - {"SECRET_KEY", "EMAIL_URL", "SITE_URL"}
    found = read(tmp_path, DEMO="1", **{name: "" for name in names if name != "DEMO"})
    assert "sqlite3" in found["DATABASES"]["default"]["ENGINE"]


def test_one_time_out_for_each_step_of_a_mail_fits_into_a_lease(tmp_path):
    for seconds in ("6", "60", "240", "3600"):
        found = read(tmp_path, **PRODUCTION | {"MAIL_LEASE_SECONDS": seconds})
        assert 1 <= found["EMAIL_TIMEOUT"] * 5 <= int(seconds)


def test_shared_mailboxes_are_understood(tmp_path):
    urls = (
        "imaps://sponsors%40example.org:p%40ss%3A%2F@mail.example.org/ "
        "imap+tls://crm:x@mail.example.org:1143/?address=PR@Example.org&sent=Sent%20Items&inbox=In"
    )
    ask = (
        "import scale.settings as s\n"
        "for m in s.MAILBOXES: print(m.scheme, m.host, m.port, m.user, m.password, m.address,"
        " m.folders, m.name, 'p@ss' in repr(m))"
    )
    done = start(tmp_path, ask, **PRODUCTION | {"MAILBOX_URLS": urls})
    assert done.stdout.splitlines() == [
        "imaps mail.example.org 993 sponsors@example.org p@ss:/ sponsors@example.org "
        "('INBOX', 'Sent') sponsors@example.org@mail.example.org:993 False",
        "imap+tls mail.example.org 1143 crm x pr@example.org "
        "('In', 'Sent Items') crm@mail.example.org:1143 False",
    ]
    wrong = {"MAILBOX_URLS": "imaps://a%40b.example:topsecret@mail.example.org/x"}
    assert "topsecret" not in start(tmp_path, **PRODUCTION | wrong).stderr
