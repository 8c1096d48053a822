"""Who stands at a kiosk: find their ticket, let them in and print their badge, once."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from registration.models import Order, Ticket, code_key
from scale.codes import clean_code
from scale.text import canonical_email

from .. import actions
from ..actions import judging
from ..badges import actions as badges
from ..badges.lookup import looks_like_badge
from ..models import Badge, Scan, Station
from . import words
from .models import KioskVisit, new_nonce

MOST_FOUND = 12


class TurnedAway(Exception):
    """The kiosk cannot go on with this; `stop` says why, to the person.

    `why` is for staff, until a scan of it is kept.
    """

    def __init__(self, stop: dict) -> None:
        super().__init__(stop["title"])
        self.stop = {name: value for name, value in stop.items() if name != "why"}
        self.why = stop["why"]


# --- the visit --------------------------------------------------------------------------------


def begin(
    station: Station,
    *,
    ticket: Ticket | None = None,
    found: Iterable[int] = (),
    order: Order | None = None,
    stop: dict | None = None,
) -> KioskVisit:
    """In place of whatever went on at this kiosk before: forms shown then are worth nothing."""
    now = timezone.now()
    fields = {
        "nonce": new_nonce(),
        "begun_at": now,
        "seen_at": now,
        "found": list(found),
        "ticket": ticket,
        "holder": ticket.nonce if ticket else "",
        "order": order,
        "stop": stop,
    }
    visit, _ = KioskVisit.objects.update_or_create(station=station, defaults=fields)
    return visit


def end(station: Station) -> None:
    KioskVisit.objects.filter(station=station).delete()


# --- finding ----------------------------------------------------------------------------------


def open_by_code(station: Station, code: str) -> KioskVisit:
    """By what was scanned. A badge opens nothing: anyone can take a picture of one.

    Raises TurnedAway and TooManyUnknown; what the door would refuse is kept as a scan.
    """
    if looks_like_badge(code):
        rows = Badge.objects.live().filter(code=code, ticket__conference=station.conference)
        badge = rows.select_related("ticket").first()
        if badge and badge.holder == badge.ticket.nonce:
            raise TurnedAway(words.GOOD_BADGE)
    tickets = Ticket.objects.filter(conference=station.conference, code_key=code_key(code))
    if ticket := tickets.first():
        return open_ticket(station, ticket)
    raise TurnedAway(words.of_scan(actions.admit(station, code, scan_id=uuid.uuid4())))


def open_ticket(station: Station, ticket: Ticket, found: Iterable[int] = ()) -> KioskVisit:
    try:
        require_printable(station, ticket)
    except TurnedAway as away:
        keep(station, ticket, away)
        raise
    return begin(station, ticket=ticket, found=found)


def keep(station: Station, ticket: Ticket, away: TurnedAway) -> None:
    """As a scan, once: all attempts are, also those that only a kiosk turns away."""
    if away.why:
        Scan.objects.create(
            station=station,
            checkin_list=station.checkin_list,
            ticket=ticket,
            verdict=Scan.Verdict.HELP_DESK,
            why=away.why,
            scanned_at=timezone.now(),
        )
        away.why = ""


def require_printable(
    station: Station, ticket: Ticket, *, since: dt.datetime | None = None
) -> None:
    """Raise TurnedAway for what the door would refuse, a second badge, and for minors.

    A badge printed `since` the visit began is the visitor's own: the button was pressed twice.
    """
    checkin_list, now = station.checkin_list, timezone.now()
    checkin_list.conference = station.conference
    day = checkin_list.day(station.conference, now)
    [known] = judging.facts([ticket.pk], checkin_list, day, [uuid.uuid4()])
    if judging.why_not(known, checkin_list, now):
        scan = actions.admit(station, ticket.code, scan_id=uuid.uuid4())
        if scan.verdict not in (Scan.Verdict.ADMITTED, Scan.Verdict.ALREADY):
            raise TurnedAway(words.of_scan(scan))
    rows = Badge.objects.live().filter(ticket=ticket, holder=ticket.nonce)
    badge = rows.select_related("station", "ticket__conference").first()
    if badge and not (since and badge.created_at >= since):
        raise TurnedAway(words.printed(badge))
    if ticket.is_for_minor:
        raise TurnedAway(words.MINOR)


def canonical_postcode(typed: str) -> str:
    """As people vary it: spaces, hyphens, lower case, the four digits that few know."""
    code = clean_code(typed)
    return code[:5] if code.isdecimal() and len(code) == 9 else code


def look_up(station: Station, email: str, postcode: str) -> list[Ticket]:
    """The tickets of who knows both: their own, and what they bought, as far as it is theirs.

    The others of a group know the buyer's address too, and their own postcode: with that they
    get no more than a place without an address of its own. The buyer's postcode opens the rest.
    """
    address, wanted = canonical_email(email), canonical_postcode(postcode)
    if not address or not wanted:
        return []
    rows = Ticket.objects.live().filter(conference=station.conference).exclude(attendee_name="")
    asked = rows.filter(Q(attendee_email=address) | Q(order__buyer_email=address))
    tickets = list(asked.select_related("order", "ticket_type").order_by("pk")[:200])
    fitting = {one.pk for one in tickets if canonical_postcode(one.postcode) == wanted}
    bought = [one for one in tickets if one.order and one.order.buyer_email == address]
    # The buyer's own place is the first with their address: whoever holds a later one may have
    # written that address on it since.
    own = {one.order_id: one.pk for one in reversed(bought) if one.attendee_email == address}
    bought_pks = {one.pk for one in bought}
    passed_on = set(
        Ticket.objects.filter(pk__in=bought_pks)
        .exclude(retired_codes=None)
        .values_list("pk", flat=True)
    )

    def opens(one: Ticket) -> bool:
        if one.pk in fitting and one.attendee_email == address:
            return True
        if one.pk not in bought_pks or one.pk in passed_on:
            return False
        return own.get(one.order_id) in fitting or (one.pk in fitting and not one.attendee_email)

    return [one for one in tickets if opens(one)][:MOST_FOUND]


# --- printing ---------------------------------------------------------------------------------


def own_badge(visit: KioskVisit) -> Badge | None:
    """The badge that was printed in this visit, with its station."""
    rows = Badge.objects.live().filter(ticket=visit.ticket, holder=visit.holder)
    rows = rows.filter(created_at__gte=visit.begun_at)
    return rows.select_related("station", "ticket__conference").first()


def printer_of(station: Station) -> Station | None:
    """The printer beside the kiosk, while it is one; else whichever is free."""
    printer = station.printer
    if printer and printer.kind == Station.Kind.PRINTER and printer.revoked_at is None:
        return printer
    return None


def print_ticket(visit: KioskVisit) -> None:
    """Let the visitor in as a scan would, and queue their badge; pressed twice it is once.

    Raises TurnedAway.
    """
    station, ticket = visit.station, visit.ticket
    if own_badge(visit):
        return
    require_printable(station, ticket, since=visit.begun_at)
    scan = actions.admit(station, ticket.code, scan_id=uuid.UUID(visit.nonce, version=4))
    if scan.verdict not in (Scan.Verdict.ADMITTED, Scan.Verdict.ALREADY):
        raise TurnedAway(words.of_scan(scan))
    try:
        badges.print_badge(ticket.pk, printer=printer_of(station))
    except badges.AlreadyPrinted as error:
        if error.badge.created_at < visit.begun_at:
            raise TurnedAway(words.printed(error.badge)) from error
    except badges.CannotPrint as error:
        raise TurnedAway(words.CANNOT_PRINT) from error
