"""Invoices: drafts, issued ones, and money for them."""

import uuid
from decimal import Decimal

from sponsors import actions
from sponsors.models import Biller, CardRefund, Invoice, InvoicePayment

from . import sponsors as sell
from .scale import user


def biller(conference, **fields):
    facts = {
        "name": "Penguin Conference Inc.",
        "address": "1 Iceberg Way\nPasadena, CA 91101",
        "tax_id": "95-0000000",
        "bank": "IBAN 00 0000 0000",
        "email": "treasurer@example.org",
    }
    return Biller.objects.get_or_create(conference=conference, defaults=facts | fields)[0]


def draft(deal=None, *, price="1000.00", lines=None, **fields):
    deal = deal or sell.sponsorship(status="signed")
    facts = {"bill_name": deal.organization.name, "bill_email": "billing@example.org"} | fields
    lines = lines or [{"text": "Gold package", "quantity": 1, "unit_price": Decimal(price)}]
    return actions.draft_invoice(deal.pk, facts, lines)


def issued(deal=None, *, due_on=None, issued_on=None, **fields):
    """An issued invoice; days in the past are put in behind the back of the guards."""
    row = draft(deal, **fields)
    biller(row.conference)
    row = actions.issue_invoice(row.pk, by=user())
    moved = {"due_on": due_on, "issued_on": issued_on}
    if moved := {name: day for name, day in moved.items() if day}:
        Invoice._base_manager.filter(pk=row.pk).update(**moved)
    return Invoice.objects.with_sums().get(pk=row.pk)


def pay(invoice, amount, **fields):
    facts = {
        "method": "transfer",
        "received_on": invoice.conference.today(),
        "by": user(),
        "once": uuid.uuid4().hex,
    }
    return actions.record_invoice_payment(
        invoice.pk, **facts | fields | {"amount": Decimal(str(amount))}
    )


def card_payment(invoice, amount=1000, **fields):
    """Money that came by the demo's card."""
    name = uuid.uuid4().hex
    facts = {"method": "demo", "reference": name, "once": f"demo:{name}"}
    facts |= {"currency": invoice.currency, "received_on": invoice.conference.today()}
    return InvoicePayment.objects.create(invoice=invoice, amount=amount, **facts | fields)


def card_refund(payment, amount=300, **fields):
    """Asked for, and not answered."""
    facts = {"once": uuid.uuid4().hex, "why": "Two days fewer"} | fields
    return CardRefund.objects.create(payment=payment, amount=amount, **facts)


def credit(invoice, amount=None, **fields):
    facts = {"why": "Agreed by phone", "by": user(), "once": uuid.uuid4().hex} | fields
    amount = None if amount is None else Decimal(str(amount))
    return actions.credit_invoice(invoice.pk, amount=amount, **facts)


def again(invoice):
    """As it is now, with sums."""
    return Invoice.objects.with_sums().get(pk=invoice.pk)
