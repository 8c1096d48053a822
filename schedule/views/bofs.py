"""Birds of a feather: what is open, and asking for it with a ticket."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from registration.models import Ticket
from registration.views.holder import in_force, ticket_page
from scale import cache
from scale.auth import edition_page
from scale.editions import EditionClosed

from .. import actions, bofs
from ..forms import BofForm
from ..models import BofClaim, Slot
from .plan import safe_uuid
from .public import latest_release

SOON = 300  # how long the page may still offer what has begun
MOST_TICKETS = 20


@require_safe
@cache.public(seconds=SOON)
def all_places(request, conference):
    """What is open, what is taken, and how to ask for a place."""
    found = bofs.places(conference)
    release, moved = latest_release(conference)
    for place in found:
        place.slot.moved_in = moved.get(place.slot.uuid)
        if place.slot.talk:
            place.slot.talk.conference = conference
    days, today = bofs.by_day(found, conference), conference.today()
    is_open = [place for place in found if place.is_open]
    context = {
        "conference": conference,
        "days": [(day, places) for day, places in days if day >= today],
        "earlier": [(day, places) for day, places in days if day < today],
        "open": len(is_open),
        "first": next(iter(is_open), None),
        "release": release,
    }
    return render(request, "schedule/bofs.html", context)


@require_GET
@edition_page
def start(request, conference):
    """From an open place to one's own ticket, with which it is asked for."""
    uuid = safe_uuid(request.GET.get("place", ""))
    slot = Slot.objects.for_bofs(conference).select_related("room").filter(uuid=uuid).first()
    tickets = []
    if request.user.is_authenticated:
        mine = Ticket.objects.admitting().held_by(request.user).filter(conference=conference)
        tickets = list(mine.select_related("ticket_type").order_by("pk")[:MOST_TICKETS])
    for ticket in tickets:
        ticket.conference = conference
    wish = f"?place={slot.uuid}" if slot else ""
    if len(tickets) == 1:
        response = redirect("schedule:ticket-bof", conference.slug, *keys(tickets[0]))
        response["Location"] += wish
    else:
        context = {"conference": conference, "slot": slot, "tickets": tickets, "wish": wish}
        response = render(request, "schedule/bof_start.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def keys(ticket):
    return ticket.code, ticket.secret


@require_http_methods(["GET", "POST"])
@ticket_page
@in_force
def ticket_bof(request, ticket):
    """The BoF that is hosted with the ticket, or the form that asks for a place."""
    conference = ticket.conference
    claims = claims_of(ticket)
    live = next((claim for claim in claims if claim.is_live), None)
    if live:
        if request.method == "POST":
            messages.info(request, "You have asked already. This is what became of it.")
        slot = slot_of(live)
        is_over = bool(slot and slot.ends_at <= timezone.now())
        return show(request, ticket, claim=live, slot=slot, is_over=is_over)
    found = bofs.places(conference)
    form = form_for(request, ticket, found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.claim_place(
                ticket, safe_uuid(form.cleaned_data["place"]), form.said(), user=account(request)
            )
        except actions.HasClaim as error:
            messages.error(request, str(error))
            return redirect("schedule:ticket-bof", conference.slug, *keys(ticket))
        except actions.PlaceTaken as error:
            found = bofs.places(conference)
            form.fields["place"].choices = form.choices(found)
            form.add_error("place", f"{error} These are.")
        except (actions.Refused, EditionClosed) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "We have your wish. You get an answer by mail.")
            return redirect("schedule:ticket-bof", conference.slug, *keys(ticket))
    can_ask = not conference.is_closed and any(place.is_open for place in found)
    return show(request, ticket, form=form if can_ask or form.is_bound else None, earlier=claims)


def form_for(request, ticket, found):
    initial = {
        "place": request.GET.get("place", ""),
        "name": ticket.attendee_name,
        "email": ticket.attendee_email,
    }
    return BofForm(
        request.POST or None, places=found, conference=ticket.conference, initial=initial
    )


def claims_of(ticket):
    """Of who holds it now: not those of somebody who passed it on."""
    passed = ticket.retired_codes.order_by("-retired_at").values_list("retired_at", flat=True)
    rows = BofClaim.objects.filter(ticket=ticket).select_related("talk")
    if last := passed.first():
        rows = rows.filter(asked_at__gt=last)
    return list(rows)


def slot_of(claim):
    return Slot.objects.select_related("room").filter(uuid=claim.slot_uuid).first()


def account(request):
    return request.user if request.user.is_authenticated else None


def show(request, ticket, **more):
    context = {"conference": ticket.conference, "ticket": ticket, **more}
    if (claim := more.get("claim")) and claim.talk:
        claim.talk.conference = ticket.conference
    return render(request, "schedule/ticket_bof.html", context)


@require_POST
@ticket_page
def withdraw(request, ticket, pk):
    claim = get_object_or_404(BofClaim, pk=pk, ticket=ticket)
    try:
        actions.withdraw_claim(claim, by=account(request))
    except (actions.Refused, EditionClosed) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "It is withdrawn, and the place is open again.")
    return redirect("schedule:ticket-bof", ticket.conference.slug, *keys(ticket))
