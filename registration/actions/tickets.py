"""Corrections of what is on a ticket."""

from allauth.account.models import EmailAddress
from django.db import transaction

from scale.models import User
from scale.text import canonical_email

from ..models import Ticket


def proven_owner(address: str) -> User | None:
    """Whose account has proven that the address is theirs."""
    if not address:
        return None
    proven = EmailAddress.objects.filter(email=address, verified=True).first()
    return proven.user if proven else None


class PassedOn(Exception):
    """The ticket has another holder by now; what was typed was about the one before."""


@transaction.atomic
def correct_attendee(ticket: Ticket) -> None:
    """Save corrected badge facts. The code stays; another address ends the link to an account."""
    ticket.attendee_email = canonical_email(ticket.attendee_email)
    old = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if old.nonce != ticket.nonce:
        raise PassedOn("The ticket was passed on while this page was open.")
    if old.attendee_email != ticket.attendee_email:
        ticket.user = None
    ticket.save(
        update_fields=[
            *("attendee_name", "attendee_email", "title", "organization", "pronouns"),
            *("postcode", "no_photos", "consent", "accessibility_needs", "is_minor"),
            *("guardian_name", "guardian_phone", "guardian_agreed_at", "user"),
        ]
    )
