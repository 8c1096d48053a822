"""A freed place belongs to who waits longest: a reservation for a day, tied to the entry.

`stock` calls this in the transaction in which a place becomes free.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from auditlog.context import disable_auditlog
from django.conf import settings

from scale import email

from ..models import (
    OFFERED_FOR,
    Order,
    OrderLine,
    Ticket,
    TicketType,
    WaitlistEntry,
)


def waited_for(quota_ids: Iterable[int]) -> list[TicketType]:
    """Types that take from one of these quotas and that somebody waits for."""
    types = TicketType.objects.filter(quotas__in=list(quota_ids))
    waiting = types.filter(waitlist__status=WaitlistEntry.Status.WAITING).distinct()
    return list(waiting.select_related("conference").prefetch_related("prices", "quotas"))


def next_in_line(types: Sequence[TicketType]) -> WaitlistEntry | None:
    """Who waits longest for one of them, locked so that nobody leaves the list meanwhile.

    Two freed places find two people without it: both callers hold a quota of the type.
    """
    if not types:
        return None
    waiting = WaitlistEntry.objects.select_for_update().order_by("pk")
    return waiting.filter(ticket_type__in=types, status=WaitlistEntry.Status.WAITING).first()


def make_offer(entry: WaitlistEntry, ticket_type: TicketType, now: dt.datetime) -> Order:
    """The reservation whose places the caller has taken, and the mail that tells of it."""
    price = ticket_type.price_at(now).amount
    order = Order(
        conference=ticket_type.conference,
        buyer_name=entry.name,
        buyer_email=entry.email,
        currency=ticket_type.conference.currency,
        expires_at=now + OFFERED_FOR,
    )
    with disable_auditlog():
        order.save(force_insert=True)
        ticket = Ticket.objects.create(
            conference=ticket_type.conference, ticket_type=ticket_type, order=order
        )
    OrderLine.objects.create(
        order=order, ticket=ticket, ticket_type=ticket_type, list_price=price, price=price
    )
    entry.order, entry.status = order, WaitlistEntry.Status.OFFERED
    entry.save(update_fields=["order", "status"])
    _mail_offer(entry, ticket_type, order)
    return order


def _mail_offer(entry: WaitlistEntry, ticket_type: TicketType, order: Order) -> None:
    conference = ticket_type.conference
    email.send(
        "waiting list",
        entry.email,
        to_name=entry.name,
        key=f"offer:{entry.pk}",
        subject=f"A place is free for you at {conference.name}",
        template="registration/mail/place_offered.txt",
        context={
            "conference": conference,
            "entry": entry,
            "ticket_type": ticket_type,
            "order": order,
            "site_url": settings.SITE_URL,
        },
        conference=conference,
    )
