"""The mails that carry tickets; the sheets with QR codes are enclosed when they leave."""

from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings

from scale import email

from ..models import GroupCode, Order, Ticket


def mail_tickets(
    order: Order, tickets: Sequence[Ticket], *, total: Decimal, again: str = ""
) -> None:
    """One mail for the order, however often it is asked for; none where nobody gave an address.

    `again` names a further sending that somebody asked for. Places without a name have
    no ticket yet: the mail tells the group code that opens them.
    """
    conference = order.conference
    if not order.buyer_email:
        return
    named = [one for one in tickets if one.attendee_name]
    group = GroupCode.objects.filter(order=order).first() if len(named) < len(tickets) else None
    email.send(
        "tickets",
        order.buyer_email,
        to_name=order.buyer_name,
        key=f"{order.code}:{again}" if again else order.code,
        about=order.code,
        subject=f"Your ticket{'s' if len(tickets) > 1 else ''} for {conference.name}",
        template="registration/mail/tickets.txt",
        context={
            "conference": conference,
            "order": order,
            "tickets": named,
            "group": group,
            "open_places": len(tickets) - len(named),
            "total": total,
            "site_url": settings.SITE_URL,
        },
        conference=conference,
        resend_if_in_doubt=True,
    )


def mail_given(ticket: Ticket) -> None:
    conference = ticket.conference
    email.send(
        "ticket given",
        ticket.attendee_email,
        to_name=ticket.attendee_name,
        key=ticket.code,
        about=ticket.code,
        subject=f"Your ticket for {conference.name}",
        template="registration/mail/given.txt",
        context={"conference": conference, "ticket": ticket, "site_url": settings.SITE_URL},
        conference=conference,
        resend_if_in_doubt=True,
    )
