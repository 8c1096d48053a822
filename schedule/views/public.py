"""What everyone sees. Each page is rendered once for each version of the edition."""

import datetime as dt

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from cfp.models import Speaker, TalkSpeaker
from scale import cache

from ..grid import arrange
from ..models import Release, Room, Slot
from ..outputs import every_public_talk, public_talks

ONE_DAY_ABOVE = 500  # slots; beyond it a page of all days is too heavy for a phone
HEAVY = ("talk__description", "talk__notes", "talk__abstract")


@require_safe
@cache.public()
def schedule(request, conference):
    slots = Slot.objects.shown(conference)
    if slots.count() > ONE_DAY_ABOVE:
        return day_page(request, conference, first_day(conference), alone=True)
    days = arrange(slots.defer(*HEAVY), conference)
    return render_schedule(request, conference, days, alone=False)


@require_safe
@cache.public()
def day(request, conference, day):
    try:
        date = dt.date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    return day_page(request, conference, date, alone=True)


def day_page(request, conference, date, alone):
    begins, ends = conference.day_bounds(date)
    slots = Slot.objects.shown(conference).filter(starts_at__gte=begins, starts_at__lt=ends)
    days = arrange(slots.defer(*HEAVY), conference)
    if not days and date not in conference.days():
        raise Http404
    return render_schedule(request, conference, days, alone=alone, date=date)


def first_day(conference):
    """Today while the conference is on, else its first day."""
    today = conference.today()
    return today if conference.is_on() else conference.starts_on


def render_schedule(request, conference, days, *, alone, date=None):
    release, moved = latest_release(conference)
    tracks = {
        slot.talk.track_id: slot.talk.shown_track
        for shown in days
        for row in shown.rows
        for _, slots in row.cells
        for slot in slots
        if slot.talk and slot.talk.shown_track
    }
    context = {
        "conference": conference,
        "days": days,
        "tabs": conference.days(),
        "alone": alone,
        "date": date,
        "tracks": sorted(tracks.values(), key=lambda track: (track.position, track.name)),
        "release": release,
        "moved": moved,
    }
    return render(request, "schedule/schedule.html", context)


def latest_release(conference):
    """The release the page shows, and the slots it moved (not those it added)."""
    release = Release.objects.filter(conference=conference).first()
    if release is None:
        return None, set()
    moved = release.changes.filter(removed=False, before__isnull=False)
    return release, set(moved.values_list("slot_uuid", flat=True))


@require_safe
@cache.public()
def talk(request, conference, code):
    talk = get_object_or_404(
        public_talks(conference).select_related("track", "kind").with_speakers(),
        code=code.partition("-")[0],
    )
    if code != talk.named_code and request.path.endswith(f"/{code}/"):
        return redirect(talk.get_absolute_url(), permanent=False)
    slots = Slot.objects.filter(talk=talk).select_related("room").order_by("starts_at")
    release, moved = latest_release(conference)
    return render(
        request,
        "schedule/talk.html",
        {
            "conference": conference,
            "talk": talk,
            "slots": slots,
            "release": release,
            "moved": moved,
        },
    )


@require_safe
@cache.public()
def speakers(request, conference):
    rows = (
        Speaker.objects.filter(talk_speakers__talk__in=public_talks(conference))
        .distinct()
        .order_by("name", "pk")
        .prefetch_related(
            Prefetch(
                "talk_speakers",
                TalkSpeaker.objects.filter(talk__in=public_talks(conference)).select_related(
                    "talk"
                ),
            )
        )
    )
    return render(request, "schedule/speakers.html", {"conference": conference, "rows": rows})


def known_speaker(code):
    person = Speaker.objects.known_as(code)
    if person is None:
        raise Http404
    return person


@require_safe
@cache.public()
def speaker(request, conference, code):
    person = known_speaker(code.partition("-")[0])
    talks = list(
        public_talks(conference)
        .filter(talk_speakers__speaker=person)
        .select_related("track")
        .with_speakers()
        .prefetch_related(
            Prefetch("slot_set", Slot.objects.select_related("room").order_by("starts_at"))
        )
    )
    if not talks:
        raise Http404
    for talk in talks:
        talk.conference, talk.slots_here = conference, list(talk.slot_set.all())
        for slot in talk.slots_here:
            slot.talk = talk  # with its speakers, which the line prints
    if code != person.named_code:
        return redirect("schedule:speaker", conference.slug, person.named_code)
    context = {"conference": conference, "person": person, "talks": talks}
    return render(request, "schedule/speaker.html", context)


@require_safe
@cache.public()
def rooms(request, conference):
    rows = (
        Room.objects.filter(conference=conference)
        .select_related("venue")
        .prefetch_related("parts")
        .annotate(is_used=Exists(Slot.objects.filter(room=OuterRef("pk"))))
    )
    return render(request, "schedule/rooms.html", {"conference": conference, "rows": rows})


@require_safe
@cache.public()
def room(request, conference, code):
    room = get_object_or_404(Room.objects.select_related("venue"), conference=conference, code=code)
    # Who stands before Ballroom G must also see what happens in Ballroom GH.
    here = Q(room=room) | Q(room__parts=room) | Q(room__wholes=room)
    slots = Slot.objects.shown(conference).filter(here).distinct()
    days = arrange(slots.defer(*HEAVY), conference)
    context = {"conference": conference, "room": room, "days": days}
    return render(request, "schedule/room.html", context)


@require_safe
def speaker_photo(request, code):
    """A speaker's picture, once one of their talks is public."""
    person = known_speaker(code)
    known = every_public_talk().filter(talk_speakers__speaker=person, conference__is_public=True)
    if not person.photo or not known.exists():
        raise Http404
    try:
        picture = person.photo.read()
    except FileNotFoundError:
        raise Http404 from None
    response = HttpResponse(picture, content_type="image/png")
    response["Cache-Control"] = "public, max-age=300"
    response["X-Content-Type-Options"] = "nosniff"
    return response
