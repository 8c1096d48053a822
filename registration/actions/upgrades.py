"""Another type or other extras for a ticket that is paid: only the difference is charged.

An upgrade is an order of its own that `upgrades` the ticket. Its new lines keep
places while it waits for payment; its credits take the old lines back. What the
ticket is changes when the order becomes paid, and at once where nothing is to pay.
A ticket that was given has no line of its own: only extras are sold for it.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from auditlog.context import disable_auditlog
from django.db import IntegrityError
from django.utils import timezone

from scale import money
from scale.db import retry
from scale.editions import require_open
from scale.models import AuditEntry, User

from .. import seats
from ..models import AddOn, Order, OrderLine, PromoCode, Ticket, TicketType, WaitlistEntry
from ..pricing import price_ticket
from .mails import mail_upgraded
from .order_errors import ChangedMeanwhile, NotOnSale
from .orders import NOT_FOR_SALE, RESERVED_FOR
from .stock import (
    SoldOut,
    expire_upgrades,
    free_places,
    give_back,
    leave_to_waiting,
    places_of,
    take,
)


class CannotUpgrade(Exception):
    """Why this ticket cannot become what was asked for; its text is for the holder."""


class UpgradeWaits(CannotUpgrade):
    """Another upgrade of the ticket waits for its payment."""

    def __init__(self, order: Order | None) -> None:
        self.order = order
        super().__init__("Another upgrade of this ticket waits for payment.")


@dataclass(frozen=True)
class AtDesk:
    """Staff who ask for it: what the public cannot buy is open to them, and why stays known.

    With `seen`, the ticket's order must still be as they saw it.
    """

    by: User
    why: str
    seen: str = ""


@dataclass(frozen=True)
class Quote:
    """What an upgrade changes: new lines to write, old lines that end, and the difference."""

    new: Sequence[OrderLine]
    ended: Sequence[OrderLine]

    @property
    def cost(self) -> Decimal:
        return sum((one.price for one in self.new), money.ZERO) - sum(
            (one.price for one in self.ended), money.ZERO
        )

    @property
    def is_change(self) -> bool:
        return bool(self.new or self.ended)


def lines_in_force(ticket: Ticket) -> list[OrderLine]:
    """The line of the ticket's type first, then its extras."""
    lines = OrderLine.objects.in_force().filter(ticket=ticket, words="").order_by("pk")
    found = lines.select_related("ticket_type", "add_on", "order__promo_code")
    return sorted(found.prefetch_related("add_on__quotas"), key=lambda line: bool(line.add_on_id))


def quote(
    ticket: Ticket,
    ticket_type: TicketType,
    add_ons: Sequence[AddOn],
    now: dt.datetime,
    old: list[OrderLine] | None = None,
) -> Quote:
    """New total less old total, with the promo of the first order; what is kept keeps its price.

    `old` are the ticket's lines in force, where they are at hand.
    """
    old = lines_in_force(ticket) if old is None else old
    own = next((line for line in old if line.ticket_type_id), None)
    extras = [line for line in old if line.add_on_id]
    same_type = ticket_type.pk == (own or ticket).ticket_type_id
    if own is None and (ticket.order or not same_type):
        raise CannotUpgrade("The registration desk changes tickets that were given to someone.")
    promo = ticket.order.promo_code if ticket.order else None
    code = promo if promo and promo.counts_for(ticket, ticket_type) else None
    price = None if same_type else ticket_type.price_at(now)
    if not same_type and price is None:
        raise NotOnSale(ticket_type)
    kept_price = own.list_price if own else money.ZERO
    listed = kept_price if price is None else price.amount
    own_price, prices = price_ticket(listed, add_ons, code)
    was_replaced = any(line.add_on and line.add_on.replaces_ticket_price for line in extras)
    is_replaced = any(one.replaces_ticket_price for one in add_ons)
    new, ended = [], []
    if own and (not same_type or was_replaced != is_replaced):
        new.append(OrderLine(ticket_type=ticket_type, list_price=listed, price=own_price))
        ended.append(own)
    kept = {line.add_on_id for line in extras} & {one.pk for one in add_ons}
    ended += [line for line in extras if line.add_on_id not in kept]
    new += [
        OrderLine(add_on=one, list_price=one.price, price=charged)
        for one, charged in zip(add_ons, prices, strict=True)
        if one.pk not in kept
    ]
    return Quote(new, ended)


def upgrade_ticket(
    ticket: Ticket,
    ticket_type: TicketType | None,
    add_ons: Sequence[AddOn],
    *,
    form_token: str,
    shown_cost: Decimal | None,
    user: User | None = None,
    desk: AtDesk | None = None,
) -> tuple[Order, bool]:
    """The order of the upgrade, and whether it is new: paid where it is free, else to be paid.

    At the desk `add_ons` come to what the ticket has, and without a type it keeps its own.
    Raises CannotUpgrade, UpgradeWaits, NotOnSale or SoldOut.
    """
    asked = (ticket_type, add_ons, form_token, shown_cost, user, desk)
    for last_try in (False, True):
        try:
            return _upgrade(ticket, *asked), True
        except (IntegrityError, SoldOut) as error:
            if earlier := Order.objects.made_by(form_token):
                return earlier, False
            if last_try and isinstance(error, IntegrityError):
                raise UpgradeWaits(None) from error
            if last_try:
                raise
            if isinstance(error, SoldOut):
                free_places([error.quota_id])
    raise AssertionError("unreachable")


@retry
def _upgrade(
    ticket: Ticket,
    ticket_type: TicketType | None,
    add_ons: Sequence[AddOn],
    form_token: str,
    shown_cost: Decimal | None,
    user: User | None,
    desk: AtDesk | None,
) -> Order:
    now = timezone.now()
    first = Order.objects.lock(ticket.order.code) if ticket.order else None
    expire_upgrades(ticket)
    locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
    require_open(ticket.conference)
    if earlier := Order.objects.made_by(form_token):
        return earlier
    is_paid = first is None or first.status == Order.Status.PAID
    if not is_paid or locked.status != Ticket.Status.LIVE or locked.order != first:
        raise CannotUpgrade("Only a ticket that is paid and in force can be upgraded.")
    if locked.nonce != ticket.nonce:
        raise CannotUpgrade("The ticket was passed on meanwhile.")
    if desk and desk.seen and (first is None or first.state_key() != desk.seen):
        raise ChangedMeanwhile
    refuse_waiting(locked)
    old = lines_in_force(locked)
    if desk:
        add_ons = [*(line.add_on for line in old if line.add_on), *add_ons]
    ticket_type = ticket_type or locked.ticket_type
    found = quote(locked, ticket_type, add_ons, now, old)
    promo = first.promo_code if first else None
    _check(found, promo if promo and promo.counts_for(locked, ticket_type) else None, now, desk)
    new = [one.add_on for one in found.new if one.add_on]
    if why := why_unfit(ticket_type, new, add_ons) or why_no_seat(new, add_ons):
        raise CannotUpgrade(why)
    if shown_cost is not None and found.cost != shown_cost:
        raise CannotUpgrade("The price changed while this page was open. Please look again.")
    order = order_for(locked, first, form_token, user, now)
    write_upgrade(order, locked, found)
    leave_to_waiting(new, locked)
    if desk:
        _tell(order, locked, found, desk)
    if order.status == Order.Status.PAID:
        finish_upgrade(order)
    return order


def write_upgrade(order: Order, ticket: Ticket, found: Quote) -> None:
    """Take its places and write it: paid where it is free; `finish_upgrade` is then due.

    The caller holds the locks of the ticket and of its order. Raises SoldOut.
    """
    if found.cost == money.ZERO:
        order.move_to(Order.Status.PAID)
        order.paid_at, order.expires_at = order.filled_in_at, None
    take(ticket.conference, _new_places(found), free_lapsed=False)
    _write_lines(order, ticket, found)


def refuse_waiting(ticket: Ticket) -> None:
    """The caller holds the ticket's lock and has let go of what ran out."""
    if waiting := ticket.upgrade_orders.filter(status=Order.Status.PENDING).first():
        raise UpgradeWaits(waiting)


def _tell(order: Order, ticket: Ticket, found: Quote, desk: AtDesk) -> None:
    """On both, so that it stands in the history of the ticket's order too."""
    things = ", ".join(line.thing() for line in found.new)
    words = f"asked for {things}, {money.show(found.cost, order.currency)} to pay"
    for row in (order, ticket):
        AuditEntry.objects.tell(row, words, why=desk.why, by=desk.by)


def _things(lines: Sequence[OrderLine]) -> list[TicketType | AddOn]:
    return [thing for line in lines if (thing := line.ticket_type or line.add_on)]


def _new_places(found: Quote) -> Counter[int]:
    """What the new lines take beyond the places that the old type holds already."""
    places = places_of(_things(found.new))
    own = [line.ticket_type for line in found.ended if line.ticket_type]
    places.subtract({quota: min(n, places[quota]) for quota, n in places_of(own).items()})
    return +places


def _check(found: Quote, promo: PromoCode | None, now: dt.datetime, desk: AtDesk | None) -> None:
    """What is new is on sale, something changes, and we would owe nobody anything.

    `promo` counts for the type that it is to be.
    """
    if not found.is_change:
        raise CannotUpgrade("This is what the ticket is already.")
    for thing in () if desk else _things(found.new):
        unlocked = isinstance(thing, TicketType) and promo is not None
        if (thing.is_hidden and not unlocked) or thing.state(now) in NOT_FOR_SALE:
            raise NotOnSale(thing)
    if found.cost < money.ZERO:
        raise CannotUpgrade("This would cost less than what was paid. The desk can change it.")


def why_unfit(ticket_type: TicketType, wanted: Sequence[AddOn], all_of_it: Sequence[AddOn]) -> str:
    """Why a ticket cannot have the wanted extras among all that it is to have; else empty."""
    choices = [one.choice for one in all_of_it if one.choice]
    for one in wanted:
        if not one.goes_with(ticket_type):
            return f"{one} does not go with {ticket_type}."
        if choices.count(one.choice) > 1:
            return f"Please choose only one {one.choice}."
    return ""


def why_no_seat(new: Sequence[AddOn], all_of_it: Sequence[AddOn]) -> str:
    """Why a ticket cannot have the new seats beside what it keeps; else empty.

    Who acts on it holds the ticket's lock: two seats that are taken at once take turns.
    """
    pks = {one.pk for one in new}
    found = seats.problem(new, [one for one in all_of_it if one.pk not in pks])
    return found.says if found else ""


def order_for(
    ticket: Ticket, first: Order | None, form_token: str, user: User | None, now: dt.datetime
) -> Order:
    return Order(
        conference=ticket.conference,
        upgrades=ticket,
        form_token=form_token,
        promo_code=first.promo_code if first else None,
        user=user,
        buyer_name=ticket.attendee_name or (first.buyer_name if first else ""),
        buyer_email=ticket.attendee_email or (first.buyer_email if first else ""),
        currency=first.currency if first else ticket.conference.currency,
        filled_in_at=now,
        expires_at=now + RESERVED_FOR,
    )


def _write_lines(order: Order, ticket: Ticket, found: Quote) -> None:
    """The order with its new lines, and for each that ends a credit; none is credited twice."""
    with disable_auditlog():
        order.save(force_insert=True)
    for line in found.new:
        line.order, line.ticket = order, ticket
    credit = [
        OrderLine(
            order=order,
            ticket=ticket,
            ticket_type=line.ticket_type,
            add_on=line.add_on,
            list_price=line.list_price,
            price=-line.price,
            credits=line,
        )
        for line in found.ended
    ]
    OrderLine.objects.bulk_create([*found.new, *credit])


def _ticket_of(order: Order) -> Ticket:
    return Ticket.objects.select_for_update().get(upgrade_orders=order)


def why_stale(order: Order) -> str:
    """Why money for it comes to nothing, as the ticket is another by now. Locks the ticket."""
    ticket = _ticket_of(order)
    others = ticket.upgrade_orders.exclude(pk=order.pk)
    credited = order.lines.exclude(credits=None)
    if (
        ticket.status != Ticket.Status.LIVE
        or others.filter(status=Order.Status.PAID, paid_at__gte=order.created_at).exists()
        or credited.exclude(credits__status=OrderLine.Status.LIVE).exists()
    ):
        return "The ticket had changed meanwhile."
    return ""


def finish_upgrade(order: Order, tell: Callable[[Order, Ticket], None] = mail_upgraded) -> None:
    """The order is paid, or free: the ticket becomes what its new lines say.

    The caller holds the order's lock and has asked `why_stale`; `tell` writes to the holder.
    """
    ticket = _ticket_of(order)
    credited = order.lines.exclude(credits=None).values_list("credits", flat=True)
    ended = OrderLine.objects.filter(pk__in=list(credited))
    places = ended.places() + order.lines.all().places()
    ended.update(status=OrderLine.Status.ENDED)
    places.subtract(order.lines.all().places())
    typed = order.lines.filter(credits=None).exclude(ticket_type=None).first()
    if typed and typed.ticket_type and typed.ticket_type_id != ticket.ticket_type_id:
        ticket.ticket_type = typed.ticket_type
        ticket.save(update_fields=["ticket_type"])
    give_back(order.conference, +places)
    tell(order, ticket)


@retry
def drop_upgrade(order: Order) -> bool:
    """Give an upgrade up before it is paid; the ticket stays what it is."""
    locked = Order.objects.lock(order.code)
    if locked is None or not locked.upgrades_id or locked.status != Order.Status.PENDING:
        return False
    give_back(locked.conference, locked.lines.all().places())
    locked.lines.update(status=OrderLine.Status.LAPSED)
    locked.move_to(Order.Status.CANCELLED)
    locked.save(update_fields=["status"])
    offered = WaitlistEntry.objects.filter(order=locked, status=WaitlistEntry.Status.OFFERED)
    offered.update(status=WaitlistEntry.Status.LAPSED)
    return True
