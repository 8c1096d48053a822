"""Free tickets at the desk: given with a reason, and taken back with one."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions
from ..forms.given import GiveForm, TakeBackForm
from .acts import found_ticket


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
                by=request.user,
            )
        except actions.SoldOut as error:
            form.add_error("type", f"{error.left} places are left: it cannot be given.")
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
            messages.success(request, "It is taken back; its place is free.")
            return redirect("registration:staff-ticket", conference.slug, ticket.code)
    title = f"Take back the ticket of {ticket.attendee_name}"
    context = {"conference": conference, "title": title, "form": form}
    return render(request, "registration/staff_given.html", context)
