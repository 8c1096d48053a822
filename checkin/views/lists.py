"""What people are checked in to, made and changed by the registration team."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions
from ..forms import CheckInListForm
from ..models import CheckIn, CheckInList

CLOSED = "This edition is closed and can only be read."


@require_GET
@staff_page(Role.REGISTRATION)
def lists(request, conference):
    rows = conference.checkin_lists.annotate(used_by=Count("stations"))
    live = CheckIn.objects.live().filter(checkin_list__conference=conference).order_by()
    came = dict(live.values_list("checkin_list").annotate(n=Count("ticket", distinct=True)))
    found = list(rows.prefetch_related("ticket_types", "add_ons"))
    for one in found:
        one.came = came.get(one.pk, 0)
    return render(request, "checkin/lists.html", {"conference": conference, "lists": found})


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION)
def list_new(request, conference):
    form = CheckInListForm(request.POST or None, conference=conference)
    if request.method == "POST" and form.is_valid() and (made := saved(form)):
        messages.success(request, f"{made} is made.")
        return redirect("checkin:lists", conference.slug)
    return render(request, "checkin/list.html", {"conference": conference, "form": form})


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION)
def list_edit(request, conference, pk):
    """A change counts from the next scan on; phones hear of it within seconds."""
    found = get_object_or_404(CheckInList, pk=pk, conference=conference)
    form = CheckInListForm(request.POST or None, instance=found, conference=conference)
    if request.method == "POST" and form.is_valid() and (changed := saved(form)):
        messages.success(request, f"{changed} is changed.")
        return redirect("checkin:lists", conference.slug)
    context = {
        "conference": conference,
        "form": form,
        "list": CheckInList.objects.get(pk=pk),
        "why_stays": actions.why_in_use(found),
    }
    return render(request, "checkin/list.html", context)


def saved(form):
    """The list; None when a rule refused it, which then stands on the form."""
    said = form.cleaned_data
    chosen = {name: list(said.get(name, ())) for name in ("ticket_types", "add_ons")}
    try:
        return actions.save_list(form.instance, **chosen)
    except actions.NameTaken as error:
        form.add_error("name", str(error))
    except EditionClosed:
        form.add_error(None, CLOSED)
    return None


@require_POST
@staff_page(Role.REGISTRATION)
def list_remove(request, conference, pk):
    found = get_object_or_404(CheckInList, pk=pk, conference=conference)
    try:
        actions.remove_list(found)
    except actions.InUse as error:
        messages.error(request, str(error))
        return redirect("checkin:list-edit", conference.slug, pk)
    except EditionClosed:
        messages.error(request, CLOSED)
    else:
        messages.success(request, f"{found} is removed.")
    return redirect("checkin:lists", conference.slug)
