"""From the tickets page to a reservation."""

import secrets

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from scale.auth import edition_page, refuse_other_sites
from scale.cache import public
from scale.editions import EditionClosed
from scale.time import local

from .. import actions
from ..forms import Choice, price_with, read_choice, short_of, unavailable
from ..models import AddOn, Lapsed, Order, Terms, TicketType, by_choice
from .carts import open_reservation, remember, remembered
from .codes import Entered, read_code


@require_safe
def tickets(request, slug):
    """One page for everybody; who has a code or something to be told gets their own."""
    is_own = request.GET.get("promo", "").strip() or "messages" in request.COOKIES
    return (own_tickets if is_own else shared_tickets)(request, slug)


@public(seconds=60)
def shared_tickets(request, conference):
    return shop_page(request, conference)


@edition_page
def own_tickets(request, conference):
    entered = read_code(request, conference, request.GET.get("promo", ""))
    if entered.group:
        return redirect("registration:group", conference.slug, entered.group.code)
    reservation = open_reservation(request, conference)
    chosen = request.GET.dict()  # “Apply” sends along what was chosen
    return shop_page(request, conference, entered, chosen=chosen, reservation=reservation)


def shop_page(request, conference, entered=None, *, problem="", chosen=None, reservation=None):
    """What is for sale; with `chosen` (type code → how many) nothing typed is lost."""
    entered, lapsed = entered or Entered(), Lapsed(conference)
    types = TicketType.objects.on_offer(conference, promo=entered.promo, lapsed=lapsed)
    states = {one.state() for one in types}
    for one in types:
        one.chosen = (chosen or {}).get(one.code, "0")
        one.covered = bool(entered.promo and entered.promo.covers(one))
        one.costs = price_with(one, entered.promo)
    context = {
        "conference": conference,
        "types": types,
        "open": bool(states & {"on_sale", "few"}),
        "says": next((s for s in ("soon", "sold_out", "closed") if s in states), "none"),
        "extras": by_choice(AddOn.objects.on_offer(conference, lapsed=lapsed)),
        "entered": entered,
        "problem": problem,
        "reservation": reservation,
    }
    return render(request, "registration/tickets.html", context)


@require_safe
@edition_page
def checkout(request, conference):
    """A link such as ?full=2&promo=P1: what it asks for, to be confirmed."""
    entered = read_code(request, conference, request.GET.get("promo", ""))
    if entered.group:
        return redirect("registration:group", conference.slug, entered.group.code)
    reservation = open_reservation(request, conference)
    offered = TicketType.objects.on_offer(conference, promo=entered.promo)
    choice = read_choice(request.GET, offered, entered.promo)
    if problem := choice.problem or unavailable(choice):
        chosen = request.GET.dict()
        return shop_page(
            request, conference, entered, problem=problem, chosen=chosen, reservation=reservation
        )
    context = {
        "conference": conference,
        "choice": choice,
        "entered": entered,
        "form_token": secrets.token_hex(16),
        "reservation": reservation,
    }
    return render(request, "registration/checkout.html", context)


@csrf_exempt  # the tickets page is the same for everyone and can carry no token
@require_POST
@edition_page
def reserve(request, conference):
    """Keep the chosen places and go on to the names."""
    refuse_other_sites(request)
    entered = read_code(request, conference, request.POST.get("promo", ""))
    if entered.group:
        return redirect("registration:group", conference.slug, entered.group.code)
    offered = TicketType.objects.on_offer(conference, promo=entered.promo)
    choice = read_choice(request.POST, offered, entered.promo)
    token = choice.token(request.POST.get("form_token", ""))
    try:
        problem = choice.problem or unavailable(choice)
        if problem:
            made = Order.objects.made_by(token), False
        else:
            made = keep_places(request, conference, choice, token)
    except CannotReserve as error:
        made, problem = (None, False), str(error)
    order, is_new = made
    if order is None:
        return shop_page(
            request,
            conference,
            entered,
            problem=problem,
            chosen=request.POST.dict(),
            reservation=open_reservation(request, conference),
        )
    if entered.note:
        messages.warning(request, entered.note)
    return to_details(request, order, is_new)


class CannotReserve(Exception):
    """What was chosen cannot be had; says why."""


def keep_places(request, conference, choice: Choice, token):
    """(order, whether it is new); CannotReserve with a sentence."""
    user = request.user if request.user.is_authenticated else None
    try:
        return actions.reserve(
            conference, choice.types, form_token=token, promo=choice.promo, user=user
        )
    except actions.SoldOut as error:
        raise CannotReserve(short_of(choice, error.quota_id, error.left)) from error
    except actions.UsedUp as error:
        left = "one more ticket" if error.left == 1 else f"{error.left} more tickets"
        words = f"The code {error.promo} is good for {left}. Choose fewer, or go on without it."
        if not error.left:
            words = f"The code {error.promo} has just been used up. You can go on without it."
        raise CannotReserve(words) from error
    except (actions.NotOnSale, EditionClosed) as error:
        raise CannotReserve(str(error)) from error


def to_details(request, order, is_new):
    if not order.waits_for_names:
        messages.info(
            request,
            "You had sent that form already; this is the order it made. Nothing was doubled.",
        )
        return redirect(order)
    if not is_new:
        messages.info(request, "These places are kept for you already. Nothing was doubled.")
    earlier = open_reservation(request, order.conference)
    if is_new and earlier and earlier.pk != order.pk:
        messages.info(request, also_kept(earlier))
    details = reverse(
        "registration:details", args=[order.conference.slug, order.code, order.secret]
    )
    return remember(redirect(details), order)


def also_kept(order):
    """Whoever went back and chose anew holds two lots of places now."""
    return format_html(
        "What you chose before is kept too, until {}. You do not need it? "
        '<a href="{}">Give it back there</a>.',
        f"{local(order.expires_at, order.conference):%H:%M}",
        order.get_absolute_url(),
    )


@require_safe
@edition_page
def resume(request, conference):
    """To the reservation that this browser began."""
    order = remembered(request, conference)
    if order is None:
        messages.info(request, "There is no open reservation in this browser. Choose again here.")
        return redirect("registration:tickets", conference.slug)
    if order.waits_for_names:
        return redirect("registration:details", conference.slug, order.code, order.secret)
    return redirect(order)


@public()
def terms(request, conference, kind, number):
    """One version of a text that buyers accept."""
    if kind not in Terms.Kind.values:
        raise Http404
    found = get_object_or_404(Terms, conference=conference, kind=kind, number=number)
    return render(request, "registration/terms.html", {"conference": conference, "terms": found})
