"""Everything that differs between machines comes from the environment, and is checked here.

`docs/administrator.md` lists the variables. A wrong value stops the start with its name.
"""

import re
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
import structlog
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from .logs import redact_event

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
VAR_DIR = Path(env.str("VAR_DIR", "") or BASE_DIR / "var")
BOOLEANS = {"1": True, "true": True, "yes": True, "on": True}
BOOLEANS |= {"0": False, "false": False, "no": False, "off": False}


def read(name, kind, default):
    """The variable as `kind` (str, bool, int, list), or an error that names it; empty is unset."""
    given = env.str(name, "").strip()
    if not given:
        return default
    if kind == "bool":
        if given.lower() not in BOOLEANS:
            raise ImproperlyConfigured(f"{name}: {given!r} is neither 1 nor 0")
        return BOOLEANS[given.lower()]
    try:
        return getattr(env, kind)(name, default=default)
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(f"{name}: {given!r} is not a {kind}") from error


def in_var(name):
    """A path in the folder for everything that changes, which is there from then on."""
    try:
        VAR_DIR.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"VAR_DIR: {error}") from error
    return VAR_DIR / name


def checked(name, value, fault):
    """The value, unless `fault` says what is wrong with it."""
    if fault:
        raise ImproperlyConfigured(f"{name}: {fault}")
    return value


# --- where and how it runs -------------------------------------------------------------------

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
IS_SECURE = _site.scheme == "https"
checked(
    "SITE_URL",
    None,
    not IS_SECURE and _site.hostname not in (*LOOPBACK, "testserver") and "must begin with https",
)
checked("DEMO", None, DEMO and _site.hostname not in LOOPBACK and "only on a loopback SITE_URL")
ALLOWED_HOSTS = [_site.hostname, *([] if DEMO else read("ALLOWED_HOSTS", "list", []))]
checked(
    "ALLOWED_HOSTS",
    None,
    any(set(host) & set("*/: @") for host in ALLOWED_HOSTS if host not in LOOPBACK)
    and "host names, with commas between them; no * and no https://",
)
if _site.hostname in LOOPBACK:
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

# --- apps ------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "pages",
    "checkin",
    "schedule",
    "sponsors",
    "cfp",
    "registration",
    "scale",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "scale.apps.SiteAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "auditlog",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "django_prometheus",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "scale.middleware.refused_encodings",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "scale.middleware.request_log",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "scale.middleware.refuse_unreadable",
    "allauth.account.middleware.AccountMiddleware",
    "scale.accounts.lost_race",
    "scale.middleware.private_links",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "scale.urls"
WSGI_APPLICATION = "scale.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "scale.context.site",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- database, cache, tasks ------------------------------------------------------------------

DATABASE_URL = read("DATABASE_URL", "str", "") or f"sqlite:///{in_var('scale.sqlite3')}"
try:
    database = environ.Env.db_url_config(DATABASE_URL)
    if database["ENGINE"] == "django.db.backends.mysql":
        database["OPTIONS"] = {
            **database.get("OPTIONS", {}),
            "charset": "utf8mb4",
            "isolation_level": "read committed",
            "init_command": "SET sql_mode='STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
            "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',"
            " time_zone='+00:00', innodb_lock_wait_timeout=5",
        }
        database["TEST"] = {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_unicode_ci"}
    elif database["ENGINE"] == "django.db.backends.sqlite3":
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        raise ValueError("only mysql:// and sqlite:// are supported")
    if not database["NAME"]:
        raise ValueError("it names no database")
except (KeyError, ValueError, environ.ImproperlyConfigured) as error:
    raise ImproperlyConfigured(f"DATABASE_URL: {error}") from error
DATABASES = {"default": {**database, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}

REDIS_URL = read("REDIS_URL", "str", "")
checked(
    "REDIS_URL",
    REDIS_URL,
    REDIS_URL
    and urlsplit(REDIS_URL).scheme not in ("redis", "rediss", "unix")
    and f"{REDIS_URL!r} is not an address such as redis://127.0.0.1:6379/0",
)
if REDIS_URL:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict = {"socket_connect_timeout": 2, "socket_timeout": 10}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CELERY_BROKER_URL = "filesystem://"
    in_var("queue").mkdir(exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "queue"),
        "data_folder_out": str(VAR_DIR / "queue"),
        "control_folder": str(VAR_DIR / "queue-control"),
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ALWAYS_EAGER = read("CELERY_EAGER", "bool", False)
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "send queued mail": {"task": "scale.tasks.send_queued_mail", "schedule": 10},
    "worker heartbeat": {"task": "scale.tasks.beat", "schedule": 20},
    "free what has expired": {"task": "registration.tasks.expire_orders", "schedule": 60},
    "check the ledger": {
        "task": "registration.tasks.check_ledger",
        "schedule": crontab(hour=10, minute=17),  # UTC: at night in America, before noon in Europe
    },
    "look after money": {"task": "registration.tasks.look_after_money", "schedule": 60},
    "erase personal data on its day": {"task": "scale.tasks.erase_due", "schedule": 3600},
}

# --- mail ------------------------------------------------------------------------------------

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
    except (KeyError, ValueError, environ.ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"EMAIL_URL: {error}") from error
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

# --- money ------------------------------------------------------------------------------------

# Modules of registration/payments/. The demo provider moves no money: never on a real site.
PAYMENT_PROVIDERS = read("PAYMENT_PROVIDERS", "list", ["demo"] if DEMO else [])
_known = {path.stem for path in (BASE_DIR / "registration/payments").glob("[a-z]*.py")}
checked(
    "PAYMENT_PROVIDERS",
    None,
    set(PAYMENT_PROVIDERS) - _known and f"comma list of {', '.join(sorted(_known))}",
)
checked(
    "PAYMENT_PROVIDERS",
    None,
    "demo" in PAYMENT_PROVIDERS
    and _site.hostname not in LOOPBACK
    and "demo only on a loopback SITE_URL",
)
STRIPE_SECRET_KEY = read("STRIPE_SECRET_KEY", "str", "")
STRIPE_WEBHOOK_SECRET = read("STRIPE_WEBHOOK_SECRET", "str", "")
STRIPE_API_BASE = read("STRIPE_API_BASE", "str", "").rstrip("/")
if "stripe" in PAYMENT_PROVIDERS:
    checked(
        "STRIPE_SECRET_KEY",
        None,
        not STRIPE_SECRET_KEY.startswith(("sk_", "rk_"))
        and "PAYMENT_PROVIDERS names stripe: set its secret key, which begins with sk_ or rk_",
    )
    checked(
        "STRIPE_WEBHOOK_SECRET",
        None,
        not STRIPE_WEBHOOK_SECRET.startswith("whsec_")
        and "PAYMENT_PROVIDERS names stripe: set its signing secret, which begins with whsec_",
    )
checked(
    "STRIPE_API_BASE",
    None,
    STRIPE_API_BASE
    and not re.fullmatch(r"http://127\.0\.0\.1:[0-9]{1,5}", STRIPE_API_BASE)
    and "only for tests, such as http://127.0.0.1:9000",
)

# --- people ----------------------------------------------------------------------------------

AUTH_USER_MODEL = "scale.User"
AUTHENTICATION_BACKENDS = [
    "scale.auth.RoleBackend",
    "scale.accounts.PasswordBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation." + name}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:after-login"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "scale.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "scale.forms.SignupNameForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "add_email": "scale.accounts.AddEmailForm",
    "signup": "scale.accounts.SignupForm",
    "login": "scale.accounts.LoginForm",
    "request_login_code": "scale.accounts.RequestLoginCodeForm",
    "reset_password": "scale.accounts.ResetPasswordForm",
}
# A whole venue may stand behind one address, so what counts by address is generous;
# what counts by person is throttled in the database as well (`scale.accounts`).
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "100/m/ip,5/300s/key",
    "request_login_code": "300/m/ip,3/m/key",
    "reset_password": "100/m/ip,5/m/key",
    "reset_password_from_key": "100/m/ip",
    "signup": "300/m/ip",
}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
MFA_FORMS = {
    "authenticate": "scale.accounts.SecondFactorForm",
    "reauthenticate": "scale.accounts.SecondFactorAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_SECURE
MFA_TOTP_ISSUER = "scale"

# --- files -----------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(read("MEDIA_ROOT", "str", str(VAR_DIR / "media")))
MEDIA_URL = "/files/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or read("PLAIN_STATIC", "bool", False)
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # nothing asks for the others; compressing takes long
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# --- browser ---------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = IS_SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_SECURE
SECURE_HSTS_PRELOAD = IS_SECURE
SESSION_COOKIE_SECURE = IS_SECURE
CSRF_COOKIE_SECURE = IS_SECURE
CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "scale.views.public.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# --- time, language --------------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"  # each Conference has its own zone

# --- logs ------------------------------------------------------------------------------------

LOG_LEVEL = read("LOG_LEVEL", "str", "INFO").upper()
_levels = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
checked("LOG_LEVEL", None, LOG_LEVEL not in _levels and f"say one of {', '.join(_levels)}")
LOG_FORMAT = read("LOG_FORMAT", "str", "json")
checked("LOG_FORMAT", LOG_FORMAT, LOG_FORMAT not in ("json", "plain") and "say json or plain")
_shared_processors: list = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
]
_renderer: Any = structlog.processors.JSONRenderer()
if LOG_FORMAT == "plain":
    _renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [redact_event, _renderer],
            "foreign_pre_chain": _shared_processors,
        },
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "ERROR"},
    },
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_shared_processors,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
AUDITLOG_LOGENTRY_MODEL = "scale.AuditEntry"
PROMETHEUS_METRIC_NAMESPACE = "scale"
PROMETHEUS_MULTIPROC_DIR = read("PROMETHEUS_MULTIPROC_DIR", "str", "")
checked(
    "PROMETHEUS_MULTIPROC_DIR",
    None,
    PROMETHEUS_MULTIPROC_DIR
    and not Path(PROMETHEUS_MULTIPROC_DIR).is_dir()
    and f"there is no folder {PROMETHEUS_MULTIPROC_DIR}",
)
