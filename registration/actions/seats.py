"""Tickets that wait for a seat: whoever waits longest has it as soon as one is free.

A seat that costs nothing is given, one that costs is kept for a day as an upgrade to pay.
The locks are the ticket's, so this is a transaction of its own, right after the one that
freed the seat; meanwhile `leave_to_waiting` keeps everybody else from taking it.
"""

import datetime as dt
from collections.abc import Iterable

import structlog
from django.conf import settings
from django.utils import timezone

from scale import email, money
from scale.db import retry
from scale.editions import require_open

from .. import seats
from ..models import OFFERED_FOR, AddOn, Order, OrderLine, Ticket, WaitlistEntry
from ..models.orders import OrderLineQuerySet
from .order_errors import NotOnSale
from .orders import NOT_FOR_SALE
from .stock import WHEN_FREE, SoldOut, expire_upgrades, free_places, lock_quotas, offer_free
from .upgrades import (
    CannotUpgrade,
    finish_upgrade,
    lines_in_force,
    order_for,
    quote,
    why_no_seat,
    why_unfit,
    write_upgrade,
)

log = structlog.get_logger()
Status = WaitlistEntry.Status


class CannotWait(Exception):
    """Why this ticket cannot wait for that seat; its text is for the holder."""


def join_seat(ticket: Ticket, add_on: AddOn) -> WaitlistEntry:
    """Put the ticket on the list of an extra that is full, once; a free one is its own at once."""
    free_places([quota.pk for quota in add_on.quotas.all()])
    entry = _join(ticket, add_on)
    entry.refresh_from_db()  # it may have been served by now
    return entry


@retry
def _join(ticket: Ticket, add_on: AddOn) -> WaitlistEntry:
    locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
    require_open(locked.conference)
    if locked.nonce != ticket.nonce or not _admits(locked):
        raise CannotWait("Only a ticket that is paid and in force can wait for a seat.")
    if add_on.kind != AddOn.Kind.TUTORIAL or add_on.is_hidden or add_on.state() in NOT_FOR_SALE:
        raise CannotWait(f"{add_on} is not on sale now.")
    # Whoever takes or frees a place waits for this lock, and sees the entry afterwards.
    quotas = [quota.pk for quota in add_on.quotas.all()]
    lock_quotas(quotas)
    if earlier := add_on.waitlist.filter(live_ticket=locked.pk).first():
        return earlier
    held = [line.add_on for line in lines_in_force(locked) if line.add_on]
    if add_on in held:
        raise CannotWait("You have this seat already.")
    if why := why_unfit(locked.ticket_type, [add_on], [*held, add_on]):
        raise CannotWait(why)
    if why := why_no_seat([add_on], held):
        raise CannotWait(f"{why} Give that seat back first.")
    entry = WaitlistEntry.objects.create(conference=locked.conference, add_on=add_on, ticket=locked)
    offer_free(locked.conference, quotas)
    return entry


def serve_waiting() -> None:
    """Everywhere: what a worker that died in between left undone, what came on sale since."""
    waiting = WaitlistEntry.objects.filter(status=Status.WAITING).exclude(add_on=None)
    serve_seats(sorted(set(waiting.order_by().values_list("add_on__quotas", flat=True)) - {None}))


def serve_seats(quota_ids: Iterable[int]) -> None:
    """Give or offer what is free in these quotas to the tickets that wait for it."""
    waiting = WaitlistEntry.objects.filter(status=Status.WAITING)
    entries = waiting.filter(add_on__quotas__in=list(quota_ids)).order_by("pk").distinct()
    full = set()
    for pk, add_on in list(entries.values_list("pk", "add_on")):
        if add_on in full:
            continue
        try:
            _serve(pk)
        except (SoldOut, NotOnSale):
            full.add(add_on)


WHEN_FREE.append(serve_seats)


@retry
def _serve(pk: int) -> None:
    """Raises SoldOut or NotOnSale when nobody can be served now."""
    rows = WaitlistEntry.objects.select_related("ticket__order", "add_on__conference")
    entry = rows.prefetch_related("add_on__quotas").get(pk=pk)
    ticket, add_on = entry.ticket, entry.add_on
    assert ticket and add_on  # nosec B101  only such entries wait for a seat
    first = Order.objects.lock(ticket.order.code) if ticket.order else None
    expire_upgrades(ticket)
    locked = Ticket.objects.select_for_update().select_related("ticket_type").get(pk=ticket.pk)
    entry.status = WaitlistEntry.objects.select_for_update().get(pk=pk).status
    if entry.status != Status.WAITING:
        return
    now = timezone.now()
    if add_on.is_hidden or add_on.state(now) in NOT_FOR_SALE:
        raise NotOnSale(add_on)
    if not _admits(locked):
        _end(entry, Status.LEFT)
        return
    if locked.upgrade_orders.filter(status=Order.Status.PENDING).exists():
        return  # they are paying for something else: they keep their place in line
    _give(entry, locked, first, add_on, now)


def _give(
    entry: WaitlistEntry, ticket: Ticket, first: Order | None, add_on: AddOn, now: dt.datetime
) -> None:
    old = lines_in_force(ticket)
    held = [line.add_on for line in old if line.add_on]
    wanted = [*held, add_on]
    if add_on in held:
        return _end(entry, Status.TAKEN)
    why = why_unfit(ticket.ticket_type, [add_on], wanted) or why_no_seat([add_on], held)
    if seats.sessions([add_on]).get(add_on.pk, seats.Session()).is_off:
        raise NotOnSale(add_on)
    try:
        found = quote(ticket, ticket.ticket_type, wanted, now, old)
    except CannotUpgrade as error:
        why = why or str(error)
    if why or found.cost < money.ZERO:
        _end(entry, Status.PASSED)
        return _tell(entry, ticket, "passed", f"A seat in {add_on} was free", why=why)
    order = order_for(ticket, first, "", None, now)
    order.form_token, order.expires_at = None, now + OFFERED_FOR
    write_upgrade(order, ticket, found)
    entry.order = order
    log.info("seat_served", order=order.code, ticket=ticket.code)
    if order.status == Order.Status.PAID:
        _end(entry, Status.TAKEN)
        subject = f"You have a seat in {add_on}"
        finish_upgrade(order, lambda _, holder: _tell(entry, holder, "given", subject))
    else:
        _end(entry, Status.OFFERED)
        _tell(entry, ticket, "offered", f"A seat is free for you in {add_on}", cost=found.cost)


def _admits(ticket: Ticket) -> bool:
    is_paid = ticket.order is None or ticket.order.status == Order.Status.PAID
    return is_paid and ticket.status == Ticket.Status.LIVE


def _end(entry: WaitlistEntry, status: WaitlistEntry.Status) -> None:
    entry.status = status
    entry.save(update_fields=["status", "order"])


def _tell(entry: WaitlistEntry, ticket: Ticket, what: str, subject: str, **context: object) -> None:
    to = ticket.attendee_email or (ticket.order.buyer_email if ticket.order else "")
    if not to:
        return
    conference, add_on = ticket.conference, entry.add_on
    session = seats.sessions([add_on]).get(add_on.pk, seats.Session()) if add_on else None
    email.send(
        "seat",
        to,
        to_name=ticket.attendee_name,
        key=f"{entry.pk}:{what}",
        about=ticket.code,
        subject=f"{conference.name}: {subject}"[:200],
        template=f"registration/mail/seat_{what}.txt",
        context={
            "conference": conference,
            "ticket": ticket,
            "add_on": add_on,
            "order": entry.order,
            "session": session,
            "site_url": settings.SITE_URL,
            **context,
        },
        conference=conference,
    )


def seats_held(
    add_ons: Iterable[int] | None = None, tickets: Iterable[int] | None = None
) -> OrderLineQuerySet:
    """Lines in force of these extras (or of all tutorials), and tickets, by the holder's name."""
    lines = OrderLine.objects.in_force().filter(ticket__status=Ticket.Status.LIVE)
    if add_ons is None:
        lines = lines.filter(add_on__kind=AddOn.Kind.TUTORIAL)
    else:
        lines = lines.filter(add_on__in=list(add_ons))
    if tickets is not None:
        lines = lines.filter(ticket__in=list(tickets))
    return lines.select_related("ticket__order", "add_on").order_by(
        "ticket__surname", "ticket__attendee_name", "pk"
    )
