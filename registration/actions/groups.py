"""Group codes: someone paid for several places, and each of their people takes one."""

from collections.abc import Sequence

import structlog
from allauth.account.models import EmailAddress
from django.utils import timezone

from scale import codes, money
from scale.db import retry
from scale.editions import require_open
from scale.text import canonical_email

from .. import seats
from ..models import Answer, GroupCode, Order, OrderLine, Ticket
from .mails import mail_given
from .order_errors import NoSeat
from .people import Attendee, Buyer
from .stock import leave_to_waiting, places_of, take

log = structlog.get_logger()


class CannotRedeem(Exception):
    """Nobody can take a place with this code now; says why."""


def keep_group_code(order: Order, buyer: Buyer, attendees: Sequence[Attendee]) -> None:
    """An order with places that nobody is named for has a code; one without has none.

    The caller holds the order's lock. The code opens places once they are paid or invoiced.
    """
    if all(attendee.name for attendee in attendees):
        if order.filled_in_at:  # it may have had one the first time
            GroupCode.objects.filter(order=order).delete()
        return
    name = buyer.organization or buyer.name
    GroupCode.objects.update_or_create(
        order=order,
        defaults={"name": name},
        create_defaults={
            "conference": order.conference,
            "code": codes.new_code(10),
            "name": name,
        },
    )


@retry
def redeem(group: GroupCode, attendee: Attendee) -> Ticket:
    """Put a name on one place. Raises CannotRedeem, SoldOut or NoSeat (an extra), EditionClosed.

    The order's lock makes those who come at once agree on who is first; cancelling takes it too.
    """
    order = Order.objects.lock(group.order.code)
    group = GroupCode.objects.select_for_update().get(pk=group.pk)
    require_open(group.conference)
    group.order = order
    if problem := group.problem():
        raise CannotRedeem(problem)
    same = {"attendee_name": attendee.name, "attendee_email": canonical_email(attendee.email)}
    if attendee.email and (earlier := order.tickets.live().filter(**same).first()):
        return earlier  # the same form sent again
    places = order.tickets.unnamed().filter(ticket_type=attendee.ticket_type)
    # Who corrects a badge holds the ticket alone.
    ticket = places.select_for_update().order_by("pk").first()
    if ticket is None:
        raise CannotRedeem("All places of this code are taken.")
    if any(one.price for one in attendee.add_ons):
        raise CannotRedeem("Only extras that cost nothing can be taken here.")
    if problem := seats.problem(attendee.add_ons):
        raise NoSeat(problem)
    _put_name(ticket, attendee)
    if attendee.add_ons:
        take(order.conference, places_of(attendee.add_ons))
        leave_to_waiting(attendee.add_ons)
        _write_extras(order, ticket, attendee)
    Answer.objects.filter(ticket=ticket).delete()
    Answer.objects.bulk_create(
        Answer(ticket=ticket, question=question, value=value)
        for question, value in attendee.answers.items()
        if value
    )
    if ticket.attendee_email:
        mail_given(ticket)
    log.info("group_code_redeemed", order=order.code, ticket=ticket.code)
    return ticket


def _put_name(ticket: Ticket, attendee: Attendee) -> None:
    facts = attendee.badge_facts(timezone.now())
    for name, value in facts.items():
        setattr(ticket, name, value)
    proven = EmailAddress.objects.filter(email=canonical_email(attendee.email), verified=True)
    owner = proven.select_related("user").first()
    ticket.user = owner.user if owner else None
    ticket.save(update_fields=[*facts, "user"])


def _write_extras(order: Order, ticket: Ticket, attendee: Attendee) -> None:
    OrderLine.objects.bulk_create(
        OrderLine(order=order, ticket=ticket, add_on=one, price=money.ZERO)
        for one in attendee.add_ons
    )
