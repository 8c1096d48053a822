"""Sixty-four buyers and twenty places, while carts run out, orders are cancelled and money comes.

SCALE_STORM_ROUNDS=60 storms longer than the suite has time for.
"""

import datetime as dt
import os
import random
import threading
from collections import Counter

import pytest
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from registration import actions
from registration.models import AddOn, Order, OrderLine, PromoCode, Quota, Refund, TicketType
from registration.proof import errors
from scale import db
from scale.db import retry
from tests.factories import registration as reg
from tests.factories import scale as make
from tests.registration.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROUNDS = int(os.environ.get("SCALE_STORM_ROUNDS", "6"))
BUYERS, PLACES, USES = 64, 20, 20
PAST = dt.timedelta(minutes=-1)


class Watch(threading.Thread):
    """Looks all the time, in one statement each, at what is held and what is counted."""

    def __init__(self, quota):
        super().__init__(daemon=True)
        self.quota, self.ended = quota, threading.Event()
        self.looks, self.most_held, self.most_used = 0, 0, 0

    def run(self):
        while not self.ended.is_set():
            held = OrderLine.objects.holding().filter(ticket_type__quotas=self.quota).count()
            used = PromoCode.objects.aggregate(n=Sum("uses"))["n"]
            self.looks += 1
            self.most_held = max(self.most_held, held)
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
    """Twenty places that two types share, a third without limit, and a code good for twenty."""
    conference = make.conference()
    quota = reg.quota(conference, size=PLACES)
    reg.ticket_type(conference, code="full", quotas=[quota])
    reg.ticket_type(conference, code="free", price=0, quotas=[quota])
    reg.ticket_type(conference, code="online", price=20)  # nothing but the code is scarce here
    shirt = AddOn.objects.create(conference=conference, name="Size M", price=12)
    shirt.quotas.add(reg.quota(conference, size=8))
    PromoCode.objects.create(conference=conference, code="HALF", value=50, max_uses=USES)
    return conference


def as_buyer(n):
    return actions.Buyer(f"Buyer {n}", f"buyer{n}@example.org")


class Person:
    """One buyer with a mind of their own; every choice comes from `seed`."""

    def __init__(self, conference, seed):
        self.conference, self.seed = conference, seed
        self.dice = random.Random(seed)

    def go(self):
        """Keep places, then do with them what people do; says how it ended."""
        types = [one for one in TicketType.objects.on_offer(self.conference)]
        chosen = self.dice.choices(types, k=self.dice.choice([1, 1, 1, 2]))
        promo = self.dice.choice([None, PromoCode.objects.get()])
        try:
            order, _ = actions.reserve(
                self.conference, chosen, form_token=f"{self.seed:032x}", promo=promo
            )
        except actions.SoldOut:
            return "sold out"
        except actions.UsedUp:
            return "used up"
        try:
            return self.dice.choice([self.buy, self.buy, self.change_mind, self.fall_asleep])(
                order, chosen
            )
        except actions.SoldOut:
            return "extra sold out"
        except actions.NotOpen:
            return "too late"

    def buy(self, order, chosen):
        extras = [[], list(AddOn.objects.prefetch_related("quotas", "ticket_types"))]
        people = [
            actions.Attendee(one, f"Guest {self.seed}", add_ons=self.dice.choice(extras))
            for one in chosen
        ]
        order = actions.fill_in(order, as_buyer(self.seed), people)
        if self.dice.random() < 0.3:  # comes back and changes what was chosen
            order = actions.fill_in(order, as_buyer(self.seed), people)
        if order.status != Order.Status.PAID:
            self.pay(order)
        return "bought"

    def pay(self, order):
        actions.record_payment(
            order.code,
            provider="demo",
            reference=f"{self.seed:x}",
            amount=order.total(),
            currency=order.currency,
        )

    def change_mind(self, order, chosen):
        self.buy(order, chosen)
        try:
            if len(chosen) > 1:
                actions.cancel_tickets(order, [order.tickets.first()], by=None, why="Ill.")
            else:
                actions.cancel_order(order, by=None)
        except actions.CannotCancel:
            return "not cancelled"
        return "cancelled"

    def fall_asleep(self, order, chosen):
        """The reservation runs out; some pay all the same, when it is too late."""
        run_out(order)
        if self.dice.random() < 0.5:
            order.refresh_from_db()
            if order.total():
                self.pay(order)
        return "asleep"


@retry
def run_out(order):
    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() + PAST)


@pytest.fixture
def lost(monkeypatch):
    """The errors for which a transaction was run again."""
    found, judge = [], db.lost_a_race

    def note(error):
        found.append(error)
        return judge(error)

    monkeypatch.setattr(db, "lost_a_race", note)
    return found


def buy_what_is_left(conference, seed):
    """Demand for whatever is free: afterwards nothing is."""
    for n in range(PLACES + 1):
        full = next(one for one in TicketType.objects.on_offer(conference) if one.code == "full")
        try:
            actions.place_order(
                conference,
                as_buyer(n),
                [actions.Attendee(full, "Last")],
                form_token=f"{seed:016x}{n:016x}",
            )
        except actions.SoldOut:
            return
    raise AssertionError("more places than there are")


def test_sixty_four_buyers_of_twenty_places(shop, lost):
    quota = Quota.objects.get(size=PLACES)
    outcome: Counter[str] = Counter()
    with Watch(quota) as watch:
        for number in range(ROUNDS):
            people = [Person(shop, number * BUYERS + n) for n in range(BUYERS)]
            outcome.update(at_once(lambda n, people=people: people[n].go(), BUYERS))
            assert list(errors()) == []
            buy_what_is_left(shop, seed=number)
            quota.refresh_from_db()
            assert (quota.taken, list(errors())) == (PLACES, [])
            # Half of what is sold comes back, so that the next round has something to fight for.
            for order in Order.objects.filter(status__in=["paid", "pending"])[: PLACES // 2]:
                actions.cancel_order(order, by=None)
    assert watch.looks > ROUNDS
    assert (watch.most_held, watch.most_used <= USES) == (PLACES, True)
    assert outcome["bought"] >= PLACES
    assert outcome["sold out"] > 0
    assert Refund.objects.count() > 0
    # Everyone locks in the same order, so hardly any transaction has to be run again.
    assert len(lost) <= ROUNDS


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

        with Watch(Quota.objects.first()) as watch:
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
