"""Payments and refunds that come at the same moment, each in a connection of its own."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from registration import actions
from registration.models import Order, Payment, PaymentSession, Refund
from registration.payments import stripe as provider
from scale.models import OutgoingEmail
from tests.factories import registration as reg
from tests.factories import scale as make

from . import stripe_server
from .test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order(conference, full):
    return reg.pending_order(conference, types=[full])


def begin(order):
    return actions.begin_payment(order, provider.provider, None)


def pages(company):
    return [one for one in company.objects.values() if one.get("object") == "checkout.session"]


@pytest.mark.sqlite
def test_eight_clicks_at_once_lead_to_one_page(company, order):
    company.fail("busy0.5")
    assert len(set(at_once(lambda _: begin(order), 8))) == 1
    assert (len(pages(company)), PaymentSession.objects.count()) == (1, 1)


@pytest.mark.sqlite
def test_one_notification_eight_times_at_once_pays_once(company, order):
    begin(order)
    body, headers = stripe_server.signed(company.pay(pages(company)[0]["id"]))
    address = reverse("registration:payment-notice", args=["stripe"])

    def notify(_):
        client = Client(headers=headers)
        return client.post(address, body, content_type="application/json").status_code

    assert at_once(notify, 8) == [200] * 8
    assert (Payment.objects.count(), Order.objects.get().status) == (1, "paid")
    assert OutgoingEmail.objects.filter(kind="tickets").count() == 1
    assert Refund.objects.count() == 0


def test_eight_refunds_at_once_never_send_more_than_came_in(company, order):
    begin(order)
    page = pages(company)[0]
    company.pay(page["id"])
    for notice in provider.provider.look(page["id"]):
        actions.act_on("stripe", notice)
    payment, staff = Payment.objects.get(), make.user()

    def refund(_):
        try:
            actions.refund_payment(payment, Decimal("20.00"), why="Race", by=staff)
        except actions.CannotRefund:
            return "refused"
        return "made"

    outcome = at_once(refund, 8)
    assert (outcome.count("made"), outcome.count("refused")) == (4, 4)
    actions.ask_for_refunds()
    sent = [one["amount"] for one in company.objects.values() if one.get("object") == "refund"]
    assert sent == [2000] * 4
    order = Order.objects.get()
    assert order.received() == order.charged() == Decimal("10.00")


def test_one_refund_asked_for_by_eight_workers_is_sent_once(company, order):
    begin(order)
    page = pages(company)[0]
    company.pay(page["id"])
    for notice in provider.provider.look(page["id"]):
        actions.act_on("stripe", notice)
    payment = Payment.objects.get()
    made = reg.refund(payment, amount=Decimal("20.00"), status="waiting", tries=1)
    at_once(lambda _: actions.ask_for_refund(made.pk), 8)
    sent = [one["amount"] for one in company.objects.values() if one.get("object") == "refund"]
    assert sent == [2000]
    assert Refund.objects.get().status == "done"
