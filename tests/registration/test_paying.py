"""From the button to the money: Stripe's library, a server like Stripe, and our pages."""

import datetime as dt
from decimal import Decimal

import pytest
from django.conf import settings as site
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registration import actions, payments
from registration.models import Order, Payment, PaymentSession, Quota, SaleRules
from registration.payments import stripe as provider
from scale.editions import close
from scale.models import OutgoingEmail
from tests.factories import registration as reg

from . import stripe_server

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def order(conference, full):
    return reg.pending_order(conference, types=[full])


def url(order, page):
    args = [order.conference.slug, order.code, order.secret]
    return reverse(f"registration:{page}", args=args)


def press(client, order, name="stripe"):
    """Press the button: where it leads."""
    response = client.post(url(order, "pay"), {"provider": name})
    assert response.status_code == 302
    return response.url


def text_of(client, order):
    return client.get(order.get_absolute_url()).content.decode()


def notify(event, **changes):
    """As Stripe's server does: no cookies, no CSRF token."""
    body, headers = stripe_server.signed(event, **changes)
    address = reverse("registration:payment-notice", args=["stripe"])
    client = Client(enforce_csrf_checks=True, headers=headers)
    return client.post(address, body, content_type="application/json").status_code


def fresh(order):
    return Order.objects.get(pk=order.pk)


def open_page(order):
    return PaymentSession.objects.get(order=order, closed_at=None)


# --- beginning -------------------------------------------------------------------------------


def test_button_leads_to_stripe_and_the_places_are_kept_as_long(client, company, order):
    leads = press(client, order)
    page = open_page(order)
    assert leads == page.url == f"{company.url}/c/pay/{page.reference}"
    asked = company.asked()[0][2]
    assert fresh(order).expires_at == page.expires_at
    assert int(asked["expires_at"]) == int(page.expires_at.timestamp())
    assert page.expires_at > order.expires_at
    assert (page.amount, page.currency) == (Decimal("90.00"), "USD")


def test_longer_reservation_is_not_made_shorter(client, company, conference, full):
    order = reg.pending_order(conference, types=[full], minutes=300)
    press(client, order)
    assert fresh(order).expires_at == order.expires_at


def test_browser_may_follow_to_stripe(client, company, order):
    policy = client.get(order.get_absolute_url())["Content-Security-Policy"]
    assert "form-action 'self' https://checkout.stripe.com" in policy


def test_second_click_and_second_tab_lead_to_the_same_page(client, company, order):
    assert press(client, order) == press(Client(), order)
    assert len(company.asked()) == 1
    assert PaymentSession.objects.count() == 1


def test_lost_answer_is_found_by_the_next_click(client, company, order):
    company.fail("lost")
    assert press(client, order) == order.get_absolute_url()
    assert press(client, order).startswith(company.url)
    assert [key for *_, key in company.asked()] == [open_page(order).key] * 2
    pages = [one for one in company.objects.values() if one.get("object") == "checkout.session"]
    assert len(pages) == 1


@pytest.mark.parametrize("how", [500, 503, "drop", "lost", 429])
def test_stripe_in_trouble_is_a_sentence_and_the_order_stays(client, company, order, how):
    company.fail(how)
    assert press(client, order) == order.get_absolute_url()
    page = text_of(client, order)
    assert "does not answer just now. Nothing was charged and your places are" in page
    assert "Pay $90" in page
    assert (fresh(order).status, fresh(order).expires_at) == ("pending", order.expires_at)
    assert press(client, order).startswith(company.url)
    assert Payment.objects.count() == 0


def test_slow_stripe_is_a_sentence(client, company, order, monkeypatch):
    monkeypatch.setattr(provider, "TIMEOUT", (1, 0.2))
    provider.client_for.cache_clear()
    company.fail(1.0)
    press(client, order)
    assert "does not answer just now" in text_of(client, order)
    provider.client_for.cache_clear()


def test_key_that_was_spent_on_a_500_is_not_used_again(client, company, order):
    company.fail(500)
    press(client, order)
    press(client, order)
    first, second = (key for *_, key in company.asked())
    assert first != second


def test_row_that_is_too_old_for_stripe_gives_way_to_a_new_one(client, company, order):
    """Its answer was lost ten minutes ago, and Stripe never got the question."""
    company.fail("drop")
    press(client, order)
    PaymentSession.objects.update(expires_at=timezone.now() + 25 * MINUTE)
    assert press(client, order).startswith(company.url)
    assert PaymentSession.objects.count() == 2


def test_what_stripe_declines_is_a_sentence_and_logged_by_code(client, company, conference, caplog):
    cheap = reg.ticket_type(conference, price=Decimal("0.30"))
    order = reg.pending_order(conference, types=[cheap])
    assert press(client, order) == order.get_absolute_url()
    assert "Please choose another way to pay" in text_of(client, order)
    assert "amount_too_small" in caplog.text
    assert order.buyer_email not in caplog.text
    assert PaymentSession.objects.open().count() == 0


def test_changed_total_gets_a_page_of_its_own(client, company, order):
    first = press(client, order)
    order.lines.update(price=Decimal("80.00"))
    second = press(client, order)
    assert first != second
    assert company.asked()[-1][2]["line_items"]["0"]["price_data"]["unit_amount"] == "8000"


def test_page_of_another_total_is_closed_at_stripe(client, company, order):
    press(client, order)
    page = open_page(order)
    order.lines.update(price=Decimal("80.00"))
    press(client, order)
    assert company.objects[page.reference]["status"] == "expired"


def test_page_that_was_paid_while_the_total_changed_is_not_lost(client, company, order):
    press(client, order)
    company.pay(open_page(order).reference)
    order.lines.update(price=Decimal("80.00"))
    press(client, order)
    assert reg.owed(Payment.objects.get()) == "The order costs something else by now."


def test_page_of_an_order_paid_otherwise_is_closed_at_stripe(client, company, order):
    press(client, order)
    page = open_page(order)
    actions.look_at_lapsed()
    assert company.objects[page.reference]["status"] == "open"
    cash = {"amount": Decimal("90.00"), "currency": "USD"}
    actions.record_payment(order.code, provider="cheque", reference="1", **cash)
    actions.look_at_lapsed()
    assert company.objects[page.reference]["status"] == "expired"
    asked = len(company.requests)
    actions.look_at_lapsed()
    assert len(company.requests) == asked


def test_money_that_was_asked_for_before_the_order_changed_is_kept_and_flagged(
    client, company, order
):
    press(client, order)
    event = company.pay(open_page(order).reference)
    order.lines.update(price=Decimal("80.00"))
    assert notify(event) == 200
    assert reg.owed(Payment.objects.get()) == "The order costs something else by now."
    assert fresh(order).status == "pending"


@pytest.mark.parametrize("status", ["paid", "cancelled", "expired"])
def test_what_is_not_open_cannot_be_begun(client, company, conference, full, status):
    order = reg.order(conference, types=[full], status=status)
    assert press(client, order) == order.get_absolute_url()
    assert company.requests == []


def test_reservation_that_ran_out_a_closed_edition_and_a_cart_are_not_begun(
    client, company, conference, full, order
):
    late = reg.pending_order(conference, types=[full], minutes=-1)
    cart = reg.pending_order(conference, types=[full], filled_in_at=None)
    for one in (late, cart):
        press(client, one)
    close(conference)
    press(client, order)
    assert company.requests == []
    with pytest.raises(actions.NotPayable):
        actions.begin_payment(cart, provider.provider, None)


def test_order_that_was_cancelled_while_stripe_answered_is_not_paid(
    client, company, order, monkeypatch
):
    begin = provider.provider.begin

    def slow(*args, **kwargs):
        opened = begin(*args, **kwargs)
        actions.cancel_order(order, by=None)
        return opened

    monkeypatch.setattr(provider.provider, "begin", slow)
    assert press(client, order) == order.get_absolute_url()
    [page] = [one for one in company.objects.values() if one.get("object") == "checkout.session"]
    assert page["status"] == "expired", "nobody can pay there any more"
    assert PaymentSession.objects.get().url == ""


def test_provider_is_called_outside_of_transactions(client, company, order, monkeypatch):
    begin, inside = provider.provider.begin, []

    def watched(*args, **kwargs):
        inside.append(len(transaction.get_connection().savepoint_ids))
        return begin(*args, **kwargs)

    before = len(transaction.get_connection().savepoint_ids)
    monkeypatch.setattr(provider.provider, "begin", watched)
    press(client, order)
    assert inside == [before]


def test_database_has_one_open_page_for_each_provider(order):
    facts = {
        "order": order,
        "provider": "stripe",
        "amount": Decimal("90"),
        "currency": "USD",
        "expires_at": timezone.now(),
    }
    first = PaymentSession.objects.create(**facts, reference="cs_1")
    for wrong in ({}, {"provider": "demo", "amount": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PaymentSession.objects.create(**facts | wrong)
    PaymentSession.objects.filter(pk=first.pk).update(closed_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentSession.objects.create(**facts, reference="cs_1")
    PaymentSession.objects.create(**facts)
    PaymentSession.objects.create(**facts | {"provider": "demo"})


# --- the money comes in ----------------------------------------------------------------------


def test_paid_page_makes_the_order_paid_with_one_mail(client, company, order):
    """Scenario 8, and the same notification again."""
    press(client, order)
    page = open_page(order)
    event = company.pay(page.reference)
    assert [notify(event) for _ in range(3)] == [200, 200, 200]
    payment = Payment.objects.get()
    intent = company.objects[page.reference]["payment_intent"]
    assert (payment.provider, payment.reference, payment.amount) == (
        "stripe",
        intent,
        Decimal("90.00"),
    )
    assert (fresh(order).status, reg.owed(payment)) == ("paid", "")
    assert OutgoingEmail.objects.filter(kind="tickets").count() == 1
    assert PaymentSession.objects.open().count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_total": 9001},
        {"amount_total": 8999},
        {"amount_total": 0},
        {"amount_total": -9000},
        {"currency": "eur"},
        {"currency": "jpy"},
        {"client_reference_id": None},
        {"client_reference_id": "NOSUCH"},
        {"client_reference_id": "x" * 10_000},
    ],
)
def test_notification_that_is_not_exact_is_refused_and_logged(
    client, company, order, changes, caplog
):
    press(client, order)
    event = company.pay(open_page(order).reference)
    event["data"]["object"] |= changes
    assert notify(event) == 400
    assert (fresh(order).status, Payment.objects.count()) == ("pending", 0)
    assert OutgoingEmail.objects.count() == 0
    assert "payment_refused" in caplog.text
    assert order.buyer_email not in caplog.text


def test_unsigned_old_or_foreign_notification_is_refused(client, company, order, caplog):
    press(client, order)
    event = company.pay(open_page(order).reference)
    assert notify(event, secret="whsec_other") == 400  # noqa: S106
    assert notify(event, at=timezone.now().timestamp() - 600) == 400
    address = reverse("registration:payment-notice", args=["stripe"])
    assert client.post(address, event, content_type="application/json").status_code == 400
    assert (fresh(order).status, Payment.objects.count()) == ("pending", 0)
    assert caplog.text.count("payment_refused") == 3


def test_event_that_we_do_not_know_is_accepted(company):
    assert notify(company.happen("customer.created", {"id": "cus_1", "object": "customer"})) == 200


def test_events_in_the_wrong_order_end_alike(client, company, order):
    """A debit that came in before we hear that it is under way; the page's end last."""
    press(client, order)
    page = open_page(order)
    underway = company.pay(page.reference, debit=True)
    settled = company.settle(page.reference)
    for event in (settled, underway, settled, underway):
        assert notify(event) == 200
    assert fresh(order).status == "paid"
    assert Payment.objects.count() == 1


def test_bank_debit_keeps_the_places_for_days(client, company, order):
    press(client, order)
    page = open_page(order)
    assert notify(company.pay(page.reference, debit=True)) == 200
    assert fresh(order).expires_at > timezone.now() + dt.timedelta(days=6)
    text = text_of(client, order)
    assert "Your bank is at work" in text
    assert "Pay $90" not in text
    assert notify(company.settle(page.reference)) == 200
    assert fresh(order).status == "paid"


def test_bank_debit_that_failed_leaves_a_day_and_is_mailed_once(client, company, order):
    press(client, order)
    page = open_page(order)
    underway = company.pay(page.reference, debit=True)
    failed = company.settle(page.reference, succeeded=False)
    for event in (underway, failed, failed, underway):
        assert notify(event) == 200
    left = fresh(order).expires_at - timezone.now()
    assert dt.timedelta(hours=23) < left <= dt.timedelta(hours=24)
    [mail] = OutgoingEmail.objects.all()
    assert (mail.kind, order.get_absolute_url() in mail.text) == ("payment failed", True)
    assert press(client, order).startswith(company.url), "and can be paid anew"


def test_page_that_closed_makes_room_for_a_new_one(client, company, order):
    first = press(client, order)
    assert notify(company.expire(open_page(order).reference)) == 200
    assert press(client, order) not in (first, order.get_absolute_url())


def test_late_money_takes_the_places_again_or_is_owed_back(client, company, conference, full):
    orders = [reg.pending_order(conference, types=[full]) for _ in range(2)]
    events = []
    for order in orders:
        press(client, order)
        events.append(company.pay(open_page(order).reference))
    Order.objects.update(expires_at=timezone.now() - MINUTE)
    actions.expire_orders()
    Quota.objects.update(size=1)
    assert [notify(event) for event in events] == [200, 200]
    assert [fresh(order).status for order in orders] == ["paid", "expired"]
    why = "The reservation had run out and its places were gone."
    assert [reg.owed(one) for one in Payment.objects.order_by("pk")] == ["", why]


def test_two_payments_of_one_order_are_both_kept(client, company, order):
    """Scenario 9."""
    press(client, order)
    first = company.pay(open_page(order).reference)
    PaymentSession.objects.update(closed_at=timezone.now())
    press(client, order)
    second = company.pay(open_page(order).reference)
    assert [notify(event) for event in (first, second, first, second)] == [200] * 4
    assert Payment.objects.count() == 2
    assert sorted(reg.owed(one) for one in Payment.objects.all()) == [
        "",
        "The order was paid already.",
    ]


# --- coming back, and notifications that never come -------------------------------------------


def back(client, order):
    return client.get(url(order, "came-back"), follow=True).content.decode()


def test_who_comes_back_before_the_notification_sees_the_ticket(client, company, order):
    press(client, order)
    company.pay(open_page(order).reference)
    page = back(client, order)
    assert order.tickets.get().spoken_code in page
    assert fresh(order).status == "paid"


def test_who_comes_back_unpaid_is_told_to_wait(client, company, order):
    press(client, order)
    assert "You need not pay again" in back(client, order)
    company.fail(500, where="sessions")
    assert "You need not pay again" in back(client, order)
    assert fresh(order).status == "pending"


def test_coming_back_often_asks_stripe_ten_times_a_minute(client, company, order):
    press(client, order)
    for _ in range(12):
        back(client, order)
    path = f"/v1/checkout/sessions/{open_page(order).reference}"
    assert len(company.asked("GET", path)) == 10


def test_lost_notification_is_made_up_for_when_the_page_is_over(client, company, order):
    press(client, order)
    page = open_page(order)
    company.pay(page.reference)
    later = page.expires_at + MINUTE
    Order.objects.update(expires_at=timezone.now() - MINUTE)
    actions.expire_orders()
    actions.look_at_lapsed(page.expires_at - MINUTE)
    assert fresh(order).status == "expired", "not before its time"
    actions.look_at_lapsed(later)
    assert fresh(order).status == "paid"
    asked = len(company.requests)
    actions.look_at_lapsed(later)
    assert len(company.requests) == asked


def test_page_that_stripe_cannot_tell_of_is_given_up_after_days(client, company, order):
    press(client, order)
    page = open_page(order)
    company.fail(*[503] * 2, where="sessions")
    actions.look_at_lapsed(page.expires_at + MINUTE)
    assert open_page(order) == page
    actions.look_at_lapsed(page.expires_at + dt.timedelta(days=3, minutes=1))
    assert PaymentSession.objects.open().count() == 0


def test_notification_while_stripe_is_needed_and_away_comes_again(client, company, order):
    press(client, order)
    page = open_page(order)
    notify(company.pay(page.reference))
    company.refund_in_dashboard(company.objects[page.reference]["payment_intent"], 1000)
    event = company.events[-1]
    company.fail(500, where="refunds")
    assert notify(event) == 503
    assert notify(event) == 200
    assert order.refunds.get().amount == Decimal("10.00")


def test_fee_is_noted_when_stripe_knows_it(client, company, order):
    company.fee_known = False
    press(client, order)
    notify(company.pay(open_page(order).reference))
    actions.note_fees()
    assert Payment.objects.get().fee is None
    charge = next(one for one in company.objects.values() if one.get("object") == "charge")
    settled = [one["id"] for one in company.objects.values() if one.get("fee")]
    charge["balance_transaction"] = settled[0]
    actions.note_fees()
    assert Payment.objects.get().fee == Decimal("2.91")
    asked = len(company.requests)
    actions.note_fees()
    assert len(company.requests) == asked


# --- invoice, cash, cheque -------------------------------------------------------------------


@pytest.fixture
def with_invoice(settings):
    settings.PAYMENT_PROVIDERS = ["demo", "invoice"]


def test_invoice_keeps_the_places_until_the_day_it_is_due(client, with_invoice, conference, order):
    assert press(client, order, "invoice") == f"{site.SITE_URL}{order.get_absolute_url()}"
    due = conference.today() + dt.timedelta(days=14)
    order = fresh(order)
    assert (order.status, order.due_on) == ("pending", due)
    assert order.expires_at.astimezone(conference.zone).date() == due + dt.timedelta(days=1)
    assert order.expires_at.astimezone(conference.zone).time() == dt.time()
    page = text_of(client, order)
    assert f'until the end of <b class="num">{due:%A} {due.day} {due:%B}</b>' in page
    assert "by demo card" in page
    assert "by invoice" not in page.replace("to pay by invoice", "")


def test_invoice_of_which_the_edition_sets_the_days(client, with_invoice, conference, order):
    rules = SaleRules.objects.create(conference=conference, invoice_days=30)
    press(client, order, "invoice")
    assert fresh(order).due_on == conference.today() + dt.timedelta(days=30)
    SaleRules.objects.filter(pk=rules.pk).update(invoice_days=0)
    assert [one.name for one in payments.offered(order)] == ["demo"]


def test_invoice_is_due_before_the_conference_or_not_offered(client, with_invoice, full):
    edition, today = full.conference, full.conference.today()
    order = reg.pending_order(edition, types=[full])
    edition.starts_on, edition.ends_on = today + dt.timedelta(days=5), today + dt.timedelta(days=8)
    edition.save()
    press(client, order, "invoice")
    assert fresh(order).due_on == today + dt.timedelta(days=4)
    edition.starts_on = today + dt.timedelta(days=1)
    edition.save()
    other = reg.pending_order(edition, types=[full])
    assert press(client, other, "invoice") == other.get_absolute_url()
    assert fresh(other).due_on is None


def test_invoice_that_was_chosen_can_still_be_paid_by_card(client, with_invoice, order):
    press(client, order, "invoice")
    until = fresh(order).expires_at
    card = press(client, order, "demo")
    client.post(card, {"answer": "pay"})
    order = fresh(order)
    assert (order.status, until > timezone.now() + dt.timedelta(days=10)) == ("paid", True)


@pytest.mark.parametrize("name", ["cash", "cheque", "nosuch", "", "../stripe", "invoice"])
def test_ways_that_are_not_offered_cannot_be_chosen(client, with_demo, order, name):
    assert press(client, order, name) == order.get_absolute_url()
    assert "That way of paying is not offered" in text_of(client, order)
    assert PaymentSession.objects.count() == 0


@pytest.mark.parametrize("name", ["cash", "cheque", "invoice", "stripe"])
def test_nobody_notifies_us_of_money_by_hand(company, order, name):
    address = reverse("registration:payment-notice", args=[name])
    assert Client().post(address, b"{}", content_type="application/json").status_code == 400
