"""Seats in workshops: the way to one, and waiting for one with a ticket."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from scale.auth import edition_page
from scale.editions import EditionClosed

from .. import actions, seats
from ..models import AddOn, Lapsed, Ticket, WaitlistEntry
from .holder import in_force, ticket_page


def seats_of(conference):
    """Those that the public may know of, with their places."""
    tutorials = AddOn.objects.filter(conference=conference, kind=AddOn.Kind.TUTORIAL)
    return tutorials.filter(is_hidden=False).prefetch_related("quotas", "ticket_types")


@require_GET
@edition_page
def seat(request, conference, pk):
    """From a talk's page to where a seat is taken: one's own ticket, or the shop."""
    add_on = get_object_or_404(seats_of(conference), pk=pk)
    add_on.conference = conference
    session = seats.sessions([add_on]).get(pk)
    if session is None:
        raise Http404
    Lapsed(conference).count_in([add_on])
    tickets = []
    if request.user.is_authenticated:
        mine = Ticket.objects.admitting().held_by(request.user).filter(conference=conference)
        tickets = list(mine.select_related("ticket_type").order_by("pk")[:20])
    for ticket in tickets:
        ticket.conference = conference
    context = {
        "conference": conference,
        "add_on": add_on,
        "session": session,
        "state": add_on.state(),
        "tickets": tickets,
    }
    response = render(request, "registration/seat.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@ticket_page
@in_force
def wait(request, ticket, pk):
    add_on = get_object_or_404(seats_of(ticket.conference), pk=pk)
    add_on.conference = ticket.conference
    try:
        entry = actions.join_seat(ticket, add_on)
    except (actions.CannotWait, EditionClosed) as error:
        messages.error(request, str(error))
    else:
        if entry.status == WaitlistEntry.Status.TAKEN:
            messages.success(request, f"A seat was free: you have it now, in {add_on}.")
        elif entry.status == WaitlistEntry.Status.OFFERED:
            messages.success(request, f"A seat was free: it is kept for you, in {add_on}.")
        else:
            messages.success(request, "You are in line. We write to you when a seat is free.")
    return back(ticket)


@require_POST
@ticket_page
def leave(request, ticket, pk):
    entry = get_object_or_404(ticket.waitlist, pk=pk)
    left = actions.leave_waitlist(entry)
    if left.status == WaitlistEntry.Status.LEFT:
        messages.success(request, "You have left the line.")
    return back(ticket)


def back(ticket):
    response = redirect(ticket)
    response["Location"] += "#workshops"
    return response
