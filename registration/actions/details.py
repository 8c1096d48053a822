"""Details of a reservation: names, extras and answers, put in once or again."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from auditlog.context import disable_auditlog
from django.utils import timezone

from scale import money
from scale.db import retry
from scale.editions import require_open

from ..models import Order, Terms, Ticket
from .groups import keep_group_code
from .lines import price_again
from .mails import mail_tickets
from .order_errors import BeingPaid, NotOpen
from .orders import (
    RESERVED_FOR,
    check_on_sale,
    check_seats,
    offer_taken,
    pay_nothing,
    put_name,
    take_again,
    write_answers,
)
from .people import Attendee, Buyer
from .stock import SoldOut, UsedUp, expire_orders_of, leave_to_waiting, places_of, settle
from .tickets import proven_addresses


def fill_in(
    order: Order,
    buyer: Buyer,
    attendees: Sequence[Attendee],
    *,
    terms: Mapping[str, Terms] | None = None,
) -> Order:
    """Put names, extras and answers to the places of a reservation, once or again.

    A reservation that ran out takes its places again if they are free. What costs
    nothing is paid at once. Raises SoldOut, NotOnSale, UsedUp, NotOpen, BeingPaid.
    """
    try:
        return _fill_in(order, buyer, attendees, terms or {})
    except (SoldOut, UsedUp):
        # Others' time may be over. Before this order is locked: orders are locked by pk.
        expire_orders_of(order.conference_id)
        return _fill_in(order, buyer, attendees, terms or {})


@retry
def _fill_in(
    order: Order, buyer: Buyer, attendees: Sequence[Attendee], terms: Mapping[str, Terms]
) -> Order:
    locked = Order.objects.lock(order.code)
    now = timezone.now()
    if locked is None or locked.status not in (Order.Status.PENDING, Order.Status.EXPIRED):
        raise NotOpen
    if locked.due_on:  # it has an invoice, and its group code may have opened places
        raise NotOpen
    locked.conference = order.conference
    require_open(locked.conference)
    if locked.status == Order.Status.EXPIRED:
        locked.lines.exclude(add_on=None).delete()  # this form says anew which extras it wants
        take_again(locked)
        locked.move_to(Order.Status.PENDING)
    if locked.expires_at is None or locked.expires_at < now:
        locked.expires_at = now + RESERVED_FOR
    tickets = list(locked.tickets.live().select_related("ticket_type").order_by("pk"))
    if [t.ticket_type_id for t in tickets] != [a.ticket_type.pk for a in attendees]:
        raise NotOpen
    again = locked.filled_in_at is not None
    _swap_extras(locked, attendees, now, again=again)
    own = proven_addresses(buyer.user)
    for ticket, attendee in zip(tickets, attendees, strict=True):
        for name, value in attendee.badge_facts(now).items():
            setattr(ticket, name, value)
        ticket.user = buyer.user if ticket.attendee_email in own else None
    _save_badges(tickets, [*attendees[0].badge_facts(now), "user"])
    keep_group_code(locked, buyer, attendees)
    write_answers(tickets, attendees, again=again)
    put_name(locked, buyer, terms, now)
    total = price_again(locked, attendees, tickets)
    is_free = not total
    if again:
        _check_not_being_paid(locked, total, now)
    if is_free:
        pay_nothing(locked, now)
        offer_taken(locked)
    with disable_auditlog():
        locked.save()
    if is_free:
        mail_tickets(locked, tickets, total=money.ZERO)
    return locked


def _save_badges(tickets: Sequence[Ticket], fields: Sequence[str]) -> None:
    """In one statement; the one that updates many rows takes long to write for a single row."""
    if len(tickets) > 1:
        Ticket.objects.bulk_update(tickets, fields)
    else:
        with disable_auditlog():
            tickets[0].save(update_fields=fields)


def _check_not_being_paid(order: Order, total: Decimal, now: dt.datetime) -> None:
    pages = order.payment_sessions.open().filter(expires_at__gt=now).exclude(amount=total)
    if page := pages.first():
        raise BeingPaid(page)


def _swap_extras(
    order: Order, attendees: Sequence[Attendee], now: dt.datetime, *, again: bool
) -> None:
    """Extras of an earlier filling-in go, new ones come, in one change of each quota."""
    earlier = order.lines.exclude(add_on=None) if again else order.lines.none()
    old = list(earlier.select_related("add_on").prefetch_related("add_on__quotas"))
    extras = [extra for attendee in attendees for extra in attendee.add_ons]
    check_on_sale(order, (), extras, now)
    check_seats(attendees)
    change = places_of(extras)
    change.subtract(places_of(line.add_on for line in old if line.add_on))
    if old:
        earlier.delete()
    if change:
        settle(order.conference, change)
        had = {line.add_on_id for line in old}
        leave_to_waiting([one for one in extras if one.pk not in had])
