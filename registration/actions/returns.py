"""What a floor above gave through `give_ticket`, taken back by it."""

import structlog

from scale.editions import require_open
from scale.models import User

from ..models import CompAllowance, Order, Ticket
from .allowances import count_back
from .cancel import end_tickets
from .comps import lock_orders
from .transfers import forget_choice

log = structlog.get_logger()


def end_given(ticket: Ticket, *, role: str, source: str, why: str, by: User | None) -> bool:
    """In the transaction of a caller: the free ticket of `source` ends, and admits nobody.

    A ticket that the person has otherwise, or that means more than this by now (they speak as
    well), stays and loses the ribbon that came with `why`.
    Whether a ticket ended.
    """
    require_open(ticket.conference)
    CompAllowance.objects.lock(ticket.conference)
    lock_orders(Order.objects.filter(tickets=ticket).values_list("pk", flat=True))
    list(Order.objects.select_for_update().filter(upgrades=ticket).order_by("pk"))
    held = Ticket.objects.select_for_update().get(pk=ticket.pk)
    for ribbon in held.ribbons.filter(role=role, why=why):
        ribbon.delete()
    if held.status != Ticket.Status.LIVE or held.allowance is None:
        return False
    if held.allowance.source != source:
        return False
    if held.ribbons.exists():
        count_back([held.allowance_id])
        held.allowance = None
        held.save(update_fields=["allowance"])
        return False
    if held.order_id:  # bought, and perhaps not paid back yet: the free one is no longer offered
        forget_choice(held)
        return False
    end_tickets(None, [held], by=by, why=why)
    held.why_free = f"{held.why_free} – taken back"[:120]
    held.save(update_fields=["why_free"])
    log.info("given_ended", ticket=held.code, by=by.pk if by else None)
    return True
