"""Where and how it runs."""

import secrets
from urllib.parse import urlsplit

from .environment import checked, in_var, read

DEBUG = read("DEBUG", "bool", False)
DEMO = read("DEMO", "bool", False)
BEHIND_PROXY = read("BEHIND_PROXY", "bool", False)
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)
LOOPBACK = ("127.0.0.1", "localhost", "::1")

SITE_URL = read("SITE_URL", "str", "http://127.0.0.1:8000").rstrip("/")
_parts: tuple = ()
try:
    _site = urlsplit(SITE_URL)
    _parts = (_site.scheme in ("http", "https"), _site.hostname, (_site.port or 1) > 0)
except ValueError:
    pass
_bare = all(_parts) and _parts and f"{_site.scheme}://{_site.netloc}" == SITE_URL
_example = "is not an address such as https://conference.example.org"
checked("SITE_URL", None, not (_bare and "@" not in SITE_URL) and f"{SITE_URL!r} {_example}")
SITE_HOST = _site.hostname
IS_SECURE = _site.scheme == "https"
checked(
    "SITE_URL",
    None,
    not IS_SECURE and SITE_HOST not in (*LOOPBACK, "testserver") and "must begin with https",
)
checked("DEMO", None, DEMO and SITE_HOST not in LOOPBACK and "only on a loopback SITE_URL")
ALLOWED_HOSTS = [SITE_HOST, *([] if DEMO else read("ALLOWED_HOSTS", "list", []))]
checked(
    "ALLOWED_HOSTS",
    None,
    any(set(host) & set("*/: @") for host in ALLOWED_HOSTS if host not in LOOPBACK)
    and "host names, with commas between them; no * and no https://",
)
if SITE_HOST in LOOPBACK:
    ALLOWED_HOSTS = [*LOOPBACK, "[::1]", *ALLOWED_HOSTS]
CSRF_TRUSTED_ORIGINS = [SITE_URL]


def demo_secret():
    """A key kept in var/ so that demo sessions survive a restart."""
    path = in_var("secret-key")
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text()


SECRET_KEY = read("SECRET_KEY", "str", "") or (demo_secret() if DEMO or DEBUG else "")
checked("SECRET_KEY", SECRET_KEY, not SECRET_KEY and "set it to 50 or more random characters")
checked("SECRET_KEY", SECRET_KEY, len(SECRET_KEY) < 32 and "shorter than 32 characters")
SECRET_KEY_FALLBACKS = read("SECRET_KEY_FALLBACKS", "list", [])
METRICS_TOKEN = read("METRICS_TOKEN", "str", "")
checked("METRICS_TOKEN", None, 0 < len(METRICS_TOKEN) < 20 and "shorter than 20 characters")
