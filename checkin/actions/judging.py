"""What decides about a ticket at a list, read in one statement."""

import datetime as dt
import uuid
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, OuterRef, QuerySet

from registration.models import Order, OrderLine, Ticket, TicketType
from scale.prepared import Prepared

from .. import marks
from ..models import Badge, CheckIn, CheckInList, Scan

Verdict = Scan.Verdict
TICKET = {"id", "code_key", "status", "attendee_name", "is_minor", "guardian_name", "nonce"}
# In the order in which the model has them, as `from_db` wants them.
OF_TICKET = [f.attname for f in Ticket._meta.concrete_fields if f.attname in TICKET]
OF_TYPE = [
    f.attname
    for f in TicketType._meta.concrete_fields
    if f.attname in {"id", "name", "admits_from", "admits_until"}
]
# `by_type` and `by_extra` tell whether the list names ticket types and extras, `listed` and
# `has_extra` whether one of those is the ticket's; `live` is the check-in that stands; `scanned`
# whether one of the scan ids is known; `live_badge` is the badge that counts.
BESIDE = [
    *("by_type", "by_extra", "listed", "has_extra", "live", "scanned", "live_badge"),
    *("ribbon_roles", "extra_lines"),
]
COLUMNS = [
    *OF_TICKET,
    *(f"ticket_type__{name}" for name in OF_TYPE),
    *("order__id", "order__status"),
    *BESIDE,
]


def facts(
    tickets: list[int], checkin_list: CheckInList, day: dt.date | None, scan_ids: list[uuid.UUID]
) -> list[Any]:
    """Tickets with all that a verdict depends on and its screen says (BESIDE).

    They know only what was read here; anything else would be a statement more.
    """
    if len(tickets) == len(scan_ids) == 1:
        values = {"ticket": tickets[0], "checkin_list": checkin_list.pk, "scan_id": scan_ids[0]}
        if day:
            return [known(row) for row in ONE_OF_A_DAY.rows(**values, day=day)]
        return [known(row) for row in ONE.rows(**values)]
    return [known(row) for row in query(tickets, checkin_list.pk, day, scan_ids)]


def query(
    tickets: list[int], checkin_list: int, day: dt.date | None, scan_ids: list[uuid.UUID]
) -> QuerySet:
    types = CheckInList.ticket_types.through.objects.filter(checkinlist=checkin_list)
    extras = CheckInList.add_ons.through.objects.filter(checkinlist=checkin_list)
    held = OrderLine.objects.in_force().filter(
        ticket=OuterRef("pk"), add_on__in=extras.values("addon")
    )
    live = CheckIn.objects.live().filter(checkin_list=checkin_list, ticket=OuterRef("pk"), day=day)
    badge = Badge.objects.filter(live_ticket=OuterRef("pk"), holder=OuterRef("nonce"))
    return (
        Ticket.objects.filter(pk__in=tickets)
        .annotate(
            by_type=Exists(types),
            by_extra=Exists(extras),
            listed=Exists(types.filter(tickettype=OuterRef("ticket_type"))),
            has_extra=Exists(held),
            live=live.values("pk")[:1],
            scanned=Exists(Scan.objects.filter(scan_id__in=scan_ids)),
            live_badge=badge.values("pk")[:1],
            **marks.of_tickets(OuterRef("pk")),
        )
        .values_list(*COLUMNS)
    )


def one(ticket: int, checkin_list: int, scan_id: uuid.UUID, day: dt.date | None = None) -> QuerySet:
    return query([ticket], checkin_list, day, [scan_id])


# The one ticket of one scan: the SQL of the query costs more than its answer.
STAND_INS: dict[str, Any] = {
    "ticket": (Ticket._meta.pk, 2**62 + 1),
    "checkin_list": (CheckInList._meta.pk, 2**62 + 2),
    "scan_id": (Scan._meta.get_field("scan_id"), uuid.uuid4()),
}
ONE = Prepared(one, **STAND_INS)
ONE_OF_A_DAY = Prepared(one, **STAND_INS, day=(CheckIn._meta.get_field("day"), dt.date.min))


def standing(checkins: list[int]) -> list[CheckIn]:
    """Check-ins with where they were made."""
    if len(checkins) == 1:
        return STANDING.instances(checkin=checkins[0])
    rows = CheckIn.objects.filter(pk__in=checkins).select_related("station")
    return list(rows) if checkins else []


STANDING = Prepared(
    lambda checkin: CheckIn.objects.filter(pk=checkin).select_related("station"),
    checkin=(CheckIn._meta.pk, 2**62 + 1),
)


def known(row: tuple) -> Any:
    """The ticket of a row of COLUMNS, with its type, its order and BESIDE."""
    of_type = len(OF_TICKET) + len(OF_TYPE)
    ticket = Ticket.from_db(DEFAULT_DB_ALIAS, OF_TICKET, row[: len(OF_TICKET)])
    ticket.ticket_type = TicketType.from_db(
        DEFAULT_DB_ALIAS, OF_TYPE, row[len(OF_TICKET) : of_type]
    )
    order, status = row[of_type : of_type + 2]
    ticket.order = (
        Order.from_db(DEFAULT_DB_ALIAS, ["id", "status"], [order, status]) if order else None
    )
    for name, value in zip(BESIDE, row[of_type + 2 :], strict=True):
        setattr(ticket, name, value)
    return ticket


def qualifies(ticket: Any) -> bool:
    return not (ticket.by_type or ticket.by_extra) or ticket.listed or ticket.has_extra


def why_not(ticket: Any, checkin_list: CheckInList, at: dt.datetime) -> Verdict | None:
    """What turns away a ticket with its `facts`, whether or not it was used; else None."""
    order, conference = ticket.order, checkin_list.conference
    if ticket.status == Ticket.Status.CANCELLED or (
        order and order.status == Order.Status.CANCELLED
    ):
        return Verdict.CANCELLED
    if order and order.status != Order.Status.PAID:
        return Verdict.NOT_PAID
    if not qualifies(ticket) and not checkin_list.gives_leftovers(at):
        return Verdict.NOT_HERE
    if not ticket.ticket_type.admits_on(conference.today(at)) or not checkin_list.is_open(at):
        return Verdict.NOT_TODAY
    return None if ticket.attendee_name else Verdict.HELP_DESK
