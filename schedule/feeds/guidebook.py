"""CSV as Guidebook imports it: dates and clocks of the venue, the American way."""

import datetime as dt

from registration.exports.files import csv_lines
from scale.text import carried, plain

from .lines import Line, Schedule

COLUMNS = (
    *("Session Title", "Date", "Time Start", "End Date (Optional)", "Time End (Optional)"),
    *("Room/Location", "Schedule Track (Optional)", "Description (Optional)"),
)


def render(schedule: Schedule) -> bytes:
    zone = schedule.conference.zone
    rows = [row(line, schedule.names(line), zone) for line in schedule.lines]
    return carried(piece.decode() for piece in csv_lines(COLUMNS, rows))


def row(line: Line, names: str, zone) -> list[str]:
    begins, ends = (
        at.astimezone(zone).replace(tzinfo=None) for at in (line.starts_at, line.ends_at)
    )
    # When the clocks are put back, an end can stand before its start: better none, it is optional.
    until = (date(ends), clock(ends)) if ends > begins else ("", "")
    about = [names, line.abstract or plain(line.description or "", 1200)]
    return [
        line.said,
        *(date(begins), clock(begins), *until),
        *(line.where, line.track, "\n\n".join(filter(None, about))),
    ]


def date(time: dt.datetime) -> str:
    return f"{time.month}/{time.day}/{time.year}"


def clock(time: dt.datetime) -> str:
    return f"{time.hour % 12 or 12}:{time.minute:02} {'AM' if time.hour < 12 else 'PM'}"
