"""Corrections of what is on a ticket."""

from scale.text import canonical_email

from ..models import Ticket


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
