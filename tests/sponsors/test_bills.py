"""The page behind an invoice's link, and cards: the demo's, and Stripe's."""

import uuid
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from registration import payments
from registration import proof as ledger
from registration.actions import PaymentRefused, act_on, receive
from registration.payments import GivenBack, Paid, Underway, Unpaid, demo
from scale.logs import redact_links
from scale.models import AuditEntry
from sponsors import actions
from sponsors.actions import Refused
from sponsors.models import CardPage, Invoice, InvoicePayment, Sponsorship
from tests.factories import invoices as bill
from tests.factories import registration as reg
from tests.factories import scale as make
from tests.factories import sponsors as sell
from tests.registration import stripe_server

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def invoice(conference):
    return bill.issued(sell.sponsorship(conference=conference, status="signed"))


def begun(invoice, provider="demo"):
    """A card page that asks for what is open."""
    actions.begin_card_payment(invoice, payments.find(provider), None)
    return CardPage.objects.get(invoice=invoice, closed_at=None)


def paid(invoice, reference="pi_1", amount="1000.00", **fields):
    facts = {"currency": invoice.currency, "session": ""} | fields
    return Paid(invoice.bill_code, reference, Decimal(amount), **facts)


# --- the page --------------------------------------------------------------------------------


def test_the_link_shows_the_invoice_and_is_kept_by_nobody(client, invoice):
    answer = client.get(invoice.get_absolute_url())
    page = answer.content.decode()
    assert answer.status_code == 200
    assert invoice.label in page
    assert "$1,000.00" in page
    assert "IBAN 00" in page
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    paper = client.get(invoice.get_absolute_url() + "pdf/")
    assert (paper["Content-Type"], paper["Cache-Control"]) == ("application/pdf", "no-store")


def test_the_secret_is_long_and_cut_out_of_logs(invoice):
    path = invoice.get_absolute_url()
    assert len(invoice.secret) * 4 >= 128
    assert invoice.secret not in redact_links(path)
    assert invoice.secret not in redact_links(f"https://example.org{path}pdf/")


def test_wrong_links_drafts_and_other_editions_are_not_there(client, conference, invoice):
    def asked(slug, code, secret):
        path = reverse("sponsors:bill", args=[slug, code, secret])
        return client.get(path).status_code

    other = bill.issued()
    drafted = bill.draft(invoice.sponsorship)
    assert asked(conference.slug, invoice.code, "f" * 40) == 404
    assert asked(conference.slug, "ZZZZZZZZ", invoice.secret) == 404
    assert asked(other.conference.slug, invoice.code, invoice.secret) == 404
    assert asked(conference.slug, invoice.code, other.secret) == 404
    assert asked(conference.slug, drafted.code, drafted.secret) == 404
    assert asked(conference.slug, invoice.code, invoice.secret) == 200


def test_guessing_is_slowed_down(client, conference, invoice):
    path = reverse("sponsors:bill", args=[conference.slug, invoice.code, "f" * 40])
    answers = [client.get(path).status_code for _ in range(31)]
    assert (answers[0], answers[-1]) == (404, 429)


# --- the demo's card -------------------------------------------------------------------------


def test_a_card_pays_what_is_open(with_demo, client, invoice):
    bill.pay(invoice, 400)
    link = invoice.get_absolute_url()
    assert "Pay by demo card" in client.get(link).content.decode()
    page = client.post(f"{link}pay/", {"provider": "demo"})
    card = client.get(page.url)
    assert "Pay $600.00" in card.content.decode()
    assert f"invoice {invoice.label}" in card.content.decode()
    assert client.post(page.url, {"answer": "decline"}).status_code == 302
    assert bill.again(invoice).balance == 600
    answer = client.post(page.url, {"answer": "pay"}, follow=True)
    assert "Paid. Thank you!" in answer.content.decode()
    client.post(page.url, {"answer": "pay"})
    assert bill.again(invoice).balance == 0
    assert Sponsorship.objects.get().status == "paid"
    assert "Pay by" not in client.get(link).content.decode()


def test_two_clicks_open_one_page(with_demo, invoice):
    first = begun(invoice)
    assert begun(invoice).pk == first.pk
    bill.pay(invoice, 1)
    assert begun(invoice).amount == 999
    first.refresh_from_db()
    assert (first.closed_at is not None, first.url) == (True, "")


@pytest.mark.parametrize("provider", ["", "stripe", "invoice", "cash", "nothing", "../demo"])
def test_ways_that_are_not_offered_are_refused(with_demo, client, invoice, provider):
    link = invoice.get_absolute_url()
    answer = client.post(f"{link}pay/", {"provider": provider}, follow=True)
    assert "not offered" in answer.content.decode()
    assert not CardPage.objects.exists()


def test_nothing_is_asked_for_when_nothing_is_open(with_demo, client, invoice):
    bill.credit(invoice)
    answer = client.post(f"{invoice.get_absolute_url()}pay/", {"provider": "demo"}, follow=True)
    assert "Nothing of this invoice is open." in answer.content.decode()
    assert client.get(f"{invoice.get_absolute_url()}card/").status_code == 404


def test_a_session_of_another_invoice_or_an_order_opens_no_page(with_demo, client, invoice):
    other = bill.issued(sell.sponsorship(conference=invoice.conference, status="signed"))
    url = begun(other).url.partition("?")[2]
    assert client.get(f"{invoice.get_absolute_url()}card/?{url}").status_code == 404


def test_forms_of_the_link_need_their_token(invoice):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"{invoice.get_absolute_url()}pay/", {"provider": "demo"}).status_code == 403


# --- what providers say ----------------------------------------------------------------------


def test_the_same_notice_again_changes_nothing(with_demo, invoice):
    begun(invoice)
    for _ in range(3):
        act_on("demo", paid(invoice))
    assert InvoicePayment.objects.count() == 1


def test_wrong_amounts_currencies_and_invoices_are_refused(with_demo, invoice):
    begun(invoice)
    other = bill.issued(sell.sponsorship(conference=invoice.conference, status="signed"))
    wrong = [
        paid(invoice, amount="999.99"),
        paid(invoice, amount="1000.01"),
        paid(invoice, currency="JPY"),
        paid(other),
        Paid("INVOICE-ZZZZZZZZ", "pi_1", Decimal(1000), "USD"),
        Paid("INVOICE-", "pi_1", Decimal(1000), "USD"),
    ]
    for notice in wrong:
        with pytest.raises(PaymentRefused):
            act_on("demo", notice)
    act_on("demo", paid(invoice))
    begun(other)
    with pytest.raises(PaymentRefused, match="another payment"):
        act_on("demo", paid(other))
    assert InvoicePayment.objects.count() == 1


def test_late_money_after_a_credit_note_is_kept_and_owed_back(with_demo, client, invoice):
    begun(invoice)
    bill.credit(invoice)
    act_on("demo", paid(invoice))
    row = bill.again(invoice)
    assert (row.balance, row.state(row.issued_on)) == (-1000, "overpaid")
    assert "We owe you" in client.get(invoice.get_absolute_url()).content.decode()
    assert Sponsorship.objects.get().status == "paid"  # they did pay
    assert list(ledger.errors()) == []


def test_a_page_that_asked_for_another_sum_before_still_counts(with_demo, invoice):
    begun(invoice)
    bill.pay(invoice, 400)
    begun(invoice)
    act_on("demo", paid(invoice, amount="1000.00"))
    assert bill.again(invoice).balance == -400


def test_debits_wait_and_unpaid_pages_close(with_demo, client, invoice):
    page = begun(invoice)
    act_on("demo", Underway(page.reference))
    assert "A payment is under way" in client.get(invoice.get_absolute_url()).content.decode()
    act_on("demo", Unpaid(page.reference, failed=True))
    page.refresh_from_db()
    assert page.closed_at is not None
    assert "under way" not in client.get(invoice.get_absolute_url()).content.decode()


def test_refunds_made_at_the_provider_stand_here_once(with_demo, invoice):
    begun(invoice)
    act_on("demo", paid(invoice))
    refund = GivenBack("pi_1", "re_1", Decimal(300), invoice.currency)
    for _ in range(2):
        act_on("demo", refund)
    assert bill.again(invoice).balance == 300
    assert Sponsorship.objects.get().status == "signed"
    failed = GivenBack("pi_1", "re_1", Decimal(300), invoice.currency, problem="No such account")
    for _ in range(2):
        act_on("demo", failed)
    assert bill.again(invoice).balance == 0
    unknown = GivenBack("pi_9", "re_9", Decimal(1), invoice.currency, of_order=invoice.bill_code)
    with pytest.raises(PaymentRefused):
        act_on("demo", unknown)


def test_finance_sends_card_money_back_once(with_demo, invoice, conference, as_role):
    begun(invoice)
    act_on("demo", paid(invoice))
    finance = as_role("finance")
    path = reverse("sponsors:invoice-refund", args=[conference.slug, invoice.pk])
    facts = {"method": f"card:{invoice.payments.get().pk}", "received_on": conference.today()}
    form = {"once": uuid.uuid4().hex, "amount": 300, "note": "Two days fewer"} | facts
    for _ in range(2):
        answer = finance.post(path, {f"back-{name}": value for name, value in form.items()})
        assert answer.status_code == 302
    assert bill.again(invoice).balance == 300
    sent = invoice.payments.get(amount__lt=0)
    assert (sent.method, sent.amount, sent.reference) == ("demo", -300, f"demo-{form['once']}")
    assert Sponsorship.objects.get().status == "signed"
    told = AuditEntry.objects.of_rows([invoice]).filter(actor=finance.user)
    words = {"$300 sent back": [None, "Two days fewer"]}
    assert [entry.changes for entry in told] == [words]
    form |= {"once": uuid.uuid4().hex, "amount": 701}
    answer = finance.post(path, {f"back-{name}": value for name, value in form.items()})
    assert "No more than $700 of this payment can go back." in answer.content.decode()
    form |= {"amount": 1, "method": "card:0"}
    answer = finance.post(path, {f"back-{name}": value for name, value in form.items()})
    assert answer.status_code == 200
    assert invoice.payments.count() == 2


def test_orders_are_paid_as_before(with_demo, conference):
    order = reg.pending_order(conference, types=[reg.ticket_type(conference)])
    notice = {"order": order.code, "reference": "r", "amount": str(order.total())}
    body = demo.notification(notice | {"currency": order.currency})
    receive(payments.find("demo"), body, {})
    order.refresh_from_db()
    assert order.status == "paid"
    assert not InvoicePayment.objects.exists()


# --- Stripe ----------------------------------------------------------------------------------


def test_stripe_is_asked_for_exactly_the_open_amount(company, client, invoice):
    bill.pay(invoice, "0.01")
    answer = client.post(f"{invoice.get_absolute_url()}pay/", {"provider": "stripe"})
    assert answer.status_code == 302
    page = CardPage.objects.get()
    assert (page.amount, answer.url) == (Decimal("999.99"), page.url)
    said = payments.find("stripe")
    assert said.look(page.reference) == []
    csp = client.get(invoice.get_absolute_url())["Content-Security-Policy"]
    assert "https://checkout.stripe.com" in csp


def test_stripe_that_is_away_charges_nothing(settings, client, invoice):
    settings.PAYMENT_PROVIDERS = ["stripe"]
    settings.STRIPE_SECRET_KEY = stripe_server.KEY
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    link = invoice.get_absolute_url()
    answer = client.post(f"{link}pay/", {"provider": "stripe"}, follow=True)
    assert "does not answer just now" in answer.content.decode()
    assert Invoice.objects.with_sums().get().balance == 1000


def told(client, event):
    """The site's answer to a webhook of Stripe's."""
    body, headers = stripe_server.signed(event)
    path = reverse("registration:payment-notice", args=["stripe"])
    kind = headers.pop("Content-Type", "application/json")
    return client.post(path, body, content_type=kind, headers=headers).status_code


def paying(client, invoice):
    client.post(f"{invoice.get_absolute_url()}pay/", {"provider": "stripe"})
    return CardPage.objects.get(closed_at=None)


def test_stripes_webhook_pays_the_invoice_once(company, client, invoice):
    event = company.pay(paying(client, invoice).reference)
    assert [told(client, event) for _ in range(3)] == [200] * 3
    payment = InvoicePayment.objects.get()
    assert (payment.method, payment.amount) == ("stripe", 1000)
    assert Sponsorship.objects.get().status == "paid"
    forged = {**event, "data": {"object": event["data"]["object"] | {"amount_total": 5}}}
    assert told(client, forged) == 400
    assert InvoicePayment.objects.count() == 1


def test_a_webhook_that_was_lost_is_made_up_for_when_they_come_back(company, client, invoice):
    company.pay(paying(client, invoice).reference)
    answer = client.get(f"{invoice.get_absolute_url()}paid/", follow=True)
    assert "Paid. Thank you!" in answer.content.decode()
    assert bill.again(invoice).balance == 0


def test_a_refund_in_stripes_dashboard_is_written_down(company, client, invoice):
    page = paying(client, invoice)
    told(client, company.pay(page.reference))
    intent = company.objects[page.reference]["payment_intent"]
    company.refund_in_dashboard(intent, 25000)
    refunds = [event for event in company.events if "refund" in event["type"]]
    assert refunds
    assert {told(client, event) for event in refunds * 2} == {200}
    assert bill.again(invoice).balance == 250


def test_stripe_sends_card_money_back_once_when_finance_says_so(company, client, invoice):
    told(client, company.pay(paying(client, invoice).reference))
    method = f"{actions.TO_CARD}{invoice.payments.get().pk}"
    facts = {"by": make.user(), "once": "a" * 32, "note": "Two days fewer", "method": method}
    for _ in range(2):
        actions.send_back(invoice.pk, amount=Decimal(250), **facts)
    refunds = [event for event in company.events if "refund" in event["type"]]
    assert {told(client, event) for event in refunds} == {200}
    assert bill.again(invoice).balance == 250
    by_hand = {"method": "transfer", "amount": bill.again(invoice).paid, "once": "b" * 32}
    by_hand["received_on"] = invoice.conference.today()
    actions.send_back(invoice.pk, **facts | by_hand)
    with pytest.raises(Refused, match="No more than"):  # it went back by another way already
        actions.send_back(invoice.pk, amount=Decimal(1), **facts | {"once": "c" * 32})
