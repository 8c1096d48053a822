"""Card money that goes back: who asked, what is spoken for, and what nobody knows."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from registration import proof as ledger
from registration.actions import act_on
from registration.payments import GivenBack
from scale.models import AuditEntry
from sponsors import actions
from sponsors.actions import Refused, card_refunds
from sponsors.models import CardRefund
from tests.factories import invoices as bill
from tests.factories import scale as make
from tests.factories import sponsors as sell

from .test_bills import paying, told
from .test_races import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def invoice(conference):
    return bill.issued(sell.sponsorship(conference=conference, status="signed"))


@pytest.fixture
def by_card(company, client, invoice):
    """What came by Stripe, $1,000."""
    told(client, company.pay(paying(client, invoice).reference))
    return invoice.payments.get()


def send_back(payment, amount=250, once="a" * 32, **facts):
    facts = {"by": make.user(), "note": "Two days fewer"} | facts
    method = f"{actions.TO_CARD}{payment.pk}"
    return actions.send_back(
        payment.invoice_id, method=method, amount=Decimal(amount), once=once, **facts
    )


def tell_refunds(client, company):
    for event in company.events:
        if "refund" in event["type"]:
            assert told(client, event) == 200


def refunds_made(company):
    return [one for one in company.objects.values() if one.get("object") == "refund"]


def in_the_trail(invoice):
    entries = AuditEntry.objects.of_rows([invoice])
    return [(one.actor, one.changes) for one in entries if "sent back" in str(one.changes)]


def found():
    return [(one.check, one.where) for one in ledger.errors()]


@pytest.mark.parametrize("first", ["webhook", "answer"])
def test_who_asked_is_in_the_trail_once_whoever_tells_first(
    company,
    client,
    invoice,
    by_card,
    first,
):
    by = make.user()
    if first == "webhook":
        company.fail(0.0, "lost", where="refunds")  # made, and its answer never arrives
        with pytest.raises(Refused, match="does not answer"):
            send_back(by_card, by=by)
        tell_refunds(client, company)
    send_back(by_card, by=by)
    tell_refunds(client, company)
    assert in_the_trail(invoice) == [(by, {"$250 sent back": [None, "Two days fewer"]})]
    assert (bill.again(invoice).balance, len(refunds_made(company))) == (250, 1)
    assert found() == []


def test_what_was_asked_and_not_answered_is_kept_seen_and_asked_again(
    company,
    conference,
    invoice,
    by_card,
    as_role,
):
    by = make.user(name="Jo Ray")
    company.fail(0.0, "drop", where="refunds")
    with pytest.raises(Refused, match="does not answer"):
        send_back(by_card, by=by)
    with pytest.raises(Refused, match=r"No more than \$750"):
        send_back(by_card, amount=751, once="b" * 32)
    by_hand = {"method": "transfer", "received_on": conference.today(), "by": by}
    with pytest.raises(Refused, match=r"\$250 may be on the way back"):
        actions.record_invoice_refund(invoice.pk, amount=Decimal(751), once="c" * 32, **by_hand)
    page = reverse("sponsors:invoice", args=[conference.slug, invoice.pk])
    rows = reverse("sponsors:invoices", args=[conference.slug])
    again = reverse(
        "sponsors:invoice-refund-ask",
        args=[conference.slug, invoice.pk, CardRefund.objects.get().pk],
    )
    shown = as_role("sponsorship").get(page).content.decode()
    assert ("Maybe sent back" in shown, "by Jo Ray" in shown, again in shown) == (True, True, False)
    finance = as_role("finance")
    assert again in finance.get(page).content.decode()
    assert "Maybe sent back" in finance.get(rows).content.decode()
    for _ in range(2):
        answer = finance.post(again, follow=True).content.decode()
        assert "It went back, once" in answer
        assert "Maybe sent back" not in answer
    assert len(refunds_made(company)) == 1
    assert [who for who, _ in in_the_trail(invoice)] == [by]
    assert bill.again(invoice).balance == 250
    gone = reverse("sponsors:invoice-refund-ask", args=[conference.slug, invoice.pk, 0])
    assert "is gone" in finance.post(gone, follow=True).content.decode()


def test_what_a_crash_left_before_the_company_was_asked_goes_once(with_demo, invoice):
    payment = bill.card_payment(invoice)
    row = bill.card_refund(payment)
    for _ in range(2):
        assert actions.ask_for_card_refund(invoice.pk, row.pk).amount == -300
    row.refresh_from_db()
    assert (row.status, bill.again(invoice).balance) == ("sent", 300)


def test_refund_of_another_invoice_is_not_asked_for(with_demo, conference, invoice):
    other = bill.issued(sell.sponsorship(conference=conference, status="signed"))
    row = bill.card_refund(bill.card_payment(other))
    with pytest.raises(Refused, match="gone"):
        actions.ask_for_card_refund(invoice.pk, row.pk)
    row.refresh_from_db()
    assert row.status == "asked"


def test_provider_that_the_site_no_longer_uses_keeps_the_sum(settings, invoice):
    settings.PAYMENT_PROVIDERS = []
    row = bill.card_refund(bill.card_payment(invoice))
    with pytest.raises(Refused, match="no longer works with demo"):
        actions.ask_for_card_refund(invoice.pk, row.pk)
    row.refresh_from_db()
    assert row.status == "asked"


def test_what_the_company_refused_is_free_again_and_may_be_tried_anew(
    company,
    invoice,
    by_card,
):
    company.fail(0.0, 402, where="refunds")
    with pytest.raises(Refused):
        send_back(by_card)
    row = CardRefund.objects.get()
    assert (row.status, in_the_trail(invoice)) == ("refused", [])
    send_back(by_card, amount=1000)  # the same form, with another amount
    assert CardRefund.objects.get().status == "sent"
    assert bill.again(invoice).paid == 0


def test_the_same_form_sends_no_other_sum(with_demo, invoice):
    payment = bill.card_payment(invoice)
    send_back(payment)
    with pytest.raises(Refused, match="sent something back already"):
        send_back(payment, amount=251)
    assert bill.again(invoice).paid == 750


def test_each_of_two_payments_goes_back_by_itself(with_demo, invoice):
    first, second = (bill.card_payment(invoice, amount=500) for _ in range(2))
    bill.card_refund(first, amount=500)
    with pytest.raises(Refused, match="No more than"):
        send_back(first, amount=1)
    send_back(second, amount=500, once="b" * 32)
    assert bill.again(invoice).paid == 500


def test_refund_that_failed_later_is_undone_and_needs_a_new_form(with_demo, invoice):
    payment = bill.card_payment(invoice)
    sent = send_back(payment)
    facts = (payment.reference, sent.reference, Decimal(250), "USD")
    failed = GivenBack(*facts, ours="a" * 32, problem="No such account.")
    late = GivenBack(*facts, ours="a" * 32)
    for notice in (failed, failed, late):
        act_on("demo", notice)
    assert (bill.again(invoice).paid, CardRefund.objects.get().status) == (1000, "refused")
    with pytest.raises(Refused, match="No such account. Load the page again"):
        send_back(payment)
    send_back(payment, amount=1000, once="b" * 32)
    assert bill.again(invoice).paid == 0
    assert found() == []


def test_failure_that_is_told_first_is_not_undone_by_the_late_word_that_it_went(with_demo, invoice):
    payment = bill.card_payment(invoice)
    row = bill.card_refund(payment)
    facts = (payment.reference, "re_1", Decimal(300), "USD")
    act_on("demo", GivenBack(*facts, ours=row.once, problem="No such account."))
    act_on("demo", GivenBack(*facts, ours=row.once))
    row.refresh_from_db()
    assert (row.status, row.problem) == ("refused", "No such account.")
    assert bill.again(invoice).paid == 1000


def test_ledger_finds_what_waits_too_long_and_what_was_asked_for_twice(invoice):
    payment = bill.card_payment(invoice)
    row = bill.card_refund(payment, amount=600)
    assert found() == []
    CardRefund.objects.filter(pk=row.pk).update(asked_at=timezone.now() - dt.timedelta(hours=2))
    assert found() == [("card refunds of invoices", f"invoice {invoice.label}")]
    assert [one.says for one in ledger.errors(invoice.conference)] == [
        "600.00 was maybe sent back to a card: ask again on its page"
    ]
    CardRefund.objects.filter(pk=row.pk).update(status="sent")
    bill.card_refund(payment, amount=401)
    assert [one.says for one in ledger.errors()] == [
        "1001.00 of a card payment of 1000.00 went back"
    ]


@pytest.mark.parametrize("wrong", [{"amount": 0}, {"status": "lost"}, {"once": "the same"}])
def test_database_knows_what_a_refund_is(invoice, wrong):
    payment = bill.card_payment(invoice)
    bill.card_refund(payment, once="the same")
    with pytest.raises(IntegrityError), transaction.atomic():
        bill.card_refund(payment, **wrong)


# Both guards, the lock and what is spoken for, were taken out once to see it fail.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("where", ["left_of", "_ask_for"])
def test_two_who_send_back_at_once_send_no_more_than_came(with_demo, invoice, meeting, where):
    meeting(*[(card_refunds, where)] * 2)
    payment = bill.card_payment(invoice)
    ends = at_once(
        *(lambda once=letter * 32: send_back(payment, amount=700, once=once) for letter in "ab")
    )
    assert sorted(type(end).__name__ for end in ends) == ["InvoicePayment", "Refused"], ends
    assert bill.again(invoice).paid == 300
    assert found() == []


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_twice_at_once_sends_once(with_demo, conference):
    row = bill.issued(sell.sponsorship(conference=conference, status="signed"))
    payment, by = bill.card_payment(row), make.user()
    ends = at_once(*[lambda: send_back(payment, by=by)] * 4)
    assert {end.pk for end in ends} == {row.payments.get(amount__lt=0).pk}
    assert len(in_the_trail(row)) == 1
