import re
from dataclasses import dataclass

from scale import money
from scale.text import plain

from ..models import MOST_AT_ONCE, TicketType


@dataclass(frozen=True)
class Choice:
    """What a link such as ?full=2&expo=1 asks for: one type for each ticket, or what is wrong."""

    types: list[TicketType]
    problem: str = ""
    note: str = ""

    @property
    def is_problem(self):
        return bool(self.problem)

    def counted(self):
        """(type, how many, what they cost together), in the order of the tickets page."""
        rows = []
        for one in dict.fromkeys(self.types):
            n = self.types.count(one)
            price = one.price_at()
            rows.append((one, n, price.amount * n if price else None))
        return rows

    def total(self):
        return sum((cost for _, _, cost in self.counted() if cost), money.ZERO)


def read_choice(query, offered) -> Choice:
    """Strange words in a link (a newsletter's tracking) are passed over, strange types named."""
    types: list[TicketType] = []
    for one in offered:
        wanted = query.get(one.code, "").strip()
        if wanted in ("", "0"):
            continue
        if not re.fullmatch(r"[0-9]{1,4}", wanted):
            problem = f"“{plain(wanted, 40)}” is no number of tickets for {one.name}."
            return Choice([], problem)
        if len(types) + int(wanted) > MOST_AT_ONCE:
            return Choice([], f"One order holds at most {MOST_AT_ONCE} tickets. Make two of it.")
        types += [one] * int(wanted)
    codes = {one.code for one in offered}
    strange = [
        key for key, value in query.items() if key not in codes and re.fullmatch("[1-9]", value)
    ]
    names = ", ".join(f"“{plain(key, 40)}”" for key in strange[:5])
    note = f"The link also asks for {names}, which is not sold here." if names else ""
    if not types and names:
        return Choice([], f"The link asks for {names}, which is not sold here.")
    if not types:
        return Choice([], "No ticket is chosen yet.")
    return Choice(types, note=note)


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
