import pytest

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
    """What a browser sends for an order of `n` tickets."""
    data = {
        "buyer_name": "Marisol Quintero",
        "buyer_email": "marisol@example.org",
        "form_token": "0123456789abcdef" * 2,
    }
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
