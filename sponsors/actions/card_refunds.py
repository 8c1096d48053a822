"""Card money of invoices that goes back: a row first, then the provider is asked.

    asked → sent       the provider said so, to us or in a notice
          → refused    the provider said no, or its bank did later

No provider is called in a transaction. Whoever asks takes the sum under the lock of the invoice
(its deal first), so of two the second is told here. What a crash or a silent provider leaves
stays asked, which staff see on the invoice, and may be asked again: it goes back once.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from registration import payments
from registration.payments import Away, Declined
from scale import money
from scale.db import again, retry
from scale.models import User

from ..models import CardRefund, Invoice, InvoicePayment
from .cards import Bill, given_back_once, record_given_back
from .receipts import locked_invoice, on_its_way, record_invoice_refund, sums_of, told_before
from .rules import Refused

TO_CARD = "card:"
Status = CardRefund.Status


@dataclass(frozen=True)
class Charge:
    """A card payment of an invoice as a provider sees it, which sends some of it back."""

    payment: InvoicePayment

    @property
    def reference(self) -> str:
        return self.payment.reference

    @property
    def currency(self) -> str:
        return self.payment.currency

    @property
    def order(self) -> Bill:
        return Bill(self.payment.invoice, self.payment.amount)


def send_back(
    pk: int, *, method: str, amount: Decimal, by: User, once: str, note: str = "", **facts: Any
) -> InvoicePayment:
    """Write down what we sent back; with `card:` and a payment in place of the method, send it."""
    payment = method.removeprefix(TO_CARD)
    if payment == method:
        return record_invoice_refund(
            pk, method=method, amount=amount, by=by, once=once, note=note, **facts
        )
    return refund_card(pk, int(payment), amount, why=note, by=by, once=once)


def refund_card(
    pk: int, payment: int, amount: Decimal, *, why: str, by: User, once: str
) -> InvoicePayment:
    """Send some of a card payment back, at once; the same form again sends nothing more."""
    return ask_provider(_ask_for(pk, payment, amount, why=why, by=by, once=once))


def ask_again(pk: int, refund: int) -> InvoicePayment:
    """Ask for one that was maybe sent: what went is written down, what did not go goes now."""
    row = CardRefund.objects.filter(pk=refund, payment__invoice=pk).first()
    if row is None:
        raise Refused("This refund is gone.")
    return ask_provider(row)


@retry
def _ask_for(
    pk: int, payment: int, amount: Decimal, *, why: str, by: User, once: str
) -> CardRefund:
    """The row of this refund, its sum spoken for, or the one that the form made before.

    What the provider refused outright is asked for anew, as the form says it now.
    """
    invoice = locked_invoice(pk, even_closed=True)
    known = CardRefund.objects.filter(once=once).first()
    if known and known.status == Status.REFUSED and known.reference:
        raise Refused(f"{known.problem} Load the page again to send it once more.", "amount")
    if known and known.status != Status.REFUSED:
        if (known.payment_id, known.amount) != (payment, amount):
            raise Refused("This form sent something back already. Load the page again.", "amount")
        return known
    paid = _card_payment(invoice, payment)
    left = left_of(invoice, paid)
    if amount > left:
        shown = money.show_sum(max(left, money.ZERO), invoice.currency)
        raise Refused(f"No more than {shown} of this payment can go back.", "amount")
    row = known or CardRefund(once=once, tries=0)
    row.payment, row.amount, row.why, row.by = paid, amount, why[:160], by
    row.status, row.problem, row.tries = Status.ASKED, "", row.tries + 1
    row.save()
    return row


def _card_payment(invoice: Invoice, pk: int) -> InvoicePayment:
    paid = invoice.payments.filter(pk=pk, amount__gt=0).first()
    provider = payments.find(paid.method) if paid else None
    if paid is None or provider is None or provider.by_hand:
        raise Refused("This payment cannot be sent back from here.", "method")
    return paid


def left_of(invoice: Invoice, paid: InvoicePayment) -> Decimal:
    """What of it can go back: never more than came that way and is here, less what was asked for.

    The caller holds the invoice.
    """
    asked = CardRefund.objects.of_invoice(invoice)
    same_way = invoice.payments.filter(method=paid.method).aggregate(n=Sum("amount"))["n"]
    return min(
        paid.amount - paid.card_refunds.exclude(status=Status.REFUSED).sum(),
        money.cents(same_way) - asked.filter(payment__method=paid.method).sum(),
        sums_of(invoice).paid - on_its_way(invoice),
    )


def ask_provider(row: CardRefund) -> InvoicePayment:
    """Send it, or learn that it went; it goes back once, however often this is done."""
    provider = payments.find(row.payment.method)
    if provider is None:
        raise Refused(f"This site no longer works with {row.payment.method}.", "method")
    if row.status == Status.ASKED:
        try:
            said = provider.refund(Charge(row.payment), row.amount, row.once, key=row.key)  # type: ignore[arg-type]
        except Away as error:
            if error.key_is_spent:
                _note(row, tries=row.tries + 1)
            raise Refused(
                "The card company does not answer. Try again: it goes back once.", "amount"
            ) from error
        except Declined as error:
            _note(row, status=Status.REFUSED, problem=str(error)[:250])
            raise Refused(str(error), "amount") from error
        record_given_back(provider.name, said)
        row.refresh_from_db()
    sent = told_before(given_back_once(provider.name, row.reference))
    if row.status != Status.SENT or sent is None:
        raise Refused(row.problem or "The card company does not know this refund.", "amount")
    return sent


@again
def _note(row: CardRefund, **facts: Any) -> None:
    """What came of this try, unless a notice or another try said more meanwhile."""
    CardRefund.objects.asked().filter(pk=row.pk, tries=row.tries).update(**facts)
