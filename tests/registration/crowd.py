"""People who buy, for storms: in threads of a test, or in a process of their own.

    DATABASE_URL=… python -m tests.registration.crowd make | storm SEED | fill SEED | errors

prints one line of JSON. The editions and their rows are those of that database.
"""

import datetime as dt
import json
import os
import random
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scale.settings")
    django.setup()

from django.db import OperationalError, connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from registration import actions  # noqa: E402
from registration.models import AddOn, Order, PromoCode, Quota, TicketType  # noqa: E402
from registration.proof import errors  # noqa: E402
from scale.db import retry  # noqa: E402
from scale.models import Conference  # noqa: E402
from tests.factories import registration as reg  # noqa: E402
from tests.factories import scale as make  # noqa: E402

BUYERS, PLACES, USES, SHIRTS = 64, 20, 20, 20
PAST = dt.timedelta(minutes=-1)


def at_once(work, n):
    """Run work(0) … work(n - 1) in threads that start together; the results in order."""
    gate = threading.Barrier(n)

    def one(number):
        gate.wait()
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(one, range(n)))


def make_shop():
    """Twenty places that two types share, a third type without limit, twenty shirts, and a code
    good for twenty."""
    conference = make.conference()
    quota = reg.quota(conference, name="Places", size=PLACES)
    reg.ticket_type(conference, code="full", quotas=[quota])
    reg.ticket_type(conference, code="free", price=0, quotas=[quota])
    reg.ticket_type(conference, code="online", price=20)  # nothing but the code is scarce here
    shirt = AddOn.objects.create(conference=conference, name="Size M", price=12)
    shirt.quotas.add(reg.quota(conference, name="Shirts", size=SHIRTS))
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
        ways = [self.buy, self.buy, self.change_mind, self.fall_asleep, self.come_late]
        try:
            return self.dice.choice(ways)(order, chosen)
        except actions.SoldOut:
            return "sold out meanwhile"
        except actions.UsedUp:
            return "used up meanwhile"
        except actions.NotOpen:
            return "too late"

    def buy(self, order, chosen):
        shirt = AddOn.objects.prefetch_related("quotas", "ticket_types").get()
        people = [
            actions.Attendee(one, f"Guest {self.seed}", add_ons=self.dice.choice([(), [shirt]]))
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

    def come_late(self, order, chosen):
        """The reservation runs out and is given back; its form, sent late, takes it again."""
        run_out(order)
        actions.expire_orders()
        self.buy(order, chosen)
        return "taken again"


@retry
def run_out(order):
    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() + PAST)


def buy_what_is_left(conference, seed):
    """Demand for whatever is free: afterwards no place is, and no shirt."""
    shirt = AddOn.objects.prefetch_related("quotas", "ticket_types").get()
    _buy_all(conference, "full", (), f"{seed:015x}0")
    _buy_all(conference, "online", [shirt], f"{seed:015x}1")


def _buy_all(conference, code, extras, form):
    for n in range(PLACES + 1):
        kind = next(one for one in TicketType.objects.on_offer(conference) if one.code == code)
        person = actions.Attendee(kind, "Last", add_ons=extras)
        try:
            actions.place_order(conference, as_buyer(n), [person], form_token=f"{form}{n:016x}")
        except actions.SoldOut:
            return
    raise AssertionError("more than there is")


def cancel_half(conference):
    """Half of what is sold comes back, so that there is something to fight for again."""
    orders = Order.objects.filter(conference=conference, status__in=["paid", "pending"])
    for order in orders.order_by("pk")[: PLACES // 2]:
        actions.cancel_order(order, by=None)


def storm(conference, seed, buyers=BUYERS):
    """One round of many; how each ended. What reached a buyer as an error is "lost"."""
    people = [Person(conference, seed * BUYERS + n) for n in range(buyers)]

    def go(n):
        try:
            return people[n].go()
        except OperationalError as error:
            return f"lost {error.args[0]}"

    return Counter(at_once(go, buyers))


def main(task, seed="0", buyers=BUYERS):
    with connection.cursor() as cursor:  # on a cluster: see what other nodes have committed
        cursor.execute("SET SESSION wsrep_sync_wait = 1")
    if task == "make":
        return make_shop().slug
    conference = Conference.objects.get()
    if task == "storm":
        return storm(conference, int(seed), int(buyers))
    if task == "fill":
        buy_what_is_left(conference, int(seed))
    if task == "half":
        cancel_half(conference)
    return [Quota.objects.get(name="Places").taken, *map(str, errors())]


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
