"""Taking back: whole orders and single tickets, with the places freed and the money owed back."""

import structlog
from django.db.models import Sum

from scale import money
from scale.db import retry
from scale.editions import require_open
from scale.models import User

from ..models import Order, OrderLine, Ticket
from .money import owe_back
from .stock import give_back, lapse

log = structlog.get_logger()


class CannotCancel(Exception):
    """The order is in a state that nothing has to be cancelled in."""


@retry
def cancel_order(order: Order, *, by: User | None, why: str = "The order was cancelled.") -> Order:
    """Cancel an order: its tickets admit nobody and its places are free; we owe its money back."""
    locked = Order.objects.lock(order.code)
    if locked is None or Order.Status.CANCELLED not in Order.MOVES[locked.status]:
        raise CannotCancel("Only an order that is paid or waits for payment can be cancelled.")
    require_open(locked.conference)
    places = locked.lines.all().places()
    if locked.status == Order.Status.PENDING:
        lapse(locked.lines.all())
    else:
        take_back(locked, locked.tickets.live(), why)
    locked.tickets.live().update(status=Ticket.Status.CANCELLED)
    locked.move_to(Order.Status.CANCELLED)
    locked.save(update_fields=["status"])
    give_back(locked.conference, places)
    owe_back(locked, why=why, by=by)
    log.info("order_cancelled", order=locked.code, by=by.pk if by else None)
    return locked


def take_back(order: Order, tickets, why: str) -> None:
    """End what these tickets have of a paid order: one line takes off what each still costs."""
    for ticket in tickets.order_by("pk"):
        lines = OrderLine.objects.filter(order=order, ticket=ticket)
        cost = lines.exclude(status=OrderLine.Status.LAPSED).aggregate(n=Sum("price"))["n"]
        lines.filter(status=OrderLine.Status.LIVE).update(status=OrderLine.Status.ENDED)
        if cost:
            OrderLine.objects.create(
                order=order,
                ticket=ticket,
                words=why[:120] or "Cancelled",
                price=money.ZERO - cost,
            )
