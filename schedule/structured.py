"""What search engines read of the pages: schema.org events."""

import json
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from cfp.models import Talk
from scale.models import Conference
from scale.text import plain
from scale.time import rfc3339

from .models import Slot

# As in Django's json_script: what could end the element is written as an escape.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
STATUS = "https://schema.org/Event{}"
IN_PERSON = "https://schema.org/OfflineEventAttendanceMode"


def as_script(data: dict | list) -> SafeString:
    """For the inside of a script element; browsers do not run it, it is data."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(ESCAPES))  # nosec B308 B703


def venue(conference: Conference) -> dict:
    place = {"@type": "Place", "name": conference.venue_name or conference.name}
    if conference.venue_address:
        place["address"] = conference.venue_address
    return place


def edition(conference: Conference) -> dict:
    return {
        "@type": "Event",
        "name": conference.name,
        "startDate": conference.starts_on.isoformat(),
        "endDate": conference.ends_on.isoformat(),
        "eventStatus": STATUS.format("Scheduled"),
        "eventAttendanceMode": IN_PERSON,
        "location": venue(conference),
        "url": settings.SITE_URL + reverse("pages:front", args=[conference.slug]),
    }


def of_edition(conference: Conference) -> SafeString:
    return as_script({"@context": "https://schema.org", **edition(conference)})


def of_talk(
    talk: Talk, slots: Iterable[Slot], conference: Conference, image: str
) -> SafeString | None:
    """One event for each of the talk's slots; None without any, for an event has a time."""
    events = [event(talk, slot, conference, image) for slot in slots]
    return as_script({"@context": "https://schema.org", "@graph": events}) if events else None


def event(talk: Talk, slot: Slot, conference: Conference, image: str) -> dict:
    place = venue(conference)
    if slot.where:
        place = {"@type": "Place", "name": slot.where, "containedInPlace": place}
        if "address" in place["containedInPlace"]:
            place["address"] = place["containedInPlace"]["address"]
    return {
        "@type": "Event",
        "name": talk.title,
        "startDate": rfc3339(slot.starts_at, conference),
        "endDate": rfc3339(slot.ends_at, conference),
        "eventStatus": STATUS.format("Cancelled" if talk.is_cancelled else "Scheduled"),
        "eventAttendanceMode": IN_PERSON,
        "location": place,
        "description": plain(talk.abstract or talk.description, 500),
        "performer": [{"@type": "Person", "name": person.name} for person in talk.speakers()],
        "image": [image],
        "url": settings.SITE_URL + talk.get_absolute_url(),
        "superEvent": edition(conference),
    }
