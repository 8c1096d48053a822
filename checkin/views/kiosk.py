"""The self-service kiosk: somebody finds their ticket, looks at their badge, prints it.

What its pages are about stands in the station's KioskVisit, never in an address. Every form
answers with a redirect, so that the browser keeps none to send again, and the welcome page
ends the visit.
"""

import functools

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from registration.actions import PassedOn, correct_attendee
from registration.models import SaleRules, Ticket, TicketType
from scale import throttle
from scale.text import canonical_email

from ..actions import TooManyUnknown
from ..auth import door_page
from ..badges import drawing
from ..badges.facts import facts_of_ticket
from ..badges.layouts import design_of
from ..kiosk import actions, words
from ..kiosk.forms import BadgeForm, CodeForm, LookUpForm
from ..kiosk.models import KioskVisit
from ..kiosk.printing import outlook
from ..models import Station

kiosk_page = door_page(Station.Kind.KIOSK)
NO_CODE_YET = "NOTPRINTEDYET"  # what the QR of the picture says: no badge has it
NOT_FOUND = (
    "We find no ticket with this e-mail address and postcode. Please check both. If no postcode "
    "was given with the ticket, the help desk finds it."
)
WRONG = {"limit": 100, "seconds": 600}  # look-ups of one kiosk that found nothing
WRONG_ADDRESS = {"limit": 12, "seconds": 3600}  # of one e-mail address, at all kiosks


def go(request, name):
    """There, from a page as from a part of one that htmx asked for."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": reverse(name)})
    return redirect(name)


def visit_page(view):
    """For views that are about the visit at this kiosk, which they receive.

    Without one, or with a form of an earlier one, back to the welcome page.
    """

    @kiosk_page
    @functools.wraps(view)
    def guarded(request, station, *args, **kwargs):
        now = timezone.now()
        visit = KioskVisit.objects.at(station, now)
        if visit is None or (request.method == "POST" and request.POST.get("visit") != visit.nonce):
            return go(request, "checkin:door")
        KioskVisit.objects.filter(pk=visit.pk).update(seen_at=now)
        try:
            return view(request, visit, *args, **kwargs)
        except actions.TurnedAway as away:
            if visit.ticket:
                actions.keep(station, visit.ticket, away)
            actions.begin(station, stop=away.stop, found=visit.found)
            return go(request, "checkin:kiosk-stop")

    return guarded


def ticket_page(view):
    """For views about the visit's ticket."""

    @visit_page
    @functools.wraps(view)
    def guarded(request, visit, *args, **kwargs):
        if visit.ticket is None:
            return go(request, "checkin:door")
        return view(request, visit, *args, **kwargs)

    return guarded


def page(request, visit, name, status=200, **more):
    conference = visit.station.conference
    context = {"conference": conference, "station": visit.station, "visit": visit, **more}
    return render(request, f"checkin/kiosk_{name}.html", context, status=status)


def types_for_sale(conference):
    """A child's ticket needs its guardian's signature, so the help desk sells it."""
    types = TicketType.objects.on_offer(conference)
    return [one for one in types if one.state() in ("on_sale", "few") and not one.for_minors]


# --- welcome ----------------------------------------------------------------------------------


def welcome(request, station):
    """Whoever was here is gone now. `door` shows it to kiosks.

    The worker of a device that was a scanner before only fetches it to keep; nobody looks at it.
    """
    if "Door-Worker" not in request.headers:
        actions.end(station)
    context = {
        "conference": station.conference,
        "station": station,
        "form": CodeForm(),
        "sells": bool(types_for_sale(station.conference)),
    }
    return render(request, "checkin/kiosk.html", context)


@require_POST
@kiosk_page
def begin(request, station):
    """Somebody has no QR code at hand, or no ticket."""
    actions.begin(station)
    buys = request.POST.get("to") == "buy"
    return redirect("checkin:kiosk-buy" if buys else "checkin:kiosk-find")


@require_POST
@kiosk_page
def scan(request, station):
    if not request.POST.get("code", "").strip():
        return redirect("checkin:door")
    form = CodeForm(request.POST)
    if not form.is_valid() or not form.cleaned_data["code"]:
        actions.begin(station, stop=words.NO_CODE)
        return redirect("checkin:kiosk-stop")
    try:
        actions.open_by_code(station, form.cleaned_data["code"])
    except (actions.TurnedAway, TooManyUnknown) as away:
        stop = away.stop if isinstance(away, actions.TurnedAway) else words.SLOW
        actions.begin(station, stop=stop)
        return redirect("checkin:kiosk-stop")
    return redirect("checkin:kiosk-ticket")


@require_GET
@visit_page
def stop(request, visit):
    if visit.stop is None:
        return redirect("checkin:door")
    return page(request, visit, "stop", stop=visit.stop)


# --- looking oneself up -----------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@visit_page
def find(request, visit):
    form = LookUpForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return page(request, visit, "find", form=form)
    try:
        found = look_up(visit.station, **form.cleaned_data)
    except throttle.Throttled as error:
        form.add_error(None, f"{error} The help desk finds your ticket too.")
        return page(request, visit, "find", form=form, status=429)
    if not found:
        form.add_error(None, NOT_FOUND)
        return page(request, visit, "find", form=form)
    if len(found) == 1:
        actions.open_ticket(visit.station, found[0])
        return redirect("checkin:kiosk-ticket")
    actions.begin(visit.station, found=[ticket.pk for ticket in found])
    return redirect("checkin:kiosk-choose")


def look_up(station, email, postcode):
    """Only look-ups that find nothing count, whether the address is known or not.

    Each is counted before it is answered: of many at once none slips through.
    """
    address = f"{station.conference_id} {canonical_email(email)}"
    tries = (("kiosk address", address, WRONG_ADDRESS), ("kiosk", str(station.pk), WRONG))
    for action, who, allowed in tries:
        throttle.hit(action, who, **allowed)
    found = actions.look_up(station, email, postcode)
    if found:
        for action, who, _ in tries:
            throttle.give_back(action, who)
    return found


@require_http_methods(["GET", "POST"])
@visit_page
def choose(request, visit):
    """Which of the tickets that were found."""
    rows = Ticket.objects.filter(conference=visit.station.conference, pk__in=visit.found)
    tickets = list(rows.select_related("ticket_type").order_by("pk"))
    if not tickets:
        return redirect("checkin:door")
    if request.method == "POST":
        chosen = request.POST.get("ticket", "")
        for ticket in tickets:
            if str(ticket.pk) == chosen:
                actions.open_ticket(visit.station, ticket, found=visit.found)
                return redirect("checkin:kiosk-ticket")
    return page(request, visit, "choose", tickets=tickets)


# --- the badge --------------------------------------------------------------------------------


@require_GET
@ticket_page
def ticket(request, visit):
    if actions.own_badge(visit):
        return redirect("checkin:kiosk-printing")
    actions.require_printable(visit.station, visit.ticket, since=visit.begun_at)
    rules = SaleRules.objects.of(visit.station.conference)
    facts = facts_of_ticket(visit.ticket, NO_CODE_YET)
    return page(request, visit, "ticket", facts=facts, may_correct=rules.may_correct())


@require_GET
@ticket_page
def badge_picture(request, visit):
    facts = facts_of_ticket(visit.ticket, NO_CODE_YET)
    content = drawing.svg(facts, design_of(visit.station.conference))
    return HttpResponse(content, content_type="image/svg+xml")


@require_http_methods(["GET", "POST"])
@ticket_page
def correct(request, visit):
    """The holder's own form and action, less what does not stand on the badge."""
    rules = SaleRules.objects.of(visit.station.conference)
    if not rules.may_correct() or actions.own_badge(visit):
        return redirect("checkin:kiosk-ticket")
    form = BadgeForm(request.POST or None, instance=visit.ticket, rules=rules)
    if request.method == "POST" and form.is_valid():
        try:
            correct_attendee(form.corrected())
        except PassedOn:
            return redirect("checkin:door")
        return redirect("checkin:kiosk-ticket")
    return page(request, visit, "correct", form=form)


@require_POST
@ticket_page
def print_badge(request, visit):
    actions.print_ticket(visit)
    return redirect("checkin:kiosk-printing")


@require_GET
@ticket_page
def printing(request, visit):
    """How far it is; htmx asks for that part again and again."""
    badge = actions.own_badge(visit)
    if badge is None:
        return go(request, "checkin:kiosk-ticket")
    shown = outlook(badge, timezone.now())
    if request.headers.get("HX-Request"):
        return page(request, visit, "state", outlook=shown)
    others = [pk for pk in visit.found if pk != visit.ticket.pk]
    return page(request, visit, "printing", outlook=shown, others=others)
