"""What programs read of the schedule. Each answer is made once for each version of the edition."""

import datetime as dt
import json

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from scale import cache
from scale.text import plain
from scale.time import rfc3339

from .. import ical
from ..models import Slot
from .public import latest_release


@require_safe
@cache.public()
def ics(request, conference):
    release, _ = latest_release(conference)
    stamp = release.made_at if release else dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    events = (
        ical.event(
            slot,
            stamp=stamp,
            url=talk_link(conference, slot),
            speakers=slot.speaker_names,
            description=plain(slot.talk.abstract) if slot.talk else "",
        )
        for slot in Slot.objects.shown(conference).defer("talk__description", "talk__notes")
    )
    response = HttpResponse(ical.calendar(conference, events), content_type="text/calendar")
    response["Content-Disposition"] = f'inline; filename="{conference.slug}.ics"'
    return response


@require_safe
@cache.public()
def signs(request, conference):
    """For the screens in front of the rooms: a JSON array whose values are all strings."""
    rows = [
        {
            "Name": f"Cancelled: {slot.what}"
            if slot.talk and slot.talk.is_cancelled
            else slot.what,
            "Location": slot.where,
            "StartTime": rfc3339(slot.starts_at, conference),
            "EndTime": rfc3339(slot.ends_at, conference),
            "Speakers": slot.speaker_names,
            "Topic": slot.talk.shown_track.name if slot.talk and slot.talk.shown_track else "",
            "Description": (slot.talk.abstract or plain(slot.talk.description, 1200))
            if slot.talk
            else "",
            "Photo": photo(slot),
            "Link": talk_link(conference, slot),
        }
        for slot in Slot.objects.shown(conference).defer("talk__notes")
    ]
    body = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(body, content_type="application/json")


def photo(slot):
    """The address of the first speaker's picture, empty without one."""
    for speaker in slot.talk.speakers() if slot.talk else ():
        if speaker.photo:
            return settings.SITE_URL + reverse("schedule:photo", args=[speaker.code])
    return ""


def talk_link(conference, slot):
    """Without the words behind the code, so that it stays when a talk is renamed."""
    if not slot.talk:
        return ""
    return settings.SITE_URL + reverse("schedule:talk", args=[conference.slug, slot.talk.code])
