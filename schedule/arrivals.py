"""How many came through the door each day. The door is a floor above and tells it here."""

import datetime as dt
from collections.abc import Callable

from scale.models import Conference

ByDay = Callable[[Conference, dt.datetime], dict[dt.date, int]]

_door: list[ByDay] = []


def register(by_day: ByDay) -> None:
    """`by_day(conference, now)`: people by date, for days that have begun."""
    _door[:] = [by_day]


def by_day(conference: Conference, now: dt.datetime) -> dict[dt.date, int]:
    """Nothing is asked before the first day."""
    if not _door or conference.today(now) < conference.starts_on:
        return {}
    return _door[0](conference, now)
