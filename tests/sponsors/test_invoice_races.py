"""Invoices under many hands; each guard was taken out once to see these fail."""

import uuid
from decimal import Decimal

import pytest

from registration import payments
from registration import proof as ledger
from registration.actions import act_on
from registration.payments import Paid
from sponsors import actions
from sponsors.actions import Refused
from sponsors.models import Biller, CardPage, Invoice, InvoicePayment, Sponsorship
from tests.factories import invoices as bill
from tests.factories import scale as make
from tests.factories import sponsors as sell

from .test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 6


def names(ends):
    return sorted(type(end).__name__ for end in ends)


def deal_of(conference):
    return sell.sponsorship(conference=conference, status="signed")


def test_many_issued_at_once_are_numbered_without_gaps(conference):
    bill.biller(conference)
    drafts = [bill.draft(deal_of(conference), bill_email="") for _ in range(THREADS)]
    by = make.user()
    ends = at_once(
        *(lambda pk=row.pk: actions.issue_invoice(pk, by=by) for row in drafts),
        lambda: actions.issue_invoice(drafts[0].pk, by=by, mail=True),  # refused, no number lost
    )
    assert sorted(end.number for end in ends if isinstance(end, Invoice)) == [1, 2, 3, 4, 5, 6]
    assert Biller.objects.get().last_number == THREADS
    assert list(ledger.errors()) == []


def test_one_draft_issued_by_many_has_one_number(conference):
    bill.biller(conference)
    row, by = bill.draft(deal_of(conference)), make.user()
    ends = at_once(*[lambda: actions.issue_invoice(row.pk, by=by)] * THREADS)
    assert names(ends) == ["Invoice", *["Refused"] * (THREADS - 1)]
    assert Biller.objects.get().last_number == 1


def test_a_draft_made_by_many_is_one(conference):
    deal = deal_of(conference)
    ends = at_once(*[lambda: bill.draft(deal)] * THREADS)
    assert names(ends) == ["Invoice", *["Refused"] * (THREADS - 1)]


def test_payments_at_once_do_not_pay_more_than_is_open(conference):
    row = bill.issued(deal_of(conference))
    facts = {"method": "cheque", "received_on": conference.today(), "by": make.user()}

    def pay():
        once = uuid.uuid4().hex
        return actions.record_invoice_payment(row.pk, amount=Decimal(400), once=once, **facts)

    ends = at_once(*[pay] * THREADS)
    assert names(ends) == ["InvoicePayment"] * 2 + ["Refused"] * (THREADS - 2)
    assert bill.again(row).balance == 200


def test_credits_at_once_do_not_exceed_the_invoice(conference):
    row, by = bill.issued(deal_of(conference)), make.user()

    def credit():
        once = uuid.uuid4().hex
        return actions.credit_invoice(row.pk, amount=Decimal(400), why="x", by=by, once=once)

    ends = at_once(*[credit] * THREADS)
    assert names(ends) == ["Invoice"] * 2 + ["Refused"] * (THREADS - 2)
    assert bill.again(row).credited == 800
    assert list(ledger.errors()) == []


def test_a_notice_told_many_times_at_once_is_one_payment(conference, settings):
    settings.PAYMENT_PROVIDERS = ["demo"]
    row = bill.issued(deal_of(conference))
    actions.begin_card_payment(row, payments.find("demo"), None)
    notice = Paid(row.bill_code, "pi_1", Decimal(1000), row.currency)
    ends = at_once(*[lambda: act_on("demo", notice)] * THREADS)
    assert ends == [None] * THREADS
    assert InvoicePayment.objects.count() == 1
    assert Sponsorship.objects.get().status == "paid"


def test_pages_begun_at_once_are_one(conference, settings):
    settings.PAYMENT_PROVIDERS = ["demo"]
    row = bill.issued(deal_of(conference))
    begin = [lambda: actions.begin_card_payment(row, payments.find("demo"), None)] * THREADS
    ends = at_once(*begin)
    assert [type(end) for end in ends] == [str] * THREADS, ends
    assert CardPage.objects.filter(closed_at=None).count() == 1


def test_the_last_two_invoices_paid_at_once_pay_the_deal(conference):
    for _ in range(4):
        deal = deal_of(conference)
        rows = [bill.issued(deal, price="10") for _ in range(2)]
        facts = {"method": "cash", "received_on": conference.today(), "by": make.user()}
        ends = at_once(
            *(
                lambda pk=row.pk: actions.record_invoice_payment(
                    pk,
                    amount=Decimal(10),
                    once=uuid.uuid4().hex,
                    **facts,  # noqa: B023
                )
                for row in rows
            )
        )
        assert names(ends) == ["InvoicePayment"] * 2
        assert Sponsorship.objects.get(pk=deal.pk).status == "paid"


def test_a_draft_changed_and_issued_at_once_is_whole(conference):
    bill.biller(conference)
    for _ in range(3):
        row, by = bill.draft(deal_of(conference)), make.user()
        lines = [{"text": "Other", "quantity": 1, "unit_price": Decimal(5)}]
        ends = at_once(
            lambda: actions.issue_invoice(row.pk, by=by),  # noqa: B023
            lambda: actions.change_draft(row.pk, {"po_number": "7"}, lines),  # noqa: B023
        )
        assert all(isinstance(end, Invoice | Refused) for end in ends), ends
        now = bill.again(row)
        assert (now.po_number, now.total_is) in (("", 1000), ("7", 5))
        assert not now.is_draft
