"""Places for a company's people that staff open: invoiced to the company, or given to it."""

import datetime as dt
from collections import Counter
from decimal import Decimal

import structlog
from auditlog.context import disable_auditlog
from django.db import transaction
from django.utils import timezone

from scale import codes, money
from scale.editions import require_open
from scale.models import AuditEntry, Conference, User
from scale.text import canonical_email

from ..models import GroupCode, Order, OrderLine, Ticket, TicketType
from ..payments.invoice import due_on, end_of
from .mails import mail_group_code
from .orders import add_tickets
from .people import Buyer
from .stock import take

log = structlog.get_logger()


class CannotOpen(Exception):
    """Why these places cannot be opened, as a sentence."""


@transaction.atomic
def open_places(
    conference: Conference,
    buyer: Buyer,
    ticket_type: TicketType,
    places: int,
    *,
    form_token: str,
    why_free: str = "",
    by: User,
) -> Order:
    """An order of places without names: free where `why_free` says why, else invoiced.

    `form_token` makes it once. Raises CannotOpen, SoldOut or EditionClosed. It may run
    inside the caller's transaction, which is then the one to repeat after a deadlock.
    """
    require_open(conference)
    price = ticket_type.price_at()
    if price is None and not why_free:
        raise CannotOpen(f"{ticket_type} has no price yet.")
    listed = price.amount if price else money.ZERO
    cost = money.ZERO if why_free else listed
    order = Order(
        conference=conference,
        form_token=form_token,
        buyer_name=buyer.name,
        buyer_email=canonical_email(buyer.email),
        buyer_organization=buyer.organization,
        currency=conference.currency,
        filled_in_at=timezone.now(),
    )
    _wait_or_be_paid(order, cost)
    take(conference, Counter({quota.pk: places for quota in ticket_type.quotas.all()}))
    with disable_auditlog():  # told below, with who and why
        order.save(force_insert=True)
    unnamed = [Ticket(ticket_type=ticket_type, why_free=why_free) for _ in range(places)]
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order, ticket=ticket, ticket_type=ticket_type, list_price=listed, price=cost
        )
        for ticket in add_tickets(order, unnamed)
    )
    AuditEntry.objects.tell(order, "opened places", why=why_free or "invoiced", by=by)
    log.info("places_opened", order=order.code, places=places, by=by.pk)
    return order


def _wait_or_be_paid(order: Order, cost: Decimal) -> None:
    if not cost:
        order.move_to(Order.Status.PAID)
        order.paid_at = timezone.now()
        return
    order.due_on = due_on(order)
    if order.due_on is None:
        raise CannotOpen("An invoice could not be paid in time, or this edition sends none.")
    order.expires_at = end_of(order.due_on, order)


@transaction.atomic
def give_group_code(
    order: Order, name: str, *, code: str = "", ends_at: dt.datetime | None = None, to: Buyer
) -> GroupCode:
    """The code for the order's places without a name, and a mail to who passes it on.

    The caller has made the order or holds its lock.
    """
    group = GroupCode.objects.create(
        conference=order.conference,
        order=order,
        code=code or codes.new_code(10),
        name=name,
        ends_at=ends_at,
    )
    if to.email:
        mail_group_code(group, to_name=to.name, to=canonical_email(to.email))
    return group
