"""Who had bought a ticket and then got a free one: what becomes of the bought one."""

from collections import Counter

import structlog
from django.db.models import Q, Sum
from django.utils import timezone

from scale import money
from scale.db import retry
from scale.editions import require_open
from scale.text import canonical_email

from ..models import (
    CompAllowance,
    CompChoice,
    Order,
    OrderLine,
    RetiredCode,
    Ticket,
    new_ticket_code,
)
from .allowances import count_back
from .cancel import drop
from .comps import lock_orders
from .mails import mail_given
from .money import even_out, owe_back
from .stock import settle

log = structlog.get_logger()


class AnsweredAlready(Exception):
    """The choice is made, or its ticket has ended meanwhile."""


@retry
def answer_choice(choice: CompChoice, answer: str, *, name: str = "", email: str = "") -> Ticket:
    """Do what the holder decided; returns the ticket passed on, else the holder's own.

    Refund: the ticket stays and costs nothing any more. Pass on: `name` gets a ticket of
    their own in its place, the holder's becomes the free one. Raises AnsweredAlready,
    SoldOut (no place of the free kind), EditionClosed.
    """
    conference = choice.ticket.conference
    require_open(conference)
    CompAllowance.objects.lock(conference)
    of_ticket = Q(lines__ticket=choice.ticket_id) | Q(tickets=choice.ticket_id)
    orders = lock_orders(Order.objects.filter(of_ticket).values_list("pk", flat=True))
    ticket = Ticket.objects.select_for_update().get(pk=choice.ticket_id)
    locked = CompChoice.objects.select_for_update().filter(pk=choice.pk).first()
    admits = Ticket.objects.filter(pk=ticket.pk).admitting().exists()
    if (
        locked is None
        or locked.answer != CompChoice.Answer.OPEN
        or ticket.order_id is None
        or not admits
    ):
        raise AnsweredAlready
    locked.answer, locked.answered_at = answer, timezone.now()
    locked.save(update_fields=["answer", "answered_at"])
    log.info("comp_choice", ticket=ticket.code, answer=answer)
    if answer != CompChoice.Answer.NOTHING:
        for order in orders:
            if order.upgrades_id and order.status == Order.Status.PENDING:
                drop(order)  # it would take off what is owed back now
    if answer == CompChoice.Answer.PASS_ON:
        return _pass_on(ticket, locked, orders, name, canonical_email(email))
    if answer == CompChoice.Answer.REFUND:
        _make_free(ticket, locked, orders)
    else:
        count_back([ticket.allowance_id])
        Ticket.objects.filter(pk=ticket.pk).update(allowance=None)
    return ticket


def _make_free(ticket: Ticket, choice: CompChoice, orders: list[Order]) -> None:
    """One line an order takes off what admission costs; another, of nothing, holds the place.

    Where a later order took back more than its admission costs, the earlier one owes less.
    """
    paid = [order for order in orders if order.status == Order.Status.PAID]
    change: Counter[int] = Counter()
    taken_off = []
    rest = money.ZERO
    for order in reversed(paid):
        lines = order.lines.filter(ticket=ticket).of_admission()
        counted = lines.exclude(status=OrderLine.Status.LAPSED)
        cost = sum((line.price for line in counted), rest)
        change.subtract(lines.places())
        lines.filter(status=OrderLine.Status.LIVE).update(status=OrderLine.Status.ENDED)
        rest = min(cost, money.ZERO)
        if cost > money.ZERO:
            taken_off.append(
                OrderLine(order=order, ticket=ticket, words=_why(choice), price=money.ZERO - cost)
            )
    _become_free(ticket, choice, change)
    settle(ticket.conference, change)
    OrderLine.objects.bulk_create(taken_off)
    own = next(order for order in orders if order.pk == ticket.order_id)
    OrderLine.objects.create(
        order=own, ticket=ticket, ticket_type=ticket.ticket_type, price=money.ZERO
    )
    for order in even_out(ticket, _why(choice)):
        owe_back(order, why=_why(choice), by=None)


def _pass_on(
    ticket: Ticket, choice: CompChoice, orders: list[Order], name: str, email: str
) -> Ticket:
    """What was bought is replaced, line by line and for the same price, by the new holder's."""
    change: Counter[int] = Counter()
    bought_type, order_id = ticket.ticket_type, ticket.order_id
    ticket.order = None
    _become_free(ticket, choice, change)
    settle(ticket.conference, change)
    passed = Ticket.objects.create(
        conference=ticket.conference,
        ticket_type=bought_type,
        order_id=order_id,
        attendee_name=name,
        attendee_email=email,
    )
    # Whoever has the order's link shall not see the code of a ticket that was passed on.
    RetiredCode.objects.create(ticket=passed, code=new_ticket_code(), why="Passed on")
    for order in orders:
        if order.status == Order.Status.PAID:
            _replace_lines(order, ticket, passed)
    Order.objects.filter(upgrades=ticket, status=Order.Status.PAID).update(upgrades=passed)
    if email:
        mail_given(passed)
    return passed


def _replace_lines(order: Order, old: Ticket, new: Ticket) -> None:
    """So that in each order either ticket has what it costs there, and the total stays."""
    lines = order.lines.filter(ticket=old)
    live = list(lines.filter(status=OrderLine.Status.LIVE, credits=None, words=""))
    for line in live:
        thing = {"order": order, "ticket_type": line.ticket_type, "add_on": line.add_on}
        OrderLine.objects.create(ticket=old, price=-line.price, credits=line, **thing)
        # Its use of a promo code stays counted on the line it replaces.
        OrderLine.objects.create(ticket=new, price=line.price, list_price=line.list_price, **thing)
        OrderLine.objects.filter(pk=line.pk).update(status=OrderLine.Status.ENDED)
    counted = lines.exclude(status=OrderLine.Status.LAPSED)
    if rest := counted.aggregate(n=Sum("price", default=money.ZERO))["n"]:
        words = {"order": order, "words": "Passed on"}
        OrderLine.objects.create(ticket=old, price=-rest, **words)
        OrderLine.objects.create(ticket=new, price=rest, **words)


def _become_free(ticket: Ticket, choice: CompChoice, change: Counter[int]) -> None:
    """The ticket is the one that was offered from now on; `change` counts its places."""
    ticket.ticket_type = choice.ticket_type or ticket.ticket_type
    ticket.why_free = choice.why
    ticket.save(update_fields=["order", "ticket_type", "why_free"])
    change.update(ticket.ticket_type.quotas.values_list("pk", flat=True))


def _why(choice: CompChoice) -> str:
    return f"Free now: {choice.why or choice.role}"[:120]
