"""The free passes that a deal promises, by kind."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum

from registration import bindings
from registration.actions import AllowanceUsedUp, CannotPassOn, give_ticket, hand_over
from registration.actions import SoldOut as NoPlaces
from registration.models import Ribbon, Ticket, TicketType
from scale.db import retry
from scale.models import User
from scale.text import canonical_email

from ..models import Sponsorship
from .rules import Refused, locked


def pass_kinds(deal: Sponsorship) -> dict[TicketType, int]:
    """{ticket type: how many of it the deal promises}, in the order of the shop."""
    sums = deal.deliverables.passes().order_by().values_list("pass_type").annotate(Sum("quantity"))  # type: ignore[attr-defined]
    limits = dict(sums)
    kinds = TicketType.objects.filter(pk__in=limits).order_by("position", "name", "pk")
    return {kind: limits[kind.pk] for kind in kinds}


EXHIBITOR = "exhibitor"


@dataclass(frozen=True)
class Person:
    """Whose name is on a pass."""

    name: str
    email: str
    role: str = EXHIBITOR


@retry
def give_pass(
    pk: int, *, name: str, email: str, role: str, by: User | None, kind: TicketType | None = None
) -> Ticket:
    """One of the free passes that a deal has; who holds a ticket gets the ribbon alone.

    `kind` may be left out where the deal has passes of one kind only.
    """
    deal = locked(pk)
    return give(deal, *which(deal, kind), Person(name, email, role), by)


@retry
def give_passes(pk: int, people: Sequence[Person], *, kind: TicketType) -> list[Ticket]:
    """One pass for each, or none at all; what is refused names the line (from 1)."""
    deal = locked(pk)
    ticket_type, limit = which(deal, kind)
    given = []
    for n, person in enumerate(people, 1):
        try:
            given.append(give(deal, ticket_type, limit, person, None))
        except Refused as error:
            raise Refused(f"Line {n}, {person.name}: {error}", "people") from error
    return given


def which(deal: Sponsorship, kind: TicketType | None) -> tuple[TicketType, int]:
    """The kind of pass and how many of it the deal has."""
    if not deal.is_promised:
        raise Refused("Passes are given when the deal is signed.")
    kinds = pass_kinds(deal)
    if not kinds:
        raise Refused(f"{deal.package} has no free passes.")
    if kind is None and len(kinds) > 1:
        raise Refused("Choose which pass.", "kind")
    ticket_type = kind or next(iter(kinds))
    if ticket_type not in kinds:
        raise Refused("This deal has no such pass.", "kind")
    return ticket_type, kinds[ticket_type]


def give(
    deal: Sponsorship, ticket_type: TicketType, limit: int, person: Person, by: User | None
) -> Ticket:
    try:
        return give_ticket(
            deal.conference,
            ticket_type,
            name=person.name,
            email=person.email,
            role=person.role,
            why=why_given(deal),
            source=deal.source_of(ticket_type.pk),
            limit=limit,
            by=by,
        )
    except AllowanceUsedUp as error:
        raise Refused(f"All {limit} passes are given already.", "name") from error
    except NoPlaces as error:
        raise Refused(f"“{ticket_type}” is sold out: registration can help.", "name") from error


def why_given(deal: Sponsorship) -> str:
    return f"Pass of {deal.organization}"[:120]


@retry
def replace_pass(pk: int, code: str, *, name: str, email: str) -> Ticket:
    """Another person in place of who was named, under a new code, until the badge is printed."""
    deal = locked(pk)
    if not deal.is_promised:
        raise Refused("This deal has no passes now.")
    tickets = Ticket.objects.filter(conference=deal.conference, code=code)
    held = tickets.select_for_update().first()  # alone: whoever counts passes locks them last
    source = held.allowance.source if held and held.allowance else ""
    if held is None or not source.startswith(deal.source_of("")):
        raise Refused("This pass was changed meanwhile. Look at the list again.")
    if held.order_id and not held.pass_code:
        raise Refused(f"{held.attendee_name} bought this ticket and keeps it.")
    if bindings.printed([held]):
        raise Refused(f"The badge of {held.attendee_name} is printed: the desk can help.")
    others = Ticket.objects.filter(conference=deal.conference).admitting().exclude(pk=held.pk)
    if others.filter(attendee_email=canonical_email(email)).exists():
        raise Refused("Someone with this address holds a ticket already.", "email")
    roles = list(held.ribbons.filter(why=why_given(deal)).values_list("role", flat=True))
    try:
        passed = hand_over(held, name=name, email=email, by_staff=True)
    except CannotPassOn as error:
        raise Refused(str(error)) from error
    for role in roles:
        Ribbon.objects.get_or_create(ticket=passed, role=role, defaults={"why": why_given(deal)})
    return passed
