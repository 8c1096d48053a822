"""What moves with the clock: now and next, signs at the doors, the board in the hall, changes."""

from itertools import groupby

from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from scale import cache
from sponsors.models import Sponsorship

from ..changes import told
from ..doors import door, doors
from ..models import Room, Slot
from .public import HEAVY, HOUR, latest_release

MINUTE = 60
AHEAD = 10  # slots of each room on a page, for when the network is away


@require_safe
@cache.public(seconds=MINUTE)
def now(request, conference):
    return render(request, "schedule/now.html", all_doors(conference))


@require_safe
@cache.public(seconds=MINUTE)
def hall(request, conference):
    """All rooms on one screen in the hall."""
    context = all_doors(conference) | {"tiers": tiers(conference)}
    return render(request, "schedule/hall.html", context)


def all_doors(conference):
    moment = timezone.now()
    coming = Slot.objects.shown(conference).filter(ends_at__gt=moment).defer(*HEAVY)
    release, moved = latest_release(conference)
    found = doors(marked(coming, moved), conference, ahead=AHEAD, now=moment)
    return {"conference": conference, "doors": found, "release": release, "now": moment}


@require_safe
@cache.public(seconds=MINUTE)
def sign(request, conference, code):
    """For a screen at the door of a room; it shows what happens in the room's wholes too."""
    room = get_object_or_404(Room, conference=conference, code=code)
    here = Q(room=room) | Q(room__parts=room) | Q(room__wholes=room)
    slots = Slot.objects.shown(conference).filter(here).distinct().defer(*HEAVY)
    release, moved = latest_release(conference)
    moment = timezone.now()
    context = {
        "conference": conference,
        "door": door(room, marked(slots, moved), conference, moment),
        "tiers": tiers(conference),
        "release": release,
        "now": moment,
    }
    return render(request, "schedule/sign.html", context)


def marked(slots, moved):
    for slot in slots:
        slot.moved_in = moved.get(slot.uuid)
        yield slot


def tiers(conference):
    """[(package, its sponsors)] for the strip below."""
    deals = Sponsorship.objects.public(conference)
    return [(package, list(found)) for package, found in groupby(deals, lambda one: one.package)]


@require_safe
@cache.public(seconds=HOUR)
def changes(request, conference):
    """What each release changed."""
    release, moved = latest_release(conference)
    context = {
        "conference": conference,
        "releases": told(conference),
        "release": release,
    }
    return render(request, "schedule/changes.html", context)
