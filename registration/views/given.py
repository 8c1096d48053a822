"""One ticket at the desk: given with a reason, moved, with one more extra, taken back."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from scale import money
from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions
from ..forms.given import AddExtraForm, GiveForm, MoveGivenForm, TakeBackForm
from ..models import Refund
from .acts import REFUSED, found_ticket, to_be_paid, why_refused


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION)
def give(request, conference):
    """The same form again changes nothing: who holds a ticket already keeps that one."""
    form = GiveForm(request.POST or None, conference=conference)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            ticket = actions.give_ticket(
                conference,
                said["type"],
                name=said["name"],
                email=said["email"],
                role=said["role"],
                why=said["why"],
                source=said["source"],
                by=request.user,
            )
        except actions.SoldOut as error:
            form.add_error("type", f"{error.left} places are left: it cannot be given.")
        except actions.AllowanceUsedUp as error:
            form.add_error("source", str(error))
        except EditionClosed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{ticket.attendee_name} holds {ticket.ticket_type}.")
            return redirect("registration:staff-ticket", conference.slug, ticket.code)
    context = {"conference": conference, "title": "Give a free ticket", "form": form}
    return render(request, "registration/staff_given.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION)
def take_back(request, conference, code):
    ticket = found_ticket(conference, code)
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_comp(ticket, by=request.user, why=form.cleaned_data["why"])
        except (actions.NotGiven, EditionClosed) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"It is taken back; its place is free.{owed(ticket)}")
            return redirect("registration:staff-ticket", conference.slug, ticket.code)
    title = f"Take back the ticket of {ticket.attendee_name}"
    context = {"conference": conference, "title": title, "form": form}
    return render(request, "registration/staff_given.html", context)


def owed(ticket):
    back = Refund.objects.filter(order__upgrades=ticket, status=Refund.Status.WAITING)
    total = sum((one.amount for one in back), money.ZERO)
    if not total:
        return ""
    return f" We owe {money.show(total, ticket.conference.currency)} back for its extras."


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION)
def move_given(request, conference, code):
    ticket = found_ticket(conference, code)
    form = MoveGivenForm(request.POST or None, ticket=ticket)
    if request.method == "POST" and form.is_valid():
        page = redirect("registration:staff-ticket", conference.slug, ticket.code)
        said = form.cleaned_data
        try:
            actions.move_given(
                ticket, said["to"], was=said["was"], why=said["why"], by=request.user
            )
        except actions.ChangedMeanwhile as error:
            messages.warning(request, str(error))
            return page
        except (actions.SoldOut, *REFUSED) as error:
            form.add_error(None, why_refused(error, conference))
        else:
            messages.success(request, f"It is {said['to']} now, with the same code.")
            return page
    title = f"Move the ticket of {ticket.attendee_name}"
    context = {"conference": conference, "ticket": ticket, "title": title, "form": form}
    return render(request, "registration/staff_given.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION)
def add_extra(request, conference, code):
    """For a ticket that was bought or given; what it costs is an order of its own."""
    ticket = found_ticket(conference, code)
    form = AddExtraForm(request.POST or None, ticket=ticket)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            order = actions.add_extra(
                ticket, said["extra"], token=said["token"], why=said["why"], by=request.user
            )
        except actions.UpgradeWaits as error:
            form.add_error(None, why_refused(error, conference))
        except (actions.SoldOut, *REFUSED) as error:
            form.add_error("extra", why_refused(error, conference))
        else:
            messages.success(request, to_be_paid(order, f"{said['extra']} is added"))
            return redirect("registration:staff-order", conference.slug, order.code)
    title = f"Add an extra for {ticket.attendee_name}"
    context = {"conference": conference, "ticket": ticket, "title": title, "form": form}
    return render(request, "registration/staff_given.html", context)
