"""Paying an invoice by card, through the providers that registration uses.

No provider is called in a transaction. What a provider says may come twice and in any order.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest
from django.utils import timezone

from registration import payments
from registration.actions import NotPayable, PaymentRefused, close_page, give_up, look_at
from registration.payments import (
    Away,
    Declined,
    GivenBack,
    Notice,
    Paid,
    Provider,
    Session,
    Underway,
    Unpaid,
)
from scale import money
from scale.db import retry
from scale.models import AuditEntry, Conference

from ..models import BILL_CODE, CardPage, CardRefund, Invoice, InvoicePayment
from .receipts import locked_invoice, settle, sums_of, told_before

PAGE_OPEN = dt.timedelta(minutes=35)
STILL_USABLE = dt.timedelta(minutes=1)
DEBIT_TAKES = dt.timedelta(days=7)
ASKED_FOR = dt.timedelta(days=3)


@dataclass(frozen=True)
class Bill:
    """An invoice as a provider sees it (`registration.bills`): what is open of it."""

    invoice: Invoice
    amount: Decimal

    @property
    def code(self) -> str:
        return self.invoice.bill_code

    @property
    def billed_as(self) -> str:
        return f"invoice {self.invoice.label}"

    @property
    def conference(self) -> Conference:
        return self.invoice.conference

    @property
    def currency(self) -> str:
        return self.invoice.currency

    @property
    def buyer_email(self) -> str:
        return self.invoice.bill_email

    def total(self) -> Decimal:
        return self.amount

    def get_absolute_url(self) -> str:
        return self.invoice.get_absolute_url()


def card_providers() -> list[Provider]:
    return [provider for provider in payments.enabled() if not provider.by_hand]


def begin_card_payment(invoice: Invoice, provider: Provider, request: HttpRequest) -> str:
    """The address where the open amount is paid. Raises NotPayable, Away or Declined."""
    for last_try in (False, True):
        page, is_new, earlier = _page_for(invoice.pk, provider)
        if earlier:
            give_up(earlier, provider)
        if page.url:
            return page.url
        bill = Bill(page.invoice, page.amount)
        try:
            opened = provider.begin(bill, request, key=page.key, closes_at=page.expires_at)  # type: ignore[arg-type]
        except Away as error:
            if error.key_is_spent:
                close_page(page)
            raise
        except Declined:
            close_page(page)
            if is_new or last_try:
                raise
            continue
        return _opened(page, provider, opened)
    raise AssertionError("unreachable")


@retry
def _page_for(pk: int, provider: Provider) -> tuple[CardPage, bool, CardPage | None]:
    """The open page of the invoice, or a new row for one; whether it is new, in place of which."""
    now = timezone.now()
    invoice = locked_invoice(pk, even_closed=True)
    left = sums_of(invoice).balance
    if invoice.is_draft or invoice.is_credit or left <= money.ZERO:
        raise NotPayable("Nothing of this invoice is open.")
    earlier = invoice.card_pages.open().filter(provider=provider.name).first()
    if earlier and earlier.amount == left and earlier.expires_at > now + STILL_USABLE:
        earlier.invoice = invoice
        return earlier, False, None
    if earlier:
        close_page(earlier)
    page = CardPage.objects.create(
        invoice=invoice,
        provider=provider.name,
        amount=left,
        currency=invoice.currency,
        expires_at=now + PAGE_OPEN,
    )
    return page, True, earlier


def _opened(page: CardPage, provider: Provider, opened: Session) -> str:
    if not _keep(page, opened):
        page.reference = opened.reference
        give_up(page, provider)
        raise NotPayable("The invoice changed meanwhile. Please look at it and try again.")
    return opened.url


@retry
def _keep(page: CardPage, opened: Session) -> bool:
    """Write down the page, unless what is open changed while the provider was asked."""
    invoice = locked_invoice(page.invoice_id, even_closed=True)
    row = CardPage.objects.get(pk=page.pk)
    if row.closed_at or sums_of(invoice).balance != row.amount:
        return False
    row.url, row.reference, row.expires_at = opened.url, opened.reference, opened.expires_at
    row.save(update_fields=["url", "reference", "expires_at"])
    return True


def take_notice(provider: str, notice: Notice) -> bool:
    """For `registration.bills`: act on what is about an invoice, and say whether it was."""
    match notice:
        case Paid() if notice.order_code.startswith(BILL_CODE):
            _record_card(provider, notice)
        case Underway() | Unpaid() if page := CardPage.objects.named(provider, notice.session):
            _note_page(page, notice)
        case GivenBack() if _is_ours(provider, notice):
            record_given_back(provider, notice)
        case _:
            return False
    return True


@retry
def _record_card(provider: str, notice: Paid) -> None:
    """Exactly what we asked for on one of our pages; late money is kept and shown as owed back."""
    code = notice.order_code.removeprefix(BILL_CODE)
    found = Invoice.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise PaymentRefused(f"{code}: there is no such invoice")
    invoice = locked_invoice(found, even_closed=True)
    once = f"{provider}:{notice.reference}"
    said = (invoice.pk, notice.amount, notice.currency)
    if known := told_before(once):
        if (known.invoice_id, known.amount, known.currency) != said:
            raise PaymentRefused(f"{code}: the reference belongs to another payment")
        return
    asked = invoice.card_pages.filter(provider=provider).values_list("amount", "currency")
    if (notice.amount, notice.currency) not in asked:
        raise PaymentRefused(f"{code}: amount or currency was not asked for")
    InvoicePayment.objects.create(
        invoice=invoice,
        method=provider,
        amount=notice.amount,
        currency=notice.currency,
        received_on=invoice.conference.today(),
        reference=notice.reference[:120],
        once=once,
    )
    if page := CardPage.objects.named(provider, notice.session):
        close_page(page)
    settle(invoice.sponsorship)


def _note_page(page: CardPage, notice: Underway | Unpaid) -> None:
    if isinstance(notice, Unpaid):
        close_page(page)
        return
    now = timezone.now()
    CardPage.objects.filter(pk=page.pk, finished_at=None).update(
        finished_at=now, expires_at=now + DEBIT_TAKES
    )


def _is_ours(provider: str, notice: GivenBack) -> bool:
    if notice.of_order.startswith(BILL_CODE):
        return True
    return told_before(f"{provider}:{notice.payment}") is not None


def given_back_once(provider: str, reference: str) -> str:
    return f"{provider}:back:{reference}"


@retry
def record_given_back(provider: str, notice: GivenBack) -> None:
    """What was sent back at the provider's; a refund that failed later is undone by its own row.

    Who asked for it here stands in the audit trail, whoever tells of it first.
    """
    payment = told_before(f"{provider}:{notice.payment}")
    if payment is None or payment.currency != notice.currency:
        raise PaymentRefused("a refund of a payment that is not known here")
    invoice = locked_invoice(payment.invoice_id, even_closed=True)
    asked = _asked_for(payment, notice)
    once = given_back_once(provider, notice.reference)
    known, undone = told_before(once), told_before(f"{once}:failed")
    if notice.problem:
        if asked and asked.reference in ("", notice.reference):
            answered(asked, CardRefund.Status.REFUSED, notice)
        if known is None or undone:
            return
        amount, once = -known.amount, f"{once}:failed"
    elif known or (asked and asked.problem and asked.reference == notice.reference):
        return
    else:
        amount = -notice.amount
    InvoicePayment.objects.create(
        invoice=invoice,
        method=provider,
        amount=amount,
        currency=notice.currency,
        received_on=invoice.conference.today(),
        reference=notice.reference[:120],
        note=notice.problem[:160],
        once=once,
    )
    if asked and not notice.problem:
        answered(asked, CardRefund.Status.SENT, notice)
        words = f"{money.show(notice.amount, notice.currency)} sent back"
        AuditEntry.objects.tell(invoice, words, why=asked.why, by=asked.by)
    settle(invoice.sponsorship)


def _asked_for(payment: InvoicePayment, notice: GivenBack) -> CardRefund | None:
    """The row of the refund, where somebody asked for it here: by our name, or by theirs."""
    rows = payment.card_refunds.select_related("by")
    if notice.ours:
        return rows.filter(once=notice.ours).first()
    return rows.filter(reference=notice.reference).first()


def answered(asked: CardRefund, status: str, notice: GivenBack) -> None:
    asked.status, asked.reference = status, notice.reference[:120]
    asked.problem = notice.problem[:250]
    asked.save(update_fields=["status", "reference", "problem"])


def look_again(invoice: Invoice) -> None:
    """Ask the providers themselves what became of the invoice's open pages."""
    for page in invoice.card_pages.open().exclude(reference=None):
        look_at(page)


def look_at_lapsed_pages(now: dt.datetime | None = None) -> None:
    """Pages whose time is over without a word: a notification may have been lost."""
    now = now or timezone.now()
    lapsed = CardPage.objects.open().exclude(reference=None).filter(expires_at__lt=now)
    for page in lapsed.order_by("expires_at")[:50]:
        look_at(page)
        if page.expires_at < now - ASKED_FOR:
            close_page(page)
