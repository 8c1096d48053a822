"""Money that goes back: a row first, then the provider is asked by a worker.

waiting, tries = 0 → decided; staff send it
waiting, tries > 0 → the provider is asked until it answers → done, or failed
failed             → the provider said no; staff may try again
"""

import secrets
import threading
from decimal import Decimal

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils import timezone
from kombu.exceptions import OperationalError

from scale import money
from scale.db import retry
from scale.models import AuditEntry, User

from .. import payments
from ..models import CashDrawer, Order, OrderLine, Payment, Refund
from ..payments import Away, Declined, GivenBack
from .drawers import hold_open
from .money import PaymentRefused

log = structlog.get_logger()
ASK = "registration.tasks.ask_for_refund"
Status = Refund.Status


class CannotRefund(Exception):
    """Why this money cannot go back like that."""


@retry
def refund_payment(
    payment: Payment,
    amount: Decimal,
    *,
    why: str,
    by: User,
    drawer: CashDrawer | None = None,
    form_token: str = "",
) -> Refund:
    """Send some of a payment back: at once if it was by hand, else by asking the provider.

    The same form sent again leads to the refund that it made the first time.
    """
    order = Order.objects.lock(payment.order.code)
    if form_token and (earlier := Refund.objects.filter(reference=form_token).first()):
        return earlier
    if not amount.is_finite() or amount <= money.ZERO or amount != round(amount, 2):
        raise CannotRefund("An amount above zero, in whole cents.")
    left = left_of(payment)
    if amount > left:
        raise CannotRefund(f"At most {money.show(left, payment.currency)} of it can go back.")
    refund = Refund.objects.create(
        order=order,
        payment=payment,
        reference=form_token or secrets.token_hex(16),
        amount=amount,
        why=why[:250],
        by=by,
    )
    _settle_ledger(order, why)
    AuditEntry.objects.tell(order, f"sent {words_of(refund)} back", why=why, by=by)
    return _send(refund, drawer)


@retry
def send_refund(refund: Refund, *, by: User, drawer: CashDrawer | None = None) -> Refund:
    """Send what was decided, or try again what failed; what is under way or done stays so."""
    Order.objects.lock(refund.order.code)
    refund = Refund.objects.select_related("payment").get(pk=refund.pk)
    if refund.status == Status.DONE or (refund.status == Status.WAITING and refund.tries):
        return refund
    if refund.amount > left_of(refund.payment, besides=refund):
        raise CannotRefund("So much of this payment went back already.")
    AuditEntry.objects.tell(refund.order, f"sent {words_of(refund)} back", why=refund.why, by=by)
    return _send(refund, drawer)


def words_of(refund: Refund) -> str:
    return money.show(refund.amount, refund.payment.currency)


def left_of(payment: Payment, besides: Refund | None = None) -> Decimal:
    """What of a payment has not gone back, nor is on its way; the caller holds the order."""
    others = payment.refunds.exclude(status=Status.FAILED)
    if besides:
        others = others.exclude(pk=besides.pk)
    return payment.amount - (others.aggregate(n=Sum("amount"))["n"] or money.ZERO)


def _send(refund: Refund, drawer: CashDrawer | None) -> Refund:
    """In the caller's transaction, the order locked."""
    rows = Refund.objects.filter(pk=refund.pk)
    if payments.is_by_hand(refund.payment.provider):
        if drawer:
            hold_open(drawer)
        rows.update(status=Status.DONE, sent_at=timezone.now(), drawer=drawer, problem="")
    else:
        rows.update(status=Status.WAITING, tries=F("tries") + 1, problem="")
        transaction.on_commit(lambda: _wake_worker(refund.pk))
    return rows.get()


def _wake_worker(refund_id: int) -> None:
    """The broker may be away or slow; then the next round of `ask_for_refunds` finds the row."""

    def wake() -> None:
        try:
            current_app.tasks[ASK].apply_async([refund_id], retry=False)
        except (OperationalError, OSError) as error:
            log.warning("refund_wake_failed", error=type(error).__name__)

    if settings.CELERY_TASK_ALWAYS_EAGER:
        wake()
    else:
        threading.Thread(target=wake, name="wake worker").start()


def ask_for_refund(refund_id: int) -> None:
    """Ask the provider for one refund. May run twice, at once or later: it is made once."""
    waiting = Refund.objects.filter(pk=refund_id, status=Status.WAITING, tries__gt=0)
    refund = waiting.select_related("payment__order").first()
    if refund is None:
        return
    payment, key = refund.payment, f"{refund.reference}-{refund.tries}"
    provider = payments.find(payment.provider)
    if provider is None:
        return _failed(refund, f"This site no longer works with {payment.provider}.")
    try:
        done = provider.refund(payment, refund.amount, refund.reference, key=key)
    except Away as error:
        if error.key_is_spent:
            waiting.filter(tries=refund.tries).update(tries=F("tries") + 1)
        return None
    except Declined as error:
        return _failed(refund, str(error))
    return record_given_back(payment.provider, done)


def ask_for_refunds() -> None:
    """Every refund that the provider has not answered yet."""
    waiting = Refund.objects.filter(status=Status.WAITING, tries__gt=0).order_by("pk")
    for pk in list(waiting.values_list("pk", flat=True)[:50]):
        ask_for_refund(pk)


def _failed(refund: Refund, problem: str) -> None:
    """Staff see the sentence and may try again."""
    waiting = Refund.objects.filter(pk=refund.pk, status=Status.WAITING, tries=refund.tries)
    if waiting.update(status=Status.FAILED, problem=problem[:250]):
        log.error("refund_failed", order=refund.order.code, refund=refund.pk)


@retry
def record_given_back(provider: str, notice: GivenBack) -> None:
    """A refund as the provider tells of it, ours or made in its own dashboard; never doubled."""
    payment = Payment.objects.filter(provider=provider, reference=notice.payment).first()
    if payment is None and not Order.objects.filter(code=notice.of_order).exists():
        return  # of some other business in the same account
    if payment is None:
        raise PaymentRefused(f"{notice.of_order}: a refund of a payment that is not known yet")
    if notice.currency != payment.currency:
        raise PaymentRefused(f"{payment.order.code}: a refund in another currency")
    order = Order.objects.lock(payment.order.code)
    if refund := _meant(payment, notice):
        _update(refund, notice)
    elif not notice.problem:
        Refund.objects.create(
            order=order,
            payment=payment,
            reference=notice.reference,
            provider_reference=notice.reference,
            amount=notice.amount,
            why="Sent back at the provider, not here.",
            status=Status.DONE,
            sent_at=timezone.now(),
        )
        log.warning("refund_made_elsewhere", order=order.code, provider=provider)
    _settle_ledger(order, "sent back at the provider")


def _meant(payment: Payment, notice: GivenBack) -> Refund | None:
    """Our row of this refund: by its name, by our name, or one that waits for just this sum."""
    rows = payment.refunds.order_by("pk")
    if known := rows.filter(provider_reference=notice.reference).first():
        return known
    unsent = rows.exclude(status=Status.DONE)
    if notice.ours:
        return unsent.filter(reference=notice.ours).first()
    if notice.problem:
        return None
    return unsent.filter(Q(tries=0) | Q(status=Status.FAILED), amount=notice.amount).first()


def _update(refund: Refund, notice: GivenBack) -> None:
    """What failed at the provider stays failed under that name, whatever arrives late."""
    if refund.status == Status.FAILED and refund.provider_reference == notice.reference:
        return
    facts: dict = {"provider_reference": notice.reference, "problem": notice.problem[:250]}
    if notice.problem:
        facts |= {"status": Status.FAILED, "sent_at": None}
        log.error("refund_failed", order=refund.order.code, refund=refund.pk)
    elif refund.status != Status.DONE:
        facts |= {"status": Status.DONE, "sent_at": timezone.now()}
    Refund.objects.filter(pk=refund.pk).update(**facts)


def _settle_ledger(order: Order, why: str) -> None:
    """What was given back beyond what was too much is taken off the order's price."""
    order = Order.objects.prefetch_related("lines", "payments", "refunds").get(pk=order.pk)
    kept = order.charged() - order.received()
    if kept > money.ZERO:
        OrderLine.objects.create(order=order, words=f"Given back: {why}"[:120], price=-kept)
