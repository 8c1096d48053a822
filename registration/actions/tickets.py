"""Whose a ticket is, and corrections of what is on it."""

from collections.abc import Collection

from allauth.account.models import EmailAddress
from django.db import transaction

from scale.editions import require_open
from scale.models import User
from scale.text import canonical_email

from ..models import SHARED, PromoCode, Ribbon, Ticket
from .people import shares


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


def add_ribbons(code: PromoCode | None, tickets: Collection[Ticket]) -> None:
    """Those that come with the code which these passes were taken with; they have none yet."""
    if code and code.role:
        Ribbon.objects.bulk_create(
            Ribbon(ticket=one, role=code.role, why=code.note) for one in tickets
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
    # What is ticked may have changed meanwhile; nothing is, under age.
    for name in SHARED:
        kept = not ticket.is_minor and getattr(old, f"shares_{name}")
        setattr(ticket, f"shares_{name}", kept)
    ticket.save(
        update_fields=[
            *("attendee_name", "attendee_email", "title", "organization", "pronouns"),
            *("postcode", "no_photos", "consent", "accessibility_needs", "is_minor"),
            *("guardian_name", "guardian_phone", "guardian_agreed_at", "user"),
            *(f"shares_{name}" for name in SHARED),
        ]
    )


class CannotShare(Exception):
    """Why exhibitors get nothing of this person; its text is for the holder."""


def share(ticket: Ticket, wanted: Collection[str], *, phone: str) -> Ticket:
    """Exhibitors who scan the badge from now on get these of SHARED, and nothing else.

    In the caller's transaction. Raises PassedOn and CannotShare.
    """
    locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
    require_open(locked.conference)
    if locked.nonce != ticket.nonce:
        raise PassedOn("The ticket was passed on while this page was open.")
    if wanted and locked.is_for_minor:
        raise CannotShare("Nothing of anybody under 18 goes to exhibitors.")
    for name, value in shares(wanted).items():
        setattr(locked, name, value)
    locked.phone = phone
    locked.save(update_fields=[*(f"shares_{name}" for name in SHARED), "phone"])
    return locked
