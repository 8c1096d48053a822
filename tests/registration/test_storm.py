"""Sixty-four buyers and twenty places, while carts run out, orders are cancelled and money comes.

SCALE_STORM_ROUNDS=60 storms longer than the suite has time for.
"""

import os
import threading
from collections import Counter

import pytest
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from registration import actions
from registration.models import Order, OrderLine, PromoCode, Quota, Refund, TicketType
from registration.proof import errors
from scale import db

from .crowd import (
    BUYERS,
    PLACES,
    SHIRTS,
    USES,
    at_once,
    buy_what_is_left,
    cancel_half,
    make_shop,
    run_out,
    storm,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROUNDS = int(os.environ.get("SCALE_STORM_ROUNDS", "5"))


class Watch(threading.Thread):
    """Looks all the time, in one statement each, at what is held and what is counted."""

    def __init__(self):
        super().__init__(daemon=True)
        self.ended, self.looks = threading.Event(), 0
        self.most_held = self.most_shirts = self.most_used = 0

    def run(self):
        while not self.ended.is_set():
            holding = OrderLine.objects.holding()
            held = holding.filter(ticket_type__quotas__name="Places").count()
            shirts = holding.filter(add_on__quotas__name="Shirts").count()
            used = PromoCode.objects.aggregate(n=Sum("uses"))["n"]
            self.looks += 1
            self.most_held = max(self.most_held, held)
            self.most_shirts = max(self.most_shirts, shirts)
            self.most_used = max(self.most_used, used)
            self.ended.wait(0.01)
        connection.close()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exc):
        self.ended.set()
        self.join()


@pytest.fixture
def shop():
    return make_shop()


@pytest.fixture
def lost(monkeypatch):
    """The errors for which a transaction was run again."""
    found, judge = [], db.lost_a_race

    def note(error):
        found.append(error)
        return judge(error)

    monkeypatch.setattr(db, "lost_a_race", note)
    return found


def test_sixty_four_buyers_of_twenty_places(shop, lost):
    quota = Quota.objects.get(name="Places")
    outcome: Counter[str] = Counter()
    with Watch() as watch:
        for number in range(ROUNDS):
            outcome += storm(shop, seed=number)
            assert list(errors()) == []
            buy_what_is_left(shop, seed=number)
            quota.refresh_from_db()
            assert (quota.taken, list(errors())) == (PLACES, [])
            cancel_half(shop)
    assert watch.looks > ROUNDS
    assert (watch.most_held, watch.most_shirts) == (PLACES, SHIRTS)
    assert watch.most_used <= USES
    assert not [how for how in outcome if how.startswith("lost")]
    assert outcome["bought"] >= PLACES
    assert outcome["taken again"] > 0
    assert min(outcome["sold out"], outcome["sold out meanwhile"]) > 0
    assert Refund.objects.count() > 0
    # Everyone locks in the same order. Waits that grow too long depend on the machine.
    deadlocks = [error for error in lost if error.args[0] == db.DEADLOCK]
    assert len(deadlocks) <= ROUNDS


def test_sixty_four_buyers_of_a_code_for_twenty(shop):
    """Nothing but the code is scarce; what ran out is free for whoever comes next."""
    online = TicketType.objects.get(code="online")
    promo = PromoCode.objects.get()
    for number in range(ROUNDS // 2):

        def use(n, number=number):
            form = f"{number:016x}{n:016x}"
            try:
                order, _ = actions.reserve(shop, [online], form_token=form, promo=promo)
            except actions.UsedUp:
                return "used up"
            if n % 8 == 0:  # the next one frees it
                run_out(order)
                return "ran out"
            return "used"

        with Watch() as watch:
            outcome = Counter(at_once(use, BUYERS))
        promo.refresh_from_db()
        assert watch.most_used <= USES
        assert list(errors()) == []
        running = OrderLine.objects.filter(order__expires_at__gt=timezone.now())
        assert outcome["used"] == running.uses()[promo.pk]
        assert outcome["used"] + outcome["ran out"] >= USES
        assert outcome["used up"] > 0
        for order in Order.objects.filter(status="pending"):
            run_out(order)
