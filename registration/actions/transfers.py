"""Passing a ticket on: another person, another code; nothing of the old holder goes along."""

from django.utils import timezone

from scale.db import retry
from scale.editions import require_open
from scale.models import User
from scale.text import canonical_email

from .. import bindings
from ..models import (
    CompChoice,
    Consent,
    Order,
    RetiredCode,
    SaleRules,
    Ticket,
    VisaRequest,
    new_nonce,
    new_ticket_code,
)
from .allowances import count_back
from .mails import mail_passed_on
from .people import shares
from .tickets import add_ribbons, proven_owner


class CannotPassOn(Exception):
    """Why this ticket stays with whom it is; its text is for the holder."""


NOBODYS = {
    **dict.fromkeys(("title", "organization", "pronouns", "postcode", "phone"), ""),
    **dict.fromkeys(("guardian_name", "guardian_phone", "accessibility_needs"), ""),
    **shares(()),
    "no_photos": False,
    "is_minor": False,
    "consent": Consent.LOGISTICS,
    "guardian_agreed_at": None,
}


@retry
def pass_on(
    ticket: Ticket,
    *,
    name: str,
    email: str,
    guardian_name: str = "",
    guardian_phone: str = "",
    by: User | None = None,
    by_staff: bool = False,
) -> Ticket:
    """Give the ticket to another person under a new code and a new link; the old ones die.

    Badge facts, needs, answers, open wishes and the link to an account stay behind.
    Raises CannotPassOn; `by_staff` may do it after the last day for it.
    """
    return hand_over(
        ticket,
        name=name,
        email=email,
        guardian_name=guardian_name,
        guardian_phone=guardian_phone,
        by=by,
        by_staff=by_staff,
    )


def hand_over(
    ticket: Ticket,
    *,
    name: str,
    email: str,
    guardian_name: str = "",
    guardian_phone: str = "",
    by: User | None = None,
    by_staff: bool = False,
) -> Ticket:
    """The same in the transaction of a caller, who repeats it after a deadlock."""
    locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
    conference = locked.conference
    require_open(conference)
    if why := _why_not(locked, ticket.nonce, by_staff):
        raise CannotPassOn(why)
    address = canonical_email(email)
    if address == locked.attendee_email and name == locked.attendee_name:
        raise CannotPassOn("That is the person who has the ticket already.")
    old_name, told = locked.attendee_name, _told_of(locked, address)
    retired = RetiredCode.objects.create(ticket=locked, code=locked.code, why="Passed on", by=by)
    locked.code, locked.nonce = new_ticket_code(), new_nonce()
    for field, value in NOBODYS.items():
        setattr(locked, field, value)
    locked.attendee_name, locked.attendee_email = name, address
    locked.user = proven_owner(address)
    if guardian_name:
        locked.is_minor, locked.guardian_agreed_at = True, timezone.now()
        locked.guardian_name, locked.guardian_phone = guardian_name, guardian_phone
    locked.save()
    locked.answers.all().delete()
    locked.ribbons.all().delete()
    add_ribbons(locked.pass_code, [locked])
    locked.cancellation_requests.filter(open_ticket=locked.pk).delete()
    VisaRequest.objects.filter(ticket=locked).delete()
    forget_choice(locked)
    mail_passed_on(locked, retired, told=told, by_name=old_name)
    return locked


def forget_choice(ticket: Ticket) -> None:
    """The free one was offered to the old holder: as long as nobody chose, it is free again."""
    choice = CompChoice.objects.select_for_update().filter(ticket=ticket).first()
    if choice is None:
        return
    if choice.answer == CompChoice.Answer.OPEN:
        count_back([ticket.allowance_id])
        ticket.allowance = None
        ticket.save(update_fields=["allowance"])
    choice.delete()


def _why_not(ticket: Ticket, nonce: str, by_staff: bool) -> str:
    order = ticket.order
    if ticket.nonce != nonce:
        return "The ticket was passed on already."
    if ticket.status != Ticket.Status.LIVE or (order and order.status != Order.Status.PAID):
        return "Only a ticket that is paid and in force can be passed on."
    if order is None and not by_staff:
        return "This ticket was given to you by name. The registration desk can change it."
    if not by_staff and not SaleRules.objects.of(ticket.conference).may_pass_on():
        return "The last day for passing tickets on is over."
    return bindings.why_bound(ticket)


def _told_of(ticket: Ticket, new_address: str) -> list[str]:
    """Who held it and who bought it, so that nobody loses a ticket unawares."""
    buyer = ticket.order.buyer_email if ticket.order else ""
    return sorted({ticket.attendee_email, buyer} - {"", new_address})
