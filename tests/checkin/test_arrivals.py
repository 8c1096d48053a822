"""What the live page counts."""

import datetime as dt
import uuid

import pytest
from django.core.cache import cache
from django.utils import timezone

from checkin import actions, arrivals
from checkin.models import CheckIn
from registration.models import OrderLine
from schedule import arrivals as told
from schedule.audience import presence
from schedule.models import PresenceHour
from tests.factories import checkin as make
from tests.factories import registration as reg
from tests.factories import scale as make_scale
from tests.factories import schedule as make_schedule

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def scan(monkeypatch):
    """Admits at a moment of the test's own."""

    def at(moment, station, ticket, **fields):
        with monkeypatch.context() as patch:
            patch.setattr(timezone, "now", lambda: moment)
            return actions.admit(station, ticket.code, scan_id=uuid.uuid4(), **fields)

    return at


def test_people_scans_and_quarters_are_counted(conference, station, scan):
    first = dt.datetime(2027, 3, 4, 9, 10, tzinfo=conference.zone)
    tickets = [make.ticket(conference) for _ in range(4)]
    make.ticket(conference, order_status="pending")
    for minutes, ticket in zip((0, 4, 8, 9), [*tickets[:3], tickets[0]], strict=True):
        scan(first + dt.timedelta(minutes=minutes), station, ticket, volunteer="Ana")
    found = arrivals.report(conference, first)
    (entry,) = found["lists"]
    assert (entry["came"], entry["sold"]) == (3, 4)
    assert [(row["came"], row["sold"]) for row in entry["rows"]] == [(3, 4)]
    assert [(row["scans"], row["admitted"]) for row in found["stations"]] == [(4, 3)]
    assert [scan.verdict for scan in found["latest"]] == ["already", *["admitted"] * 3]
    chart, full = found["chart"], tickets[0].ticket_type.name
    assert [(bar.clock, bar.n) for bar in chart.bars if bar.n] == [
        ("09:10", 1),
        ("09:14", 1),
        ("09:18", 1),
    ]
    assert (chart.step, len(chart.bars), chart.begins, chart.ends) == (1, 60, "09:00", "10:00")
    assert [(kind.name, kind.n) for kind in chart.kinds] == [(full, 3)]
    assert [(hour.counts, hour.n, hour.total) for hour in chart.hours] == [([3], 3, 3)]
    assert chart.line.split()[-1] == "600,0.0"


def test_list_of_an_extra_counts_who_has_it(conference, station, scan):
    full, expo = make.ticket_type(conference), make.ticket_type(conference, name="Expo")
    shirt = reg.add_on(conference, kind="shirt", name="Size M")
    shirts = make.checkin_list(conference, name="Shirts", ticket_types=[full])
    shirts.add_ons.add(shirt)
    make.ticket(conference, ticket_type=full)
    for status in ("paid", "pending"):
        held = make.ticket(conference, ticket_type=expo, order_status=status)
        OrderLine.objects.create(order=held.order, ticket=held, add_on=shirt, price=20)
    make.ticket(conference, ticket_type=expo, order_status="paid")
    _, found = arrivals.report(conference)["lists"]
    assert [(row["type"], row["sold"]) for row in found["rows"]] == [(full, 1), (expo, 1)]
    assert found["sold"] == 2


def test_undone_admissions_are_not_counted(conference, station, scan):
    now = timezone.now()
    actions.undo(station, scan(now, station, make.ticket(conference)).scan_id)
    found = arrivals.report(conference, now)
    assert (found["lists"][0]["came"], found["chart"]) == (0, None)


def test_list_once_a_day_counts_each_person_once(conference, scan):
    daily = make.checkin_list(conference, once_a_day=True)
    station, ticket = make.paired(conference, checkin_list=daily)[0], make.ticket(conference)
    for day in (4, 5):
        now = dt.datetime(2027, 3, day, 9, tzinfo=conference.zone)
        scan(now, station, ticket)
    assert CheckIn.objects.count() == 2
    found = arrivals.report(conference, now)
    assert (found["lists"][0]["came"], found["total"]) == (1, 1)
    assert CheckIn.objects.inside(daily, daily.day(conference, now)).count() == 1


def test_other_editions_are_left_out(conference, station, scan):
    other = make_scale.conference()
    scan(timezone.now(), make.paired(other)[0], make.ticket(other))
    found = arrivals.report(conference)
    assert (found["lists"][0]["came"], list(found["latest"]), found["chart"]) == (0, [], None)


# --- what the projection learns of the door --------------------------------------------------


@pytest.fixture
def hall(conference):
    """Ten o'clock on the first day, with a curve of the day's people."""
    for hour, percent in ((9, 50), (10, 80)):
        PresenceHour.objects.create(conference=conference, hour=hour, percent=percent)
    return make_schedule.at(conference, 10)


def at_nine(conference, day=0):
    return make_schedule.at(conference, 9, 30, day=day)


def test_house_follows_the_door(conference, station, scan, hall):
    tickets = [make.ticket(conference) for _ in range(100)]
    now = at_nine(conference)
    assert presence(conference, now)(hall) == 80
    for ticket in tickets[:25]:
        scan(now, station, ticket)
    cache.clear()  # or a minute later
    # Of 100 tickets 50 should have come by nine, and 25 have: half of the 80 at ten.
    assert presence(conference, now)(hall) == 40
    # Tomorrow nobody has come yet.
    assert presence(conference, now)(hall + dt.timedelta(days=1)) == 80


def test_who_came_yesterday_counts_where_once_in_all_is_the_rule(conference, station, scan):
    tickets = [make.ticket(conference) for _ in range(3)]
    scan(at_nine(conference), station, tickets[0])
    scan(at_nine(conference, day=1), station, tickets[1])
    undone = scan(at_nine(conference), station, tickets[2])
    CheckIn.objects.filter(pk=undone.checkin_id).update(undone_at=timezone.now())
    first = conference.starts_on
    assert arrivals.by_day(conference, at_nine(conference)) == {first: 1}
    second = first + dt.timedelta(days=1)
    assert arrivals.by_day(conference, at_nine(conference, day=1)) == {first: 1, second: 2}


def test_once_a_day_counts_the_day(conference, scan):
    daily = make.checkin_list(conference, once_a_day=True)
    station, ticket = make.paired(conference, checkin_list=daily)[0], make.ticket(conference)
    other = make.ticket(conference)
    scan(at_nine(conference), station, ticket)
    scan(at_nine(conference), station, other)
    scan(at_nine(conference, day=1), station, ticket)
    first = conference.starts_on
    second = first + dt.timedelta(days=1)
    assert arrivals.by_day(conference, at_nine(conference, day=1)) == {first: 2, second: 1}


def test_nothing_is_asked_before_the_first_day(conference, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert told.by_day(conference, at_nine(conference, day=-3)) == {}
