"""Waiting for a sold-out type: joining, leaving; who lets an offer lapse makes room."""

from django.conf import settings
from django.utils import timezone

from scale import email as mail
from scale.db import retry
from scale.editions import require_open
from scale.text import canonical_email

from ..models import Order, Ticket, TicketType, WaitlistEntry
from .cancel import drop
from .order_errors import NotOnSale
from .orders import NOT_FOR_SALE
from .stock import free_places, lock_quotas, offer_free


def join_waitlist(ticket_type: TicketType, *, name: str, email: str) -> WaitlistEntry:
    """Put an address on the list, once, and write to it; a free place is offered at once."""
    free_places([quota.pk for quota in ticket_type.quotas.all()])
    return _join(ticket_type, name, canonical_email(email))


@retry
def _join(ticket_type: TicketType, name: str, address: str) -> WaitlistEntry:
    conference = ticket_type.conference
    require_open(conference)
    if ticket_type.is_hidden or ticket_type.state() in NOT_FOR_SALE:
        raise NotOnSale(ticket_type)
    quotas = [quota.pk for quota in ticket_type.quotas.all()]
    # Whoever frees a place waits for this lock, and sees the entry afterwards.
    lock_quotas(quotas)
    entry = ticket_type.waitlist.filter(live_email=address).first()
    if entry is None:
        entry = WaitlistEntry.objects.create(
            conference=conference, ticket_type=ticket_type, name=name, email=address
        )
    _mail_waiting(entry)
    offer_free(conference, quotas)
    return entry


def _mail_waiting(entry: WaitlistEntry) -> None:
    """Who asks again gets the link again, at most once an hour."""
    mail.send(
        "waiting list",
        entry.email,
        to_name=entry.name,
        key=f"waiting:{entry.pk}:{timezone.now():%Y%m%d%H}",
        subject=f"You are on the waiting list of {entry.conference.name}",
        template="registration/mail/waiting.txt",
        context={
            "conference": entry.conference,
            "entry": entry,
            "ticket_type": entry.ticket_type,
            "site_url": settings.SITE_URL,
        },
        conference=entry.conference,
    )


@retry
def leave_waitlist(entry: WaitlistEntry) -> WaitlistEntry:
    """Off the list; a place that was offered goes to the next. Again is harmless."""
    order = Order.objects.select_for_update().filter(waitlist_entry=entry).first()
    locked = WaitlistEntry.objects.select_for_update().get(pk=entry.pk)
    Status = WaitlistEntry.Status  # noqa: N806
    if locked.status not in (Status.WAITING, Status.OFFERED):
        return locked
    if order and order.status == Order.Status.PAID:
        return locked
    locked.status = Status.LEFT
    locked.save(update_fields=["status"])
    if order and order.status == Order.Status.PENDING:
        order.tickets.live().update(status=Ticket.Status.CANCELLED)
        drop(order)
    return locked
