"""Another type or a further extra for a ticket, at the desk.

What costs nothing more is done at once. What costs more is an upgrade: an order of its own
that waits for its money, which the desk takes or the holder pays by a link. A ticket that
was given stays given, whatever its type becomes; only extras are sold for it.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from django.conf import settings
from django.utils import timezone

from scale import email, money
from scale.db import retry
from scale.editions import require_open
from scale.models import AuditEntry, User

from ..models import OFFERED_FOR, AddOn, Order, OrderLine, Ticket, TicketType
from ..pricing import price_ticket
from .desk import NotPossible, credit, hold_paid, lock_ticket
from .money import even_out, owe_back
from .order_errors import ChangedMeanwhile
from .stock import SoldOut, expire_upgrades, free_places, places_of, settle
from .upgrades import AtDesk, refuse_waiting, upgrade_ticket

T = TypeVar("T")


class _CostsMore(Exception):
    """The ticket moves when the difference is paid."""


def move_ticket(
    order: Order,
    ticket: Ticket,
    to: TicketType,
    *,
    seen: str,
    waive: bool,
    why: str,
    by: User,
    token: str,
) -> Order | None:
    """Another type for a paid ticket, at today's price with the code of its order.

    What it costs less is owed back, unless that is waived. What it costs more is charged
    by an upgrade, which is returned: when that is paid, the ticket moves.
    """
    try:
        _unless_full(
            lambda: _move_now(order, ticket, to, seen=seen, waive=waive, why=why, by=by),
        )
    except _CostsMore:
        desk = AtDesk(by, why, seen)
        return upgrade_ticket(ticket, to, (), form_token=token, shown_cost=None, desk=desk)[0]
    return None


def add_extra(ticket: Ticket, extra: AddOn, *, token: str, why: str, by: User) -> Order:
    """One more extra for a ticket that was paid or given: the upgrade that charges for it."""
    if extra.conference_id != ticket.conference_id:
        raise NotPossible(f"{extra} is of another edition.")
    desk = AtDesk(by, why)
    return upgrade_ticket(ticket, None, [extra], form_token=token, shown_cost=None, desk=desk)[0]


def move_given(ticket: Ticket, to: TicketType, *, was: str, why: str, by: User) -> None:
    """Another type for a ticket that was given without an order; `was` is the type's code.

    It stays given: only its places are settled.
    """
    _unless_full(lambda: _move_given(ticket, to, was=was, why=why, by=by))


def _unless_full(act: Callable[[], T]) -> T:
    """Once more where it was full, after reservations that ran out are let go of."""
    try:
        return act()
    except SoldOut as error:
        free_places([error.quota_id])
        return act()


@retry
def _move_given(ticket: Ticket, to: TicketType, *, was: str, why: str, by: User) -> None:
    held = Ticket.objects.select_for_update().get(pk=ticket.pk)
    require_open(held.conference)
    if held.order_id or held.status != Ticket.Status.LIVE:
        raise NotPossible("Only a live ticket that was given without an order is moved here.")
    if held.ticket_type.code != was:
        raise ChangedMeanwhile
    _turn_into(held, to, why=why, by=by)


@retry
def _move_now(
    order: Order, ticket: Ticket, to: TicketType, *, seen: str, waive: bool, why: str, by: User
) -> None:
    locked = hold_paid(order, seen)
    held = lock_ticket(order, ticket)
    if locked.state_key() != seen:  # an upgrade was being paid while its lock was waited for
        raise ChangedMeanwhile
    old = _own_line(held)
    price, listed = price_after_move(order, held, to)
    paid = held.admission_cost()
    keeps = waive or bool(held.why_free and paid <= money.ZERO)
    if price > old.price and not keeps:
        raise _CostsMore
    expire_upgrades(held)
    refuse_waiting(held)
    _turn_into(held, to, why=why, by=by)
    credit(old)
    OrderLine.objects.create(
        order=old.order, ticket=held, ticket_type=to, list_price=listed, price=price
    )
    # Nobody gets back more than what was paid for it, whatever was waived before.
    waived = (paid if keeps else min(paid, price)) - (paid + price - old.price)
    if waived:
        words = f"Difference waived: {why}"[:120]
        OrderLine.objects.create(order=old.order, ticket=held, words=words, price=waived)
    for one in even_out(held, f"Moved to {to}: {why}"):
        owe_back(one, why=why, by=by)


def _turn_into(ticket: Ticket, to: TicketType, *, why: str, by: User) -> None:
    """The locked ticket is of the other type from now on and holds its places."""
    _check_type(ticket, to)
    before, ticket.ticket_type = ticket.ticket_type, to
    change = places_of([to])
    change.subtract(places_of([before]))
    settle(ticket.conference, change)
    ticket.save(update_fields=["ticket_type"])
    AuditEntry.objects.tell(ticket, f"moved from {before} to {to}", why=why, by=by)


def price_after_move(order: Order, ticket: Ticket, to: TicketType) -> tuple[Decimal, Decimal]:
    """What the ticket itself would cost as another type, and that type's list price."""
    _check_type(ticket, to)
    today = to.price_at()
    if today is None:
        raise NotPossible(f"{to} has no price yet.")
    held = OrderLine.objects.in_force().filter(ticket=ticket).exclude(add_on=None)
    extras = [line.add_on for line in held.select_related("add_on") if line.add_on]
    promo = order.promo_code
    if promo and not promo.counts_for(ticket, to):
        promo = None
    own, _ = price_ticket(today.amount, extras, promo)
    return own, today.amount


def _check_type(ticket: Ticket, to: TicketType) -> None:
    if to.pk == ticket.ticket_type_id:
        raise NotPossible(f"It is {to} already.")
    if to.conference_id != ticket.conference_id:
        raise NotPossible(f"{to} is of another edition.")


def _own_line(ticket: Ticket) -> OrderLine:
    """The line that the ticket stands on now: of its order, or of an upgrade."""
    lines = OrderLine.objects.in_force().filter(ticket=ticket).exclude(ticket_type=None)
    lines = lines.select_related("order", "ticket", "ticket_type")
    line = lines.order_by("-pk").first()
    if line is None:
        raise NotPossible("Nothing was paid for this ticket that could be changed.")
    return line


@retry
def send_link(order: Order, *, token: str, why: str, by: User) -> Order:
    """Mail the link on which an upgrade is paid, and keep its places for a day; once for a form."""
    locked = Order.objects.lock(order.code)
    require_open(locked.conference)
    now = timezone.now()
    if locked.upgrades is None or locked.status != Order.Status.PENDING or locked.has_run_out(now):
        raise NotPossible("Only an upgrade that waits for its money has a link to pay.")
    if not locked.buyer_email:
        raise NotPossible("The order has no e-mail address. Correct the buyer first.")
    locked.expires_at = max(locked.expires_at or now, now + OFFERED_FOR)
    locked.save(update_fields=["expires_at"])
    conference = locked.conference
    lines = locked.lines.filter(credits=None).select_related("ticket_type", "add_on")
    email.send(
        "upgrade to pay",
        locked.buyer_email,
        to_name=locked.buyer_name,
        key=f"{locked.code}:{token}",
        about=locked.code,
        subject=f"Your ticket for {conference.name}: please pay the difference",
        template="registration/mail/upgrade_to_pay.txt",
        context={
            "conference": conference,
            "order": locked,
            "ticket": locked.upgrades,
            "lines": list(lines),
            "site_url": settings.SITE_URL,
        },
        conference=conference,
    )
    AuditEntry.objects.tell(locked, "sent the link to pay", why=why, by=by)
    return locked
