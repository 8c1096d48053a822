"""Tickets that are given without an order, and corrections of what is on one."""

from collections import Counter

import structlog
from allauth.account.models import EmailAddress
from django.db import transaction

from scale.editions import require_open
from scale.models import Conference, User
from scale.text import canonical_email

from ..models import Ticket, TicketType
from .mails import mail_given
from .stock import take

log = structlog.get_logger()


@transaction.atomic
def give_ticket(
    conference: Conference,
    ticket_type: TicketType,
    *,
    name: str,
    email: str,
    why: str,
    by: User | None = None,
) -> Ticket:
    """Give someone a ticket without an order (speaker, volunteer, sponsor); SoldOut when full.

    May run inside the caller's transaction; it locks quotas and maybe the Conference.
    """
    require_open(conference)
    take(conference, Counter(quota.pk for quota in ticket_type.quotas.all()))
    address = canonical_email(email)
    proven = EmailAddress.objects.filter(email=address, verified=True).first()
    ticket = Ticket.objects.create(
        conference=conference,
        ticket_type=ticket_type,
        attendee_name=name,
        attendee_email=address,
        user=proven.user if proven else None,
        why_free=why,
    )
    if address:
        mail_given(ticket)
    log.info("ticket_given", ticket=ticket.code, by=by.pk if by else None)
    return ticket


def correct_attendee(ticket: Ticket) -> None:
    """Save corrected badge facts. The code stays; another address ends the link to an account."""
    ticket.attendee_email = canonical_email(ticket.attendee_email)
    old = Ticket.objects.get(pk=ticket.pk)
    if old.attendee_email != ticket.attendee_email:
        ticket.user = None
    ticket.save(
        update_fields=[
            *("attendee_name", "attendee_email", "title", "organization", "pronouns"),
            *("postcode", "no_photos", "guardian_name", "guardian_phone", "user"),
        ]
    )
