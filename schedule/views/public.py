"""What everyone sees. Each page is rendered once for each version of the edition."""

from django.db.models import Exists, OuterRef, Prefetch, Q, prefetch_related_objects
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cfp.models import Speaker, TalkSpeaker
from registration.models import Lapsed
from scale import cache
from scale.auth import edition_page
from scale.db import snapshot
from scale.text import plain

from .. import cards, structured
from ..changes import moved_lately
from ..filters import Search, choices
from ..grid import arrange
from ..models import Release, Room, Slot
from ..outputs import every_public_talk, public_talks
from .days import day_of

WEEK = 7 * 24 * 3600
SALE = 300  # how long a talk's page may still say that seats are not on sale yet, or still are
HOUR = 3600  # how long a page may still say “moved” after its 24 hours
ONE_DAY_ABOVE = 500  # slots; beyond it a page of all days is too heavy for a phone
HEAVY = ("talk__description", "talk__notes", "talk__abstract")


@require_safe
def schedule(request, slug):
    """The whole schedule; with a search in the address what fits it.

    The whole is rendered once for everyone. What people type is endless, and each search is
    rendered for who asks.
    """
    if Search.of(request.GET):
        return found(request, slug)
    keep_view(request)
    return whole(request, slug)


def keep_view(request):
    """Two answers for an address, whatever else stands in its query."""
    as_list = request.GET.get("view") == "list"
    request.GET = QueryDict("view=list" if as_list else "")


@cache.public(seconds=HOUR, asked=("view",))
def whole(request, conference):
    slots = Slot.objects.shown(conference)
    if slots.count() > ONE_DAY_ABOVE:
        return day_page(request, conference, first_day(conference))
    slots = list(slots.defer(*HEAVY))
    return render_schedule(request, conference, slots, is_whole=True)


@edition_page
def found(request, conference):
    with snapshot():
        slots = list(Slot.objects.shown(conference).defer(*HEAVY))
        return render_schedule(request, conference, slots, search=Search.of(request.GET))


@require_safe
def day(request, slug, day):
    keep_view(request)
    return whole_day(request, slug, day)


@cache.public(seconds=HOUR, asked=("view",))
def whole_day(request, conference, day):
    return day_page(request, conference, day_of(conference, day))


def day_page(request, conference, date):
    begins, ends = conference.day_bounds(date)
    slots = Slot.objects.shown(conference).filter(starts_at__gte=begins, starts_at__lt=ends)
    slots = list(slots.defer(*HEAVY))
    if not slots and date not in conference.days():
        raise Http404
    return render_schedule(request, conference, slots, date=date)


def first_day(conference):
    """Today while the conference is on, else its first day."""
    today = conference.today()
    return today if conference.is_on() else conference.starts_on


def render_schedule(request, conference, slots, *, search=None, date=None, is_whole=False):
    """A page of the slots that fit; `date` where it is one day's, `is_whole` where it is all."""
    search = search or Search.of(QueryDict())
    release, moved = latest_release(conference)
    shown = [slot for slot in slots if search.fits(slot)] if search else slots
    context = {
        "conference": conference,
        "days": arrange(shown, conference, moved),
        "tabs": conference.days(),
        "date": date,
        "is_whole": is_whole,
        "here": address_of(conference, date),
        "as_list": bool(search) or request.GET.get("view") == "list",
        "search": search,
        # A search can go on in the browser where the whole schedule fits on a page.
        "later": bool(search) and len(slots) <= ONE_DAY_ABOVE,
        "choices": choices(slots, search),
        "fitting": len(shown),
        "structured": structured.of_edition(conference),
        "release": release,
    }
    return render(request, "schedule/schedule.html", context)


def address_of(conference, date):
    if date is None:
        return reverse("schedule:schedule", args=[conference.slug])
    return reverse("schedule:day", args=[conference.slug, date.isoformat()])


def latest_release(conference):
    """The release the page shows, and {slot: version that moved it} of the last 24 hours."""
    release = Release.objects.filter(conference=conference).first()
    return release, moved_lately(conference) if release else {}


@require_safe
@cache.public(seconds=SALE)
def talk(request, conference, code):
    talk = get_object_or_404(
        public_talks(conference)
        .select_related("track", "kind", "workshop__add_on", "workshop__quota")
        .with_speakers(),
        code=code.partition("-")[0],
    )
    if code != talk.named_code and request.path.endswith(f"/{code}/"):
        return redirect(talk.get_absolute_url(), permanent=False)
    release, moved = latest_release(conference)
    slots = list(Slot.objects.filter(talk=talk).select_related("room").order_by("starts_at"))
    for slot in slots:
        slot.moved_in = moved.get(slot.uuid)
    talk.conference = conference
    picture = cards.address_of(cards.card_of(talk, slots, conference), talk, conference)
    context = {
        "conference": conference,
        "talk": talk,
        "slots": slots,
        "release": release,
        "summary": plain(talk.abstract or talk.description, 200),
        "picture": picture,
        "structured": structured.of_talk(talk, slots, conference, picture),
        "seats": seats_line(talk),
    }
    return render(request, "schedule/talk.html", context)


def seats_line(talk):
    """(workshop, state of its sale) of a talk that one needs a seat for, else None."""
    workshop = getattr(talk, "workshop", None)
    if workshop is None or workshop.add_on.is_hidden or talk.is_cancelled:
        return None
    add_on = workshop.add_on
    add_on.conference = talk.conference
    prefetch_related_objects([add_on], "quotas")
    Lapsed(talk.conference).count_in([add_on])
    return {"workshop": workshop, "add_on": add_on, "state": add_on.state(), "left": add_on.left()}


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
@cache.public(seconds=HOUR)
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
    release, moved = latest_release(conference)
    for talk in talks:
        talk.conference, talk.slots_here = conference, list(talk.slot_set.all())
        for slot in talk.slots_here:
            slot.moved_in = moved.get(slot.uuid)
            slot.talk = talk  # with its speakers, which the line prints
    if code != person.named_code:
        return redirect("schedule:speaker", conference.slug, person.named_code)
    context = {"conference": conference, "person": person, "talks": talks, "release": release}
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
@cache.public(seconds=HOUR)
def room(request, conference, code):
    """What is on in it: for who stands before the door."""
    room = get_object_or_404(Room.objects.select_related("venue"), conference=conference, code=code)
    # Who stands before Ballroom G must also see what happens in Ballroom GH.
    here = Q(room=room) | Q(room__parts=room) | Q(room__wholes=room)
    slots = Slot.objects.shown(conference).filter(here).distinct()
    release, moved = latest_release(conference)
    days = arrange(slots.defer(*HEAVY), conference, moved)
    context = {"conference": conference, "room": room, "days": days, "release": release}
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


@require_safe
def room_map(request, name):
    """Where a room is, once its edition is public. Every upload gets a name of its own."""
    room = Room.objects.filter(conference__is_public=True, map=f"rooms/{name}").first()
    try:
        picture = room.map.open("rb") if room else None
    except FileNotFoundError:
        picture = None
    if picture is None:
        raise Http404
    response = FileResponse(picture, content_type="image/png")
    response["Cache-Control"] = f"public, max-age={WEEK}, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
