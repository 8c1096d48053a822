"""Attendees from a partner's list: named places of a paid order, or tickets that are given."""

from collections.abc import Mapping

from django.core.validators import validate_email

from scale.codes import clean_code, digest
from scale.models import Conference, User
from scale.text import canonical_email

from ..actions import SoldOut, give_ticket
from ..actions.mails import mail_given
from ..models import CompAllowance, Order, Ticket, TicketType
from .reading import Column, Refused, Sheet

COLUMNS = (
    Column("first", "first name", ("first name", "given name", "firstname")),
    Column("last", "last name", ("last name", "family name", "surname"), is_required=True),
    Column("title", "job title", ("job title", "position")),
    Column("org", "organization", ("organization", "organisation", "company")),
    Column("e-mail", "e-mail address", ("email address", "mail", "email")),
    Column("postcode", "postcode", ("zip", "zip code", "postal code")),
    Column("phone", "phone", ("telephone", "mobile")),
    Column("order", "code of an order that has places without names; empty: the ticket is given"),
    Column("type", "code or name of the ticket type", ("ticket type", "ticket"), is_required=True),
)
LIMITS = {"title": 120, "org": 120, "postcode": 12, "phone": 40, "e-mail": 190}


def add(conference: Conference, row: Mapping[str, str], options: Mapping, by: User) -> bool:
    """Make one ticket, or name a place that was paid for; False when it is there already."""
    name = " ".join(filter(None, (row.get("first", ""), row.get("last", ""))))
    if not name:
        raise Refused("There is no name.")
    if len(name) > 120:
        raise Refused("The name is longer than 120 characters.")
    for column, limit in LIMITS.items():
        if len(row.get(column, "")) > limit:
            raise Refused(f"{column} is longer than {limit} characters.")
    email = canonical_email(row.get("e-mail", ""))
    if email:
        validate_email(email)
    kind = type_named(conference, row.get("type", ""))
    order = row.get("order", "")
    # One at a time: when the same file is sent twice at once, the second sees the first.
    CompAllowance.objects.lock(conference)
    key = digest(f"{conference.pk}:{clean_code(order)}:{kind.pk}:{email or name.casefold()}")
    if Ticket.objects.filter(import_key=key).exists():
        return False
    if order:
        ticket = name_a_place(conference, clean_code(order), kind)
        ticket.attendee_name, ticket.attendee_email = name, email
        ticket.save(update_fields=["attendee_name", "attendee_email"])
        if email:
            mail_given(ticket)
    else:
        ticket = given(conference, kind, name, email, options, by)
    Ticket.objects.filter(pk=ticket.pk).update(
        import_key=key,
        title=row.get("title", ""),
        organization=row.get("org", ""),
        postcode=row.get("postcode", ""),
        phone=row.get("phone", ""),
    )
    return True


def type_named(conference: Conference, words: str) -> TicketType:
    kinds = {
        key.casefold(): one for one in conference.ticket_types.all() for key in (one.name, one.code)
    }
    if found := kinds.get(words.casefold()):
        return found
    raise Refused(f"“{words}” is no ticket type of {conference}." if words else "No type is named.")


def name_a_place(conference: Conference, code: str, kind: TicketType) -> Ticket:
    """A place without a name in that order, locked."""
    order = Order.objects.lock(code)
    if order is None or order.conference_id != conference.pk:
        raise Refused(f"There is no order {code}.")
    free = order.tickets.unnamed().filter(ticket_type=kind).select_for_update().order_by("pk")
    if order.status != Order.Status.PAID:
        raise Refused(f"Order {code} is not paid.")
    if ticket := free.first():
        return ticket
    raise Refused(f"Every {kind} of order {code} has a name already.")


def given(conference, kind, name, email, options, by) -> Ticket:
    try:
        return give_ticket(
            conference, kind, name=name, email=email, why=options.get("why") or "Added", by=by
        )
    except SoldOut as error:
        raise Refused(f"No place is left for {kind}.") from error


ATTENDEES = Sheet(
    name="attendees",
    label="Attendees",
    says="One line a person. A line with an order’s code puts the name on one of its places; "
    "a line without gets a ticket that is given.",
    columns=COLUMNS,
    add=add,
    options=("why",),
)
