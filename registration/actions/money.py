"""Money that comes in."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from scale import money
from scale.db import retry

from ..models import Order, Payment, Ticket
from .mails import mail_tickets
from .stock import SoldOut, take


class PaymentRefused(Exception):
    """A notification that is for no open order or not for exactly its total."""


@retry
def record_payment(
    order_code: str, *, provider: str, reference: str, amount: Decimal, currency: str
) -> Payment:
    """Write down money that a provider says came in; exactly the total makes the order paid.

    The same notification again changes nothing. Money that the order has no use
    for (paid already, cancelled, places gone) is kept and marked to be sent back.
    """
    order = Order.objects.lock(order_code)
    if order is None:
        raise PaymentRefused(f"{order_code}: there is no such order")
    known = Payment.objects.filter(provider=provider, reference=reference).first()
    if known and (known.order_id, known.amount, known.currency) == (order.pk, amount, currency):
        return known
    if known:
        raise PaymentRefused(f"{order_code}: the reference belongs to another payment")
    if (amount, currency) != (order.total(), order.currency) or amount <= money.ZERO:
        raise PaymentRefused(f"{order_code}: amount or currency is not the order's")
    refund_due = _no_use_for_money(order)
    if not refund_due:
        order.move_to(Order.Status.PAID)
        order.paid_at = timezone.now()
        order.save(update_fields=["status", "paid_at"])
        mail_tickets(order, list(_tickets_of(order)), total=amount)
    return Payment.objects.create(
        order=order,
        provider=provider,
        reference=reference,
        amount=amount,
        currency=currency,
        refund_due=refund_due,
    )


def _no_use_for_money(order: Order) -> str:
    """Why the order cannot become paid by this money; empty when it can."""
    if order.status == Order.Status.PAID:
        return "The order was paid already."
    if order.status == Order.Status.CANCELLED:
        return "The order was cancelled."
    if order.conference.is_closed:
        return "The edition was closed."
    if order.status == Order.Status.EXPIRED and not _taken_again(order):
        return "The reservation had run out and its places were gone."
    return ""


def _taken_again(order: Order) -> bool:
    try:
        with transaction.atomic():
            take(order.conference, _tickets_of(order).places())
    except SoldOut:
        return False
    return True


def _tickets_of(order: Order):
    return Ticket.objects.filter(line__order=order).select_related("ticket_type").order_by("pk")
