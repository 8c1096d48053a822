"""Money for invoices: what came in, what went back, and what that means for the deal."""

import datetime as dt
from decimal import Decimal

from scale import money
from scale.db import retry
from scale.editions import require_open
from scale.models import User

from ..models import CardRefund, Invoice, InvoicePayment, Sponsorship
from .rules import Refused

Status = Sponsorship.Status


def locked_invoice(pk: int, *, even_closed: bool = False) -> Invoice:
    """The invoice, held with its deal (the deal first) until the end of the transaction.

    Everything about the money of one deal passes its lock, so that each sees what the other did.
    Money may still come when the edition is closed.
    """
    deal_pk = Invoice.objects.values_list("sponsorship_id", flat=True).get(pk=pk)
    deal = Sponsorship.objects.select_for_update().select_related(None).get(pk=deal_pk)
    if not even_closed:
        require_open(deal.conference)
    invoice = Invoice.objects.select_for_update().filter(pk=pk).first()
    if invoice is None:
        raise Refused("This draft was deleted meanwhile.")
    invoice.sponsorship = deal
    return invoice


def sums_of(invoice: Invoice) -> Invoice:
    """The same with its sums; read after the lock."""
    return Invoice.objects.with_sums().get(pk=invoice.pk)


@retry
def record_invoice_payment(
    pk: int,
    *,
    method: str,
    amount: Decimal,
    received_on: dt.date,
    by: User,
    once: str,
    reference: str = "",
    note: str = "",
    beyond: bool = False,
) -> InvoicePayment:
    """Write down money that came in. More than is open only on purpose: `beyond`."""
    invoice = locked_invoice(pk, even_closed=True)
    once = f"form:{pk}:{once}"
    if known := told_before(once):
        return known
    if invoice.is_draft or invoice.is_credit:
        raise Refused("Only an issued invoice is paid.")
    _check_day(invoice, received_on)
    left = sums_of(invoice).balance
    if amount > left and not beyond:
        shown = money.show_sum(max(left, money.ZERO), invoice.currency)
        raise Refused(
            f"Only {shown} is open. If they paid more, tick the box below the amount.", "amount"
        )
    payment = InvoicePayment.objects.create(
        invoice=invoice,
        method=method,
        amount=amount,
        currency=invoice.currency,
        received_on=received_on,
        reference=reference,
        note=note,
        by=by,
        once=once,
    )
    settle(invoice.sponsorship)
    return payment


@retry
def record_invoice_refund(
    pk: int,
    *,
    method: str,
    amount: Decimal,
    received_on: dt.date,
    by: User,
    once: str,
    reference: str = "",
    note: str = "",
) -> InvoicePayment:
    """Write down money that we sent back: never more than came in."""
    invoice = locked_invoice(pk, even_closed=True)
    once = f"form:{pk}:{once}"
    if known := told_before(once):
        return known
    _check_day(invoice, received_on)
    came, asked = sums_of(invoice).paid, on_its_way(invoice)
    if amount > came - asked:
        shown = money.show_sum(max(came, money.ZERO), invoice.currency)
        if asked:
            shown += f", and {money.show_sum(asked, invoice.currency)} may be on the way back"
        raise Refused(f"They paid {shown}; no more than that can go back.", "amount")
    payment = InvoicePayment.objects.create(
        invoice=invoice,
        method=method,
        amount=-amount,
        currency=invoice.currency,
        received_on=received_on,
        reference=reference,
        note=note,
        by=by,
        once=once,
    )
    settle(invoice.sponsorship)
    return payment


def on_its_way(invoice: Invoice) -> Decimal:
    """What card companies were asked to send back of it, and have not answered."""
    return CardRefund.objects.of_invoice(invoice).sum()


def told_before(once: str) -> InvoicePayment | None:
    return InvoicePayment.objects.filter(once=once).first()


def _check_day(invoice: Invoice, day: dt.date) -> None:
    if day > invoice.conference.today():
        raise Refused("This day is yet to come.", "received_on")
    if invoice.issued_on and day < invoice.issued_on - dt.timedelta(days=400):
        raise Refused("This was long before the invoice.", "received_on")


def settle(deal: Sponsorship) -> None:
    """A signed deal whose invoices are all paid is paid; one that owes again is not.

    The caller holds the deal's lock. Invoices that were credited whole pay nothing.
    """
    bills = list(Invoice.objects.filter(sponsorship=deal, kind=Invoice.Kind.INVOICE).with_sums())
    if deal.status == Status.SIGNED:
        done = all(not one.is_draft and one.balance <= 0 for one in bills)
        if done and any(one.paid > 0 for one in bills):
            deal.move_to(Status.PAID)
            deal.save(update_fields=["status"])
    elif deal.status == Status.PAID and _owes_again(bills):
        deal.move_to(Status.SIGNED)
        deal.save(update_fields=["status"])


def _owes_again(bills: list[Invoice]) -> bool:
    """After money went back; a new invoice alone takes nobody's word away."""
    gone_back = [one for one in bills if one.payments.filter(amount__lt=0).exists()]
    return any(not one.is_draft and one.balance > 0 for one in gone_back)
