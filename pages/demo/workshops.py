"""Workshops that one needs a seat for: one is full, and people wait for it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from registration.models import (
    AddOn,
    Order,
    OrderLine,
    Payment,
    Quota,
    Ticket,
    WaitlistEntry,
)
from schedule.models import Kind, Workshop

from .placing import Grid, Line
from .shop import Shop
from .world import Edition


@dataclass(frozen=True)
class Plan:
    """How many seats, for what price, how many of them are still free, how many people wait."""

    wanted: int
    price: Decimal
    free: int
    waiting: int = 0


PLANS = (
    Plan(24, Decimal("0.00"), free=0, waiting=6),
    Plan(40, Decimal("20.00"), free=12),
    Plan(30, Decimal("0.00"), free=18),
)
KINDS = ("tutorial", "workshop")


def add_workshops(edition: Edition, shop: Shop, grid: Grid) -> None:
    """The demo's attendee has one seat, and waits for another."""
    if edition.phase == "over":
        return
    rooms = {room.pk: room for room in edition.rooms}
    takers = takers_of(edition, shop)
    for plan, line in zip(PLANS, hands_on(grid), strict=False):
        room = rooms.get(line.spot.room or 0)
        size = min(plan.wanted, (room.capacity if room else None) or plan.wanted)
        sold = min(max(size - plan.free, 0), len(takers) // 3)
        if plan.waiting:
            size = max(sold, 1)
        workshop = offer(edition, shop, line, plan, size, sold)
        holders, takers = takers[:sold], takers[sold:]
        for ticket in holders:
            take(edition, ticket, workshop.add_on)
        for ticket in takers[: plan.waiting]:
            edition.add(
                WaitlistEntry(
                    conference=edition.conference,
                    add_on=workshop.add_on,
                    ticket=ticket,
                    nonce=edition.dice(f"waits {ticket.pk}").hexadecimal(32),
                    joined_at=edition.world.now - dt.timedelta(hours=7),
                )
            )


def hands_on(grid: Grid) -> list[Line]:
    """The latest of the placed ones, each at a time of its own."""
    found: dict[tuple[int, int], Line] = {}
    for line in grid.lines:
        is_fit = line.staged and line.staged.kind in KINDS and line.kind == Kind.MAIN
        if is_fit and not line.staged.talk.is_cancelled:
            found.setdefault((-line.spot.day, line.spot.begins), line)
    return [found[key] for key in sorted(found)]


def takers_of(edition: Edition, shop: Shop) -> list[Ticket]:
    """Paid tickets for everything, the attendee's own after those who fill the first workshop."""
    own = edition.world.users["attendee"].pk
    full = shop.types["full"].pk
    tickets = [one for one in shop.named if one.order_id and one.ticket_type_id == full]
    mine = [one for one in tickets if one.user_id == own][:1]
    others = [one for one in tickets if one.user_id != own]
    first = min(PLANS[0].wanted, len(others) // 3)
    return [*others[:first], *mine, *others[first:]]


def offer(edition: Edition, shop: Shop, line: Line, plan: Plan, size: int, sold: int) -> Workshop:
    talk, conference = line.staged.talk, edition.conference
    name = talk.title[:80]
    quota = Quota(conference=conference, name=f"Seats: {name}"[:80], size=size, taken=sold)
    edition.add(quota)
    add_on = edition.add(
        AddOn(
            conference=conference,
            kind=AddOn.Kind.TUTORIAL,
            name=name,
            description="A seat with a table and power; bring a laptop.",
            price=plan.price,
            position=50,
        )
    )
    edition.world.writer.link(AddOn.quotas, addon_id=add_on.pk, quota_id=quota.pk)
    types = {"addon_id": add_on.pk, "tickettype_id": shop.types["full"].pk}
    edition.world.writer.link(AddOn.ticket_types, **types)
    wanted = max(size, plan.wanted)
    return edition.add(Workshop(talk=talk, add_on=add_on, quota=quota, wanted=wanted))


def take(edition: Edition, ticket: Ticket, add_on: AddOn) -> None:
    """Added to the ticket later, as an order of its own."""
    dice = edition.dice(f"seat {ticket.pk}")
    when = max(ticket.created_at, edition.world.now - dt.timedelta(days=6))
    order = edition.add(
        Order(
            conference=edition.conference,
            code=dice.code(8, edition.world.taken("order")),
            nonce=dice.hexadecimal(32),
            status=Order.Status.PAID,
            upgrades=ticket,
            buyer_name=ticket.attendee_name,
            buyer_email=ticket.attendee_email,
            currency=edition.conference.currency,
            created_at=when,
            filled_in_at=when,
            paid_at=when,
        )
    )
    common = {"order": order, "ticket": ticket, "list_price": add_on.price}
    edition.add(OrderLine(**common, add_on=add_on, price=add_on.price))
    if add_on.price:
        edition.add(
            Payment(
                order=order,
                provider="demo",
                reference=f"demo-{order.code}",
                amount=add_on.price,
                currency=order.currency,
                received_at=when,
            )
        )
