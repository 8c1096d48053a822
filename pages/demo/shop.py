"""What an edition sells: types with dated prices and the places they draw from."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from registration.models import Quota, Ticket, TicketPrice, TicketType

from .offer import Offer, add_offer
from .words import words
from .world import Edition

SALE_OPENS = -150  # days before the first
EARLY_UNTIL = -60
PRICES = {
    "full": (("early bird", "75.00"), ("regular", "90.00"), ("at the door", "110.00")),
    "expo": (("", "25.00"), ("", "25.00"), ("at the door", "30.00")),
    "kids": (("", "0.00"), ("", "0.00"), ("", "0.00")),
    "lab": (("", "150.00"), ("", "150.00"), ("", "150.00")),
}


@dataclass
class Shop:
    """The edition's types and what each of them draws from."""

    types: dict[str, TicketType] = field(default_factory=dict)
    quotas: dict[str, Quota] = field(default_factory=dict)
    draws: dict[str, tuple[str, ...]] = field(default_factory=dict)
    prices: dict[str, list[tuple[dt.datetime, Decimal]]] = field(default_factory=dict)
    offer: Offer = field(default_factory=Offer)
    # Tickets that are paid and have a name, for what people ask for later.
    named: list[Ticket] = field(default_factory=list)
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
        "Container lab": max(5, tickets // 140),
    }
    if edition.phase == "open":  # hardly sold yet, but planned as large as ever
        full = edition.world.size.tickets
        sizes = {"Building": round(full * 1.3), "Full access": full, "Kids’ track": kids + 40}
        sizes["Container lab"] = max(5, full // 140)
    for name, size in sizes.items():
        shop.quotas[name] = edition.add(Quota(conference=edition.conference, name=name, size=size))
    add_types(edition, shop)
    edition.guest = shop.types["guest"]
    for code, names in shop.draws.items():
        for name in names:
            edition.world.writer.link(
                TicketType.quotas,
                tickettype_id=shop.types[code].pk,
                quota_id=shop.quotas[name].pk,
            )
    stock = edition.world.size.tickets if edition.phase == "open" else tickets
    shop.offer = add_offer(edition, shop.types, stock)
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
        ("lab", "Container lab", "A day of building and breaking clusters, in a small group.",
         days[-1], days[-1], ("Building", "Container lab")),
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
                included="\n".join(words().sale["included"].get(code, [])),
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
