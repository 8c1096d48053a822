"""Slow down guessing. Counted in the database, so that every web process counts together."""

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from .codes import digest
from .models import Throttle


class Throttled(Exception):
    """Tried too often; `seconds` says when to come back."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"Too many tries. Please wait {words(seconds)}.")


def words(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} seconds"
    return f"{round(seconds / 60)} minutes"


def hit(action: str, who: str, *, limit: int, seconds: int, times: int = 1) -> None:
    """Count a try (or `times`) of `action` by `who`; raises Throttled beyond `limit` in `seconds`.

    Call it outside of transactions: a rollback would take the count back.
    """
    now = timezone.now()
    key = digest(f"{action}:{who}")
    until = now + dt.timedelta(seconds=seconds)
    rows = Throttle.objects.filter(key=key)
    while True:
        if rows.filter(window_ends_at__gt=now, count__lte=limit - times).update(
            count=F("count") + times
        ):
            return
        if rows.filter(window_ends_at__lte=now).update(count=times, window_ends_at=until):
            return
        row = rows.first()
        if row is None:
            if begin(key, until, times):
                return
        elif row.count > limit - times and row.window_ends_at > now:
            raise Throttled(max(1, int((row.window_ends_at - now).total_seconds())))
        # Else another was quicker with the first row or the new window: look again.


def give_back(action: str, who: str) -> None:
    """Undo one `hit`, for what only counts failures: counted first, so that tries at once are."""
    rows = Throttle.objects.filter(key=digest(f"{action}:{who}"), count__gt=0)
    rows.filter(window_ends_at__gt=timezone.now()).update(count=F("count") - 1)


def check(action: str, who: str, *, limit: int) -> None:
    """Raise Throttled if no try of `action` is left; counts none, for what only counts failures."""
    now = timezone.now()
    rows = Throttle.objects.filter(key=digest(f"{action}:{who}"), window_ends_at__gt=now)
    if row := rows.filter(count__gte=limit).first():
        raise Throttled(max(1, int((row.window_ends_at - now).total_seconds())))


def begin(key: str, until: dt.datetime, times: int) -> bool:
    try:
        with transaction.atomic():
            Throttle.objects.create(key=key, window_ends_at=until, count=times)
    except IntegrityError:
        return False
    return True


def forget(action: str, who: str) -> None:
    Throttle.objects.filter(key=digest(f"{action}:{who}")).delete()


def client(request) -> str:
    """The address a request came from: what our own proxy says, never what a client claims."""
    if settings.BEHIND_PROXY and (passed := request.headers.get("X-Forwarded-For", "")):
        return passed.rsplit(",", 1)[-1].strip()
    return request.META.get("REMOTE_ADDR", "")
