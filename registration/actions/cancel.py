"""Taking back: whole orders and single tickets, with the places freed and the money owed back."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

import structlog
from django.db.models import Sum
from django.utils import timezone

from scale import money
from scale.db import retry
from scale.editions import require_open
from scale.models import AuditEntry, User

from ..models import CancellationRequest, Order, OrderLine, Ticket, VisaRequest, WaitlistEntry
from .allowances import count_back
from .comps import NotGiven
from .money import owe_back
from .order_errors import ChangedMeanwhile
from .stock import give_back, lapse

log = structlog.get_logger()


class CannotCancel(Exception):
    """The order is in a state that nothing has to be cancelled in."""


@retry
def cancel_order(order: Order, *, by: User | None, why: str = "The order was cancelled.") -> Order:
    """Cancel an order: its tickets admit nobody and its places are free; we owe its money back.

    What its tickets have of upgrades goes with them.
    """
    locked = Order.objects.lock(order.code)
    if locked is None or Order.Status.CANCELLED not in Order.MOVES[locked.status]:
        raise CannotCancel("Only an order that is paid or waits for payment can be cancelled.")
    require_open(locked.conference)
    if locked.status == Order.Status.PAID:
        refuse_upgrade(locked)
        end_tickets(locked, list(locked.tickets.live().order_by("pk")), by=by, why=why)
        close_if_empty(locked)
    else:
        locked.tickets.live().update(status=Ticket.Status.CANCELLED)
        drop(locked)
        owe_back(locked, why=why, by=by)
    AuditEntry.objects.tell(locked, "cancelled the order", why=why, by=by)
    log.info("order_cancelled", order=locked.code, by=by.pk if by else None)
    return locked


@retry
def cancel_tickets(
    order: Order,
    tickets: Iterable[Ticket],
    *,
    by: User | None,
    why: str,
    keep: Decimal = money.ZERO,
    seen: str = "",
) -> Order:
    """Cancel some tickets of a paid order; all that they cost, less `keep`, is owed back.

    Raises CannotCancel when one of them is none of the order's live tickets, or
    when more would be kept than they cost; ChangedMeanwhile when the order is not as
    `seen`: a place may have a name by now. An order without tickets is cancelled.
    """
    return cancel_now(order, tickets, by=by, why=why, keep=keep, seen=seen)


def cancel_now(
    order: Order,
    tickets: Iterable[Ticket],
    *,
    by: User | None,
    why: str,
    keep: Decimal,
    seen: str = "",
) -> Order:
    """`cancel_tickets` inside a transaction that the caller has begun, before any other lock."""
    locked = Order.objects.lock(order.code)
    if locked is None or locked.status != Order.Status.PAID:
        raise CannotCancel("Only tickets of a paid order can be cancelled one by one.")
    require_open(locked.conference)
    refuse_upgrade(locked)
    if seen and locked.state_key() != seen:
        raise ChangedMeanwhile
    wanted = {ticket.pk for ticket in tickets}
    found = list(locked.tickets.live().filter(pk__in=wanted).order_by("pk"))
    if not found or len(found) != len(wanted):
        raise CannotCancel("The ticket is cancelled already.")
    end_tickets(locked, found, by=by, why=why, keep=keep)
    close_if_empty(locked)
    names = ", ".join(ticket.code for ticket in found)
    AuditEntry.objects.tell(locked, f"cancelled {names}", why=why, by=by)
    log.info("tickets_cancelled", order=locked.code, tickets=len(found), by=by.pk if by else None)
    return locked


@retry
def cancel_comp(ticket: Ticket, *, by: User | None, why: str) -> Ticket:
    """Take a free ticket back: it admits nobody, its place and its source's count are free.

    What was paid for extras is owed back.
    """
    list(Order.objects.select_for_update().filter(upgrades=ticket).order_by("pk"))
    locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
    require_open(locked.conference)
    if locked.order_id or locked.status != Ticket.Status.LIVE:
        raise NotGiven("Only a live ticket that was given without an order is taken back here.")
    end_tickets(None, [locked], by=by, why=why)
    locked.why_free = f"{locked.why_free} – {why}"[:120]
    locked.save(update_fields=["why_free"])
    log.info("comp_cancelled", ticket=locked.code, by=by.pk if by else None)
    return locked


def refuse_upgrade(order: Order) -> None:
    """A paid upgrade is part of a ticket that another order made."""
    if order.upgrades_id:
        raise CannotCancel("This order paid for an upgrade. Cancel the ticket itself.")


def end_tickets(
    order: Order | None,
    tickets: list[Ticket],
    *,
    by: User | None,
    why: str,
    keep: Decimal = money.ZERO,
) -> None:
    """Take back what live tickets have of `order`, which is locked, and of their upgrades.

    Each order nets to zero by itself; a fee that is kept is a line of its own. Tickets
    that were given have no order and hold their places themselves.
    """
    upgrades = Order.objects.filter(upgrades__in=tickets).select_for_update().order_by("pk")
    places: Counter[int] = Counter()
    if order is None:
        places += Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).places()
    uses: Counter[int] = Counter()
    waiting = [one for one in upgrades if one.status == Order.Status.PENDING]
    for one in waiting:  # first, while what they share with the old lines can be seen
        places += one.lines.all().places()
        uses += one.lines.all().uses()
        one.lines.update(status=OrderLine.Status.LAPSED)
    orders = [one for one in upgrades if one.status == Order.Status.PAID]
    if order:
        orders.insert(0, order)
    left = keep
    for one in orders:
        places += OrderLine.objects.filter(order=one, ticket__in=tickets).places()
        cost = take_back(one, Ticket.objects.filter(pk__in=[t.pk for t in tickets]), why)
        cost += _given_before(one)
        fee = min(left, cost)
        if fee > money.ZERO:
            OrderLine.objects.create(order=one, words="Cancellation fee", price=fee)
            left -= fee
    if left > money.ZERO or keep < money.ZERO:
        raise CannotCancel("What is kept cannot be more than what the tickets cost.")
    for ticket in tickets:
        ticket.status = Ticket.Status.CANCELLED
        ticket.save(update_fields=["status"])
    _answer_requests(tickets, by, why)
    waiting_for_seats = WaitlistEntry.objects.filter(ticket__in=tickets).open()
    waiting_for_seats.update(status=WaitlistEntry.Status.LEFT)
    give_back((order or tickets[0]).conference, places, uses)
    count_back(ticket.allowance_id for ticket in tickets)
    for one in [*waiting, *orders]:
        if one.upgrades_id:
            one.move_to(Order.Status.CANCELLED)
            one.save(update_fields=["status"])
        owe_back(one, why=why, by=by)


def _given_before(order: Order) -> Decimal:
    """What was given back in kindness is not owed again with the rest: at most zero."""
    beyond = min(order.charged(), money.ZERO)
    if beyond:
        OrderLine.objects.create(order=order, words="Given back before", price=-beyond)
    return beyond


def drop(order: Order) -> None:
    """Cancel a locked order that waits for payment: what it held is free."""
    offered = WaitlistEntry.objects.filter(order=order, status=WaitlistEntry.Status.OFFERED)
    offered.update(status=WaitlistEntry.Status.LAPSED)
    lapse(order.conference, order.lines.all())
    order.move_to(Order.Status.CANCELLED)
    order.save(update_fields=["status"])


def close_if_empty(order: Order) -> None:
    if not order.tickets.live().exists():
        order.move_to(Order.Status.CANCELLED)
        order.save(update_fields=["status"])


def take_back(order: Order, tickets, why: str) -> Decimal:
    """End what these tickets have of a paid order: one line takes off what each still costs."""
    total = money.ZERO
    for ticket in tickets.order_by("pk"):
        lines = OrderLine.objects.filter(order=order, ticket=ticket)
        cost = lines.exclude(status=OrderLine.Status.LAPSED).aggregate(n=Sum("price"))["n"]
        lines.filter(status=OrderLine.Status.LIVE).update(status=OrderLine.Status.ENDED)
        if cost:
            OrderLine.objects.create(
                order=order,
                ticket=ticket,
                words=why[:120] or "Cancelled",
                price=money.ZERO - cost,
            )
            total += cost
    return total


def _answer_requests(tickets: list[Ticket], by: User | None, why: str) -> None:
    """Whoever asked for it has the answer; a letter is of no use any more."""
    now = timezone.now()
    CancellationRequest.objects.filter(
        ticket__in=tickets, status=CancellationRequest.Status.OPEN
    ).update(
        status=CancellationRequest.Status.GRANTED,
        answered_at=now,
        answered_by=by,
        answer=why[:500],
    )
    for visa in VisaRequest.objects.filter(ticket__in=tickets, erased_at=None):
        if visa.status == VisaRequest.Status.OPEN:
            visa.status, visa.answered_at = VisaRequest.Status.REFUSED, now
            visa.answered_by, visa.answer = by, "The ticket was cancelled."
        visa.forget()
        visa.save()
