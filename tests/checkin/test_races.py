"""Many doors at once. Believed only after the guards were taken out and these failed."""

import threading
import uuid
from collections import Counter
from functools import partial

import pytest
from django.db import connections
from django.utils import timezone

from checkin import actions
from checkin.models import CheckIn, Scan, Station
from registration.models import OrderLine
from tests.factories import checkin as make
from tests.factories import registration as reg
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


@pytest.fixture
def conference(transactional_db):
    return make_scale.conference()


def at_once(*calls):
    """Runs each call in a thread of its own, all let go together; results or exceptions."""
    results: list = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(n, call):
        gate.wait()
        try:
            results[n] = call()
        except Exception as error:
            results[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n, call)) for n, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_eight_doors_admit_one_ticket_once(conference):
    doors = [make.paired(conference)[0] for _ in range(THREADS)]
    for _ in range(5):
        ticket = make.ticket(conference)
        found = at_once(
            *[partial(actions.admit, door, ticket.code, scan_id=uuid.uuid4()) for door in doors]
        )
        verdicts = Counter(getattr(scan, "verdict", repr(scan)) for scan in found)
        assert verdicts == {"admitted": 1, "already": THREADS - 1}
        assert CheckIn.objects.live().filter(ticket=ticket).count() == 1
        assert Scan.objects.filter(ticket=ticket).count() == THREADS


@pytest.mark.parametrize("known", [True, False])
def test_one_scan_id_sent_eight_times_is_one_scan(conference, known):
    door = make.paired(conference)[0]
    for _ in range(5):
        code = make.ticket(conference).code if known else f"NO{uuid.uuid4().hex}"
        scan_id = uuid.uuid4()
        found = at_once(*[partial(actions.admit, door, code, scan_id=scan_id)] * THREADS)
        assert {getattr(scan, "verdict", repr(scan)) for scan in found} == {
            "admitted" if known else "unknown"
        }
        assert Scan.objects.filter(scan_id=scan_id).count() == 1
    assert CheckIn.objects.count() == (5 if known else 0)


def test_one_code_pairs_one_of_eight_phones(conference):
    for _ in range(5):
        station = make.station(conference)
        code = actions.open_pairing(station)
        found = at_once(*[partial(actions.pair, code)] * THREADS)
        won = [result for result in found if isinstance(result, tuple)]
        lost = [result for result in found if isinstance(result, actions.NotWaiting)]
        assert (len(won), len(lost)) == (1, THREADS - 1)
        assert Station.objects.holding(won[0][1]) == station


def test_undo_and_scan_at_once_leave_at_most_one_in(conference):
    door, other = make.paired(conference)[0], make.paired(conference)[0]
    for _ in range(10):
        ticket = make.ticket(conference)
        scan = actions.admit(door, ticket.code, scan_id=uuid.uuid4())
        undone, again = at_once(
            partial(actions.undo, door, scan.scan_id),
            partial(actions.admit, other, ticket.code, scan_id=uuid.uuid4()),
        )
        assert undone.checkin.undone_at
        live = CheckIn.objects.live().filter(ticket=ticket).count()
        assert (again.verdict, live) in {("admitted", 1), ("already", 0)}


def test_one_click_too_many_makes_one_station(conference):
    entry = make.checkin_list(conference)
    made = [Station(conference=conference, name="Door 1", checkin_list=entry) for _ in range(4)]
    results = at_once(*(partial(actions.save_station, one) for one in made))
    assert Counter(type(one).__name__ for one in results) == {"Station": 1, "NameTaken": 3}
    assert Station.objects.count() == 1


def test_eight_counters_give_the_last_three_shirts_three_times(conference):
    size = reg.add_on(conference, kind="shirt", name="Size M")
    shirts = make.checkin_list(conference, name="Shirts", kind="shirt")
    shirts.add_ons.add(size)
    for _ in range(3):
        owner = make.ticket(conference, order_status="paid")
        OrderLine.objects.create(order=owner.order, ticket=owner, add_on=size, price=20)
    actions.open_leftovers(shirts)
    made = [make.paired(conference, checkin_list=shirts)[0] for _ in range(THREADS)]
    counters = [Station.objects.select_related("checkin_list").get(pk=one.pk) for one in made]
    for _ in range(4):
        strangers = [make.ticket(conference) for _ in counters]
        calls = [
            partial(actions.admit, counter, ticket.code, scan_id=uuid.uuid4())
            for counter, ticket in zip(counters, strangers, strict=True)
        ]
        verdicts = Counter(getattr(scan, "verdict", repr(scan)) for scan in at_once(*calls))
        assert verdicts == {"admitted": 3, "not_here": THREADS - 3}
        CheckIn.objects.update(undone_at=timezone.now())
