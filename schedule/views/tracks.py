"""A track's own page, and what is announced before it has a place."""

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cfp.models import Calls
from scale import cache

from ..grid import arrange
from ..models import Slot
from ..outputs import announced as announced_talks
from ..outputs import public_talks
from .public import latest_release


@require_safe
@cache.public()
def announced(request, conference):
    """Every confirmed talk without a room and a time."""
    talks = list(announced_talks(conference))
    for talk in talks:
        talk.conference = conference
    return render(request, "schedule/announced.html", {"conference": conference, "talks": talks})


@require_safe
@cache.public(seconds=60)
def track(request, conference, code):
    """What it is, who runs it, its call, and its talks: those with a place in order of time."""
    track = get_object_or_404(conference.tracks.shown(), code=code)
    slots = Slot.objects.select_related("room").order_by("starts_at", "pk")
    talks = (
        public_talks(conference)
        .filter(track=track)
        .select_related("kind")
        .defer("description", "notes")
        .with_speakers()
        .prefetch_related(Prefetch("slot_set", slots, to_attr="places"))
        .order_by("title", "pk")
    )
    release, moved = latest_release(conference)
    placed, waiting = [], []
    for talk in talks:
        talk.conference, talk.track = conference, track
        for slot in talk.places:
            slot.talk = talk  # with its speakers, which the line prints
            placed.append(slot)
        if not talk.places:
            waiting.append(talk)
    placed.sort(key=lambda slot: (slot.starts_at, slot.pk))
    calls = Calls(conference)
    call = next((one for one in calls.of_tracks(conference) if one.track_id == track.pk), None)
    context = {
        "conference": conference,
        "track": track,
        "organisers": track.organisers() if track.is_partner_event else (),
        "call": call,
        "call_state": call.state(calls.now) if call else "",
        "now": calls.now,
        "days": arrange(placed, conference, moved),
        "waiting": waiting,
        "release": release,
    }
    return render(request, "schedule/track.html", context)
