"""How many of what: read from a link, or from the form on the tickets page."""

import re
from dataclasses import dataclass
from decimal import Decimal

from scale import money
from scale.codes import digest, new_code
from scale.text import plain

from ..models import MOST_AT_ONCE, PromoCode, TicketType
from ..pricing import price_ticket

NOT_TYPES = ("promo", "form_token", "csrfmiddlewaretoken")


@dataclass(frozen=True)
class Choice:
    """What a link such as ?full=2&expo=1 asks for: one type for each ticket, or what is wrong."""

    types: list[TicketType]
    promo: PromoCode | None = None
    problem: str = ""
    note: str = ""

    def counted(self):
        """(type, how many, what they cost together), in the order of the tickets page."""
        rows = []
        for one in dict.fromkeys(self.types):
            n = self.types.count(one)
            cost = price_with(one, self.promo)
            rows.append((one, n, cost * n if cost is not None else None))
        return rows

    def total(self):
        return sum((cost for _, _, cost in self.counted() if cost), money.ZERO)

    def token(self, raw):
        """What names this choice from this page: the same again is the same order.

        With other quantities it is another one; without a page's own token each is new.
        """
        page = raw if re.fullmatch("[0-9a-f]{32}", raw) else new_code(32)
        chosen = "&".join(f"{one.code}={n}" for one, n, _ in self.counted())
        return digest(f"{page}:{chosen}:{self.promo or ''}")


def price_with(ticket_type, promo) -> Decimal | None:
    """What one ticket costs now, with the code if it covers the type; None before any price."""
    price = ticket_type.price_at()
    if price is None:
        return None
    return price_ticket(price.amount, (), promo if promo and promo.covers(ticket_type) else None)[0]


def read_choice(query, offered, promo=None) -> Choice:
    """Strange words in a link (a newsletter's tracking) are passed over, strange types named."""
    types: list[TicketType] = []
    for one in offered:
        wanted = query.get(one.code, "").strip()
        if wanted in ("", "0"):
            continue
        if not re.fullmatch(r"[0-9]{1,4}", wanted):
            problem = f"“{plain(wanted, 40)}” is no number of tickets for {one.name}."
            return Choice([], problem=problem)
        if len(types) + int(wanted) > MOST_AT_ONCE:
            problem = f"One order holds at most {MOST_AT_ONCE} tickets. Make two of it."
            return Choice([], problem=problem)
        types += [one] * int(wanted)
    known = {one.code for one in offered} | set(NOT_TYPES)
    strange = [
        key for key, value in query.items() if key not in known and re.fullmatch("[1-9]", value)
    ]
    names = ", ".join(f"“{plain(key, 40)}”" for key in strange[:5])
    note = f"The link also asks for {names}, which is not sold here." if names else ""
    if not types and names:
        return Choice([], problem=f"The link asks for {names}, which is not sold here.")
    if not types:
        return Choice([], problem="No ticket is chosen yet.")
    return Choice(types, promo, note=note)


def unavailable(choice):
    """A sentence about the first type that cannot be bought in this number now; "" when all can."""
    for one, n, _ in choice.counted():
        if sentence := why_not(one, n):
            return sentence
    return ""


def why_not(ticket_type, n):
    state, left = ticket_type.state(), ticket_type.left()
    if state == "soon":
        return f"{ticket_type.name} is not on sale yet."
    if state == "closed":
        return f"The sale of {ticket_type.name} is over."
    return places_left(ticket_type.name, left, n) if left is not None and left < n else ""


def places_left(name, left, n):
    if left <= 0:
        return f"{name}: sold out."
    places = "place is" if left == 1 else "places are"
    return f"{name}: only {left} {places} left, and you chose {n}."


def short_of(choice, quota_id, left):
    """The sentence for types of the choice that share a quota with too few places."""
    sharing = [
        (one.name, n)
        for one, n, _ in choice.counted()
        if any(quota.pk == quota_id for quota in one.quotas.all())
    ]
    return places_left(" and ".join(name for name, _ in sharing), left, sum(n for _, n in sharing))
