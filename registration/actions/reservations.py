"""A reservation made longer, once, or given back before its time."""

from django.utils import timezone

from scale.db import retry

from ..models import Order, Ticket
from .order_errors import NotOpen
from .orders import RESERVED_FOR
from .stock import lapse


class AlreadyExtended(Exception):
    """A reservation is made longer once."""


@retry
def extend(order: Order) -> Order:
    """Keep the places for another half hour, once."""
    locked = Order.objects.lock(order.code)
    now = timezone.now()
    if locked is None or locked.status != Order.Status.PENDING or locked.has_run_out(now):
        raise NotOpen
    if locked.extended_at:
        raise AlreadyExtended
    locked.extended_at = now
    locked.expires_at = (locked.expires_at or now) + RESERVED_FOR
    locked.save(update_fields=["extended_at", "expires_at"])
    return locked


@retry
def drop(order: Order) -> Order:
    """Give a reservation's places back; the same form sent again makes a new one.

    Not when an invoice or a provider's page waits for the order's money, and no upgrade:
    `drop_upgrade` gives that up.
    """
    locked = Order.objects.lock(order.code)
    if locked is None or locked.status != Order.Status.PENDING or locked.upgrades_id:
        raise NotOpen
    if locked.due_on or locked.payment_sessions.open().exists():
        raise NotOpen
    locked.tickets.live().update(status=Ticket.Status.CANCELLED)
    locked.move_to(Order.Status.CANCELLED)
    locked.form_token = None
    locked.save(update_fields=["status", "form_token"])
    lapse(locked.conference, locked.lines.all())
    return locked
