"""What programs read of the schedule. Each answer is made once for each version of the edition."""

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from cfp.models import Speaker
from scale import cache

from ..feeds import c3voc, frab, guidebook, ics, signs
from ..feeds.lines import Schedule, latest, read, read_whole
from ..models import Room
from ..outputs import public_talks

JSON, XML = "application/json", "application/xml"
CSV, CALENDAR = "text/csv; charset=utf-8", "text/calendar; charset=utf-8"


def answer(body: bytes, kind: str, release: int, name: str = "") -> HttpResponse:
    """`name` is what the file is called where it is kept."""
    response = HttpResponse(body, content_type=kind)
    response["Schedule-Version"] = str(release)
    # Apps and pages of other sites may read what everyone may read.
    response["Access-Control-Allow-Origin"] = "*"
    if name:
        response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def calendar(schedule: Schedule, of: str = "", code: str = "") -> HttpResponse:
    name = f"{schedule.conference.slug}-{code}".rstrip("-")
    return answer(ics.render(schedule, of), CALENDAR, schedule.release, f"{name}.ics")


@require_safe
@cache.public()
def whole_ics(request, conference):
    return calendar(read(conference))


@require_safe
@cache.public()
def track_ics(request, conference, code):
    track = get_object_or_404(conference.tracks.shown(), code=code)
    return calendar(read(conference, Q(talk__track=track)), track.name, code)


@require_safe
@cache.public()
def room_ics(request, conference, code):
    room = get_object_or_404(Room, conference=conference, code=code)
    # Who stands before Ballroom G must also know what happens in Ballroom GH.
    here = Room.objects.filter(Q(pk=room.pk) | Q(parts=room) | Q(wholes=room))
    return calendar(read(conference, Q(room__in=here.values("pk"))), room.name, code)


@require_safe
@cache.public()
def speaker_ics(request, conference, code):
    person = get_object_or_404(Speaker, code=code)
    if not public_talks(conference).filter(talk_speakers__speaker=person).exists():
        raise Http404
    theirs = Q(talk__talk_speakers__speaker=person)
    return calendar(read(conference, theirs), person.name, code)


@require_safe
@cache.public()
def schedule_xml(request, conference):
    schedule = read_whole(conference)
    return answer(frab.render(schedule), XML, schedule.release)


@require_safe
@cache.public()
def schedule_json(request, conference):
    schedule = read_whole(conference)
    return answer(c3voc.render(schedule), JSON, schedule.release)


@require_safe
@cache.public()
def sign_feed(request, conference):
    schedule = read(conference, descriptions=True)
    return answer(signs.signs(schedule), JSON, schedule.release)


@require_safe
@cache.public()
def app(request, conference):
    schedule = read(conference, descriptions=True)
    return answer(signs.app(schedule), JSON, schedule.release)


@require_safe
@cache.public()
def tracks(request, conference):
    return answer(signs.tracks(conference), JSON, latest(conference))


@require_safe
@cache.public()
def guidebook_csv(request, conference):
    schedule = read(conference, descriptions=True)
    body = guidebook.render(schedule)
    return answer(body, CSV, schedule.release, f"{conference.slug}-guidebook.csv")
