"""What was sold: types, prices, quotas, and orders with their lines, tickets and money."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from registration.models import (
    Answer,
    Order,
    OrderLine,
    Payment,
    PromoCode,
    Quota,
    Refund,
    Ribbon,
    Ticket,
)
from registration.pricing import price_ticket

from .desk import AT_DESK, add_wishes, give_to_others, sell_for_cash, sell_to_group
from .gifts import give_passes, give_to_speakers, passes
from .names import Person
from .offer import Extra
from .shop import EARLY_UNTIL, Shop
from .words import words
from .world import Edition

Status = Order.Status
CHUNK = 2_000
GROUPS = {1: 62, 2: 21, 3: 9, 4: 5, 5: 1, 6: 1, 8: 1}
# Shares of all orders that did not end in tickets.
LOST = {Status.EXPIRED: 0.04, Status.CANCELLED: 0.015, Status.PENDING: 0.006}
KIDS_LEFT = 6


@dataclass(frozen=True)
class Want:
    """One ticket and what goes with it, priced."""

    code: str
    listed: Decimal
    own: Decimal
    extras: list[Extra]
    prices: list[Decimal]
    promo: PromoCode | None

    @property
    def total(self) -> Decimal:
        return self.own + sum(self.prices, Decimal())


class Till:
    """Sells until `tickets` admit someone."""

    def __init__(self, edition: Edition, shop: Shop):
        self.edition, self.shop, self.world = edition, shop, edition.world
        self.dice = edition.dice("orders")
        self.offer = shop.offer
        self.left: Counter[str] = Counter()
        # Order → what came in for it, for the drawers.
        self.paid: Counter[int] = Counter()
        self.refunds = 0
        self.lost = dict(LOST)
        if edition.phase == "over":
            del self.lost[Status.PENDING]
        # Sales end now, or with the edition.
        last_day = len(edition.conference.days()) - 1
        self.opens = shop.types["full"].on_sale_from
        self.until = min(self.world.now, edition.moment(last_day, 14))
        self.early = edition.moment(EARLY_UNTIL, 0)

    def sell(self, tickets: int) -> None:
        kids = max(0, self.shop.quotas["Kids’ track"].size - KIDS_LEFT)
        if self.edition.phase == "open":
            kids = min(kids // 2, tickets // 10)
        given = passes(self, round(tickets * 0.1))
        others = round(tickets * 0.02) if self.edition.phase != "open" else 0
        lab = self.shop.quotas["Container lab"].size if self.edition.phase != "open" else 0
        free = len(self.edition.confirmed) + sum(n for _, n in given) + others
        rest = tickets - free - kids - lab
        self.left = Counter(full=round(rest * 0.7), expo=rest - round(rest * 0.7), kids=kids)
        give_to_speakers(self)
        give_passes(self, given)
        give_to_others(self, others)
        self.sell_to_attendee()
        for _ in range(lab):
            self.order(Status.PAID, codes=["lab"])
        if self.edition.phase != "open":
            sell_to_group(self)
        if self.edition.phase == "on":
            sell_for_cash(self)
        while total := self.left.total():
            self.order(Status.PAID)
            for status, share in self.lost.items():
                if self.dice.chance(share):
                    self.order(status)
            self.world.progress.advance(total - self.left.total())
            if len(self.world.writer.waiting[Order]) > CHUNK:
                self.world.writer.flush()
        for status in self.lost:
            self.order(status, surely=True)

    def give(self, name: str, email: str, role: str, why: str, **facts) -> Ticket:
        """A free ticket with its role as a ribbon."""
        ticket = self.ticket("guest", None, name, email, self.until, why_free=why, **facts)
        self.edition.add(
            Ribbon(
                ticket_id=ticket.pk,
                role=role,
                why=why,
                given_at=self.until,
                by=self.world.users["registration"],
            )
        )
        return ticket

    def sell_to_attendee(self) -> None:
        """The demo's attendee has bought two tickets, one of them for a friend."""
        user = self.world.users["attendee"]
        buyer = Person(user.name, "Amara", "Balogun", "she/her", user.email)
        self.order(Status.PAID, buyer=buyer, user=user, codes=["full", "full"])

    def order(
        self,
        status: str,
        *,
        buyer=None,
        user=None,
        codes=None,
        at=None,
        drawer=None,
        named: int | None = None,
        surely: bool = False,
    ) -> Order:
        """`named`: for so many tickets names are known; the others are places of a group.
        `surely`: what would be left to chance happens, so that no demo is without it.
        """
        dice = self.dice
        codes = codes or self.basket(dice.weighted(GROUPS), free=status == Status.PAID)
        buyer = buyer or self.world.names.person()
        at = at or self.time_of_sale(status)
        promo = self.offer.promo(codes, dice, free=status == Status.PAID)
        wants: list[Want] = []
        for code in codes:
            wanted = Counter(extra.row.pk for want in wants for extra in want.extras)
            chosen = [] if named is not None else self.offer.choose(code, dice, wanted)
            wants.append(self.want(code, at, promo, chosen))
        total = sum((want.total for want in wants), Decimal())
        is_cart = status == Status.EXPIRED and (surely or dice.chance(0.4))
        order = self.edition.add(
            Order(
                conference_id=self.edition.conference.pk,
                code=dice.code(8, self.world.taken("order")),
                nonce=dice.hexadecimal(32),
                status=status,
                promo_code_id=promo.pk if promo else None,
                user=user,
                currency=self.edition.conference.currency,
                created_at=at,
                expires_at=at + dt.timedelta(minutes=30) if total else None,
            )
        )
        if not is_cart:
            self.fill_in(order, buyer)
        paid = status == Status.PAID or (
            status == Status.CANCELLED and (surely or dice.chance(0.6))
        )
        if status == Status.PENDING:
            self.wait_for_money(order, surely)
        if paid:
            order.paid_at = at + dt.timedelta(seconds=dice.randrange(20, 700))
            order.expires_at = None
        self.fill(order, buyer, wants, user, named)
        if paid and total:
            self.pay(order, total, drawer)
        return order

    def want(
        self, code: str, at: dt.datetime, promo: PromoCode | None, extras: list[Extra]
    ) -> Want:
        covered = promo if self.offer.covers(promo, code) else None
        listed = self.shop.price(code, at)
        own, prices = price_ticket(listed, [one.row for one in extras], covered)
        return Want(code, listed, own, extras, prices, covered)

    def fill_in(self, order: Order, buyer: Person) -> None:
        at = order.created_at
        order.filled_in_at = at + dt.timedelta(minutes=2)
        order.buyer_name, order.buyer_email = buyer.name, buyer.email
        order.conduct = self.offer.accepted("conduct", at)
        order.refund_terms = self.offer.accepted("refund", at)

    def wait_for_money(self, order: Order, surely: bool) -> None:
        """Some pay by invoice and have more time."""
        soon = self.world.now + dt.timedelta(minutes=5)
        order.expires_at = max(order.created_at + dt.timedelta(minutes=30), soon)
        if surely or self.dice.chance(0.6):
            order.expires_at = order.created_at + dt.timedelta(days=14)
            order.due_on = order.expires_at.astimezone(self.edition.conference.zone).date()
            order.buyer_organization = self.dice.choice(words().sponsors["employers"])

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

    def fill(self, order: Order, buyer: Person, wants, user, named: int | None) -> None:
        """Lines and a ticket for each; paid and waiting ones hold their places."""
        dice, names = self.dice, self.world.names
        work = dice.choice(words().sponsors["employers"]) if dice.chance(0.35) else ""
        for n, want in enumerate(wants):
            code, who = want.code, buyer if n == 0 else names.person()
            name, email, guardian = who.name, who.email, {}
            if n and not dice.chance(0.6):
                email = ""
            if code == "kids":
                name, email = f"{names.person().given} {buyer.family}", ""
                guardian = {
                    "is_minor": True,
                    "guardian_name": buyer.name,
                    "guardian_phone": names.phone(),
                    "guardian_agreed_at": order.filled_in_at,
                }
            if order.filled_in_at is None or (named is not None and n >= named):
                name, email, guardian = "", "", {}
            held = self.ticket(
                code, order, name, email, order.created_at, status=order.status,
                user_id=user.pk if user and n == 0 else None,
                pronouns=who.pronouns if code != "kids" and name else "",
                organization=work if name else "", **guardian,
            )  # fmt: skip
            if name:
                self.say(held, want)
            self.lines(order, held, want)

    def say(self, ticket: Ticket, want: Want) -> None:
        """What people tell of themselves at checkout."""
        dice, told = self.dice, words().sale["words"]
        ticket.title = dice.choice(told["titles"]) if dice.chance(0.15) else ""
        ticket.postcode = f"9{dice.randrange(10_000):04}" if dice.chance(0.3) else ""
        ticket.no_photos = dice.chance(0.04)
        ticket.consent = "announcements" if dice.chance(0.5) else "logistics"
        if dice.chance(0.01) and self.edition.phase != "over":
            ticket.accessibility_needs = dice.choice(told["needs"])
        kinds = {extra.row.kind for extra in want.extras}
        for question, about in self.offer.questions:
            if about.get("with", want.code) in {want.code, *kinds} and dice.chance(about["share"]):
                self.edition.add(
                    Answer(ticket_id=ticket.pk, question=question, value=self.answer(about))
                )

    def answer(self, about: dict) -> str:
        if about["kind"] == "yes_no":
            return "yes" if self.dice.chance(0.4) else "no"
        if about["kind"] == "several":
            wanted = self.dice.sample(about["choices"], self.dice.choice((1, 1, 2)))
            return "\n".join(choice for choice in about["choices"] if choice in wanted)
        return self.dice.choice(about.get("answers") or about["choices"])

    def lines(self, order: Order, ticket: Ticket, want: Want) -> None:
        """What a ticket costs; of a paid order that was cancelled, also what took it off."""
        holds = order.status in (Status.PAID, Status.PENDING)
        state = OrderLine.Status.LIVE if holds else OrderLine.Status.LAPSED
        taken_back = order.status == Status.CANCELLED and order.paid_at
        if taken_back:
            state = OrderLine.Status.ENDED
        common = {"order_id": order.pk, "ticket_id": ticket.pk}
        promo = want.promo
        if promo and state != OrderLine.Status.LAPSED:
            promo.uses += 1
        self.edition.add(
            OrderLine(
                **common,
                ticket_type_id=ticket.ticket_type_id,
                price=want.own,
                list_price=want.listed,
                status=state,
                promo_code_id=promo.pk if promo else None,
            )
        )
        for extra, price in zip(want.extras, want.prices, strict=True):
            extra.quota.taken += holds
            thing = {"add_on_id": extra.row.pk, "list_price": extra.row.price}
            self.edition.add(OrderLine(**common, **thing, price=price, status=state))
        if taken_back and want.total:
            self.edition.add(
                OrderLine(**common, price=-want.total, words="Cannot come; asked in time.")
            )

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
            if name:
                self.shop.admitting.append((ticket.pk, code))
            if name and order:
                self.shop.named.append(ticket)
            if code in self.left:
                self.left[code] -= 1
        return ticket

    def pay(self, order: Order, amount: Decimal, drawer) -> None:
        if drawer:
            self.paid[order.pk] += amount
        payment = self.edition.add(
            Payment(
                order_id=order.pk,
                provider="cash" if drawer else "demo",
                reference=f"{'cash' if drawer else 'demo'}-{order.code}",
                amount=amount,
                currency=order.currency,
                received_at=order.paid_at,
                drawer=drawer,
                by=drawer.opened_by if drawer else None,
                note=f"{AT_DESK}, given {amount + 10}" if drawer and not drawer.opened_by else "",
            )
        )
        if order.status == Status.CANCELLED:
            decided = min(order.paid_at + dt.timedelta(days=9), self.world.now)
            self.refunds += 1
            waits = self.refunds % 3 == 1 and self.edition.phase != "over"
            self.edition.add(
                Refund(
                    order_id=order.pk,
                    payment_id=payment.pk,
                    reference=f"demo-refund-{order.code}",
                    amount=amount,
                    why="Cannot come; asked in time.",
                    by=self.world.users["registration"],
                    status=Refund.Status.WAITING if waits else Refund.Status.DONE,
                    sent_at=None if waits else decided,
                    made_at=decided,
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


def sell(edition: Edition, shop: Shop, tickets: int) -> None:
    """Everything sold in an edition; quotas say exactly what is held."""
    edition.world.writer.flush()  # quotas are written before what is taken from them is known
    Till(edition, shop).sell(tickets)
    add_wishes(edition, shop)
    edition.world.writer.flush()
    extras = [one.quota for _, _, found in shop.offer.extras for one in found]
    Quota.objects.bulk_update([*shop.quotas.values(), *extras], ["taken"])
    PromoCode.objects.bulk_update([row for row, _ in shop.offer.promos], ["uses"])
