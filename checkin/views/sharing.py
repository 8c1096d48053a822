"""What a ticket's holder lets exhibitors have, and who has it; behind the ticket's secret link."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from registration import actions as registration
from registration.forms import SharingForm
from registration.models import SaleRules
from registration.views.holder import admits, ticket_page
from scale.editions import EditionClosed

from ..leads import actions
from ..models import Lead


def address(ticket):
    args = [ticket.conference.slug, ticket.code, ticket.secret]
    return reverse("checkin:ticket-exhibitors", args=args)


@require_http_methods(["GET", "POST"])
@ticket_page
def exhibitors(request, ticket):
    """The boxes to tick, and every exhibitor that scanned the badge."""
    may = may_tick(ticket)
    form = SharingForm(request.POST if request.method == "POST" and may else None, ticket=ticket)
    if form.is_bound and form.is_valid() and saved(ticket, form):
        ticked = form.cleaned_data["shares"]
        says = "Exhibitors who scan your badge get what you ticked, and keep nothing else of you."
        nothing = "Exhibitors get nothing, and you are off the lists of those who had scanned you."
        messages.success(request, says if ticked else nothing)
        return redirect(address(ticket))
    rows = Lead.objects.given_by(ticket).select_related("exhibitor")
    context = {
        "conference": ticket.conference,
        "ticket": ticket,
        "form": form,
        "may": may,
        "is_minor": ticket.is_for_minor,
        "leads": rows.order_by("-scanned_at", "-pk"),
    }
    return render(request, "checkin/ticket_exhibitors.html", context)


def may_tick(ticket):
    if ticket.is_for_minor or not admits(ticket):
        return False
    rules = SaleRules.objects.of(ticket.conference)
    return not ticket.conference.is_closed and rules.exhibitors_scan


def saved(ticket, form):
    """Whether it is saved; else why not stands on the form."""
    said = form.cleaned_data
    try:
        actions.share(ticket, said["shares"], phone=said["phone"])
    except (registration.PassedOn, registration.CannotShare, EditionClosed) as error:
        form.add_error(None, str(error))
        return False
    return True


@require_POST
@ticket_page
def take_back(request, ticket, lead):
    if actions.take_back(ticket, lead):
        messages.success(request, "Taken back: it is off their list, and they get nothing more.")
    return redirect(address(ticket))


@require_POST
@ticket_page
def allow_again(request, ticket, lead):
    if actions.allow_again(ticket, lead):
        messages.success(request, "They get what you ticked when they scan your badge again.")
    return redirect(address(ticket))
