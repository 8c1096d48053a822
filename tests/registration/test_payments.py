"""The demo provider and the door at which every provider's notifications arrive."""

import json
import re
import sys
import types
from decimal import Decimal

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registration import payments
from registration.models import Order, Payment
from registration.payments import demo
from tests.factories import registration as reg

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def order(conference, full):
    return reg.pending_order(conference, types=[full])


def url(order, page):
    args = [order.conference.slug, order.code, order.secret]
    return reverse(f"registration:{page}", args=args)


def notify(body, provider="demo"):
    """As a provider's server does: no cookies, no CSRF token."""
    address = reverse("registration:payment-notice", args=[provider])
    client = Client(enforce_csrf_checks=True)
    return client.post(address, body, content_type="application/octet-stream")


def said(order, /, **changes):
    facts = {"order": order.code, "reference": "r1", "amount": "90.00", "currency": "USD"}
    return signing.dumps(facts | changes, salt=demo.NOTICE_SALT)


def test_paying_through_the_card_page(client, with_demo, order):
    page = client.get(order.get_absolute_url()).content.decode()
    assert "Pay $90" in page
    begun = client.post(url(order, "pay"), {"provider": "demo"})
    card = client.get(begun.url)
    assert b"Pay $90.00" in card.content
    paid = client.post(begun.url, {"answer": "pay"})
    assert paid.url == order.get_absolute_url()
    order.refresh_from_db()
    assert (order.status, order.received()) == ("paid", Decimal("90.00"))
    page = client.get(paid.url).content.decode()
    assert order.tickets.get().spoken_code in page


def test_pressing_pay_twice_pays_once(client, with_demo, order):
    begun = client.post(url(order, "pay"), {"provider": "demo"})
    for _ in range(2):
        client.post(begun.url, {"answer": "pay"})
    assert reg.owed(Payment.objects.get()) == ""


def test_beginning_twice_leads_to_one_page(client, with_demo, order):
    first, second = (client.post(url(order, "pay"), {"provider": "demo"}).url for _ in range(2))
    assert first == second
    assert order.payment_sessions.count() == 1


def test_two_payments_of_one_order_flag_the_second(client, with_demo, order):
    """Scenario 9: two tabs, the first page counted as over while it was still open."""
    pages = []
    for _ in range(2):
        pages.append(client.post(url(order, "pay"), {"provider": "demo"}).url)
        order.payment_sessions.update(closed_at=timezone.now())
    for page in pages:
        client.post(page, {"answer": "pay"})
    assert sorted(reg.owed(one) for one in Payment.objects.all()) == [
        "",
        "The order was paid already.",
    ]
    page = client.get(order.get_absolute_url()).content.decode()
    assert "We will send back" in page


def test_declined_card_changes_nothing(client, with_demo, order):
    begun = client.post(url(order, "pay"), {"provider": "demo"})
    response = client.post(begun.url, {"answer": "decline"}, follow=True)
    assert "The card was declined." in response.content.decode()
    order.refresh_from_db()
    assert (order.status, Payment.objects.count()) == ("pending", 0)


def test_card_page_of_another_order_or_a_made_up_session_is_not_here(
    client, with_demo, conference, full, order
):
    other = reg.pending_order(conference, types=[full])
    session = client.post(url(order, "pay"), {"provider": "demo"}).url.split("?")[1]
    assert client.get(f"{url(other, 'demo-card')}?{session}").status_code == 404
    assert client.get(f"{url(order, 'demo-card')}?session=abc").status_code == 404
    assert client.get(url(order, "demo-card")).status_code == 404


def test_demo_provider_is_nowhere_where_the_site_does_not_use_it(client, settings, order):
    settings.PAYMENT_PROVIDERS = ["demo"]
    session = client.post(url(order, "pay"), {"provider": "demo"}).url
    settings.PAYMENT_PROVIDERS = []
    assert "Paying online is not possible" in client.get(order.get_absolute_url()).content.decode()
    assert client.post(url(order, "pay"), {"provider": "demo"}).url == order.get_absolute_url()
    assert client.get(session).status_code == 404
    assert client.post(session, {"answer": "pay"}).status_code == 404
    assert notify(said(order)).status_code == 404
    assert Payment.objects.count() == 0


def test_a_setting_names_the_providers(settings):
    settings.PAYMENT_PROVIDERS = ["demo"]
    assert [one.name for one in payments.enabled()] == ["demo"]
    assert payments.find("stripe") is None
    settings.PAYMENT_PROVIDERS = ["nosuch"]
    with pytest.raises(ModuleNotFoundError):
        payments.enabled()


@pytest.mark.parametrize("minutes", [-1])
def test_what_ran_out_cannot_be_begun_to_pay(client, with_demo, conference, full, minutes):
    order = reg.pending_order(conference, types=[full], minutes=minutes)
    assert client.post(url(order, "pay"), {"provider": "demo"}).url == order.get_absolute_url()


def test_paying_is_a_post_with_a_token(with_demo, order):
    client = Client(enforce_csrf_checks=True)
    assert client.get(url(order, "pay")).status_code == 405
    assert client.post(url(order, "pay"), {"provider": "demo"}).status_code == 403


def test_page_lets_the_browser_say_where_its_own_forms_come_from(client, with_demo, order):
    """Under no-referrer alone a browser sends `Origin: null`, and our CSRF check refuses it."""
    response = client.get(order.get_absolute_url())
    assert response["Referrer-Policy"] == "no-referrer"
    assert '<meta name="referrer" content="strict-origin">' in response.content.decode()


def test_signed_exact_notification_pays(with_demo, order):
    assert notify(said(order)).status_code == 200
    order.refresh_from_db()
    assert order.status == "paid"


def test_same_notification_again_changes_nothing_and_is_welcome(with_demo, order):
    body = said(order)
    assert [notify(body).status_code for _ in range(3)] == [200, 200, 200]
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "90.01"},
        {"amount": "89.99"},
        {"amount": "9e1000000"},
        {"amount": "NaN"},
        {"amount": "-90.00"},
        {"amount": "lots"},
        {"amount": None},
        {"currency": "EUR"},
        {"order": "NOSUCH"},
        {"order": None},
    ],
)
def test_notification_that_is_not_exact_is_refused_and_logged(with_demo, order, changes, caplog):
    response = notify(said(order, **changes))
    assert (response.status_code, response.content) == (400, b"refused\n")
    order.refresh_from_db()
    assert (order.status, Payment.objects.count()) == ("pending", 0)
    assert "payment_refused" in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"unsigned",
        json.dumps({"order": "X", "amount": "90.00"}).encode(),
        b"x" * 1_000_000,
        signing.dumps([1, 2], salt=demo.NOTICE_SALT).encode(),
        signing.dumps({}, salt=demo.NOTICE_SALT).encode(),
    ],
    ids=["empty", "bytes", "unsigned", "json", "huge", "a list", "nothing said"],
)
def test_notification_that_is_not_signed_or_not_one_is_refused(with_demo, order, body, caplog):
    assert notify(body).status_code == 400
    assert Payment.objects.count() == 0
    assert "payment_refused" in caplog.text


def test_session_of_the_card_page_is_no_notification(client, with_demo, order):
    """What the buyer sees in the address bar is signed for another purpose."""
    begun = client.post(url(order, "pay"), {"provider": "demo"}).url
    assert notify(re.search("session=(.*)", begun)[1].encode()).status_code == 400
    assert Order.objects.get().status == "pending"


def test_notifications_are_posted(with_demo, client):
    address = reverse("registration:payment-notice", args=["demo"])
    assert client.get(address).status_code == 405


def test_total_above_ten_thousand_is_shown_and_charged(client, with_demo, conference):
    dear = reg.ticket_type(conference, price=Decimal("6000.50"))
    order = reg.pending_order(conference, types=[dear, dear])
    assert "Pay $12,001" in client.get(order.get_absolute_url()).content.decode()
    begun = client.post(url(order, "pay"), {"provider": "demo"})
    assert b"Pay $12,001.00" in client.get(begun.url).content
    client.post(begun.url, {"answer": "pay"})
    assert Payment.objects.get().amount == Decimal("12001.00")


def test_a_new_provider_is_one_module(client, settings, order, monkeypatch):
    class Other(demo.Demo):
        name = "other"
        label = "bank transfer"
        form_hosts = ("https://pay.example.org",)

        def begin(self, order, request, *, key, closes_at):
            return payments.Session(f"https://pay.example.org/{order.code}", key, closes_at)

    module = types.ModuleType("registration.payments.other")
    module.provider = Other()
    monkeypatch.setitem(sys.modules, module.__name__, module)
    settings.PAYMENT_PROVIDERS = ["demo", "other"]
    page = client.get(order.get_absolute_url())
    assert "by bank transfer" in page.content.decode()
    assert "form-action 'self' https://pay.example.org" in page["Content-Security-Policy"]
    begun = client.post(url(order, "pay"), {"provider": "other"})
    assert begun.url == f"https://pay.example.org/{order.code}"
    assert notify(said(order), provider="other").status_code == 200
    assert Payment.objects.get().provider == "other"


def test_pages_post_only_to_ourselves_where_no_provider_needs_more(client, with_demo, order):
    policy = client.get(order.get_absolute_url())["Content-Security-Policy"]
    assert "form-action 'self';" in policy or policy.endswith("form-action 'self'")
