"""What `check_ledger` proves of invoices, and what editions, privacy and the admin do with them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from registration import proof as ledger
from scale import editions, privacy
from scale.models import AuditEntry, Role
from sponsors.documents import invoice as paper
from sponsors.models import Biller, CardPage, Invoice, InvoiceLine, InvoicePayment
from sponsors.tasks import look_after_invoices
from tests.factories import invoices as bill
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def invoice(conference):
    return bill.issued(sell.sponsorship(conference=conference, status="signed"))


def found(conference=None):
    return [(one.check, one.where) for one in ledger.errors(conference)]


# --- the ledger ------------------------------------------------------------------------------


def test_the_ledger_finds_nothing_where_all_is_right(conference, invoice):
    bill.pay(invoice, 700)
    bill.credit(invoice, 500)
    bill.draft(invoice.sponsorship)
    other = bill.issued()
    bill.credit(other)
    assert found() == found(conference) == []


def test_the_ledger_finds_a_number_that_is_missing(conference, invoice):
    bill.issued(sell.sponsorship(conference=conference, status="signed"))
    Invoice._base_manager.filter(pk=invoice.pk).update(number=9)
    [(check, where)] = found(conference)
    assert (check, where) == ("invoice numbers", f"invoices of {conference.slug}")
    Invoice._base_manager.filter(pk=invoice.pk).update(number=1)
    Biller.objects.update(last_number=3)
    assert [check for check, _ in found()] == ["invoice numbers"]


def test_the_ledger_finds_too_much_credit(invoice):
    note = bill.credit(invoice, 600)
    InvoiceLine.objects.bulk_create(
        [InvoiceLine(invoice=note, text="More", quantity=1, unit_price=500)]
    )
    assert found() == [("credit notes", f"invoice {invoice.label}")]


def test_the_ledger_finds_credit_of_another_deal(conference, invoice):
    note = bill.credit(invoice, 6)
    other = sell.sponsorship(conference=conference, status="signed")
    Invoice._base_manager.filter(pk=note.pk).update(sponsorship=other)
    assert found() == [("credit notes", f"credit note {note.label}")]


def test_the_ledger_finds_papers_without_lines(invoice):
    InvoiceLine._base_manager.filter(invoice=invoice).delete()
    assert found() == [("invoice totals", f"invoice {invoice.label}")]


def test_the_ledger_finds_money_that_cannot_be(invoice):
    facts = {"invoice": invoice, "method": "cash", "received_on": invoice.issued_on}
    InvoicePayment.objects.create(**facts, amount=-5, currency=invoice.currency, once="a")
    InvoicePayment.objects.create(**facts, amount=5, currency="JPY", once="b")
    InvoicePayment.objects.create(**facts, amount=-1, currency=invoice.currency, once="c")
    assert found() == [("invoice payments", f"invoice {invoice.label}")] * 2


# --- the paper -------------------------------------------------------------------------------


def test_the_paper_is_the_same_whenever_it_is_drawn(conference, invoice):
    def drawn():
        return paper.pdf(paper.select(Invoice.objects.filter(pk=invoice.pk)).get())

    before = drawn()
    Biller.objects.update(name="New name", bank="New bank")
    bill.pay(invoice, 500)
    bill.credit(invoice, 100)
    assert drawn() == before


def test_a_long_invoice_goes_on_on_the_next_sheet(conference):
    lines = [
        {"text": f"Thing {n} " * 9, "quantity": n + 1, "unit_price": Decimal(3)} for n in range(40)
    ]
    row = bill.issued(
        sell.sponsorship(conference=conference, status="signed"),
        lines=lines,
        bill_name="م" * 160,
        bill_address="x" * 500,
        po_number="🐧" * 60,
        note="word " * 100,
    )
    made = paper.pdf(paper.select(Invoice.objects.filter(pk=row.pk)).get())
    assert made.count(b"/Type /Page\n") >= 2


# --- editions, privacy, audit ----------------------------------------------------------------


def test_the_next_edition_has_our_side_and_counts_from_one(conference, invoice):
    new = editions.create_next(
        conference, slug="next", name="SCALE next", starts_on=dt.date(2028, 3, 2)
    )
    ours = Biller.objects.get(conference=new)
    assert (ours.name, ours.last_number) == (invoice.seller_name, 0)
    assert Biller.objects.get(conference=conference).last_number == 1
    row = bill.issued(sell.sponsorship(conference=new, status="signed"))
    assert row.label == "NEXT-0001"


def test_erasing_keeps_the_paper_and_forgets_the_address(conference, invoice):
    assert privacy.show("billing@example.org")["Contact of an organization"] == [
        f"Invoice {invoice.label}, mailed there"
    ]
    before = paper.pdf(paper.select(Invoice.objects.filter(pk=invoice.pk)).get())
    privacy.erase("billing@example.org")
    assert privacy.show("billing@example.org") == {}
    assert paper.pdf(paper.select(Invoice.objects.filter(pk=invoice.pk)).get()) == before
    other = bill.issued(sell.sponsorship(conference=conference, status="signed"))
    editions.erase_personal_data(conference)
    assert bill.again(other).bill_email == ""


def test_the_trail_tells_of_money_and_keeps_no_address(conference, invoice):
    payment = bill.pay(invoice, 5)
    said = AuditEntry.objects.get_for_object(payment).get()
    assert said.changes["amount"] == ["None", "5"]
    assert said.conference_id == conference.pk
    told = str([entry.changes for entry in AuditEntry.objects.all()])
    assert "billing@example.org" not in told
    assert invoice.nonce not in told


# --- the admin -------------------------------------------------------------------------------


def at(table, page, *args):
    return reverse(f"admin:sponsors_{table}_{page}", args=args)


@pytest.mark.parametrize("role", Role.values)
def test_money_tables_open_for_finance_and_sponsorship_to_look(conference, as_role, invoice, role):
    rows = {"invoice": invoice, "biller": invoice.biller, "invoicepayment": bill.pay(invoice, 5)}
    client = as_role(role)
    opens = 200 if role in ("chair", "finance", "sponsorship") else 403
    for table, row in rows.items():
        assert (table, client.get(at(table, "changelist")).status_code) == (table, opens)
        assert (table, client.get(at(table, "change", row.pk)).status_code) == (table, opens)
        for path in (at(table, "add"), at(table, "delete", row.pk)):
            assert client.post(path, {"post": "yes"}).status_code == 403
        client.post(at(table, "change", row.pk), {"bill_name": "X", "name": "X", "amount": "1"})
    assert bill.again(invoice).bill_name == invoice.bill_name
    assert invoice.payments.get().amount == 5


def test_the_admin_shows_no_money_of_other_editions(as_role, conference, invoice):
    theirs = bill.issued()
    client = as_role("finance")
    make.staff_role(client.user, theirs.conference, Role.COMMUNITY)
    page = client.get(at("invoice", "changelist")).content.decode()
    assert (invoice.label in page, theirs.label in page) == (True, False)
    assert client.get(at("invoice", "change", theirs.pk)).status_code == 302


# --- pages that lapsed -----------------------------------------------------------------------


def test_pages_that_lapsed_long_ago_are_closed(settings, invoice):
    settings.PAYMENT_PROVIDERS = ["demo"]
    old = invoice.issued_on - dt.timedelta(days=9)
    at_noon = dt.datetime.combine(old, dt.time(12), dt.UTC)
    facts = {"provider": "demo", "amount": 5, "currency": "USD", "reference": "x"}
    page = CardPage.objects.create(invoice=invoice, expires_at=at_noon, **facts)
    look_after_invoices()
    page.refresh_from_db()
    assert page.closed_at is not None
