import re
from html import unescape

import pytest
from django.http import QueryDict
from django.urls import reverse

from registration.models import Order
from tests.factories import registration as reg

from . import stripe_server


@pytest.fixture
def quota(conference):
    return reg.quota(conference, size=100)


@pytest.fixture
def full(conference, quota):
    """A type for $90 that is on sale and has 100 places."""
    return reg.ticket_type(conference, code="full", name="Full access", quotas=[quota])


@pytest.fixture
def free(conference, quota):
    return reg.ticket_type(conference, code="free", name="Free day", price=0, quotas=[quota])


@pytest.fixture
def with_demo(settings):
    """The site uses the demo provider."""
    settings.PAYMENT_PROVIDERS = ["demo"]


def form_data(n=1, **fields):
    """What a browser sends from the details page of an order of `n` tickets."""
    data = {"buyer_name": "Marisol Quintero", "buyer_email": "marisol@example.org"}
    for number in range(1, n + 1):
        data[f"ticket{number}-name"] = f"Attendee {number}"
    return data | fields


@pytest.fixture
def company(settings):
    """The site uses Stripe, which is a server of ours on this machine."""
    with stripe_server.running() as company:
        settings.PAYMENT_PROVIDERS = ["stripe"]
        settings.STRIPE_SECRET_KEY = stripe_server.KEY
        settings.STRIPE_WEBHOOK_SECRET = stripe_server.WEBHOOK_SECRET
        settings.STRIPE_API_BASE = company.url
        yield company


def shop_url(conference, name="tickets", *args):
    return reverse(f"registration:{name}", args=[conference.slug, *args])


def order_url(order, name="details"):
    return shop_url(order.conference, name, order.code, order.secret)


def reserve(client, conference, query="full=1", *, token="a" * 32, **fields):
    """The order that the tickets page makes of a choice such as full=2."""
    data = QueryDict(query).dict() | {"form_token": token} | fields
    response = client.post(shop_url(conference, "reserve"), data)
    assert response.status_code == 302, text_of(response)
    code = response.url.split("/orders/")[1].split("/")[0]
    return Order.objects.select_related("conference").get(code=code)


def buy(client, conference, query="full=1", *, token="a" * 32, **fields):
    """From the tickets page through the details page."""
    order = reserve(client, conference, query, token=token)
    data = form_data(order.tickets.count(), **fields)
    response = client.post(order_url(order), data)
    assert response.status_code == 302, text_of(response)
    order.refresh_from_db()
    return order


def text_of(response):
    """The page as people read it."""
    html = response.content.decode().split("</header>", 1)[-1]
    text = re.sub(r"<[^>]+>", " ", html)
    return unescape(" ".join(text.split()))
