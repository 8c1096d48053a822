"""Cash drawers: opened, looked into, closed; and what came in each day, for the treasurer."""

from collections import defaultdict

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from scale import money
from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role
from scale.time import local

from .. import actions
from ..forms.selling import CloseDrawerForm, OpenDrawerForm
from ..models import CashDrawer, Payment, Refund


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION, Role.FINANCE)
def drawers(request, conference):
    form = OpenDrawerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            drawer = actions.open_drawer(conference, by=request.user, **form.cleaned_data)
        except actions.NameTaken as error:
            form.add_error("name", str(error))
        except EditionClosed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{drawer} is open.")
            return redirect("registration:drawer", conference.slug, drawer.pk)
    rows = CashDrawer.objects.filter(conference=conference).with_sums()
    context = {
        "conference": conference,
        "form": form,
        "open": [one for one in rows if not one.closed_at],
        "closed": [one for one in rows if one.closed_at],
        "days": totals_by_day(conference),
    }
    return render(request, "registration/drawers.html", context)


def totals_by_day(conference):
    """(day, cash in, cash back, cheques) for each day of the desk, newest first."""
    days = defaultdict(lambda: {"in": money.ZERO, "out": money.ZERO, "cheques": money.ZERO})
    taken = Payment.objects.filter(order__conference=conference, provider__in=["cash", "cheque"])
    for provider, amount, at in taken.values_list("provider", "amount", "received_at"):
        days[local(at, conference).date()]["in" if provider == "cash" else "cheques"] += amount
    back = Refund.objects.filter(order__conference=conference).exclude(drawer=None)
    for amount, at in back.exclude(sent_at=None).values_list("amount", "sent_at"):
        days[local(at, conference).date()]["out"] += amount
    return [
        (day, sums["in"], sums["out"], sums["in"] - sums["out"], sums["cheques"])
        for day, sums in sorted(days.items(), reverse=True)
    ]


@require_GET
@staff_page(Role.REGISTRATION, Role.FINANCE)
def drawer(request, conference, pk):
    found = get_object_or_404(
        CashDrawer.objects.select_related("opened_by", "closed_by"), conference=conference, pk=pk
    )
    came = found.payments.select_related("order", "by").order_by("-pk")
    went = found.refunds.select_related("order", "by").order_by("-pk")
    context = {
        "conference": conference,
        "drawer": found,
        "expected": found.expected(),
        "payments": came[:500],
        "refunds": went[:500],
        "form": CloseDrawerForm(),
    }
    return render(request, "registration/drawer.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION, Role.FINANCE)
def drawer_close(request, conference, pk):
    """The count is typed before the sum is shown, so that it is really counted."""
    found = get_object_or_404(CashDrawer, conference=conference, pk=pk)
    form = CloseDrawerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_drawer(found, by=request.user, **form.cleaned_data)
        except (actions.DrawerClosed, EditionClosed) as error:
            messages.warning(request, str(error))
        return redirect("registration:drawer", conference.slug, found.pk)
    context = {"conference": conference, "drawer": found, "form": form}
    return render(request, "registration/drawer_close.html", context)
