"""What `check_ledger` proves of invoices; told to registration in `ready`.

Each check takes an edition (None: all) and yields what it is about and a sentence.
"""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, DecimalField, F, Max, Min, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from scale.models import Conference

from .models import Biller, CardRefund, Invoice, InvoicePayment
from .models.invoices import HALF_A_CENT

Found = Iterator[tuple[str, str]]
ANSWERED_IN = dt.timedelta(hours=1)
AMOUNT = DecimalField(max_digits=14, decimal_places=2)


def numbers(conference: Conference | None) -> Found:
    """Each edition's numbers are 1, 2, 3 … without gaps, up to the last that was given."""
    billers = Biller.objects.order_by("pk").select_related("conference")
    if conference is not None:
        billers = billers.filter(conference=conference)
    issued = Invoice.objects.filter(biller__in=billers.values("pk")).order_by().values("biller")
    counted = {
        row["biller"]: (row["n"], row["first"], row["last"])
        for row in issued.annotate(n=Count("pk"), first=Min("number"), last=Max("number"))
    }
    for biller in billers:
        n, first, last = counted.get(biller.pk, (0, 1, 0))
        if (n, first, last) != (biller.last_number, 1, biller.last_number):
            yield (
                f"invoices of {biller.conference.slug}",
                f"{n} issued, the last is number {last}, {biller.last_number} were given",
            )


def _bills(conference: Conference | None):
    rows = Invoice.objects.bills().with_sums().order_by("pk")
    return rows if conference is None else rows.of(conference)


def credit_notes(conference: Conference | None) -> Found:
    """No more is credited than was invoiced, and to the same deal in the same currency."""
    for row in _bills(conference).filter(credited_sum__gt=F("total_sum") + HALF_A_CENT):
        yield f"invoice {row.label}", f"{row.total_is} invoiced, {row.credited} credited"
    notes = Invoice.objects.filter(kind=Invoice.Kind.CREDIT).select_related("credits")
    if conference is not None:
        notes = notes.of(conference)
    for note in notes.order_by("pk"):
        of = note.credits
        same = (of.sponsorship_id, of.currency) == (note.sponsorship_id, note.currency)
        if of.is_credit or of.is_draft or not same:
            yield f"credit note {note.label}", f"does not fit {of}"


def totals(conference: Conference | None) -> Found:
    """What was issued has lines, and they come to more than nothing."""
    rows = Invoice.objects.filter(number__isnull=False).with_sums()
    if conference is not None:
        rows = rows.of(conference)
    for row in rows.filter(total_sum__lt=HALF_A_CENT).order_by("pk"):
        yield f"{row.kind} {row.label}", f"its lines come to {row.total_is}"


def receipts(conference: Conference | None) -> Found:
    """No more went back than came in, nothing came for a draft, and all in one currency."""
    mine = InvoicePayment.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice")
    paid = Subquery(mine.annotate(n=Sum("amount")).values("n"), output_field=AMOUNT)
    rows = Invoice.objects.alias(moved=Coalesce(paid, 0, output_field=AMOUNT))
    strange = InvoicePayment.objects.exclude(currency=F("invoice__currency")).order_by("pk")
    if conference is not None:
        rows = rows.of(conference)
        strange = strange.filter(invoice__sponsorship__conference=conference)
    for row in rows.filter(moved__lt=-HALF_A_CENT).order_by("pk"):
        yield f"invoice {row}", "more went back than came in"
    for one in strange.select_related("invoice"):
        yield f"invoice {one.invoice}", f"{one.amount} {one.currency} does not fit it"


def card_refunds(conference: Conference | None) -> Found:
    """Of no card payment was more asked for than it brought, and nothing waits for an answer."""
    rows = CardRefund.objects.all()
    if conference is not None:
        rows = rows.filter(payment__invoice__sponsorship__conference=conference)
    counted = rows.exclude(status=CardRefund.Status.REFUSED).order_by("payment").values("payment")
    too_much = counted.annotate(n=Sum("amount", output_field=AMOUNT)).filter(
        n__gt=F("payment__amount") + HALF_A_CENT
    )
    for label, n, came in too_much.values_list("payment__invoice__label", "n", "payment__amount"):
        yield f"invoice {label}", f"{n:.2f} of a card payment of {came:.2f} went back"
    late = rows.asked().filter(asked_at__lt=timezone.now() - ANSWERED_IN)
    for one in late.select_related("payment__invoice"):
        yield (
            f"invoice {one.payment.invoice}",
            f"{one.amount:.2f} was maybe sent back to a card: ask again on its page",
        )


CHECKS = {
    "invoice numbers": numbers,
    "invoice totals": totals,
    "credit notes": credit_notes,
    "invoice payments": receipts,
    "card refunds of invoices": card_refunds,
}
