"""How mail leaves."""

import re

import environ
from django.core.exceptions import ImproperlyConfigured

from .environment import VAR_DIR, checked, env, read
from .site import IS_SECURE

EMAIL_URL = read("EMAIL_URL", "str", "folder://")
DEFAULT_FROM_EMAIL = read("DEFAULT_FROM_EMAIL", "str", "Conference <conference@localhost>")
checked(
    "DEFAULT_FROM_EMAIL",
    None,
    not re.fullmatch(r"[^\r\n<>]+@[\w.-]+|[^\r\n<>]* ?<[^\s<>]+@[\w.-]+>", DEFAULT_FROM_EMAIL)
    and "is not an address such as SCALE <info@conference.example.org>",
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_FOLDER = VAR_DIR / "mail"
checked("EMAIL_URL", None, IS_SECURE and not env.str("EMAIL_URL", "") and "say how mail leaves")
EMAIL_BACKEND = "scale.transport.FolderBackend"
if EMAIL_URL != "folder://":
    EMAIL_BACKEND = "scale.transport.SmtpBackend"
    checked(
        "EMAIL_URL",
        EMAIL_URL,
        not EMAIL_URL.startswith(("smtp://", "smtp+tls://", "smtp+ssl://"))
        and "must begin with smtp://, smtp+tls:// or smtp+ssl://, or be folder://",
    )
    try:
        _mail = environ.Env.email_url_config(EMAIL_URL)
    except (KeyError, ValueError, environ.ImproperlyConfigured) as _error:
        raise ImproperlyConfigured(f"EMAIL_URL: {_error}") from _error
    EMAIL_HOST = checked("EMAIL_URL", _mail["EMAIL_HOST"], not _mail["EMAIL_HOST"] and "no host")
    EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
    EMAIL_HOST_PASSWORD = str(_mail["EMAIL_HOST_PASSWORD"] or "")
    EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
    EMAIL_PORT = _mail["EMAIL_PORT"] or (465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25)
MAIL_LEASE_SECONDS = read("MAIL_LEASE_SECONDS", "int", 240)
checked("MAIL_LEASE_SECONDS", MAIL_LEASE_SECONDS, MAIL_LEASE_SECONDS < 6 and "6 or more")
# MAIL FROM, RCPT TO, DATA, the text and its acceptance must all fit into one lease.
EMAIL_TIMEOUT = min(30, MAIL_LEASE_SECONDS // 6)
