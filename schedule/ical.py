"""iCalendar text of slots."""

import datetime as dt
from collections.abc import Iterable

from scale import ical
from scale.ical import text
from scale.models import Conference

from .models import Slot


def calendar(conference: Conference, events: Iterable[list[str]]) -> bytes:
    return ical.calendar(conference, events, product="schedule")


def event(
    slot: Slot, *, stamp: dt.datetime, url: str, speakers: str, description: str
) -> list[str]:
    """One slot. UID and SEQUENCE come from the slot, so a moved talk moves in every calendar."""
    lines = [
        "BEGIN:VEVENT",
        f"UID:{slot.uuid}",
        f"SEQUENCE:{slot.version}",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        f"DTSTART:{slot.starts_at:%Y%m%dT%H%M%SZ}",
        f"DTEND:{slot.ends_at:%Y%m%dT%H%M%SZ}",
        text("SUMMARY", f"{slot.what} ({speakers})" if speakers else slot.what),
        text("LOCATION", slot.where),
    ]
    if description:
        lines.append(text("DESCRIPTION", description))
    if url:
        lines.append(f"URL:{url}")
    if slot.talk and slot.talk.is_cancelled:
        lines.append("STATUS:CANCELLED")
    return [*lines, "END:VEVENT"]
