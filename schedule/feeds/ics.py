"""iCalendar. What a calendar subscribes to is the whole truth: what is not in it is gone."""

import datetime as dt
from collections.abc import Sequence

from scale import ical
from scale.ical import moment, text
from scale.text import plain

from .lines import Line, Schedule

SINCE = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
EVERY = "PT15M"  # how soon a subscriber should ask again


def render(schedule: Schedule, of: str = "", gone: Sequence[Line] = ()) -> bytes:
    """`of` is what the calendar is of, where that is not everything.

    `gone` are slots to strike out, for files that are imported once instead of subscribed to.
    """
    conference = schedule.conference
    starts = [line.starts_at.date() for line in (*schedule.lines, *gone)]
    ends = [line.ends_at.date() for line in (*schedule.lines, *gone)]
    first, last = min(starts, default=conference.starts_on), max(ends, default=conference.ends_on)
    head = [
        text("X-WR-CALDESC", f"Schedule version {schedule.release}"),
        f"REFRESH-INTERVAL;VALUE=DURATION:{EVERY}",
        f"X-PUBLISHED-TTL:{EVERY}",
        *ical.zone_lines(conference.zone, first, last),
    ]
    zone = conference.zone
    events = [event(line, schedule, zone) for line in schedule.lines]
    events += [
        event(line, schedule, zone, "This is not on the schedule any more.") for line in gone
    ]
    name = f"{conference.name}: {of}" if of else ""
    return ical.calendar(conference, events, product="schedule", name=name, head=head)


def event(line: Line, schedule: Schedule, zone, gone: str = "") -> list[str]:
    """The UID stays with the slot, so a moved talk moves in every calendar.

    `gone` says why the slot is struck out, where that is not its talk's status.
    """
    names, link = schedule.names(line), schedule.link(line)
    changed = ical.stamp(line.changed_at)
    about = [
        gone or ("This talk is cancelled." if line.is_cancelled else ""),
        names,
        plain(line.abstract or ""),
        link,
    ]
    lines = [
        "BEGIN:VEVENT",
        f"UID:{line.uuid}",
        f"SEQUENCE:{sequence(line)}",
        f"DTSTAMP:{changed}",
        f"LAST-MODIFIED:{changed}",
        moment("DTSTART", line.starts_at, zone),
        moment("DTEND", line.ends_at, zone),
        text("SUMMARY", f"{line.what} ({names})" if names else line.what),
        text("LOCATION", line.where),
        f"STATUS:{'CANCELLED' if gone or line.is_cancelled else 'CONFIRMED'}",
    ]
    if line.talk_id:
        lines.append(text("DESCRIPTION", "\n\n".join(filter(None, about))))
        lines.append(f"URL:{link}")
    if line.track:
        lines.append(text("CATEGORIES", line.track))
    return [*lines, "END:VEVENT"]


def sequence(line: Line) -> int:
    """Grows with every release that changes the slot, and when its talk is cancelled or back.

    Seconds, because cancelling is no release; they fit into 31 bits until 2088.
    """
    return int((line.changed_at - SINCE).total_seconds()) + line.version
