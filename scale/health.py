"""What `/healthz` and the staff's health page ask. Apps add their own checks."""

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Min
from django.utils import timezone

from .models import OutgoingEmail, Throttle

HEARTBEAT_KEY = "worker-heartbeat"
WORKER_LATE = dt.timedelta(seconds=90)
MAIL_LATE = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Finding:
    """One answer: `ok`, and a sentence for people with the figure in it.

    `url` leads to more about it, for who may open the health page.
    """

    ok: bool
    says: str
    url: str = ""


CHECKS: dict[str, Callable[[], Finding]] = {}


def register(name: str, check: Callable[[], Finding]) -> None:
    """`check` must be cheap (one indexed select) and raise nothing it expects."""
    CHECKS[name] = check


def run() -> dict[str, Finding]:
    """Every check's finding; a check that breaks is a finding too."""
    findings = {}
    for name, check in CHECKS.items():
        try:
            findings[name] = check()
        except Exception as error:
            findings[name] = Finding(False, type(error).__name__)
    return findings


def words(age: dt.timedelta) -> str:
    """A length of time as people say it: 40 seconds, 12 minutes, 3 days."""
    seconds = int(age.total_seconds())
    for size, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {name}"
    return f"{seconds} seconds"


def note_heartbeat() -> None:
    Throttle.objects.update_or_create(
        key=HEARTBEAT_KEY, defaults={"window_ends_at": timezone.now()}
    )


def database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding(True, f"{connection.display_name} answers")


def broker() -> Finding:
    if not settings.REDIS_URL:
        folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])
        writable = os.access(folder, os.W_OK)
        return Finding(writable, "a folder in var/" if writable else "the folder cannot be written")
    import redis  # noqa: PLC0415  (only production has a Redis to ask)

    never = redis.retry.Retry(redis.backoff.NoBackoff(), 0)
    seconds = {"socket_timeout": 1, "socket_connect_timeout": 1}
    with redis.from_url(settings.REDIS_URL, retry=never, **seconds) as client:
        client.ping()
    return Finding(True, "Redis answers")


def worker() -> Finding:
    """Queue age, as the time since a worker last took the beat that comes every 20 s."""
    row = Throttle.objects.filter(key=HEARTBEAT_KEY).first()
    if row is None:
        return Finding(False, "no worker has reported yet")
    age = timezone.now() - row.window_ends_at
    return Finding(age < WORKER_LATE, f"a worker reported {words(age)} ago")


def mail() -> Finding:
    now = timezone.now()
    oldest = OutgoingEmail.objects.due(now).aggregate(at=Min("not_before"))["at"]
    age = now - oldest if oldest else dt.timedelta()
    if oldest is None:
        return Finding(True, "no mail is waiting")
    return Finding(age < MAIL_LATE, f"a mail has been waiting for {words(age)}")


register("database", database)
register("broker", broker)
register("worker", worker)
register("mail", mail)
