"""What organisers watch: who came, what goes wrong, who is missing; and the wall."""

import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from registration.models import code_key
from scale import codes
from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions, arrivals, soon
from ..forms import FailedForm, LeftoversForm
from ..models import CheckInList, Scan

CLOSED = "This edition is closed and can only be read."
PER_PAGE = 50
FAR = dt.timedelta(days=366)
# The chair is one of each.
PHONES = (Role.REGISTRATION, Role.PROGRAM, Role.CREW)


@never_cache
@require_GET
@staff_page(Role.REGISTRATION, Role.DOOR)
def live(request, conference):
    """Who came so far: by minute, list and type, by station; what waits, what went wrong."""
    context = arrivals.shared(conference) | {
        "conference": conference,
        "may_phone": request.user.has_role(conference, *PHONES),
        "may_open": request.user.has_role(conference, Role.REGISTRATION),
    }
    return render(request, "checkin/live.html", context)


@never_cache
@require_GET
@staff_page(Role.REGISTRATION, Role.DOOR)
def wall(request, conference):
    """The same numbers for a projector: nothing about any one person."""
    context = arrivals.shared(conference) | {"conference": conference}
    return render(request, "checkin/wall.html", context)


@never_cache
@require_GET
@staff_page(Role.REGISTRATION, Role.DOOR, Role.PROGRAM, Role.CREW)
def speakers(request, conference):
    """Who speaks within two hours and is not in; of another moment with `?at=`."""
    now = moment(request.GET.get("at", ""), conference) or timezone.now()
    context = {
        "conference": conference,
        "now": now,
        "soon": soon.turns(conference, now),
        "may_phone": request.user.has_role(conference, *PHONES),
    }
    return render(request, "checkin/speakers_soon.html", context)


def moment(text, conference):
    """2027-03-05T10:00 on the conference's clocks, or None; so far away nobody speaks."""
    try:
        found = dt.datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=conference.zone)
    except ValueError:
        return None
    return found if abs(found.date() - conference.starts_on) < FAR else None


@never_cache
@require_GET
@staff_page(Role.REGISTRATION, Role.DOOR)
def failed(request, conference):
    """Every attempt that let nobody in, the last first."""
    form = FailedForm(request.GET, conference=conference)
    lists = list(conference.checkin_lists.values_list("pk", flat=True))
    rows = Scan.objects.failed(lists).told()
    wanted = form.cleaned_data if form.is_valid() else {}
    for name in ("verdict", "station", "checkin_list"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if words := wanted.get("q"):
        rows = rows.filter(about(words))
    page = Paginator(rows.order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"conference": conference, "form": form, "page": page, "asked": any(wanted.values())}
    return render(request, "checkin/failed_scans.html", context)


def about(words):
    """Scans of a ticket with this code or in this name, or by this volunteer."""
    code = codes.clean_code(words)
    named = Q(ticket__attendee_name__icontains=words, retired=None)
    return named | Q(ticket__code_key=code_key(code)) | Q(volunteer__iexact=words)


@require_POST
@staff_page(Role.REGISTRATION)
def leftovers(request, conference, pk):
    """Opens what is left of a list to everybody, or keeps it for who ordered again."""
    found = get_object_or_404(CheckInList, pk=pk, conference=conference)
    found.conference = conference
    form = LeftoversForm(request.POST)
    try:
        if form.is_valid() and form.cleaned_data["open"]:
            actions.open_leftovers(found)
            messages.success(request, f"{found}: everybody can have one of what is left.")
        elif form.is_valid():
            actions.close_leftovers(found)
            messages.success(request, f"{found}: only for those who ordered.")
    except EditionClosed:
        messages.error(request, CLOSED)
    arrivals.forget(conference)
    return redirect("checkin:live", conference.slug)
