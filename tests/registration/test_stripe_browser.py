"""A buyer in Chromium, a card company in a process of its own breath, our site between them."""

import re

import pytest
from django.urls import reverse

from registration.models import Order, Payment
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def order(live_server, settings, company):
    settings.SITE_URL = live_server.url
    company.webhook_url = live_server.url + reverse("registration:payment-notice", args=["stripe"])
    full = reg.ticket_type(make.conference(), name="Full access")
    return reg.pending_order(full.conference, types=[full])


def open_order(page, live_server, order):
    page.goto(live_server.url + order.get_absolute_url())


def test_buyer_pays_on_the_companys_page_and_comes_back_to_the_ticket(
    page, live_server, company, order
):
    open_order(page, live_server, order)
    page.get_by_role("button", name="Pay $90").click()
    page.wait_for_url(re.compile(re.escape(company.url)))
    page.get_by_role("button", name="Pay").click()
    page.wait_for_url(live_server.url + order.get_absolute_url())
    assert page.get_by_role("heading", level=1).inner_text() == "Your ticket"
    assert company.sent == [("checkout.session.completed", 200)]
    assert Payment.objects.get().order == order


def test_back_button_and_a_second_press_lead_to_the_same_page(page, live_server, company, order):
    open_order(page, live_server, order)
    page.get_by_role("button", name="Pay $90").click()
    page.wait_for_url(re.compile(re.escape(company.url)))
    first = page.url
    page.go_back()
    page.get_by_role("button", name="Pay $90").click()
    page.wait_for_url(first)
    assert len(company.asked()) == 1


def test_webhook_that_is_lost_is_made_up_for_by_coming_back(page, live_server, company, order):
    company.webhook_url = ""
    open_order(page, live_server, order)
    page.get_by_role("button", name="Pay $90").click()
    page.wait_for_url(re.compile(re.escape(company.url)))
    page.get_by_role("button", name="Pay").click()
    page.wait_for_url(live_server.url + order.get_absolute_url())
    assert page.get_by_role("heading", level=1).inner_text() == "Your ticket"
    assert Order.objects.get().status == "paid"
