"""Free tickets: given with a reason and a limit, one badge a person.

Locks: the edition's gate for free tickets, orders by pk, tickets, quotas, the
Conference, and last the allowance. Who cancels passes no gate and keeps to the rest.
"""

from collections import Counter
from collections.abc import Iterable

import structlog
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from scale import email as mail
from scale import money
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User
from scale.text import canonical_email

from ..models import CompAllowance, CompChoice, Order, PromoCode, Ribbon, Ticket, TicketType
from .allowances import AllowanceUsedUp, count, set_limit
from .mails import mail_given
from .stock import take

log = structlog.get_logger()


class NotGiven(Exception):
    """The ticket is not one that was given, or does not live any more."""


def give_ticket(
    conference: Conference,
    ticket_type: TicketType,
    *,
    name: str,
    email: str,
    why: str,
    role: str = "",
    source: str = "",
    limit: int | None = None,
    by: User | None = None,
) -> Ticket:
    """Give someone a ticket without an order (speaker, sponsor, press, volunteer, staff).

    Whoever holds a ticket already gets `role` as a ribbon on the same badge; if
    that one was bought, they are asked what becomes of it. `source` (such as
    "sponsorship:12") gives at most `limit`, or what its owner named last where there is
    none. The same call again changes nothing. Without
    a role it is a ticket of its own in any case (an import: colleagues share an address).
    Raises SoldOut, AllowanceUsedUp, EditionClosed. It may run inside the caller's
    transaction, which is then the one to repeat after a deadlock.
    """
    require_open(conference)

    def attempt() -> Ticket:
        with transaction.atomic():
            CompAllowance.objects.lock(conference)
            address = canonical_email(email)
            held = _held_already(conference, name, address) if role else None
            if held is None:
                return _give(conference, ticket_type, name, address, role, why, source, limit, by)
            return _add_role(held, ticket_type, role, why, source, limit, by)

    return attempt() if connection.in_atomic_block else retry(attempt)()


def _held_already(conference: Conference, name: str, address: str) -> Ticket | None:
    """The person's ticket, locked: by the address typed on it or proven; the same name first."""
    if not address:
        return None
    proven = EmailAddress.objects.filter(email=address, verified=True).first()
    # Who buys for themselves may leave the address on the ticket empty.
    own = Q(attendee_email="", order__buyer_email=address, attendee_name=F("order__buyer_name"))
    tickets = Ticket.objects.filter(conference=conference).admitting()
    typed = tickets.filter(Q(attendee_email=address) | own)
    linked = tickets.held_by(proven.user) if proven else Ticket.objects.none()
    found = {*typed.values_list("pk", flat=True), *linked.values_list("pk", flat=True)}
    if not found:
        return None
    lock_orders(Order.objects.filter(tickets__in=found).values_list("pk", flat=True))
    list(Ticket.objects.select_for_update().filter(pk__in=found).order_by("pk"))
    live = Ticket.objects.filter(pk__in=found).admitting().select_related("conference", "order")
    return min(live, key=lambda one: (one.attendee_name != name, one.pk), default=None)


def lock_orders(pks: Iterable[int]) -> list[Order]:
    """In the order of all locks: by pk."""
    return list(Order.objects.select_for_update().filter(pk__in=set(pks)).order_by("pk"))


def _give(
    conference: Conference,
    ticket_type: TicketType,
    name: str,
    address: str,
    role: str,
    why: str,
    source: str,
    limit: int | None,
    by: User | None,
) -> Ticket:
    take(conference, Counter(quota.pk for quota in ticket_type.quotas.all()))
    proven = EmailAddress.objects.filter(email=address, verified=True).first()
    ticket = Ticket.objects.create(
        conference=conference,
        ticket_type=ticket_type,
        attendee_name=name,
        attendee_email=address,
        user=proven.user if proven and address else None,
        why_free=why[:120],
        allowance=_count_one(conference, source, limit),
    )
    if role:
        Ribbon.objects.create(ticket=ticket, role=role, why=why[:120], by=by)
    if address:
        mail_given(ticket)
    log.info("ticket_given", ticket=ticket.code, role=role, by=by.pk if by else None)
    return ticket


def _add_role(
    ticket: Ticket,
    ticket_type: TicketType,
    role: str,
    why: str,
    source: str,
    limit: int | None,
    by: User | None,
) -> Ticket:
    """A ribbon on the badge that the person has; who paid for it is asked about the money."""
    if ticket.ribbons.filter(role=role).exists():
        return ticket
    Ribbon.objects.create(ticket=ticket, role=role, why=why[:120], by=by)
    choice = None
    if (
        ticket.allowance_id is None  # it is somebody's pass already, whatever was paid on top
        and ticket.admission_cost() > money.ZERO
        and not CompChoice.objects.filter(ticket=ticket).exists()
    ):
        choice = CompChoice.objects.create(
            ticket=ticket, role=role, ticket_type=ticket_type, why=why[:120]
        )
        allowance = _count_one(ticket.conference, source, limit)
        Ticket.objects.filter(pk=ticket.pk).update(allowance=allowance)
    _mail_role(ticket, role, choice)
    log.info("ribbon_given", ticket=ticket.code, role=role, by=by.pk if by else None)
    return ticket


def _count_one(conference: Conference, source: str, limit: int | None) -> CompAllowance | None:
    """Count one free ticket of the source; the limit that its owner names now is in force.

    Who is not the owner names none: then it is what the owner named last. Everybody who
    changes it passes the gate.
    """
    if not source:
        return None
    if limit is None:
        known = CompAllowance.objects.filter(conference=conference, source=source).first()
        if known is None:
            return None
        limit = known.size - known.over
    row = set_limit(conference, source, limit)
    _free_lapsed(row)
    try:
        count(row.pk, 1)
    except AllowanceUsedUp as error:
        raise AllowanceUsedUp(source, limit) from error
    return row


def _free_lapsed(row: CompAllowance) -> None:
    """What reservations with a code of the source held, and ran out, is there again."""
    if row.given < row.size:
        return
    codes = PromoCode.objects.filter(allowance=row).values_list("pk", flat=True)
    take(row.conference, Counter(), uses=Counter(dict.fromkeys(codes, 0)))


def _mail_role(ticket: Ticket, role: str, choice: CompChoice | None) -> None:
    conference, order = ticket.conference, ticket.order
    to = ticket.attendee_email or (order.buyer_email if order else "")
    if not to:
        return
    mail.send(
        "ribbon",
        to,
        to_name=ticket.attendee_name,
        key=f"{ticket.code}:{role}",
        subject=f"Your badge for {conference.name} also says: {role}",
        template="registration/mail/ribbon.txt",
        context={
            "conference": conference,
            "ticket": ticket,
            "role": role,
            "choice": choice,
            "site_url": settings.SITE_URL,
        },
        conference=conference,
    )
