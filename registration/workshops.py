"""What a ticket's page says of workshops: seats it has, waits for and may have."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from . import seats
from .models import AddOn, OrderLine, Ticket, WaitlistEntry

FREE, FULL = ("on_sale", "few"), "sold_out"


@dataclass
class Seat:
    """One workshop as the ticket stands to it; `meets` are seats at the same time."""

    add_on: AddOn
    session: seats.Session
    meets: list[AddOn] = field(default_factory=list)
    entry: WaitlistEntry | None = None
    place: int = 0


@dataclass
class Workshops:
    held: list[Seat]
    waiting: list[Seat]
    free: list[Seat]
    full: list[Seat]

    def __bool__(self) -> bool:
        return bool(self.held or self.waiting or self.free or self.full)


def of_ticket(ticket: Ticket, lines: Iterable[OrderLine]) -> Workshops:
    """`lines` are those of the ticket's extras in force."""
    has = [line.add_on for line in lines if line.add_on]
    add_ons = AddOn.objects.filter(conference=ticket.conference, kind=AddOn.Kind.TUTORIAL)
    offered = list(add_ons.prefetch_related("quotas", "ticket_types"))
    found = seats.sessions(offered)
    entries = (
        {one.add_on_id: one for one in ticket.waitlist.open().select_related("order")}
        if found
        else {}
    )
    clashes = seats.clashes([one for one in has if one.pk in found], found)
    shown = Workshops([], [], [], [])
    for add_on in offered:
        if (session := found.get(add_on.pk)) is None:
            continue
        add_on.conference = ticket.conference
        seat = Seat(add_on, session, entry=entries.get(add_on.pk))
        if seat.entry and seat.entry.order:
            seat.entry.order.conference = ticket.conference
        if add_on in has:
            seat.meets = [
                two for pair in clashes if add_on in pair for two in pair if two != add_on
            ]
            shown.held.append(seat)
        elif seat.entry:
            seat.place = seat.entry.place_in_line()
            shown.waiting.append(seat)
        elif _may_have(add_on, session, ticket):
            (shown.full if add_on.state() == FULL else shown.free).append(seat)
    return shown


def _may_have(add_on: AddOn, session: seats.Session, ticket: Ticket) -> bool:
    is_sold = add_on.state() in (*FREE, FULL) and not add_on.is_hidden
    return is_sold and not session.is_off and add_on.goes_with(ticket.ticket_type)
