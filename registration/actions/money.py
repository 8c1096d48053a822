"""Money that comes in, and money that is owed back."""

import secrets
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from scale import money
from scale.db import retry
from scale.models import User

from ..models import CashDrawer, Order, OrderLine, Payment, Refund, Ticket
from .drawers import hold_open
from .mails import mail_tickets
from .order_errors import ChangedMeanwhile
from .orders import offer_taken, take_again
from .stock import SoldOut, UsedUp
from .upgrades import finish_upgrade, why_stale


class PaymentRefused(Exception):
    """A notification that is for no open order or not for exactly its total."""


@retry
def record_payment(
    order_code: str,
    *,
    provider: str,
    reference: str,
    amount: Decimal,
    currency: str,
    fee: Decimal | None = None,
    drawer: CashDrawer | None = None,
    by: User | None = None,
    note: str = "",
    seen: str = "",
) -> Payment:
    """Write down money that a provider or the desk says came in; exactly the total pays the order.

    The same notification again changes nothing. Money that the order has no use
    for (paid already, cancelled, places gone) is kept and owed back; but where it still is in
    the hands of somebody who saw the order in the state `seen`, it is refused.
    """
    order = Order.objects.lock(order_code)
    if order is None:
        raise PaymentRefused(f"{order_code}: there is no such order")
    known = Payment.objects.filter(provider=provider, reference=reference).first()
    if known and (known.order_id, known.amount, known.currency) == (order.pk, amount, currency):
        return known
    if known:
        raise PaymentRefused(f"{order_code}: the reference belongs to another payment")
    if seen and order.state_key() != seen:
        raise ChangedMeanwhile
    exact = (amount, currency) == (order.total(), order.currency) and amount > money.ZERO
    if not exact and not _was_asked_for(order, provider, amount, currency):
        raise PaymentRefused(f"{order_code}: amount or currency is not the order's")
    if drawer:
        hold_open(drawer)
    no_use = _no_use_for_money(order) if exact else "The order costs something else by now."
    if no_use and seen:
        raise PaymentRefused(f"{no_use} Take no money for it.")
    if not no_use:
        order.move_to(Order.Status.PAID)
        order.paid_at, order.expires_at = timezone.now(), None
        order.save(update_fields=["status", "paid_at", "expires_at"])
        _deliver(order, amount)
    payment = Payment.objects.create(
        order=order,
        provider=provider,
        reference=reference,
        amount=amount,
        currency=currency,
        fee=fee,
        drawer=drawer,
        by=by,
        note=note,
    )
    owe_back(order, why=no_use, by=None)
    return payment


def _was_asked_for(order: Order, provider: str, amount: Decimal, currency: str) -> bool:
    """Whether we ourselves once sent the buyer to pay just this, before the order changed."""
    pages = order.payment_sessions.filter(provider=provider)
    return (amount, currency) in pages.values_list("amount", "currency")


def owe_back(order: Order, *, why: str, by: User | None) -> list[Refund]:
    """Decide on a refund for every cent received beyond the order's lines, newest money first.

    The caller holds the order's lock. What is decided waits to be sent; what a provider
    refused is decided too, and is tried again. What was given back in kindness before is
    not owed again: a line says so.
    """
    order = Order.objects.prefetch_related("lines", "payments", "refunds").get(pk=order.pk)
    charged = order.charged()
    if charged < money.ZERO:
        OrderLine.objects.create(order=order, words="Given back before", price=-charged)
    paid = sum((payment.amount for payment in order.payments.all()), money.ZERO)
    known = sum((refund.amount for refund in order.refunds.all()), money.ZERO)
    surplus = paid - known - max(charged, money.ZERO)
    decided = []
    for payment in order.payments.order_by("-pk"):
        if surplus <= money.ZERO:
            break
        back = payment.refunds.aggregate(n=Sum("amount"))["n"]
        amount = min(surplus, payment.amount - (back or money.ZERO))
        if amount > money.ZERO:
            decided.append(
                Refund.objects.create(
                    order=order,
                    payment=payment,
                    reference=secrets.token_hex(16),
                    amount=amount,
                    why=why[:250],
                    by=by,
                )
            )
            surplus -= amount
    return decided


def even_out(ticket: Ticket, words: str) -> list[Order]:
    """No order of the ticket is charged less than nothing: an earlier one bears the rest.

    What was given back before is not owed again. Returns the orders, the newest first; the
    caller has locked them.
    """
    paid = OrderLine.objects.filter(ticket=ticket, order__status=Order.Status.PAID)
    counted = paid.exclude(status=OrderLine.Status.LAPSED)
    orders = list(Order.objects.filter(pk__in=counted.values("order")).order_by("-pk"))
    rest = money.ZERO
    for one in orders:
        cost = sum((line.price for line in counted.filter(order=one)), money.ZERO)
        bears = max(cost + rest, money.ZERO)
        if bears != cost:
            OrderLine.objects.create(
                order=one, ticket=ticket, words=words[:120], price=bears - cost
            )
        rest = cost + rest - bears
    return orders


def _no_use_for_money(order: Order) -> str:
    """Why the order cannot become paid by this money; empty when it can."""
    if order.status == Order.Status.PAID:
        return "The order was paid already."
    if order.status == Order.Status.CANCELLED:
        return "The order was cancelled."
    if order.conference.is_closed:
        return "The edition was closed."
    if order.upgrades_id and (why := why_stale(order)):
        return why
    if order.status == Order.Status.EXPIRED and not _taken_again(order):
        return "The reservation had run out and its places were gone."
    return ""


def _deliver(order: Order, amount: Decimal) -> None:
    offer_taken(order)
    if order.upgrades_id:
        finish_upgrade(order)
    else:
        mail_tickets(order, list(_tickets_of(order)), total=amount)


def _taken_again(order: Order) -> bool:
    try:
        with transaction.atomic():
            take_again(order)
    except (SoldOut, UsedUp, IntegrityError):
        return False
    return True


def _tickets_of(order: Order):
    return Ticket.objects.filter(order=order).select_related("ticket_type").order_by("pk")
