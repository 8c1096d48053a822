"""The c3voc schedule JSON, which apps and video teams of many conferences read."""

import re
import uuid
from typing import Any

from django.conf import settings

from scale.time import rfc3339

from .as_json import as_json
from .days import Day, days, language, licence, slug
from .lines import Line, Person, Schedule, address

# The schema knows no other names of zones; the times all have their offset.
ZONE = re.compile(r"[A-Z][a-z]+/[A-Z][a-z]+|.*UTC\Z")


def render(schedule: Schedule) -> bytes:
    conference = schedule.conference
    site = f"{settings.SITE_URL}/"
    found = days(schedule)
    about: dict[str, Any] = {
        "acronym": schedule.acronym,
        "title": conference.name,
        "start": conference.starts_on.isoformat(),
        "end": conference.ends_on.isoformat(),
        "daysCount": len(found),
        "timeslot_duration": "00:05",
        "time_zone_name": conference.time_zone,
        "colors": {"primary": conference.accent},
        "url": schedule.page,
        "tracks": [{"name": track.name, "color": track.colour} for track in schedule.tracks],
        "rooms": rooms(schedule),
        "days": [day_of(day, schedule) for day in found],
    }
    if not ZONE.match(conference.time_zone):
        del about["time_zone_name"]
    return as_json(
        {
            "generator": {"name": "scale", "url": site},
            "schedule": {
                "version": str(schedule.release),
                "base_url": site,
                "conference": about,
            },
        }
    )


def rooms(schedule: Schedule) -> list[dict]:
    page = address("room", schedule.conference.slug)
    return [
        {
            "name": room.name,
            "guid": str(uuid.uuid5(uuid.NAMESPACE_URL, page(room.code))),
            "capacity": room.capacity,
            "url": page(room.code),
        }
        for room in schedule.rooms
    ]


def day_of(day: Day, schedule: Schedule) -> dict:
    return {
        "index": day.index,
        "date": day.date.isoformat(),
        "day_start": day.begins.isoformat(),
        "day_end": day.ends.isoformat(),
        "rooms": {
            name: [event(line, schedule) for line in lines] for name, lines in day.rooms.items()
        },
    }


def event(line: Line, schedule: Schedule) -> dict:
    begins = rfc3339(line.starts_at, schedule.conference)
    more = {"code": line.code} if line.code else {}
    if line.talk_id:
        more |= {"recording_license": licence(line), "do_not_record": not line.may_record}
    if rating := schedule.rating(line):
        more["feedback_url"] = rating
    return {
        "guid": str(line.uuid),
        "id": line.pk,
        **more,
        "date": begins,
        "start": begins[11:16],
        "end": rfc3339(line.ends_at, schedule.conference),
        "duration": duration(line),
        "room": line.where,
        "slug": slug(line, schedule),
        "url": schedule.link(line) or schedule.page,
        "title": line.said,
        "subtitle": "",
        "track": line.track or None,
        "type": line.kind_name or "" if line.talk_id else "break",
        "language": language(line) or None,
        "abstract": line.abstract or "",
        "description": line.description or "",
        "persons": [person(one, schedule) for one in schedule.speakers(line)],
        "links": references("media", "Recording", line.recording_url),
        "attachments": references("slides", "Slides", line.slides_url),
    }


def references(kind: str, title: str, url: str | None) -> list[dict]:
    return [{"type": kind, "url": url, "title": title}] if url else []


def person(one: Person, schedule: Schedule) -> dict:
    return {
        "code": one.code,
        "name": one.name,
        "avatar": schedule.photo_address(one.code) if one.photo else None,
        "biography": one.biography,
        "url": schedule.speaker_address(one.code),
    }


def duration(line: Line) -> str:
    hours, minutes = divmod(round((line.ends_at - line.starts_at).total_seconds() / 60), 60)
    return f"{hours:02}:{minutes:02}"
