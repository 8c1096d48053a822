"""What a floor above gave through `give_ticket`, taken back by it."""

import structlog
from django.db.models import Q

from scale.editions import require_open
from scale.models import AuditEntry, User

from ..models import CompAllowance, CompChoice, Order, Ticket
from .allowances import count_back
from .cancel import close_if_empty, end_tickets
from .comps import lock_orders
from .transfers import forget_choice

log = structlog.get_logger()


def end_given(ticket: Ticket, *, role: str, source: str, why: str, by: User | None) -> bool:
    """In the transaction of a caller: the free ticket of `source` ends, and admits nobody.

    A ticket that the person has otherwise, or that means more than this by now (they speak as
    well), stays and loses the ribbon that came with `why`. A bought one whose money went back
    for it is such a free ticket too; its order nets to zero.
    Whether a ticket ended.
    """
    require_open(ticket.conference)
    CompAllowance.objects.lock(ticket.conference)
    of_ticket = Q(tickets=ticket) | Q(upgrades=ticket)
    lock_orders(Order.objects.filter(of_ticket).values_list("pk", flat=True))
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
    if CompChoice.objects.filter(ticket=held, answer=CompChoice.Answer.OPEN).exists():
        forget_choice(held)  # bought, and not paid back: the free one is no longer offered
        return False
    order = held.order
    end_tickets(order, [held], by=by, why=why)
    held.why_free = f"{held.why_free} – taken back"[:120]
    held.save(update_fields=["why_free"])
    if order:
        close_if_empty(order)
        AuditEntry.objects.tell(order, f"cancelled {held.code}", why=f"{why}: taken back", by=by)
    log.info("given_ended", ticket=held.code, by=by.pk if by else None)
    return True
