"""Group codes by the dozen: for orders that are paid, or with places invoiced or given."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.validators import validate_email
from django.db import IntegrityError
from django.utils import timezone

from scale.codes import clean_code, digest
from scale.models import Conference, User
from scale.text import canonical_email

from ..actions import Buyer, CannotOpen, SoldOut, give_group_code, open_places
from ..models import GroupCode, Order, PromoCode, TicketType
from .attendees import type_named
from .promos import midnight, whole
from .reading import Column, Refused, Sheet

MOST_PLACES = 1000
INVOICE, FREE = "invoice", "free"
COLUMNS = (
    Column("company", "who pays, or is invited", ("organization", "name"), is_required=True),
    Column("paid by", "code of a paid order, invoice, or free", ("payment",), is_required=True),
    Column("type", "code or name of the ticket type", ("ticket type", "ticket")),
    Column("places", "how many people", ("number", "number of places")),
    Column("contact", "name of who passes the code on", ("contact name",)),
    Column("e-mail", "their address: the code goes there", ("email address", "mail", "email")),
    Column("code", "the code people type; empty: one is drawn", ("group code",)),
    Column("until", "last day to take a place, such as 2027-03-01", ("ends",)),
    Column("reason", "why the places are free", ("why",)),
)
LIMITS = {"company": 120, "contact": 120, "e-mail": 190, "code": 40, "reason": 120}


@dataclass(frozen=True)
class Line:
    """One line, understood; what only some of the ways need may be missing."""

    company: str
    contact: Buyer
    code: str
    kind: TicketType | None
    places: int | None
    paid_by: str
    reason: str
    ends_at: dt.datetime | None


def add(conference: Conference, row: Mapping[str, str], options: Mapping, by: User) -> bool:
    """Make one code; False when it is there already."""
    line = understood(conference, row)
    held = GroupCode.objects.select_related("order").filter(code=line.code).first()
    if line.paid_by.casefold() in (INVOICE, FREE):
        return for_new_order(conference, line, held, by)
    return for_order(conference, line, held)


def understood(conference: Conference, row: Mapping[str, str]) -> Line:
    for column, limit in LIMITS.items():
        if len(row.get(column, "")) > limit:
            raise Refused(f"{column} is longer than {limit} characters.")
    company, typed = row.get("company", ""), row.get("code", "")
    if not company:
        raise Refused("There is no company.")
    if not row.get("paid by"):
        raise Refused("Say under “paid by” an order’s code, invoice or free.")
    code = clean_code(typed)
    if typed and not code:
        raise Refused("A code has letters or digits.")
    email = canonical_email(row.get("e-mail", ""))
    if email:
        validate_email(email)
    ends_at = midnight(conference, row.get("until", ""), after=True)
    places = whole(row.get("places", ""))
    if places is not None and not 1 <= places <= MOST_PLACES:
        raise Refused(f"There can be 1 to {MOST_PLACES:,} places.")
    return Line(
        company=company,
        contact=Buyer(row.get("contact") or company, email, organization=company),
        code=code,
        kind=type_named(conference, row["type"]) if row.get("type") else None,
        places=places,
        paid_by=row["paid by"],
        reason=row.get("reason", ""),
        ends_at=ends_at,
    )


def for_order(conference: Conference, line: Line, held: GroupCode | None) -> bool:
    """The places are those of the order that have no name; it has one code."""
    order = Order.objects.lock(clean_code(line.paid_by))
    if order is None or order.conference_id != conference.pk:
        raise Refused(f"There is no order {line.paid_by}.")
    known = GroupCode.objects.filter(order=order).first()
    if known and line.code not in ("", known.code):
        raise Refused(f"Order {order.code} has the group code {known.code} already.")
    if known:
        return False
    if held:
        raise Refused(f"{line.code} is another group’s code already.")
    is_invoiced = order.status == Order.Status.PENDING and order.due_on and not order.has_run_out()
    if order.status != Order.Status.PAID and not is_invoiced:
        raise Refused(f"Order {order.code} is not paid.")
    free = order.tickets.unnamed()
    if line.kind:
        free = free.filter(ticket_type=line.kind)
    if (n := free.count()) == 0:
        raise Refused(f"Order {order.code} has no place without a name.")
    if line.places not in (None, n):
        raise Refused(f"Order {order.code} has {n} places without a name, not {line.places}.")
    to = line.contact if line.contact.email else Buyer(order.buyer_name, order.buyer_email)
    name_code(order, line, to)
    return True


def for_new_order(conference: Conference, line: Line, held: GroupCode | None, by: User) -> bool:
    """One order for each code; without a code one for each company and type."""
    kind, is_free = line.kind, line.paid_by.casefold() == FREE
    if kind is None:
        raise Refused("No type is named.")
    if line.places is None:
        raise Refused("How many places? The line does not say.")
    if not line.contact.email:
        raise Refused("There is no e-mail address that the code could go to.")
    if is_free and not line.reason:
        raise Refused("Say under “reason” why the places are free.")
    words = line.code or f"{line.company.casefold()}:{kind.pk}"
    token = digest(f"group code:{conference.pk}:{words}")
    if order := Order.objects.made_by(token):
        return is_same(order, line)
    if held:
        raise Refused(f"{line.code} is another group’s code already.")
    why_free = line.reason if is_free else ""
    try:
        order = open_places(
            conference, line.contact, kind, line.places, form_token=token, why_free=why_free, by=by
        )
    except CannotOpen as error:
        raise Refused(str(error)) from error
    except (SoldOut, IntegrityError) as error:
        if order := Order.objects.made_by(token):  # somebody adds the same file just now
            return is_same(order, line)
        if isinstance(error, SoldOut):
            left = f"{error.left} place{' is' if error.left == 1 else 's are'} left"
            raise Refused(f"{left} for {kind}.") from error
        raise
    name_code(order, line, line.contact)
    return True


def is_same(order: Order, line: Line) -> bool:
    """False: it is there already. What differs is said, because nothing is changed here."""
    if order.buyer_organization != line.company:
        raise Refused(f"{line.code} is the code of {order.buyer_organization} already.")
    n = order.tickets.filter(ticket_type=line.kind).count()
    if (n, order.buyer_email) != (line.places, line.contact.email):
        raise Refused(
            f"Order {order.code} of {line.company} has {n} places, with {order.buyer_email}. "
            "For other places give the line a code of its own."
        )
    return False


def name_code(order: Order, line: Line, to: Buyer) -> None:
    if PromoCode.objects.filter(conference=order.conference_id, code=line.code).exists():
        raise Refused(f"{line.code} is a promo code already.")
    if line.ends_at and line.ends_at <= timezone.now():
        raise Refused("The last day is over already.")
    try:
        give_group_code(order, line.company, code=line.code, ends_at=line.ends_at, to=to)
    except IntegrityError as error:
        raise Refused(f"{line.code} is another group’s code already.") from error


GROUP_CODES = Sheet(
    name="group-codes",
    label="Group codes",
    says="One line a company: a code for the places of an order that is paid, or for new places "
    "that are invoiced or free. The contact gets the code by mail.",
    columns=COLUMNS,
    add=add,
)
