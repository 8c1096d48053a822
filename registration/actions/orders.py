"""Orders: made once for each form that was sent, cancelled by staff."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import structlog
from allauth.account.models import EmailAddress
from auditlog.context import disable_auditlog
from django.db import IntegrityError
from django.utils import timezone

from scale import money
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User
from scale.text import canonical_email

from ..models import Order, OrderLine, Ticket, TicketType
from .mails import mail_tickets
from .stock import SoldOut, give_back, take

log = structlog.get_logger()
RESERVED_FOR = dt.timedelta(minutes=30)


class NotOnSale(Exception):
    """A type is not sold now: too early, or over."""

    def __init__(self, ticket_type: TicketType) -> None:
        self.ticket_type = ticket_type
        super().__init__(f"{ticket_type} is not on sale now.")


class CannotCancel(Exception):
    """The order is in a state that nothing has to be cancelled in."""


@dataclass(frozen=True)
class Buyer:
    name: str
    email: str
    user: User | None = None


@dataclass(frozen=True)
class Attendee:
    """Whom one ticket is for, and what was chosen for them."""

    ticket_type: TicketType
    name: str
    email: str = ""
    organization: str = ""
    pronouns: str = ""
    guardian_name: str = ""
    guardian_phone: str = ""

    def badge_facts(self) -> dict[str, str]:
        return {
            "attendee_name": self.name,
            "attendee_email": canonical_email(self.email),
            "organization": self.organization,
            "pronouns": self.pronouns,
            "guardian_name": self.guardian_name,
            "guardian_phone": self.guardian_phone,
        }


def place_order(
    conference: Conference, buyer: Buyer, attendees: Sequence[Attendee], *, form_token: str
) -> tuple[Order, bool]:
    """Make the order of one sent form, with its places; whether it is new.

    The same form sent again (double click, reload, back and send) leads to the
    order that it made the first time. What costs nothing is paid at once.
    """
    require_open(conference)
    # The second try frees what has lapsed, or draws a code that is not taken yet.
    for last_try in (False, True):
        try:
            return _place(conference, buyer, attendees, form_token, free_lapsed=last_try), True
        except (IntegrityError, SoldOut):
            if earlier := Order.objects.made_by(form_token):
                return earlier, False
            if last_try:
                raise
    raise AssertionError("unreachable")


@retry
def _place(
    conference: Conference,
    buyer: Buyer,
    attendees: Sequence[Attendee],
    form_token: str,
    *,
    free_lapsed: bool,
) -> Order:
    now = timezone.now()
    prices = [_price_now(attendee.ticket_type, now) for attendee in attendees]
    take(conference, _places_for(attendees), free_lapsed=free_lapsed)
    order = Order(
        conference=conference,
        form_token=form_token,
        buyer_name=buyer.name,
        buyer_email=canonical_email(buyer.email),
        user=buyer.user,
        currency=conference.currency,
    )
    if sum(prices):
        order.expires_at = now + RESERVED_FOR
    else:
        order.move_to(Order.Status.PAID)
        order.paid_at = now
    with disable_auditlog():  # the row itself tells of its making
        order.save(force_insert=True)
    tickets = _add_tickets(order, buyer, attendees, prices)
    if order.status == Order.Status.PAID:
        mail_tickets(order, tickets, total=money.ZERO)
    return order


def _price_now(ticket_type: TicketType, now: dt.datetime) -> Decimal:
    """The price in force; whether places are left is for the quotas to say."""
    if ticket_type.is_hidden or ticket_type.state(now) in ("soon", "closed"):
        raise NotOnSale(ticket_type)
    return ticket_type.price_at(now).amount


def _places_for(attendees: Iterable[Attendee]) -> Counter[int]:
    return Counter(
        quota.pk for attendee in attendees for quota in attendee.ticket_type.quotas.all()
    )


def _add_tickets(
    order: Order, buyer: Buyer, attendees: Sequence[Attendee], prices: Sequence[Decimal]
) -> list[Ticket]:
    """One line and one ticket for each attendee."""
    lines = OrderLine.objects.bulk_create(
        OrderLine(order=order, ticket_type=attendee.ticket_type, price=price)
        for attendee, price in zip(attendees, prices, strict=True)
    )
    if lines[0].pk is None:  # MySQL tells no keys of rows inserted together
        lines = list(order.lines.order_by("pk"))
    own = _proven_addresses(buyer.user)
    return Ticket.objects.bulk_create(
        Ticket(
            conference=order.conference,
            ticket_type=attendee.ticket_type,
            line=line,
            user=buyer.user if canonical_email(attendee.email) in own else None,
            **attendee.badge_facts(),
        )
        for attendee, line in zip(attendees, lines, strict=True)
    )


def _proven_addresses(user: User | None) -> set[str]:
    if user is None:
        return set()
    return set(
        EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    )


@retry
def cancel_order(order: Order, *, by: User | None) -> Order:
    """Cancel an order: its tickets admit nobody and its places are free; we owe its money back."""
    locked = Order.objects.lock(order.code)
    if locked is None or Order.Status.CANCELLED not in Order.MOVES[locked.status]:
        raise CannotCancel("Only an order that is paid or waits for payment can be cancelled.")
    require_open(locked.conference)
    tickets = Ticket.objects.filter(line__order=locked)
    places = tickets.places()
    locked.move_to(Order.Status.CANCELLED)
    locked.save(update_fields=["status"])
    tickets.update(status=Ticket.Status.CANCELLED)
    give_back(locked.conference, places)
    log.info("order_cancelled", order=locked.code, by=by.pk if by else None)
    return locked
