"""The mails that carry tickets; the sheets with QR codes are enclosed when they leave."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.conf import settings

from scale import email

from ..models import GroupCode, Order, RetiredCode, Ticket


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
        template="registration/mail/ticket.txt",
        context={"conference": conference, "ticket": ticket, "site_url": settings.SITE_URL},
        conference=conference,
        resend_if_in_doubt=True,
    )


def mail_group_code(group: GroupCode, *, to: str, to_name: str) -> None:
    """The address where the company's people name themselves; the buyer gets the order's too."""
    order, conference = group.order, group.conference
    email.send(
        "group code",
        to,
        to_name=to_name,
        key=group.code,
        about=order.code,
        subject=f"Places for your people at {conference.name}",
        template="registration/mail/group_code.txt",
        context={
            "conference": conference,
            "order": order,
            "group": group,
            "to_name": to_name,
            "is_buyer": to == order.buyer_email,
            "places": order.tickets.unnamed().count(),
            "total": order.total(),
            "site_url": settings.SITE_URL,
        },
        conference=conference,
        resend_if_in_doubt=True,
    )


def mail_upgraded(order: Order, ticket: Ticket) -> None:
    """The ticket as it is now; its code is what it was."""
    to = ticket.attendee_email or order.buyer_email
    if not to:
        return
    conference = order.conference
    email.send(
        "ticket upgraded",
        to,
        to_name=ticket.attendee_name,
        key=order.code,
        about=order.code,
        subject=f"Your ticket for {conference.name} was upgraded",
        template="registration/mail/upgraded.txt",
        context={
            "conference": conference,
            "order": order,
            "ticket": ticket,
            "lines": list(order.lines.filter(credits=None).select_related("ticket_type", "add_on")),
            "total": order.total(),
            "site_url": settings.SITE_URL,
        },
        conference=conference,
        resend_if_in_doubt=True,
    )


def mail_passed_on(
    ticket: Ticket, retired: RetiredCode, *, told: Iterable[str], by_name: str
) -> None:
    """The ticket to its new holder; a word to who held it and who bought it."""
    conference = ticket.conference
    context = {
        "conference": conference,
        "ticket": ticket,
        "retired": retired,
        "by_name": by_name,
        "site_url": settings.SITE_URL,
    }
    email.send(
        "ticket passed on",
        ticket.attendee_email,
        to_name=ticket.attendee_name,
        key=ticket.code,
        about=ticket.code,
        subject=f"Your ticket for {conference.name}",
        template="registration/mail/passed_on_to_you.txt",
        context=context,
        conference=conference,
        resend_if_in_doubt=True,
    )
    for address in told:
        email.send(
            "ticket gone",
            address,
            key=f"{ticket.code}:{address}",
            about=ticket.order.code if ticket.order else ticket.code,
            subject=f"A ticket for {conference.name} was passed on",
            template="registration/mail/passed_on.txt",
            context=context,
            conference=conference,
        )


def mail_again(ticket: Ticket, *, key: str) -> bool:
    """The ticket to its attendee once more; False where there is no address to write to."""
    to = ticket.attendee_email or (ticket.order.buyer_email if ticket.order else "")
    if not to:
        return False
    conference = ticket.conference
    email.send(
        "ticket again",
        to,
        to_name=ticket.attendee_name,
        key=f"{ticket.code}:{key}",
        about=ticket.code,
        subject=f"Your ticket for {conference.name}",
        template="registration/mail/ticket.txt",
        context={"conference": conference, "ticket": ticket, "site_url": settings.SITE_URL},
        conference=conference,
        resend_if_in_doubt=True,
    )
    return True


def mail_answer(ticket: Ticket, template: str, *, key: str, subject: str, **context) -> None:
    """What staff decided on something that the holder or the buyer asked for."""
    to = ticket.attendee_email or (ticket.order.buyer_email if ticket.order else "")
    if not to:
        return
    conference = ticket.conference
    email.send(
        "answer",
        to,
        to_name=ticket.attendee_name,
        key=key,
        about=ticket.order.code if ticket.order else ticket.code,
        subject=subject,
        template=f"registration/mail/{template}.txt",
        context={
            "conference": conference,
            "ticket": ticket,
            "site_url": settings.SITE_URL,
            **context,
        },
        conference=conference,
    )
