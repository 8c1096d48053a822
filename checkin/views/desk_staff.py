"""What staff say about a desk station's cash."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from registration.actions import DrawerClosed
from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions
from ..desk.forms import DrawerOfStationForm
from ..models import Station
from .staff import CLOSED


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION, Role.FINANCE)
def station_drawer(request, conference, pk):
    """Which open drawer the desk sells from."""
    found = get_object_or_404(Station, pk=pk, conference=conference)
    form = DrawerOfStationForm(request.POST or None, station=found)
    if request.method == "POST" and form.is_valid():
        drawer = form.cleaned_data["drawer"]
        try:
            actions.give_drawer(found, drawer, by=request.user)
        except (actions.CannotHold, DrawerClosed) as error:
            form.add_error("drawer", str(error))
        except EditionClosed:
            form.add_error(None, CLOSED)
        else:
            words = f"sells from {drawer}" if drawer else "has no drawer now"
            messages.success(request, f"{found} {words}.")
            return redirect("checkin:station-drawer", conference.slug, found.pk)
    context = {"conference": conference, "station": found, "form": form}
    return render(request, "checkin/station_drawer.html", context)
