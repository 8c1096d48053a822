"""What the races of this floor share."""

import threading
import time
from contextlib import suppress

import pytest

from tests.registration import stripe_server


@pytest.fixture
def dawdling(monkeypatch):
    """After this function the others have time to read what is about to be written."""

    def slow(owner, name):
        plain = getattr(owner, name)

        def then_waits(*args, **kwargs):
            found = plain(*args, **kwargs)
            time.sleep(0.02)
            return found

        monkeypatch.setattr(owner, name, then_waits)

    return slow


@pytest.fixture
def meeting(monkeypatch):
    """After these functions, of different threads, they wait for one another.

    Where a lock lets only one of them come so far, it goes on after a moment.
    """

    def arrange(*points):
        barrier = threading.Barrier(len(points))

        def waits_after(plain):
            def then_waits(*args, **kwargs):
                found = plain(*args, **kwargs)
                with suppress(threading.BrokenBarrierError):
                    barrier.wait(0.3)
                return found

            return then_waits

        for owner, name in points:
            monkeypatch.setattr(owner, name, waits_after(getattr(owner, name)))

    return arrange


@pytest.fixture
def with_demo(settings):
    settings.PAYMENT_PROVIDERS = ["demo"]


@pytest.fixture
def company(settings):
    with stripe_server.running() as company:
        settings.PAYMENT_PROVIDERS = ["stripe"]
        settings.STRIPE_SECRET_KEY = stripe_server.KEY
        settings.STRIPE_WEBHOOK_SECRET = stripe_server.WEBHOOK_SECRET
        settings.STRIPE_API_BASE = company.url
        yield company
