"""Invoices: drafted, issued under the next number, credited, mailed.

Locks are taken in this order: the deal, its invoices, the Biller.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings

from scale import email, money
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, OutgoingEmail, User

from ..models import Biller, Invoice, InvoiceLine, InvoicePayment, Sponsorship
from .deals import locked
from .receipts import locked_invoice, settle
from .rules import Refused

MOST = Decimal("99999999.99")
MOST_LINES = 40
REMINDER = "invoice reminder"
MAILS = {"invoice": "invoice", "credit note": "credit_note", REMINDER: "invoice_reminder"}
QUIET_DAYS = 7
Lines = Sequence[Mapping[str, Any]]


def first_facts(deal: Sponsorship) -> tuple[dict[str, Any], Lines]:
    """What a new draft begins with: who pays, and the package at the deal's amount."""
    firm = deal.organization
    contacts = list(firm.contacts.dealing().exclude(email="").first_to_call())
    billing = [one for one in contacts if one.is_billing] or contacts
    facts = {
        "bill_name": firm.name[:160],
        "bill_address": firm.address[:500],
        "bill_email": billing[0].email if billing else "",
    }
    words = f"{deal.package.name} sponsorship, {deal.conference.name}"
    return facts, [{"text": words[:200], "quantity": 1, "unit_price": deal.amount}]


@retry
def draft_invoice(deal_pk: int, facts: Mapping[str, Any], lines: Lines) -> Invoice:
    """Begin an invoice for a deal: one draft at a time."""
    deal = locked(deal_pk)
    if deal.status == Sponsorship.Status.LOST:
        raise Refused("This deal is lost: there is nothing to bill.")
    if deal.invoices.filter(number=None).exists():
        raise Refused("This deal has a draft already. Change or issue that one first.")
    invoice = Invoice.objects.create(sponsorship=deal, **facts)
    _write_lines(invoice, lines)
    return invoice


@retry
def change_draft(pk: int, facts: Mapping[str, Any], lines: Lines) -> Invoice:
    invoice = locked_invoice(pk)
    require_draft(invoice)
    for name, value in facts.items():
        setattr(invoice, name, value)
    invoice.save(update_fields=list(facts))
    invoice.lines.all().delete()
    _write_lines(invoice, lines)
    return invoice


@retry
def drop_draft(pk: int) -> None:
    """A draft never had a number, so none is missing without it."""
    invoice = locked_invoice(pk)
    require_draft(invoice)
    invoice.delete()


def require_draft(invoice: Invoice) -> None:
    if not invoice.is_draft:
        raise Refused(
            f"{invoice.label} was issued and is never changed. Mend it with a credit note."
        )


def _write_lines(invoice: Invoice, lines: Lines) -> None:
    if not lines:
        raise Refused("Write down at least one thing that is charged.")
    if len(lines) > MOST_LINES:
        raise Refused(f"At most {MOST_LINES} lines, please.")
    rows = [InvoiceLine(invoice=invoice, **line) for line in lines]
    total = sum((row.amount for row in rows), money.ZERO)
    if not money.ZERO <= total <= MOST or any(abs(row.amount) > MOST for row in rows):
        raise Refused("The lines must come to no less than nothing and below a hundred million.")
    InvoiceLine.objects.bulk_create(rows)


@retry
def issue_invoice(pk: int, *, by: User, mail: bool = False) -> Invoice:
    """Give the draft the next number and our name; from now on nobody changes it."""
    invoice = locked_invoice(pk)
    if not invoice.is_draft:
        raise Refused(f"This was issued already as {invoice.label}.")
    deal = invoice.sponsorship
    if deal.status == Sponsorship.Status.LOST:
        raise Refused("This deal is lost: there is nothing to bill.")
    if invoice.total() <= money.ZERO:
        raise Refused("The lines come to nothing: there is nothing to bill.")
    today = deal.conference.today()
    if invoice.due_on and invoice.due_on < today:
        raise Refused("The day it is due is over. Change the draft first.")
    _seal(invoice, _next_in(deal.conference), by=by, today=today)
    invoice.save()
    if mail:
        mail_paper("invoice", invoice, invoice.bill_email, key=invoice.code)
    return invoice


def _next_in(conference: Conference) -> Biller:
    """The Biller, held, with the next number taken: rolled back with it, no number is lost."""
    biller = Biller.objects.select_for_update().filter(conference=conference).first()
    if biller is None:
        raise Refused("Write down first who sends the invoices: our name, address and tax id.")
    biller.last_number += 1
    biller.save(update_fields=["last_number"])
    return biller


def _seal(invoice: Invoice, biller: Biller, *, by: User, today: dt.date) -> None:
    conference = biller.conference
    invoice.biller, invoice.number = biller, biller.last_number
    invoice.label = f"{conference.slug.upper()}-{biller.last_number:04d}"
    invoice.issued_on, invoice.issued_by = today, by
    invoice.due_on = invoice.due_on or today + dt.timedelta(days=biller.terms_days)
    invoice.currency = conference.currency
    invoice.seller_name, invoice.seller_address = biller.name, biller.address
    invoice.seller_tax_id, invoice.seller_bank = biller.tax_id, biller.bank
    invoice.seller_footer = biller.footer


@retry
def credit_invoice(pk: int, *, amount: Decimal | None, why: str, by: User, once: str) -> Invoice:
    """Take back the whole invoice (None) or a part of it, by a credit note with a number."""
    invoice = locked_invoice(pk, even_closed=True)
    once = f"{pk}:{once}"
    if known := Invoice.objects.filter(once=once).first():
        return known
    if invoice.is_draft or invoice.is_credit:
        raise Refused("Only an issued invoice can be credited.")
    summed = Invoice.objects.with_sums().get(pk=pk)
    left = summed.total_is - summed.credited
    if left <= money.ZERO:
        raise Refused(f"{invoice.label} is credited in full already.")
    whole = amount is None or (amount == left == summed.total_is)
    if amount is not None and not money.ZERO < amount <= left:
        symbol = money.show(left, invoice.currency)
        raise Refused(f"At most {symbol} of {invoice.label} can be credited.", "amount")
    note = _credit_note(invoice, why=why, by=by, once=once)
    if whole and not summed.credited:
        rows = [(line.text, line.quantity, line.unit_price) for line in invoice.lines.all()]
    else:
        rows = [(f"Credit on invoice {invoice.label}", 1, left if amount is None else amount)]
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=note, text=text, quantity=quantity, unit_price=price)
        for text, quantity, price in rows
    )
    settle(invoice.sponsorship)
    return note


def _credit_note(invoice: Invoice, *, why: str, by: User, once: str) -> Invoice:
    """To the same address as the invoice; its lines follow in the same transaction."""
    conference = invoice.conference
    note = Invoice(
        sponsorship=invoice.sponsorship,
        kind=Invoice.Kind.CREDIT,
        credits=invoice,
        bill_name=invoice.bill_name,
        bill_address=invoice.bill_address,
        bill_email=invoice.bill_email,
        po_number=invoice.po_number,
        note=why[:500],
        due_on=conference.today(),
        once=once,
    )
    _seal(note, _next_in(conference), by=by, today=conference.today())
    note.currency = invoice.currency
    note.save()
    return note


@retry
def mail_invoice(pk: int, *, to: str) -> OutgoingEmail:
    """Send it (again), the paper enclosed: the same day to the same address only once."""
    invoice = locked_invoice(pk, even_closed=True)
    if invoice.is_draft:
        raise Refused("A draft is not mailed. Issue it first.")
    kind = "credit note" if invoice.is_credit else "invoice"
    key = f"{invoice.code}:{to.lower()}:{invoice.conference.today()}"
    return mail_paper(kind, invoice, to, key=key)


@retry
def remind(pk: int) -> OutgoingEmail:
    """Ask for what is overdue, once a day at most."""
    invoice = locked_invoice(pk, even_closed=True)
    today = invoice.conference.today()
    if not Invoice.objects.overdue(today).filter(pk=pk).exists():
        raise Refused(f"{invoice} is not overdue.")
    return mail_paper(REMINDER, invoice, invoice.bill_email, key=f"{invoice.code}:{today}")


def remind_all(conference: Conference) -> tuple[int, int]:
    """Remind of all that is overdue and was not reminded for some days; how many, and left out."""
    require_open(conference)
    today = conference.today()
    rows = list(Invoice.objects.of(conference).overdue(today).order_by("pk"))
    asked = reminded(rows)
    since = today - dt.timedelta(days=QUIET_DAYS)
    sent = left = 0
    for row in rows:
        if row.pk in asked and asked[row.pk] > since:
            continue
        try:
            remind(row.pk)
        except Refused:  # paid meanwhile, or without an address
            left += 1
        else:
            sent += 1
    return sent, left


def reminded(invoices: Iterable[Invoice]) -> dict[int, dt.date]:
    """On which day (UTC) each was asked for last, by their ids."""
    by_code = {one.bill_code: one.pk for one in invoices}
    mails = OutgoingEmail.objects.filter(kind=REMINDER, about__in=list(by_code))
    found = mails.order_by("queued_at").values_list("about", "queued_at")
    return {by_code[about]: queued.date() for about, queued in found}


def mail_paper(kind: str, invoice: Invoice, to: str, *, key: str) -> OutgoingEmail:
    if not to:
        raise Refused(f"There is no address to mail {invoice} to.")
    conference = invoice.conference
    invoice = Invoice.objects.with_sums().get(pk=invoice.pk)
    invoice.sponsorship.conference = conference
    words = "Credit note" if invoice.is_credit else "Invoice"
    reply_to = invoice.biller.email if invoice.biller else ""
    reminder = "Reminder: " if kind == REMINDER else ""
    return email.send(
        kind,
        to,
        key=key,
        to_name=invoice.bill_name,
        subject=f"{reminder}{words} {invoice.label}, {conference.name}",
        template=f"sponsors/mail/{MAILS[kind]}.txt",
        context={
            "conference": conference,
            "invoice": invoice,
            "paid_part": InvoicePayment.objects.filter(invoice=invoice).exists(),
            "site_url": settings.SITE_URL,
        },
        conference=conference,
        reply_to=reply_to,
        about=invoice.bill_code,
    )


@retry
def save_biller(conference: Conference, facts: Mapping[str, Any]) -> Biller:
    """Who sends the invoices from now on; what was issued keeps what it says."""
    require_open(conference)
    biller = Biller.objects.select_for_update().filter(conference=conference).first()
    biller = biller or Biller(conference=conference)
    for name, value in facts.items():
        setattr(biller, name, value)
    biller.save()
    return biller
