"""Who sits at a desk: initials typed once a shift, kept in the laptop's session."""

import functools

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from ..actions import Sitting
from ..auth import door_page
from ..badges.forms import printers_of
from ..models import Station


def desk_page(view):
    """For views of a paired desk; they receive the Sitting of whoever began a shift today."""

    @door_page(Station.Kind.DESK)
    @functools.wraps(view)
    def guarded(request, station, *args, **kwargs):
        sitting = sitting_of(request, station)
        if sitting is None:
            then = request.get_full_path() if request.method == "GET" else reverse("checkin:desk")
            return redirect(f"{reverse('checkin:desk-shift')}?{urlencode({'next': then})}")
        return view(request, sitting, *args, **kwargs)

    return guarded


def key(station):
    return f"desk-{station.pk}"


def sitting_of(request, station):
    """None before the shift began; one of yesterday is over."""
    kept = request.session.get(key(station)) or {}
    if kept.get("day") != station.conference.today().isoformat():
        return None
    printer = None
    if kept.get("printer"):
        printer = printers_of(station.conference).filter(pk=kept["printer"]).first()
    return Sitting(station, kept["volunteer"], printer)


def begin(request, station, *, volunteer, printer):
    request.session[key(station)] = {
        "volunteer": volunteer,
        "printer": printer.pk if printer else None,
        "day": station.conference.today().isoformat(),
    }


def end(request, station):
    request.session.pop(key(station), None)
