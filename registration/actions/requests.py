"""What holders ask for and staff answer: giving a ticket back, a letter for a visa."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.db import IntegrityError
from django.db.models import Q, Sum
from django.utils import timezone

from scale import money
from scale.db import retry
from scale.editions import require_open
from scale.models import User

from .. import bindings
from ..models import CancellationRequest, Order, Refund, SaleRules, Ticket, VisaRequest
from .cancel import CannotCancel, cancel_now
from .mails import mail_answer

PASSPORT_KEPT = dt.timedelta(days=30)


class CannotAsk(Exception):
    """Why this cannot be asked for now; its text is for the holder."""


class Answered(Exception):
    """Someone was quicker: the request has its answer, or was taken back."""


def ask_to_cancel(ticket: Ticket, *, why: str) -> CancellationRequest:
    """A wish to give the ticket back; one at a time, a second click finds the first."""
    try:
        return _ask_to_cancel(ticket, why)
    except IntegrityError:
        return ticket.cancellation_requests.get(open_ticket=ticket.pk)


@retry
def _ask_to_cancel(ticket: Ticket, why: str) -> CancellationRequest:
    locked = _lock_in_force(ticket)
    if locked.order is None:
        raise CannotAsk("This ticket was given to you. Write to the registration desk.")
    if not SaleRules.objects.of(locked.conference).may_ask_to_cancel():
        raise CannotAsk("The last day for giving tickets back is over.")
    if bound := bindings.why_bound(locked):
        raise CannotAsk(bound)
    earlier = locked.cancellation_requests.filter(open_ticket=locked.pk).first()
    return earlier or CancellationRequest.objects.create(ticket=locked, why=why)


def _lock_in_force(ticket: Ticket) -> Ticket:
    locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
    require_open(locked.conference)
    order = locked.order
    if locked.nonce != ticket.nonce:
        raise CannotAsk("The ticket was passed on meanwhile.")
    if locked.status != Ticket.Status.LIVE or (order and order.status != Order.Status.PAID):
        raise CannotAsk("The ticket is not in force.")
    return locked


@retry
def withdraw_cancellation(ticket: Ticket) -> bool:
    """Take an open wish back; False when there is none any more."""
    require_open(ticket.conference)
    gone, _ = CancellationRequest.objects.filter(open_ticket=ticket.pk).delete()
    return bool(gone)


@retry
def answer_cancellation(
    request: CancellationRequest,
    *,
    grant: bool,
    by: User,
    answer: str = "",
    keep: Decimal = money.ZERO,
) -> CancellationRequest:
    """Grant (the ticket is cancelled, its price less `keep` owed back) or refuse, once; mailed.

    Raises Answered when it has its answer already, CannotCancel when the money does not fit.
    """
    ticket = Ticket.objects.select_related("order", "conference").get(pk=request.ticket_id)
    if grant and ticket.order is not None:
        # The order's lock comes before the ticket's; it also makes two answers take turns.
        Order.objects.lock(ticket.order.code)
    locked = CancellationRequest.objects.select_for_update().filter(pk=request.pk).first()
    if locked is None or locked.status != CancellationRequest.Status.OPEN:
        raise Answered("The request was answered or taken back already.")
    require_open(ticket.conference)
    locked.status = CancellationRequest.Status.REFUSED
    if grant:
        if ticket.order is None:
            raise CannotCancel("A ticket that was given without an order has no money to give.")
        locked.status = CancellationRequest.Status.GRANTED
    locked.answered_at, locked.answered_by, locked.answer = timezone.now(), by, answer
    locked.save(update_fields=["status", "answered_at", "answered_by", "answer"])
    refunds = Refund.objects.filter(Q(order=ticket.order_id) | Q(order__upgrades=ticket))
    before = list(refunds.values_list("pk", flat=True))
    if grant and ticket.order is not None:
        cancel_now(ticket.order, [ticket], by=by, why="Given back", keep=keep)
    mail_answer(
        ticket,
        "cancellation_answered",
        key=f"cancellation:{locked.pk}",
        subject=f"Your ticket for {ticket.conference.name}: your request",
        asked=locked,
        back=refunds.exclude(pk__in=before).aggregate(n=Sum("amount"))["n"],
        keep=keep,
    )
    return locked


@retry
def ask_for_letter(ticket: Ticket, facts: Mapping[str, object]) -> VisaRequest:
    """A wish for a letter of invitation; while it is open its facts may be sent again."""
    locked = _lock_in_force(ticket)
    if not SaleRules.objects.of(locked.conference).offers_visa_letters:
        raise CannotAsk("Letters of invitation are not offered.")
    earlier = VisaRequest.objects.select_for_update().filter(ticket=locked).first()
    if earlier and earlier.status == VisaRequest.Status.APPROVED and not earlier.erased_at:
        raise CannotAsk("Your letter is ready.")
    asked = earlier or VisaRequest(ticket=locked)
    for name, value in facts.items():
        setattr(asked, name, value)
    asked.status, asked.answered_at, asked.answered_by = VisaRequest.Status.OPEN, None, None
    asked.answer, asked.erased_at, asked.asked_at = "", None, timezone.now()
    asked.save()
    return asked


@retry
def answer_letter(
    request: VisaRequest, *, approve: bool, by: User, answer: str = ""
) -> VisaRequest:
    """Approve or refuse, once; mailed. What stands in the passport of who was refused goes now."""
    locked = VisaRequest.objects.select_for_update().filter(pk=request.pk).first()
    if locked is None or locked.status != VisaRequest.Status.OPEN:
        raise Answered("The request was answered already.")
    ticket = Ticket.objects.select_related("order", "conference").get(pk=locked.ticket_id)
    require_open(ticket.conference)
    locked.status = VisaRequest.Status.APPROVED if approve else VisaRequest.Status.REFUSED
    locked.answered_at, locked.answered_by, locked.answer = timezone.now(), by, answer
    if not approve:
        locked.forget()
    locked.save()
    mail_answer(
        ticket,
        "letter_answered",
        key=f"letter:{locked.pk}:{locked.answered_at:%Y%m%d%H%M%S}",
        subject=f"Your letter of invitation to {ticket.conference.name}",
        asked=locked,
    )
    return locked


@retry
def forget_passports() -> int:
    """Erase passport data of letters that are answered, once 30 days passed or the edition is over.

    Whoever looks at a letter calls it, so nothing depends on when the task runs.
    """
    due = VisaRequest.objects.to_forget(timezone.now(), PASSPORT_KEPT)
    locked = list(VisaRequest.objects.filter(pk__in=due).select_for_update().order_by("pk"))
    for one in locked:
        one.forget()
        one.save()
    return len(locked)


@retry
def withdraw_letter(ticket: Ticket) -> bool:
    """The holder needs none any more: the request goes with all that it held."""
    require_open(ticket.conference)
    gone, _ = VisaRequest.objects.filter(ticket=ticket).delete()
    return bool(gone)
