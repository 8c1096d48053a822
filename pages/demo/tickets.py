"""What was sold: types, prices, quotas, and orders with their lines, tickets and money."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from registration.models import (
    Order,
    OrderLine,
    Payment,
    Quota,
    Refund,
    Ticket,
    TicketPrice,
    TicketType,
)

from .names import Person
from .words import words
from .world import Edition

Status = Order.Status
SALE_OPENS = -150  # days before the first
EARLY_UNTIL = -60
CHUNK = 2_000
PRICES = {
    "full": (("early bird", "75.00"), ("regular", "90.00"), ("at the door", "110.00")),
    "expo": (("", "25.00"), ("", "25.00"), ("at the door", "30.00")),
    "kids": (("", "0.00"), ("", "0.00"), ("", "0.00")),
}
GROUPS = {1: 62, 2: 21, 3: 9, 4: 5, 5: 1, 6: 1, 8: 1}
# Shares of all orders that did not end in tickets.
LOST = {Status.EXPIRED: 0.04, Status.CANCELLED: 0.015, Status.PENDING: 0.006}
KIDS_LEFT = 6


@dataclass
class Shop:
    """The edition's types and what each of them draws from."""

    types: dict[str, TicketType] = field(default_factory=dict)
    quotas: dict[str, Quota] = field(default_factory=dict)
    draws: dict[str, tuple[str, ...]] = field(default_factory=dict)
    prices: dict[str, list[tuple[dt.datetime, Decimal]]] = field(default_factory=dict)
    # Tickets that admit, for the door: (pk, type code).
    admitting: list[tuple[int, str]] = field(default_factory=list)

    def price(self, code: str, at: dt.datetime) -> Decimal:
        begun = [amount for starts_at, amount in self.prices[code] if starts_at <= at]
        return begun[-1] if begun else self.prices[code][0][1]

    def hold(self, code: str) -> None:
        for name in self.draws[code]:
            self.quotas[name].taken += 1


def add_shop(edition: Edition, tickets: int) -> Shop:
    shop = Shop()
    kids = max(20, tickets // 60)
    sizes = {
        "Building": round(tickets * 1.25),
        "Full access": round(tickets * 0.9),
        "Kids’ track": kids,
    }
    if edition.phase == "open":  # hardly sold yet, but planned as large as ever
        full = edition.world.size.tickets
        sizes = {"Building": round(full * 1.3), "Full access": full, "Kids’ track": kids + 40}
    for name, size in sizes.items():
        shop.quotas[name] = edition.add(Quota(conference=edition.conference, name=name, size=size))
    add_types(edition, shop)
    for code, names in shop.draws.items():
        for name in names:
            edition.world.writer.link(
                TicketType.quotas,
                tickettype_id=shop.types[code].pk,
                quota_id=shop.quotas[name].pk,
            )
    return shop


def add_types(edition: Edition, shop: Shop) -> None:
    days = edition.conference.days()
    number = {4: "four", 5: "five"}[len(days)]
    wanted = (
        ("full", "Full access", f"All {number} days, every talk, the expo floor and game night.",
         days[0], days[-1], ("Building", "Full access")),
        ("expo", "Expo only", "Exhibitors, lightning talks and key signing, from the second day.",
         days[1], days[-1], ("Building",)),
        ("kids", "Kids’ track", "One day for makers of 8 to 15, with a guardian.",
         days[2], days[2], ("Building", "Kids’ track")),
        ("guest", "Speakers, crew and guests", "Given, not sold.",
         days[0], days[-1], ("Building",)),
    )  # fmt: skip
    opens, closes = edition.moment(SALE_OPENS, 9), edition.moment(len(days) - 1, 16)
    early, door = edition.moment(EARLY_UNTIL, 0), edition.moment(0, 6)
    if edition.phase == "open":
        opens = edition.world.now - dt.timedelta(days=20)
    for position, (code, name, text, first, last, draws) in enumerate(wanted):
        shop.types[code] = edition.add(
            TicketType(
                conference=edition.conference,
                code=code,
                name=name,
                description=text,
                admits_from=first,
                admits_until=last,
                on_sale_from=opens,
                on_sale_until=closes,
                is_hidden=code == "guest",
                for_minors=code == "kids",
                position=position,
            )
        )
        shop.draws[code] = draws
        steps = zip((opens, early, door), PRICES.get(code, ()), strict=False)
        told: Decimal | None = None
        for starts_at, (label, amount) in steps:
            if Decimal(amount) == told:
                continue
            told = Decimal(amount)
            shop.prices.setdefault(code, []).append((starts_at, told))
            edition.add(
                TicketPrice(
                    ticket_type=shop.types[code], label=label, starts_at=starts_at, amount=told
                )
            )


class Till:
    """Sells until `tickets` admit someone."""

    def __init__(self, edition: Edition, shop: Shop):
        self.edition, self.shop, self.world = edition, shop, edition.world
        self.dice = edition.dice("orders")
        self.left: Counter[str] = Counter()
        self.lost = dict(LOST)
        if edition.phase == "over":
            del self.lost[Status.PENDING]
        # Sales end now, or with the edition.
        last_day = len(edition.conference.days()) - 1
        self.opens = shop.types["full"].on_sale_from
        self.until = min(self.world.now, edition.moment(last_day, 14))
        self.early = edition.moment(EARLY_UNTIL, 0)

    def sell(self, tickets: int) -> None:
        guests = list(self.edition.on_stage.values())[: round(tickets * 0.12)]
        kids = max(0, self.shop.quotas["Kids’ track"].size - KIDS_LEFT)
        if self.edition.phase == "open":
            kids, guests = min(kids // 2, tickets // 10), guests[:4]
        rest = tickets - len(guests) - kids
        self.left = Counter(full=round(rest * 0.7), expo=rest - round(rest * 0.7), kids=kids)
        for speaker in guests:
            self.give(speaker)
        self.sell_to_attendee()
        while total := self.left.total():
            self.order(Status.PAID)
            for status, share in self.lost.items():
                if self.dice.chance(share):
                    self.order(status)
            self.world.progress.advance(total - self.left.total())
            if len(self.world.writer.waiting[Order]) > CHUNK:
                self.world.writer.flush()
        for status in self.lost:
            self.order(status)

    def give(self, speaker) -> None:
        self.ticket(
            "guest", None, speaker.name, speaker.email or "", self.until, why_free="Speaker",
            user_id=speaker.user_id, organization=speaker.organization[:120],
            pronouns=speaker.pronouns,
        )  # fmt: skip

    def sell_to_attendee(self) -> None:
        """The demo's attendee has bought two tickets, one of them for a friend."""
        user = self.world.users["attendee"]
        buyer = Person(user.name, "Amara", "Balogun", "she/her", user.email)
        self.order(Status.PAID, buyer=buyer, user=user, codes=["full", "full"])

    def order(self, status: str, *, buyer=None, user=None, codes=None) -> None:
        dice = self.dice
        codes = codes or self.basket(dice.weighted(GROUPS), free=status == Status.PAID)
        buyer = buyer or self.world.names.person()
        at = self.time_of_sale(status)
        prices = [self.shop.price(code, at) for code in codes]
        order = self.edition.add(
            Order(
                conference_id=self.edition.conference.pk,
                code=dice.code(8, self.world.taken("order")),
                nonce=dice.hexadecimal(32),
                status=status,
                buyer_name=buyer.name,
                buyer_email=buyer.email,
                user=user,
                currency=self.edition.conference.currency,
                created_at=at,
                filled_in_at=at + dt.timedelta(minutes=2),
                expires_at=at + dt.timedelta(minutes=30) if sum(prices) else None,
            )
        )
        paid = status == Status.PAID or (status == Status.CANCELLED and dice.chance(0.6))
        if status == Status.PENDING:  # some pay by invoice and have more time
            weeks = dt.timedelta(days=14) if dice.chance(0.6) else dt.timedelta(minutes=30)
            order.expires_at = max(at + weeks, self.world.now + dt.timedelta(minutes=5))
        if paid:
            order.paid_at = at + dt.timedelta(seconds=dice.randrange(20, 700))
            order.expires_at = None
        self.fill(order, buyer, codes, prices, user)
        if paid and sum(prices):
            self.pay(order, sum(prices, Decimal()))

    def basket(self, count: int, free: bool) -> list[str]:
        """Ticket types of one order, as long as there are any; `free`: those without price too.

        An order that costs nothing is paid at once, so it never waits or runs out.
        """
        wanted = ("full", "expo", "kids") if free else ("full", "expo")
        left = Counter({code: self.left[code] for code in wanted if self.left[code] > 0})
        if not left:
            return ["full"] * count
        first = self.dice.weighted(left)
        codes = [first]
        left[first] -= 1
        while len(codes) < count and left.total():
            # Groups mostly buy the same; children come with someone.
            again = left[first] > 0 and self.dice.chance(0.8)
            codes.append(first if again else self.dice.weighted(left))
            left[codes[-1]] -= 1
        return codes

    def fill(self, order: Order, buyer: Person, codes, prices, user) -> None:
        """A line and a ticket for each; paid and waiting ones hold their places."""
        dice, names = self.dice, self.world.names
        work = dice.choice(words().sponsors["employers"]) if dice.chance(0.35) else ""
        for n, (code, price) in enumerate(zip(codes, prices, strict=True)):
            who = buyer if n == 0 else names.person()
            name, email, guardian = who.name, who.email, {}
            if n and not dice.chance(0.6):
                email = ""
            if code == "kids":
                name, email = f"{names.person().given} {buyer.family}", ""
                guardian = {"guardian_name": buyer.name, "guardian_phone": names.phone()}
            held = self.ticket(
                code, order, name, email, order.created_at, status=order.status,
                user_id=user.pk if user and n == 0 else None,
                pronouns=who.pronouns if code != "kids" else "",
                organization=work, **guardian,
            )  # fmt: skip
            self.line(order, held, price, ticket_type_id=held.ticket_type_id)

    def line(self, order: Order, ticket: Ticket, price: Decimal, **thing) -> None:
        """What a ticket costs; of a paid order that was cancelled, also what took it off."""
        holds = order.status in (Status.PAID, Status.PENDING)
        state = OrderLine.Status.LIVE if holds else OrderLine.Status.LAPSED
        taken_back = order.status == Status.CANCELLED and order.paid_at
        if taken_back:
            state = OrderLine.Status.ENDED
        common = {"order_id": order.pk, "ticket_id": ticket.pk}
        self.edition.add(OrderLine(**common, price=price, list_price=price, status=state, **thing))
        if taken_back and price:
            self.edition.add(OrderLine(**common, price=-price, words="Cannot come; asked in time."))

    def ticket(self, code, order, name, email, at, status=Status.PAID, **facts) -> Ticket:
        cancelled = status == Status.CANCELLED
        ticket = self.edition.add(
            Ticket(
                conference_id=self.edition.conference.pk,
                ticket_type_id=self.shop.types[code].pk,
                order_id=order.pk if order else None,
                nonce=self.dice.hexadecimal(32),
                code=self.dice.code(12),
                status=Ticket.Status.CANCELLED if cancelled else Ticket.Status.LIVE,
                attendee_name=name[:120],
                attendee_email=email,
                created_at=at,
                **facts,
            )
        )
        if status in (Status.PAID, Status.PENDING):
            self.shop.hold(code)
        if status == Status.PAID:
            self.shop.admitting.append((ticket.pk, code))
            if code in self.left:
                self.left[code] -= 1
        return ticket

    def pay(self, order: Order, amount: Decimal) -> None:
        payment = self.edition.add(
            Payment(
                order_id=order.pk,
                provider="demo",
                reference=f"demo-{order.code}",
                amount=amount,
                currency=order.currency,
                received_at=order.paid_at,
            )
        )
        if order.status == Status.CANCELLED:
            self.edition.add(
                Refund(
                    order_id=order.pk,
                    payment_id=payment.pk,
                    reference=f"demo-refund-{order.code}",
                    amount=amount,
                    why="Cannot come; asked in time.",
                    by=self.world.users["registration"],
                    status=Refund.Status.DONE,
                    sent_at=min(order.paid_at + dt.timedelta(days=9), self.world.now),
                    made_at=min(order.paid_at + dt.timedelta(days=9), self.world.now),
                )
            )

    def time_of_sale(self, status: str) -> dt.datetime:
        """Crowds at the beginning, before the early price ends, and in the last two weeks."""
        dice, whole = self.dice, self.until - self.opens
        if status == Status.PENDING:
            return self.world.now - dt.timedelta(minutes=dice.randrange(1, 25))
        roll = dice.random()
        if self.edition.phase == "open" or roll < 0.25:
            at = self.opens + whole * dice.random()
        elif roll < 0.45:
            at = self.opens + dt.timedelta(days=10) * dice.random() ** 1.5
        elif roll < 0.65:
            at = self.early - dt.timedelta(days=8) * dice.random() ** 1.5
        else:
            at = self.until - dt.timedelta(days=16) * dice.random() ** 1.3
        return min(at, self.until - dt.timedelta(minutes=dice.randrange(12, 40)))


def sell(edition: Edition, tickets: int) -> Shop:
    """Everything sold in an edition; quotas say exactly what is held."""
    shop = add_shop(edition, tickets)
    edition.world.writer.flush()  # quotas are written before what is taken from them is known
    Till(edition, shop).sell(tickets)
    edition.world.writer.flush()
    Quota.objects.bulk_update(shop.quotas.values(), ["taken"])
    return shop
