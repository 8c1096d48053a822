"""Database, cache and tasks."""

from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

from .environment import VAR_DIR, checked, in_var, read

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
except (KeyError, ValueError, environ.ImproperlyConfigured) as _error:
    raise ImproperlyConfigured(f"DATABASE_URL: {_error}") from _error
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
    "forget passports": {"task": "registration.tasks.forget_passports", "schedule": 3600},
    "worker heartbeat": {"task": "scale.tasks.beat", "schedule": 20},
    "free what has expired": {"task": "registration.tasks.expire_orders", "schedule": 60},
    "check the ledger": {
        "task": "registration.tasks.check_ledger",
        "schedule": crontab(hour=10, minute=17),  # UTC: at night in America, before noon in Europe
    },
    "look after money": {"task": "registration.tasks.look_after_money", "schedule": 60},
    "look after invoices": {"task": "sponsors.tasks.look_after_invoices", "schedule": 300},
    "remind who has not confirmed": {"task": "cfp.tasks.remind_unconfirmed", "schedule": 3600},
    "remind sponsors of what they owe": {
        "task": "sponsors.tasks.send_reminders",
        "schedule": crontab(hour=16, minute=7),  # UTC: in the morning in America
    },
    "read the shared mailboxes": {
        "task": "sponsors.tasks.capture_mail",
        "schedule": 60,
        "options": {"expires": 55},  # the next one comes then
    },
    "tell the committees what is due": {"task": "sponsors.tasks.send_digests", "schedule": 3600},
    "send announcements to the press": {
        "task": "sponsors.tasks.send_announcements",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "erase personal data on its day": {"task": "scale.tasks.erase_due", "schedule": 3600},
}
