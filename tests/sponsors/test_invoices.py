"""Drafts, numbers, papers that never change, credit notes, money and what it does to the deal."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from scale import editions, email
from scale.editions import EditionClosed
from scale.models import OutgoingEmail
from sponsors import actions
from sponsors.actions import Refused
from sponsors.models import Biller, Invoice, InvoiceLine, InvoicePayment, Sponsorship
from tests.factories import invoices as bill
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def deal(conference):
    return sell.sponsorship(conference=conference, status="signed", amount=1000)


def status_of(deal):
    return Sponsorship.objects.get(pk=deal.pk).status


# --- drafts ----------------------------------------------------------------------------------


def test_a_draft_begins_with_the_package_the_amount_and_the_billing_contact(conference):
    firm = sell.organization(name="Harbor DB", address="5 Pier\nOakland")
    sell.contact(organization=firm, name="A", email="first@example.com")
    sell.contact(organization=firm, name="B", email="money@example.com", roles=["billing"])
    package = sell.package(conference=conference, name="Gold")
    deal = sell.sponsorship(package=package, organization=firm, amount=Decimal("1234.56"))
    facts, lines = actions.first_facts(deal)
    assert facts == {
        "bill_name": "Harbor DB",
        "bill_address": "5 Pier\nOakland",
        "bill_email": "money@example.com",
    }
    words = f"Gold sponsorship, {conference.name}"
    assert lines == [{"text": words, "quantity": 1, "unit_price": Decimal("1234.56")}]


def test_a_deal_has_one_draft(deal):
    bill.draft(deal)
    with pytest.raises(Refused, match="has a draft already"):
        bill.draft(deal)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.create(sponsorship=deal, bill_name="X")


def test_a_draft_changes_and_goes_without_a_trace(deal):
    row = bill.draft(deal)
    lines = [
        {"text": "Gold", "quantity": 2, "unit_price": Decimal("0.10")},
        {"text": "Discount", "quantity": 1, "unit_price": Decimal("-0.05")},
    ]
    actions.change_draft(row.pk, {"po_number": "PO 7"}, lines)
    row = bill.again(row)
    assert (row.po_number, row.total_is, row.total()) == ("PO 7", Decimal("0.15"), Decimal("0.15"))
    actions.drop_draft(row.pk)
    assert not Invoice.objects.exists()
    assert not InvoiceLine.objects.exists()
    with pytest.raises(Invoice.DoesNotExist):
        actions.drop_draft(row.pk)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [{"text": "Less than nothing", "quantity": 1, "unit_price": Decimal("-1")}],
        [{"text": "Too much", "quantity": 9999, "unit_price": Decimal("99999999")}],
        [{"text": "x", "quantity": 1, "unit_price": Decimal(1)}] * 41,
    ],
)
def test_lines_that_cannot_be_are_refused(deal, lines):
    row = bill.draft(deal)
    with pytest.raises(Refused):
        actions.change_draft(row.pk, {"po_number": "new"}, lines)
    assert (bill.again(row).po_number, row.lines.count()) == ("", 1)


def test_a_lost_deal_and_a_closed_edition_are_not_billed(conference, deal):
    lost = sell.sponsorship(conference=conference, status="lost")
    with pytest.raises(Refused, match="lost"):
        bill.draft(lost)
    row = bill.draft(deal)
    editions.close(conference)
    with pytest.raises(EditionClosed):
        actions.issue_invoice(row.pk, by=make.user())


# --- issuing ---------------------------------------------------------------------------------


def test_issuing_copies_our_side_and_takes_the_next_number(conference, deal):
    ours = bill.biller(conference, terms_days=14)
    row = actions.issue_invoice(bill.draft(deal).pk, by=make.user())
    Biller.objects.update(name="Another name", tax_id="")
    row = bill.again(row)
    today = conference.today()
    assert row.label == f"{conference.slug.upper()}-0001"
    assert (row.number, row.issued_on, row.due_on) == (1, today, today + dt.timedelta(days=14))
    assert (row.seller_name, row.seller_tax_id) == (ours.name, "95-0000000")
    assert (row.currency, row.total_is) == (conference.currency, Decimal("1000.00"))
    second = bill.issued(sell.sponsorship(conference=conference, status="signed"))
    assert second.number == 2


def test_nothing_is_issued_before_our_side_is_known(deal):
    row = bill.draft(deal)
    with pytest.raises(Refused, match="who sends the invoices"):
        actions.issue_invoice(row.pk, by=make.user())
    assert bill.again(row).is_draft


def test_a_refused_issue_takes_no_number(conference, deal):
    ours = bill.biller(conference)
    row = bill.draft(deal, bill_email="")
    with pytest.raises(Refused, match="no address to mail"):
        actions.issue_invoice(row.pk, by=make.user(), mail=True)
    ours.refresh_from_db()
    assert (ours.last_number, bill.again(row).is_draft) == (0, True)


def test_an_invoice_over_nothing_is_not_issued(conference, deal):
    bill.biller(conference)
    with pytest.raises(Refused, match="come to nothing"):
        actions.issue_invoice(bill.draft(deal, price="0").pk, by=make.user())


def test_issuing_twice_is_said(deal):
    row = bill.issued(deal)
    with pytest.raises(Refused, match="issued already"):
        actions.issue_invoice(row.pk, by=make.user())


def test_what_was_issued_is_never_changed_nor_deleted(deal):
    row = bill.issued(deal)
    line = row.lines.get()
    payment = bill.pay(row, 10)
    row.bill_name = "Somebody else"
    line.unit_price = 1
    payment.amount = 1
    attempts = [
        row.save,
        row.delete,
        line.save,
        line.delete,
        payment.save,
        payment.delete,
        lambda: Invoice.objects.filter(pk=row.pk).update(bill_name="X"),
        lambda: Invoice.objects.filter(pk=row.pk).delete(),
        lambda: InvoiceLine.objects.update(unit_price=1),
        lambda: InvoiceLine.objects.all().delete(),
        lambda: InvoicePayment.objects.update(amount=1),
        lambda: InvoicePayment.objects.all().delete(),
        lambda: InvoiceLine(invoice=row, text="more", unit_price=1).save(),
    ]
    for attempt in attempts:
        with pytest.raises(ValidationError):
            attempt()
    with pytest.raises(Refused, match="never changed"):
        actions.change_draft(row.pk, {"bill_name": "X"}, [])
    with pytest.raises(Refused, match="never changed"):
        actions.drop_draft(row.pk)
    now = bill.again(row)
    assert (now.total_is, now.paid, now.bill_name) == (1000, 10, deal.organization.name)


@pytest.mark.parametrize(
    "fields",
    [
        {"number": 7},
        {"number": None},
        {"kind": "credit"},
        {"seller_name": ""},
        {"currency": ""},
    ],
)
def test_the_database_refuses_half_issued_papers(deal, fields):
    row = bill.issued(deal)
    other = bill.issued(sell.sponsorship(conference=deal.conference, status="signed"))
    fields = {"number": other.number} if fields == {"number": 7} else fields
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice._base_manager.filter(pk=row.pk).update(**fields)


def test_the_database_refuses_empty_payments_and_lines(deal):
    row = bill.issued(deal)
    facts = {"invoice": row, "currency": "USD", "received_on": row.issued_on}
    for wrong in ({"amount": 0, "method": "cash"}, {"amount": 5, "method": "shells"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            InvoicePayment.objects.create(**facts, **wrong, once=uuid.uuid4().hex)
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceLine.objects.bulk_create(
            [InvoiceLine(invoice=row, text="x", quantity=0, unit_price=1)]
        )
    InvoicePayment.objects.create(**facts, amount=5, method="cash", once="the same")
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoicePayment.objects.create(**facts, amount=5, method="cash", once="the same")


# --- credit notes ----------------------------------------------------------------------------


def test_a_credit_note_takes_back_all_with_the_next_number(deal):
    row = bill.issued(deal)
    note = bill.credit(row)
    row = bill.again(row)
    today = deal.conference.today()
    assert (note.number, note.kind, note.credits_id) == (2, "credit", row.pk)
    assert [line.text for line in note.lines.all()] == ["Gold package"]
    assert (row.balance, row.credited, row.state(today)) == (0, 1000, "credited")
    assert bill.again(note).state(today) == "note"
    with pytest.raises(Refused, match="credited in full"):
        bill.credit(row)


def test_credits_in_part_never_exceed_the_invoice(deal):
    row = bill.issued(deal)
    bill.credit(row, "400.50")
    with pytest.raises(Refused, match="At most"):
        bill.credit(row, "599.51")
    last = bill.credit(row)
    assert [line.amount for line in last.lines.all()] == [Decimal("599.50")]
    assert bill.again(row).balance == 0


def test_a_credit_note_sent_twice_is_one(deal):
    row, once = bill.issued(deal), uuid.uuid4().hex
    first = bill.credit(row, 100, once=once)
    assert bill.credit(row, 100, once=once).pk == first.pk
    assert bill.again(row).credited == 100


def test_a_draft_and_a_credit_note_are_not_credited(deal):
    row = bill.issued(deal)
    note = bill.credit(row, 10)
    for wrong in (bill.draft(deal), note):
        with pytest.raises(Refused, match="Only an issued invoice"):
            bill.credit(wrong)


# --- money -----------------------------------------------------------------------------------


def test_part_payments_add_up_and_pay_the_deal(deal):
    row = bill.issued(deal, price="0.30")
    for _ in range(2):
        bill.pay(row, "0.10")
    assert (bill.again(row).balance, status_of(deal)) == (Decimal("0.10"), "signed")
    bill.pay(row, "0.10")
    row = bill.again(row)
    assert (row.balance, row.state(row.issued_on), status_of(deal)) == (0, "paid", "paid")


def test_a_deal_is_paid_when_all_its_invoices_are(deal):
    first = bill.issued(deal, price="400")
    second = bill.issued(deal, price="600")
    bill.pay(first, 400)
    assert status_of(deal) == "signed"
    bill.pay(second, 500)
    bill.credit(second, 100)
    assert status_of(deal) == "paid"


def test_a_draft_keeps_the_deal_unpaid_and_an_unsigned_deal_stays_what_it_is(conference, deal):
    row = bill.issued(deal)
    bill.draft(deal)
    bill.pay(row, 1000)
    assert status_of(deal) == "signed"
    asked = sell.sponsorship(conference=conference, status="contract")
    bill.pay(bill.issued(asked), 1000)
    assert status_of(asked) == "contract"


def test_crediting_all_pays_nothing(deal):
    bill.credit(bill.issued(deal))
    assert status_of(deal) == "signed"


def test_more_than_is_open_comes_in_only_on_purpose(deal):
    row = bill.issued(deal)
    with pytest.raises(Refused, match="Only \\$1,000 is open"):
        bill.pay(row, "1000.01")
    bill.pay(row, "1000.01", beyond=True)
    row = bill.again(row)
    assert (row.balance, row.state(row.issued_on)) == (Decimal("-0.01"), "overpaid")


def test_a_payment_sent_twice_is_one_and_of_another_invoice_another(conference, deal):
    row, once = bill.issued(deal), uuid.uuid4().hex
    other = bill.issued(sell.sponsorship(conference=conference, status="signed"))
    first = bill.pay(row, 100, once=once)
    assert bill.pay(row, 100, once=once).pk == first.pk
    assert bill.pay(other, 100, once=once).invoice_id == other.pk
    assert bill.again(row).paid == 100


def back(row, amount, **fields):
    facts = {"method": "transfer", "received_on": row.conference.today(), "by": make.user()}
    once = fields.pop("once", uuid.uuid4().hex)
    return actions.record_invoice_refund(row.pk, amount=Decimal(str(amount)), once=once, **facts)


def test_money_that_goes_back_is_no_more_than_came(deal):
    row = bill.issued(deal)
    bill.pay(row, 1000)
    bill.credit(row, 300)
    assert bill.again(row).balance == -300
    with pytest.raises(Refused, match="no more than that"):
        back(row, "1000.01")
    back(row, 300)
    assert (bill.again(row).balance, status_of(deal)) == (0, "paid")
    back(row, 200)
    assert (bill.again(row).balance, status_of(deal)) == (200, "signed")


def test_payments_of_tomorrow_and_for_drafts_are_refused(deal):
    row = bill.issued(deal)
    tomorrow = deal.conference.today() + dt.timedelta(days=1)
    with pytest.raises(Refused, match="yet to come"):
        bill.pay(row, 1, received_on=tomorrow)
    with pytest.raises(Refused, match="Only an issued"):
        bill.pay(bill.draft(deal), 1)


def test_money_may_come_when_the_edition_is_over(conference, deal):
    row = bill.issued(deal)
    editions.close(conference)
    bill.pay(row, 1000)
    assert (bill.again(row).balance, status_of(deal)) == (0, "paid")


# --- mails -----------------------------------------------------------------------------------


def test_the_mail_encloses_the_paper(conference, deal):
    bill.biller(conference)
    row = actions.issue_invoice(bill.draft(deal).pk, by=make.user(), mail=True)
    mail = OutgoingEmail.objects.get(kind="invoice")
    assert (mail.to_address, mail.reply_to) == ("billing@example.org", "treasurer@example.org")
    assert row.get_absolute_url() in mail.text
    assert "$1,000.00" in mail.text
    [(name, content, mime)] = email.build(mail).attachments
    assert (name, mime, content[:5]) == (f"invoice-{row.label}.pdf", "application/pdf", b"%PDF-")
    note = bill.credit(row, 5)
    sent = actions.mail_invoice(note.pk, to="else@example.org")
    [(name, _, _)] = email.build(sent).attachments
    assert name == f"credit-note-{note.label}.pdf"


def test_reminders_go_once_a_day_and_only_for_what_is_overdue(conference, deal):
    late = conference.today() - dt.timedelta(days=5)
    row = bill.issued(deal, due_on=late)
    bill.pay(row, 400)
    mail = actions.remind(row.pk)
    assert actions.remind(row.pk).pk == mail.pk
    assert "$600.00 of $1,000.00 is still open" in mail.text
    assert actions.reminded([row]) == {row.pk: mail.queued_at.date()}
    bill.pay(row, 600)
    with pytest.raises(Refused, match="not overdue"):
        actions.remind(row.pk)


def test_reminding_all_leaves_in_peace_who_was_reminded(conference, deal):
    late = conference.today() - dt.timedelta(days=5)
    row = bill.issued(deal, due_on=late)
    silent = sell.sponsorship(conference=conference, status="signed")
    bill.issued(silent, due_on=late, bill_email="")
    bill.issued(sell.sponsorship(conference=conference, status="signed"))
    bill.issued(sell.sponsorship(status="signed"), due_on=late)  # of another edition
    assert actions.remind_all(conference) == (1, 1)
    assert actions.remind_all(conference) == (0, 1)
    eight_days_ago = OutgoingEmail.objects.get(about=row.bill_code).queued_at - dt.timedelta(days=8)
    OutgoingEmail.objects.update(queued_at=eight_days_ago, dedupe_key="x")
    assert actions.remind_all(conference) == (1, 1)


def test_the_form_of_our_side_puts_no_old_number_back(conference, deal):
    stale = bill.biller(conference)
    bill.issued(deal)
    stale.name = "New"
    stale.save()
    stale.refresh_from_db()
    assert (stale.name, stale.last_number) == ("New", 1)
