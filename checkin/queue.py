"""What a device sends of its queue: scans and undos, each of which is read by itself."""

import datetime as dt
import json
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from registration.models import code_key
from scale import codes
from scale.forms import MadeIdField

from .actions import Attempt
from .models import CheckInList, Scan, Station

MOST = 200
KEY = re.compile(r"[0-9a-f]{32}")
BEFORE_THE_DOOR = dt.timedelta(days=1)  # how far back a rehearsal may reach
MOST_QUEUED = 2**31 - 1


class Unreadable(Exception):
    """What was sent as a whole is not what a device sends; the text is for its log."""


class Refused(Exception):
    """Why one scan or undo cannot be taken; its text is for people."""

    def __init__(self, why: str, words: str) -> None:
        super().__init__(words)
        self.why = why


@dataclass
class Queue:
    """`scans` and `undos` are the raw entries, in the order sent."""

    scans: list[Any]
    undos: list[Any]
    clock: "Clock"
    version: str | None = None
    queued: int | None = None


@dataclass
class Clock:
    """Corrects the times of a device by what its clock is off, within the times that can be.

    Nothing happens after now, and nothing before the door: the first day's beginning, or a
    list's opening before that. At a rehearsal before the door it is a day ago.
    """

    now: dt.datetime
    begins: dt.datetime
    error: dt.timedelta = field(default_factory=dt.timedelta)

    def corrected(self, at: dt.datetime, opens: dt.datetime | None = None) -> dt.datetime:
        earliest = min(self.begins, opens or self.begins)
        if earliest > self.now:
            earliest = self.now - BEFORE_THE_DOOR
        try:
            moment = at + self.error
        except OverflowError:
            moment = self.now
        return min(max(moment, earliest), self.now).astimezone(dt.UTC)


def read(body: bytes, station: Station, now: dt.datetime) -> Queue:
    """The sent JSON; raises Unreadable where not even its entries can be told apart."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("This is no JSON.") from error
    if not isinstance(sent, dict):
        raise Unreadable("This is no object.")
    device = sent.get("device")
    device = device if isinstance(device, dict) else {}
    lists = [sent.get("scans") or [], sent.get("undos") or []]
    for entries in lists:
        if not isinstance(entries, list) or len(entries) > MOST:
            raise Unreadable(f"At most {MOST} scans at once.")
    begins = station.conference.day_bounds(station.conference.starts_on)[0]
    clock = Clock(now, begins)
    if shown := instant(device.get("clock")):
        clock.error = now - shown
    version, queued = device.get("version"), device.get("queued")
    return Queue(
        *lists,
        clock,
        version=text(version, 40) if isinstance(version, str) else None,
        queued=count(queued),
    )


def count(value: Any) -> int | None:
    """A number that the database can keep, else None."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return min(max(value, 0), MOST_QUEUED)


def instant(value: Any) -> dt.datetime | None:
    """An ISO instant with its offset, else None."""
    if not isinstance(value, str):
        return None
    try:
        found = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None


def text(value: str, longest: int) -> str:
    """What the database can keep: no half characters, no control characters."""
    whole = value.encode("utf-8", "ignore").decode()
    return "".join(c for c in whole if c.isprintable()).strip()[:longest]


def entry_id(entry: Any) -> Any:
    return entry.get("id") if isinstance(entry, dict) else None


def list_of(entry: Any) -> int | None:
    """The number of the list that it names."""
    given = entry.get("list") if isinstance(entry, dict) else None
    return given if isinstance(given, int) else None


def scan_id_of(entry: Any) -> uuid.UUID:
    given = entry_id(entry)
    try:
        return MadeIdField().clean(given if isinstance(given, str) else "")
    except ValidationError as error:
        raise Refused("unreadable", "It has no id that could be one.") from error


def moment_of(entry: dict, clock: Clock, opens: dt.datetime | None = None) -> dt.datetime:
    at = instant(entry.get("at"))
    if at is None:
        raise Refused("unreadable", "It does not say when it was.")
    return clock.corrected(at, opens)


def scan_of(entry: Any, lists: dict[int, CheckInList], clock: Clock) -> tuple[CheckInList, Attempt]:
    """One entry of `scans`; `lists` are those of the edition. Raises Refused."""
    scan_id = scan_id_of(entry)
    said, by = entry.get("verdict") or "", entry.get("volunteer")
    checkin_list = lists.get(list_of(entry) or 0)
    if checkin_list is None:
        raise Refused("list", "This edition has no such list.")
    if said not in ("", *Scan.Verdict.values):
        raise Refused("unreadable", "It shows a verdict that we do not know.")
    code, key = code_of(entry)
    attempt = Attempt(
        scan_id=scan_id,
        key=key,
        at=moment_of(entry, clock, checkin_list.opens_at),
        code=code,
        volunteer=text(by, 40) if isinstance(by, str) else "",
        said=said,
        was_offline=entry.get("offline") is True,
    )
    return checkin_list, attempt


def code_of(entry: dict) -> tuple[str, str]:
    """(the clean code, its key); the code is empty where the device knew only the key."""
    given, key = entry.get("code"), entry.get("h")
    if isinstance(given, str) and given.strip():
        code = codes.clean_code(given)
        return code, code_key(code)
    if isinstance(key, str) and KEY.fullmatch(key):
        return "", key
    raise Refused("unreadable", "It has no code.")
