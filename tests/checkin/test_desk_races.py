"""Several desks at once; with the guards taken out these fail."""

from collections import Counter
from decimal import Decimal
from functools import partial

import pytest

from checkin import actions
from checkin.models import Station
from registration import actions as registration
from registration.models import CashDrawer, Order, Payment, Refund, Ticket
from tests.checkin.test_races import at_once
from tests.factories import checkin as make
from tests.factories import registration as reg
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def conference(transactional_db):
    return make_scale.conference()


@pytest.fixture
def sittings(conference):
    """Four desks, each with a drawer of its own."""
    return [sitting(conference, n) for n in range(4)]


def sitting(conference, n):
    station = make.paired(conference, kind=Station.Kind.DESK, name=f"Desk {n}")[0]
    found = actions.Sitting(station, f"V{n}")
    actions.open_station_drawer(found, opening_float=Decimal(100))
    return found


def test_four_desks_take_the_money_of_one_order_once(conference, sittings):
    """Nobody keeps banknotes that somebody else would have to give back."""
    full = reg.ticket_type(conference)
    for turn in range(4):
        order = reg.pending_order(conference, types=[full])
        seen = Order.objects.get(pk=order.pk).state_key()
        takes = [
            partial(actions.take_cash, order, one, seen=seen, token=f"{turn}{n}" * 16, given=90)
            for n, one in enumerate(sittings)
        ]
        found = at_once(*takes)
        kinds = Counter(type(one).__name__ for one in found)
        assert kinds == {"Payment": 1, "ChangedMeanwhile": 3}, found
        assert Payment.objects.filter(order=order).count() == 1
    assert not Refund.objects.exists()
    taken = sum(one.expected() - 100 for one in CashDrawer.objects.all())
    assert taken == 4 * 90


def test_four_desks_sell_the_last_place_once(conference, sittings):
    full = reg.ticket_type(conference, quotas=[reg.quota(conference, size=1)])

    def sell(n, one):
        return registration.sell(
            conference,
            registration.Buyer(f"Buyer {n}", ""),
            [registration.Attendee(full, f"Attendee {n}")],
            provider="cash",
            drawer=actions.drawer_of(one.station),
            by=None,
            at=str(one),
            form_token=f"{n}" * 32,
            shown=Decimal(90),
        )

    found = at_once(*[partial(sell, n, one) for n, one in enumerate(sittings)])
    kinds = Counter(type(one).__name__ for one in found)
    assert kinds == {"Order": 1, "SoldOut": 3}, found
    assert (Ticket.objects.holding().count(), Payment.objects.count()) == (1, 1)


def test_four_desks_with_the_last_use_of_a_code(conference, sittings):
    """Nobody pays the full price where less was shown."""
    full, code = reg.ticket_type(conference), reg.promo_code(conference, max_uses=1)

    def sell(n, one):
        return registration.sell(
            conference,
            registration.Buyer(f"Buyer {n}", ""),
            [registration.Attendee(full, f"Attendee {n}")],
            provider="cash",
            drawer=actions.drawer_of(one.station),
            by=None,
            at=str(one),
            form_token=f"{n}" * 32,
            promo=code,
            shown=Decimal(54),
        )

    found = at_once(*[partial(sell, n, one) for n, one in enumerate(sittings)])
    kinds = Counter(type(one).__name__ for one in found)
    assert kinds == {"Order": 1, "UsedUp": 3}, found
    assert [one.amount for one in Payment.objects.all()] == [54]


def test_one_drawer_for_one_desk(conference, sittings):
    """Staff give it to several at once; a volunteer opens one with two clicks."""
    drawer, by = reg.drawer(conference), make_scale.user()
    gives = [partial(actions.give_drawer, one.station, drawer, by=by) for one in sittings]
    kinds = Counter(type(one).__name__ for one in at_once(*gives))
    assert kinds == {"Station": 1, "CannotHold": 3}
    assert Station.objects.filter(drawer=drawer).count() == 1
    fresh = make.paired(conference, kind=Station.Kind.DESK, name="Desk 9")[0]
    opens = partial(
        actions.open_station_drawer, actions.Sitting(fresh, "AB"), opening_float=Decimal(50)
    )
    opened = at_once(*[opens] * 4)
    assert len({one.pk for one in opened}) == 1, opened
