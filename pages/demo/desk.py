"""What a ticket desk has on its table: gifts, groups, cash, wishes, notes."""

import datetime as dt
from decimal import Decimal

from registration.models import (
    CancellationRequest,
    CashDrawer,
    CompChoice,
    GroupCode,
    OrderNote,
    Ribbon,
    VisaRequest,
    WaitlistEntry,
)

from .names import Person
from .press import give_press_pass
from .shop import Shop
from .words import words
from .world import Edition

# The desk station, whose volunteer opened the drawer of today.
DESK, AT_DESK = "Desk 1", "Desk 1, OT"
FLOAT = Decimal("200.00")
# What was counted beyond what should have lain there.
DIFFERENCES = (Decimal("0.00"), Decimal("-5.00"))
GROUP = 8


def give_to_others(till, count: int) -> None:
    """Volunteers, and journalists who asked."""
    told, edition = words().sale["words"], till.edition
    for n in range(count):
        if n % 2:
            give_press_pass(till, n // 2)
            continue
        who = edition.world.names.person()
        till.give(who.name, who.email, "volunteer", till.dice.choice(told["volunteer_whys"]))


def sell_to_group(till) -> None:
    """A company paid for eight; five of its people have put their names down."""
    if till.left["full"] < GROUP * 3:
        return
    edition, name = till.edition, words().sale["words"]["group"]
    who = till.world.names.person()
    buyer = Person(name, who.given, who.family, "", who.email)
    order = till.order("paid", buyer=buyer, codes=["full"] * GROUP, named=5)
    order.buyer_organization = name
    code = f"{name.split()[0]}{edition.slug}".upper()
    edition.add(GroupCode(conference=edition.conference, order=order, code=code, name=name))


def sell_for_cash(till) -> None:
    """Two drawers of yesterday are counted; a desk station sells into today's, which is open."""
    edition, now = till.edition, till.world.now
    by, helpers = till.world.users["registration"], ("Hrant", "Mei", "OT")
    for n, volunteer in enumerate(helpers):
        day = 0 if n < 2 else 1
        # Before breakfast nothing has been sold today: then it is open since the evening.
        opened = min(edition.moment(day, 7, 40 + n * 5), now - dt.timedelta(hours=6))
        drawer = edition.add(
            CashDrawer(
                conference=edition.conference,
                name=f"Desk {n + 1}" if day == 0 else DESK,
                volunteer=volunteer,
                opening_float=FLOAT,
                opened_at=opened,
                opened_by=by if day == 0 else None,
            )
        )
        taken = Decimal()
        for _ in range(max(1, till.left["expo"] // 200)):
            at = opened + dt.timedelta(minutes=till.dice.randrange(5, 285))
            order = till.order("paid", codes=["expo"], at=at, drawer=drawer)
            taken += till.paid[order.pk]
        if day == 0:
            drawer.closed_at, drawer.closed_by = edition.moment(0, 18, 10 + n), by
            drawer.closing_count = FLOAT + taken + DIFFERENCES[n]
            drawer.note = "A five is missing; counted twice." if DIFFERENCES[n] else ""


def add_wishes(edition: Edition, shop: Shop) -> None:
    """What people ask for, and what staff note about it."""
    dice, told = edition.dice("wishes"), words().sale["words"]
    by, now = edition.world.users["registration"], edition.world.now
    tickets = dice.sample(shop.named, min(len(shop.named), 12))
    asked = min(now, edition.moment(-2, 12)) - dt.timedelta(hours=5)
    for n, note in enumerate(told["notes"]):
        if n < len(tickets):
            edition.add(OrderNote(order_id=tickets[n].order_id, text=note, by=by, written_at=asked))
    if edition.phase == "over":
        return
    for ticket, why in zip(tickets[4:], told["cancel_why"], strict=False):
        edition.add(CancellationRequest(ticket=ticket, why=why, asked_at=asked))
    for n, ticket in enumerate(tickets[7:10]):
        add_visa(edition, dice, ticket, asked, approved=n == 0)
    if edition.phase == "on":
        wait_for_lab(edition, shop, dice)
        offer_choice(edition, shop, tickets[10:11])


def add_visa(edition: Edition, dice, ticket, asked, *, approved: bool) -> None:
    told = words().sale["words"]
    edition.add(
        VisaRequest(
            ticket=ticket,
            full_name=ticket.attendee_name.upper()[:160],
            nationality=dice.choice(told["nationalities"]),
            passport_number=f"X{dice.randrange(10**7):07}",
            born_on=dt.date(1970 + dice.randrange(35), 1 + dice.randrange(12), 14),
            address="12 Example Street",
            status="approved" if approved else "open",
            asked_at=asked,
            answered_at=asked + dt.timedelta(hours=3) if approved else None,
            answered_by=edition.world.users["registration"] if approved else None,
        )
    )


def wait_for_lab(edition: Edition, shop: Shop, dice) -> None:
    """The lab is sold out; some wait, one let an offer lapse, one gave up."""
    for n, status in enumerate(("lapsed", "left", *["waiting"] * 5)):
        who = edition.world.names.person()
        edition.add(
            WaitlistEntry(
                conference=edition.conference,
                ticket_type=shop.types["lab"],
                name=who.name,
                email=who.email,
                nonce=dice.hexadecimal(32),
                status=status,
                joined_at=edition.moment(-20 + n, 9, n * 7),
            )
        )


def offer_choice(edition: Edition, shop: Shop, tickets) -> None:
    """Somebody who had bought a ticket helps now, and has not said yet what becomes of it."""
    for ticket in tickets:
        when = edition.world.now - dt.timedelta(hours=20)
        common = {"ticket": ticket, "role": "volunteer", "why": "Helps at the desk"}
        edition.add(Ribbon(**common, given_at=when, by=edition.world.users["registration"]))
        edition.add(CompChoice(**common, ticket_type=shop.types["guest"], offered_at=when))
