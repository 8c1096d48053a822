"""What an exhibitor's phone sends of its queue: scans of badges, and notes."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any

from scale import codes

from .. import queue
from ..badges.lookup import looks_like_badge
from ..models import Station
from .forms import NO_BADGE
from .models import NOTE_LETTERS, Lead

MOST = 50


@dataclass
class Sent:
    """The raw entries, in the order sent."""

    scans: list[Any]
    notes: list[Any]
    device: queue.Queue


def read(body: bytes, station: Station, now: dt.datetime) -> Sent:
    """Raises queue.Unreadable."""
    device = queue.read(body, station, now)
    notes = json.loads(body).get("notes") or []
    for entries in (device.scans, notes):
        if not isinstance(entries, list) or len(entries) > MOST:
            raise queue.Unreadable(f"At most {MOST} scans and notes at once.")
    return Sent(device.scans, notes, device)


def scan_of(entry: Any, clock: queue.Clock) -> dict[str, Any]:
    """What `scan_badge` wants; raises queue.Refused."""
    lead_id = queue.scan_id_of(entry)
    given = entry.get("code")
    code = codes.clean_code(given) if isinstance(given, str) else ""
    if not looks_like_badge(code):
        raise queue.Refused("no_badge", NO_BADGE)
    return {
        "lead_id": lead_id,
        "code": code,
        "at": queue.moment_of(entry, clock),
        "note": lines(entry.get("note")),
    }


def note_of(entry: Any) -> tuple[uuid.UUID, str, str]:
    """(the lead's id, the note as it was on the screen, the new one); raises queue.Refused."""
    return queue.scan_id_of(entry), lines(entry.get("was")), lines(entry.get("note"))


def lines(value: Any) -> str:
    """A text of several lines that the database can keep; empty for what is none."""
    if not isinstance(value, str):
        return ""
    parts = value[: 2 * NOTE_LETTERS].splitlines()
    return "\n".join(queue.text(part, NOTE_LETTERS) for part in parts).strip()[:NOTE_LETTERS]


def line(lead: Lead) -> dict[str, Any]:
    """A lead as the phone gets it: what was ticked, and nothing else of the person."""
    return {
        "id": str(lead.lead_id),
        "at": lead.scanned_at.isoformat(),
        "note": lead.note,
        **lead.given(),
    }
