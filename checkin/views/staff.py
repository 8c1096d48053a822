"""What registration and the door team see of stations."""

import segno
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions
from ..forms import StationForm, StationSearchForm
from ..models import Scan, Station
from .devices import device_word

A_PAGE = 50
CLOSED = "This edition is closed and can only be read."


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION, Role.DOOR)
def stations(request, conference):
    """An edition's stations, narrowed by what is asked, and the form that makes one."""
    now = timezone.now()
    search = StationSearchForm(request.GET)
    rows = Scan.objects.last_of(conference.stations.select_related("checkin_list", "organization"))
    page = Paginator(search.narrow(rows, now), A_PAGE).get_page(request.GET.get("page"))
    form = StationForm(request.POST or None, conference=conference)
    if request.method == "POST" and form.is_valid() and (made := saved(form)):
        messages.success(request, f"{made} is made. Pair its device when you have it at hand.")
        return redirect("checkin:stations", conference.slug)
    context = {
        "conference": conference,
        "page": page,
        "search": search,
        "narrowed": any(request.GET.get(name) for name in search.fields),
        "now": now,
        "may_lists": request.user.has_role(conference, Role.REGISTRATION),
        "has_lists": conference.checkin_lists.exists(),
        "may_cash": request.user.has_role(conference, Role.REGISTRATION, Role.FINANCE),
        "form": form,
    }
    return render(request, "checkin/stations.html", context)


def saved(form):
    """The station; None when a rule refused it, which then stands on the form."""
    try:
        return actions.save_station(form.instance)
    except actions.NameTaken as error:
        form.add_error("name", str(error))
    except EditionClosed:
        form.add_error(None, CLOSED)
    return None


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION, Role.DOOR)
def station(request, conference, pk):
    """Change a station's name, kind or list; its device stays paired."""
    found = get_object_or_404(Station, pk=pk, conference=conference)
    form = StationForm(request.POST or None, instance=found, conference=conference)
    if request.method == "POST" and form.is_valid() and saved(form):
        messages.success(request, f"{found} is changed.")
        return redirect("checkin:stations", conference.slug)
    return render(
        request, "checkin/station.html", {"conference": conference, "form": form, "station": found}
    )


@never_cache
@require_POST
@staff_page(Role.REGISTRATION, Role.DOOR)
def station_pair(request, conference, pk):
    """Shows a new code as QR and letters; it is kept nowhere, so this is the only time."""
    found = get_object_or_404(Station, pk=pk, conference=conference)
    try:
        code = actions.open_pairing(found)
    except EditionClosed:
        messages.error(request, CLOSED)
        return redirect("checkin:stations", conference.slug)
    address = request.build_absolute_uri(reverse("checkin:pair", args=[code]))
    qr = segno.make_qr(address, error="m").svg_inline(
        scale=8, light="#fff", title="QR code of the pairing link", omitsize=True
    )
    context = {
        "conference": conference,
        "station": found,
        "device": device_word(found),
        "qr": mark_safe(qr),  # segno's own drawing  # nosec B308 B703
        "code": f"{code[:5]} {code[5:]}",
        "by_hand": request.build_absolute_uri(reverse("checkin:pair-by-hand")),
    }
    return render(request, "checkin/station_pair.html", context)


@require_POST
@staff_page(Role.REGISTRATION, Role.DOOR)
def station_revoke(request, conference, pk):
    found = get_object_or_404(Station, pk=pk, conference=conference)
    actions.revoke(found)
    messages.success(request, f"{found} is cut off: its phone can do nothing any more.")
    return redirect("checkin:stations", conference.slug)
