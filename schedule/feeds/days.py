"""What the two c3voc formats share: days with rooms with events, and how they spell things."""

import datetime as dt
from dataclasses import dataclass

from scale import text

from ..imports.fields import LANGUAGES, LICENCES
from .lines import Line, Schedule

CODES = {name: code for code, name in LANGUAGES.items()}

# Apps that go by a day and a clock take what is before the clock at which a day ends (Event
# Fahrplan), or before six where they do not look for that (Giggity), for the night after it.
CHANGE = dt.time(6)


@dataclass
class Day:
    """From six to six by the clocks of the venue: after midnight it is still the evening before."""

    index: int
    date: dt.date
    begins: dt.datetime
    ends: dt.datetime
    rooms: dict[str, list[Line]]


def days(schedule: Schedule) -> list[Day]:
    """The days of the edition, and others that have slots; rooms in their order."""
    zone = schedule.conference.zone
    one = dt.timedelta(days=1)
    found: dict[dt.date, dict[str, list[Line]]] = {}
    for line in schedule.lines:
        here = line.starts_at.astimezone(zone)
        date = here.date() - one if here.time() < CHANGE else here.date()
        by_room = found.setdefault(date, {})
        by_room.setdefault(line.where, []).append(line)
    order = {room.name: number for number, room in enumerate(schedule.rooms)}
    days = []
    for number, date in enumerate(sorted({*found, *schedule.conference.days()}), 1):
        begins, ends = (dt.datetime.combine(day, CHANGE, zone) for day in (date, date + one))
        rooms = sorted(found.get(date, {}).items(), key=lambda room: order.get(room[0], len(order)))
        days.append(Day(number, date, begins, ends, dict(rooms)))
    return days


def slug(line: Line, schedule: Schedule) -> str:
    """A different one for each event, with words for people."""
    code = line.code.lower() if line.code else "break"
    words = text.slug(line.what)
    return f"{schedule.acronym}-{line.pk}-{code}-{words}".rstrip("-")


def language(line: Line) -> str:
    return CODES.get(line.language, line.language) if line.language else ""


def licence(line: Line) -> str:
    return LICENCES.get(line.licence, "")  # type: ignore[call-overload]
