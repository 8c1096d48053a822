"""The staff's pages of invoices."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scale import editions
from scale.models import AuditEntry, OutgoingEmail
from sponsors.models import Biller, Invoice, InvoicePayment
from tests.factories import invoices as bill
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def at(name, conference, *args):
    return reverse(f"sponsors:{name}", args=[conference.slug, *args])


@pytest.fixture
def finance(as_role):
    return as_role("finance")


@pytest.fixture
def deal(conference):
    firm = sell.organization(name="Harbor DB")
    sell.contact(organization=firm, email="billing@example.org", roles=["billing"])
    return sell.sponsorship(conference=conference, organization=firm, status="signed", amount=1000)


def text_of(answer):
    return answer.content.decode()


def draft_data(*lines, **fields):
    data = {"bill_name": "Harbor DB", "bill_email": "billing@example.org"} | fields
    data |= {"line-TOTAL_FORMS": str(len(lines)), "line-INITIAL_FORMS": "0"}
    for n, (words, quantity, price) in enumerate(lines):
        data |= {
            f"line-{n}-text": words,
            f"line-{n}-quantity": quantity,
            f"line-{n}-unit_price": price,
        }
    return data


def act(prefix, **fields):
    facts = {"once": uuid.uuid4().hex} | fields
    return {f"{prefix}-{name}": value for name, value in facts.items()}


def test_an_invoice_from_the_deal_to_paid(conference, finance, deal):
    page = finance.get(at("invoices", conference))
    assert [one.pk for one in page.context["unbilled"]] == [deal.pk]
    assert "Nothing can be issued yet" in text_of(page)
    ours = {"name": "Penguin Inc.", "address": "1 Way", "tax_id": "95", "terms_days": "30"}
    assert finance.post(at("biller", conference), ours).status_code == 302
    form = finance.get(at("invoice-new", conference, deal.pk))
    assert 'value="Harbor DB"' in text_of(form)
    data = draft_data(("Gold", "2", "499.50"), ("", "", ""), ("Extra", "", "1"), po_number="PO 7")
    finance.post(at("invoice-new", conference, deal.pk), data)
    row = Invoice.objects.get()
    page = finance.get(at("invoice", conference, row.pk))
    assert "PO <bdi>PO 7</bdi>" in text_of(page)
    assert "$1,000.00" in text_of(page)
    answer = finance.post(at("invoice-issue", conference, row.pk), {"mail": "yes"}, follow=True)
    assert "is on its way to billing@example.org" in text_of(answer)
    today = conference.today().isoformat()
    paid = act("pay", amount="1000", method="transfer", received_on=today, reference="B 77")
    finance.post(at("invoice-payment", conference, row.pk), paid)
    page = finance.get(at("invoice", conference, row.pk))
    assert (page.context["is_now"], page.context["invoice"].balance) == ("paid", 0)
    deal.refresh_from_db()
    assert deal.status == "paid"
    assert finance.get(at("invoices", conference)).context["unbilled"] == []


def test_a_draft_with_errors_loses_nothing(conference, finance, deal):
    data = draft_data(("Gold", "x", "many"), ("", "1", "5"), bill_name="", note="Keep me")
    answer = finance.post(at("invoice-new", conference, deal.pk), data)
    page = text_of(answer)
    assert answer.status_code == 200
    assert "Keep me" in page
    assert 'value="many"' in page
    assert "Say what is charged." in page
    assert not Invoice.objects.exists()


@pytest.mark.parametrize("line", [("Gold", "0", "1"), ("Gold", "1", "1.001"), ("Gold", "1", "NaN")])
def test_lines_are_exact(conference, finance, deal, line):
    answer = finance.post(at("invoice-new", conference, deal.pk), draft_data(line))
    assert (answer.status_code, Invoice.objects.count()) == (200, 0)


def test_broken_forms_are_no_fault_of_ours(conference, finance, deal):
    path = at("invoice-new", conference, deal.pk)
    for data in ({}, draft_data() | {"line-TOTAL_FORMS": "9" * 30}, draft_data()):
        assert finance.post(path, data).status_code == 200
    big = draft_data(*[("x", "1", "1")] * 60)
    assert finance.post(path, big).status_code == 200
    assert not Invoice.objects.exists()


def test_emoji_and_other_scripts_stand_on_page_and_paper(conference, finance, deal):
    data = draft_data(("حزمة ذهبية 🐧 <b>x</b>", "1", "5"), bill_name="株式会社ペンギン")
    finance.post(at("invoice-new", conference, deal.pk), data)
    row = Invoice.objects.get()
    assert "&lt;b&gt;x" in text_of(finance.get(at("invoice", conference, row.pk)))
    paper = finance.get(at("invoice-pdf", conference, row.pk))
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")


def test_sponsorship_drafts_and_does_not_issue(conference, as_role, deal):
    client = as_role("sponsorship")
    client.post(at("invoice-new", conference, deal.pk), draft_data(("Gold", "1", "5")))
    row = Invoice.objects.get()
    page = text_of(client.get(at("invoice", conference, row.pk)))
    assert "Finance issues it." in page
    assert at("invoice-issue", conference, row.pk) not in page
    assert client.post(at("invoice-issue", conference, row.pk)).status_code == 403
    client.post(at("invoice-edit", conference, row.pk), draft_data(("Gold", "1", "7")))
    assert bill.again(row).total_is == 7
    assert client.post(at("invoice-drop", conference, row.pk)).status_code == 302
    assert not Invoice.objects.exists()


@pytest.mark.parametrize("role", ["community", "press", "registration", "door"])
def test_others_see_no_amount(conference, as_role, deal, role):
    row = bill.issued(deal)
    client = as_role(role)
    for name in ("invoices", "receivables", "receivables-file"):
        assert client.get(at(name, conference)).status_code == 403
    assert client.get(at("invoice", conference, row.pk)).status_code == 403
    page = client.get(at("organization", conference, deal.organization_id))
    assert row.label not in page.content.decode()


def test_finance_sees_invoices_and_no_notes(conference, finance, deal):
    thread = sell.conversation(organization=deal.organization, conference=conference)
    sell.note(conversation=thread, text="They are broke, keep it quiet")
    row = bill.issued(deal)
    page = text_of(finance.get(at("invoice", conference, row.pk)))
    assert "They are broke" not in page
    assert at("organization", conference, deal.organization_id) not in page
    assert finance.get(at("organization", conference, deal.organization_id)).status_code == 403


def test_invoices_of_other_editions_are_not_here(conference, finance):
    other = bill.issued()
    bill.biller(conference)
    for name in ("invoice", "invoice-pdf", "invoice-edit"):
        assert finance.get(at(name, conference, other.pk)).status_code == 404
    acts = ("issue", "drop", "payment", "refund", "credit", "mail", "remind")
    for name in acts:
        answer = finance.post(at(f"invoice-{name}", conference, other.pk), {})
        assert (name, answer.status_code) == (name, 404)
    assert finance.get(at("invoice-new", conference, other.sponsorship_id)).status_code == 404


def test_the_page_says_what_is_refused_beside_the_field(conference, finance, deal):
    row = bill.issued(deal)
    path = at("invoice-payment", conference, row.pk)
    today = conference.today().isoformat()
    sent = act("pay", amount="1000.01", method="cash", received_on=today, note="in coins")
    answer = finance.post(path, sent)
    assert list(answer.context["payment_form"].errors) == ["amount"]
    assert 'value="in coins"' in text_of(answer)
    answer = finance.post(path, sent | {"pay-beyond": "on"}, follow=True)
    assert "we owe them" in text_of(answer)
    for wrong in ("", "0", "-5", "1e9", "0.001", "NaN", "9" * 40):
        answer = finance.post(path, sent | {"pay-amount": wrong})
        assert (wrong, answer.status_code) == (wrong, 200)
    for wrong in ({"pay-method": "stripe"}, {"pay-once": "x"}, {"pay-received_on": "0001-01-01"}):
        answer = finance.post(path, sent | act("pay") | wrong)
        assert (wrong, answer.status_code) == (wrong, 200)
    assert InvoicePayment.objects.count() == 1


def test_crediting_and_sending_back_on_the_page(conference, finance, deal):
    row = bill.issued(deal)
    bill.pay(row, 1000)
    sent = act("credit", amount="250", why="One banner less")
    for _ in range(2):
        finance.post(at("invoice-credit", conference, row.pk), sent)
    assert bill.again(row).balance == -250
    answer = finance.post(
        at("invoice-credit", conference, row.pk), act("credit", amount="1000", why="x")
    )
    assert list(answer.context["credit_form"].errors) == ["amount"]
    today = conference.today().isoformat()
    back = act("back", amount="250", method="transfer", received_on=today)
    finance.post(at("invoice-refund", conference, row.pk), back)
    page = finance.get(at("invoice", conference, row.pk))
    assert page.context["is_now"] == "paid"
    assert "One banner less" in text_of(page)
    assert "sent back by bank transfer" in text_of(page)


def test_one_cent_can_be_paid_and_credited(conference, finance, deal):
    row = bill.issued(deal, price="0.02")
    today = conference.today().isoformat()
    paid = act("pay", amount="0.01", method="cash", received_on=today)
    finance.post(at("invoice-payment", conference, row.pk), paid)
    finance.post(at("invoice-credit", conference, row.pk), act("credit", amount="0.01", why="x"))
    assert (bill.again(row).paid, bill.again(row).balance) == (Decimal("0.01"), 0)


def test_an_issued_invoice_has_no_form_to_change_it(conference, finance, deal):
    row = bill.issued(deal)
    answer = finance.post(
        at("invoice-edit", conference, row.pk), draft_data(("X", "1", "1")), follow=True
    )
    assert "was issued and is never changed" in text_of(answer)
    answer = finance.post(at("invoice-drop", conference, row.pk), follow=True)
    assert "was issued and is never changed" in text_of(answer)
    assert bill.again(row).total_is == 1000


def test_the_list_finds_narrows_orders_and_sums(conference, finance):
    today = conference.today()
    late, soon = today - dt.timedelta(days=3), today + dt.timedelta(days=3)
    deals = [
        sell.sponsorship(
            organization=sell.organization(name=name), conference=conference, status="signed"
        )
        for name in ("Apex", "Binary", "Cedar", "Delta", "Echo")
    ]
    overdue = bill.issued(deals[0], due_on=late, price="100")
    opened = bill.issued(deals[1], due_on=soon, price="900", po_number="PO 99")
    paid, owed = bill.issued(deals[2], price="50"), bill.issued(deals[3], price="70")
    drafted = bill.draft(deals[4])
    bill.pay(paid, 50)
    bill.pay(owed, 70)
    note = bill.credit(owed, 20)

    def found(**asked):
        page = finance.get(at("invoices", conference), asked)
        return [row.pk for row in page.context["page"]]

    assert found() == [row.pk for row in (drafted, note, owed, paid, opened, overdue)]
    assert found(state="overdue") == [overdue.pk]
    assert found(state="open", sort="open") == [opened.pk, overdue.pk]
    assert found(state="open", sort="due") == [overdue.pk, opened.pk]
    assert found(state="paid") == [paid.pk]
    assert found(state="overpaid") == found(state="credited") == [owed.pk]
    assert found(state="note") == [note.pk]
    assert found(state="draft") == [drafted.pk]
    assert found(q="PO 99") == found(q="binar") == [opened.pk]
    assert found(q=overdue.label) == [overdue.pk]
    assert found(sort="name", state="open") == [overdue.pk, opened.pk]
    assert found(q="nobody") == []
    sums = finance.get(at("invoices", conference)).context["sums"]
    assert sums == {"total": 1120, "credited": 20, "paid": 120, "open": 980}
    for asked in ({"state": "x"}, {"sort": "x"}, {"q": "x" * 200}, {"page": "x"}):
        assert finance.get(at("invoices", conference), asked).status_code == 200


def test_reminders_from_the_pages(conference, finance, deal):
    row = bill.issued(deal, due_on=conference.today() - dt.timedelta(days=1))
    answer = finance.post(at("invoice-remind", conference, row.pk), follow=True)
    assert "A reminder is on its way" in text_of(answer)
    answer = finance.post(at("invoices-remind", conference), follow=True)
    assert "0 reminders are on their way" in text_of(answer)
    answer = finance.post(at("invoice-mail", conference, row.pk), {"mail-to": "a@b@c"})
    assert list(answer.context["mail_form"].errors) == ["to"]
    finance.post(at("invoice-mail", conference, row.pk), {"mail-to": "boss@example.org"})
    kinds = OutgoingEmail.objects.filter(about=row.bill_code).order_by("pk")
    assert list(kinds.values_list("kind", "to_address")) == [
        ("invoice reminder", "billing@example.org"),
        ("invoice", "boss@example.org"),
    ]
    assert "boss@example.org" in text_of(finance.get(at("invoice", conference, row.pk)))


def test_receivables_stand_by_age_and_debtor(conference, finance):
    today = conference.today()
    for days, price in ((-5, 1), (0, 2), (1, 10), (30, 20), (31, 40), (90, 80), (91, 160)):
        deal = sell.sponsorship(conference=conference, status="signed")
        bill.issued(deal, due_on=today - dt.timedelta(days=days), price=str(price))
    paid = bill.issued(sell.sponsorship(conference=conference, status="signed"))
    bill.pay(paid, 1000)
    page = finance.get(at("receivables", conference))
    assert [(age["n"], age["sum"]) for age in page.context["ages"]] == [
        (2, 3),
        (2, 30),
        (1, 40),
        (1, 80),
        (1, 160),
    ]
    assert (page.context["total"], page.context["overdue"]) == (313, 310)
    assert [one["sum"] for one in page.context["debtors"]][:2] == [160, 80]
    file = finance.get(at("receivables-file", conference))
    lines = b"".join(file.streaming_content).decode().splitlines()
    assert len(lines) == 8
    assert lines[1].endswith(f"91,over 90 days,160.00,0.00,0.00,160.00,{conference.currency}")
    entry = AuditEntry.objects.filter(conference_id=conference.pk).first()
    assert entry.changes == {"exported": [None, "receivables as CSV, 7 invoices"]}
    assert entry.actor == finance.user


def test_a_name_is_no_formula_in_the_file(conference, finance, deal):
    bill.issued(deal, bill_name="=HYPERLINK(1)")
    file = finance.get(at("receivables-file", conference))
    assert b",'=HYPERLINK(1)," in b"".join(file.streaming_content)


def test_empty_pages_say_what_to_do(conference, finance):
    assert "No invoice yet" in text_of(finance.get(at("invoices", conference)))
    assert "No invoice fits" in text_of(finance.get(at("invoices", conference), {"q": "x"}))
    assert "Nobody owes us" in text_of(finance.get(at("receivables", conference)))


def test_our_side_is_said_by_finance_alone(conference, as_role, finance):
    for wrong in ({}, {"name": "x", "address": "y", "terms_days": "-1"}, {"terms_days": "9" * 9}):
        assert finance.post(at("biller", conference), wrong).status_code == 200
    assert as_role("sponsorship").get(at("biller", conference)).status_code == 403
    assert not Biller.objects.exists()


def test_a_closed_edition_takes_money_and_no_new_invoices(conference, finance, deal):
    row = bill.issued(deal)
    editions.close(conference)
    page = text_of(finance.get(at("invoice", conference, row.pk)))
    assert "Write a payment down" in page
    answer = finance.post(
        at("biller", conference), {"name": "x", "address": "y", "terms_days": "1"}
    )
    assert "closed" in text_of(answer)
    answer = finance.post(at("invoice-new", conference, deal.pk), draft_data(("X", "1", "1")))
    assert "closed" in text_of(answer)
    assert Invoice.objects.count() == 1


def test_the_organization_tells_of_its_invoices_who_sees_amounts(conference, as_role, deal):
    path = at("organization", conference, deal.organization_id)
    client, other = as_role("sponsorship"), as_role("community")
    assert "None yet." in text_of(client.get(path))
    row = bill.issued(deal)
    bill.pay(row, 400)
    bill.credit(row, 100)
    page = text_of(client.get(path))
    assert f"1 in {conference.edition}" in page
    assert "$500.00</span> open" in page
    assert at("invoice-new", conference, deal.pk) in page
    bill.draft(deal)
    page = text_of(client.get(path))
    assert "one is a draft" in page
    assert at("invoice-new", conference, deal.pk) not in page
    link = f"{at('invoices', conference)}?q=Harbor%20DB"
    assert link in page
    assert len(client.get(link).context["page"]) == 3
    assert "$500.00" not in text_of(other.get(path))


def queries(client, path):
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as made:
        assert client.get(path).status_code == 200
    return len(made)


@pytest.mark.parametrize("name", ["invoices", "receivables", "receivables-file"])
def test_lists_cost_the_same_with_one_and_with_three_rows(conference, finance, name):
    late = conference.today() - dt.timedelta(days=40)

    def one_more():
        row = bill.issued(sell.sponsorship(conference=conference, status="signed"), due_on=late)
        bill.pay(row, 10)
        sell.sponsorship(conference=conference, status="signed")

    one_more()
    first = queries(finance, at(name, conference))
    one_more()
    one_more()
    assert queries(finance, at(name, conference)) == first


def test_one_invoice_costs_the_same_however_much_hangs_on_it(conference, finance, deal):
    lines = [{"text": "Gold", "quantity": 1, "unit_price": Decimal(100)}]
    row = bill.issued(deal, lines=lines * 3)
    bill.pay(row, 1)
    bill.credit(row, 1)
    first = queries(finance, at("invoice", conference, row.pk))
    for _ in range(2):
        bill.pay(row, 1)
        bill.credit(row, 1)
    assert queries(finance, at("invoice", conference, row.pk)) == first
    assert first <= 22


def test_the_organization_page_costs_the_same_with_more_invoices(conference, as_role, deal):
    client = as_role("sponsorship")
    bill.issued(deal, price="5")
    first = queries(client, at("organization", conference, deal.organization_id))
    bill.issued(deal, price="6")
    bill.issued(deal, price="7")
    assert queries(client, at("organization", conference, deal.organization_id)) == first
