"""Whose a ticket is, and corrections of what is on it."""

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


def proven_addresses(user: User | None) -> set[str]:
    """Those that the account has proven to be its own: tickets that name one are linked to it."""
    if user is None:
        return set()
    return set(
        EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    )


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
