"""The c3voc schedule JSON, as pretalx, frab and the c3voc tools write it."""

import datetime as dt
import re

from . import report
from .fields import Fields
from .item import BadFile, Fault, Source
from .signs import MOST_ENTRIES

COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")


def read(found) -> Source:
    schedule = found.get("schedule") if isinstance(found, dict) else None
    conference = schedule.get("conference") if isinstance(schedule, dict) else None
    if not isinstance(conference, dict) or not isinstance(conference.get("days"), list):
        raise BadFile("This JSON has no schedule → conference → days: it is no schedule file.")
    fields = Fields("the file")
    source = Source(
        "Schedule JSON",
        title=fields.line("the title", conference.get("title"), 80),
        time_zone=fields.line("the time zone", conference.get("time_zone_name"), 64),
        first_day=day(conference.get("start")),
        last_day=day(conference.get("end")),
        tracks={
            name: colour(one.get("color"))
            for one in dicts(conference.get("tracks"))
            if (name := fields.line("a track", one.get("name"), 120))
        },
        rooms={
            name: seats(one.get("capacity"))
            for one in dicts(conference.get("rooms"))
            if (name := fields.line("a room", one.get("name"), 120))
        },
    )
    source.faults += [("the file", fault) for fault in fields.item.faults]
    for position, room, raw in events(conference["days"]):
        if not isinstance(raw, dict):
            source.faults.append((position, Fault(report.ENTRY, "this is not an object")))
        elif len(source.items) >= MOST_ENTRIES:
            raise BadFile(f"The file has more than {MOST_ENTRIES:,} entries: this is no schedule.")
        else:
            source.items.append(item(position, room, raw))
    return source


def colour(value) -> str:
    return value.lower() if isinstance(value, str) and COLOUR.match(value) else ""


def dicts(value):
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def day(value) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def seats(value) -> int | None:
    return int(value) if isinstance(value, int | float) and 1 <= value < 1_000_000 else None


def events(days: list):
    """(position, room name, raw event) of every event."""
    for number, one in enumerate(days, 1):
        rooms = one.get("rooms") if isinstance(one, dict) else None
        if isinstance(rooms, dict):
            rooms = list(rooms.items())
        elif isinstance(rooms, list):
            rooms = [(room.get("name"), room.get("events")) for room in dicts(rooms)]
        else:
            yield f"day {number}", "", None
            continue
        for room, entries in rooms:
            for place, raw in enumerate(entries if isinstance(entries, list) else [entries], 1):
                identity = isinstance(raw, dict) and (raw.get("id") or raw.get("guid"))
                where = f"event {str(identity)[:40]}" if identity else f"entry {place}"
                yield f"{where} (day {number}, {str(room)[:40]})", room, raw


def item(position: str, room, raw: dict):
    fields = Fields(position)
    made = fields.item
    fields.identity(guid=raw.get("guid"), id=raw.get("id"), code=raw.get("code"))
    fields.title(raw.get("title"))
    made.page = fields.line("the address", raw.get("url"), 500)
    for person in raw.get("persons") if isinstance(raw.get("persons"), list) else []:
        if isinstance(person, dict):
            ids = (fields.line(key, person.get(key), 100) for key in ("guid", "code", "id"))
            name = person.get("public_name") or person.get("name") or person.get("full_public_name")
            fields.person(name, next(filter(None, ids), ""), person.get("biography"))
        else:
            fields.person(person)
    links = [
        (one.get("title"), one.get("url"), one.get("type"))
        for name in ("links", "attachments")
        for one in dicts(raw.get(name))
    ]
    fields.texts(
        raw.get("subtitle"), raw.get("abstract"), raw.get("description"), fields.references(links)
    )
    made.track = fields.line("the track", named(raw.get("track")), 120)
    made.room = fields.line("the room", raw.get("room") or room, 120)
    made.kind = fields.line("the type", raw.get("type"), 60)
    fields.language(raw.get("language"))
    made.may_record = not raw["do_not_record"] if raw.get("do_not_record") is not None else None
    fields.licence(raw.get("recording_license"))
    made.starts_at = fields.instant("the date", raw.get("date"))
    if raw.get("end"):
        made.ends_at = fields.instant("the end", raw["end"])
    else:
        made.lasts = fields.length(raw.get("duration"))
    return made


def named(value):
    """Some systems write a track as an object with its name."""
    return value.get("name", value) if isinstance(value, dict) else value
