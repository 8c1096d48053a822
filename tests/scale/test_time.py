"""Clocks that jump: gaps and folds, in both directions, in several zones."""

import datetime as dt
import zoneinfo
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scale import time
from scale.models import Conference
from scale.templatetags.scale import day_clock
from scale.time import from_wall, local, rfc3339

UTC = dt.UTC


def edition(zone):
    return SimpleNamespace(zone=zoneinfo.ZoneInfo(zone), time_zone=zone)


def wall(text):
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("zone", "typed", "instant"),
    [
        ("America/Los_Angeles", "2027-03-05T10:00", "2027-03-05T18:00"),
        ("America/Los_Angeles", "2027-03-14T01:59", "2027-03-14T09:59"),
        ("America/Los_Angeles", "2027-03-14T03:00", "2027-03-14T10:00"),
        ("America/Los_Angeles", "2027-11-07T01:30", "2027-11-07T08:30"),
        ("America/Los_Angeles", "2027-11-07T02:00", "2027-11-07T10:00"),
        ("Europe/Berlin", "2027-03-28T01:59", "2027-03-28T00:59"),
        ("Europe/Berlin", "2027-03-28T03:00", "2027-03-28T01:00"),
        ("Europe/Berlin", "2027-10-31T02:30", "2027-10-31T00:30"),
        ("Australia/Lord_Howe", "2027-10-03T02:30", "2027-10-02T15:30"),
        ("Asia/Kathmandu", "2027-03-05T10:00", "2027-03-05T04:15"),
        ("Pacific/Apia", "2027-03-05T10:00", "2027-03-04T21:00"),
    ],
)
def test_what_the_venues_clocks_show_is_one_instant(zone, typed, instant):
    found = from_wall(wall(typed), edition(zone))
    assert found == wall(instant).replace(tzinfo=UTC)
    assert local(found, edition(zone)).replace(tzinfo=None, fold=0) == wall(typed)


def test_the_second_of_two_equal_times_can_be_meant():
    la = edition("America/Los_Angeles")
    first = from_wall(wall("2027-11-07T01:30"), la)
    second = from_wall(wall("2027-11-07T01:30").replace(fold=1), la)
    assert second - first == dt.timedelta(hours=1)
    assert rfc3339(first, la) == "2027-11-07T01:30:00-07:00"
    assert rfc3339(second, la) == "2027-11-07T01:30:00-08:00"


@pytest.mark.parametrize(
    ("zone", "skipped"),
    [
        ("America/Los_Angeles", "2027-03-14T02:00"),
        ("America/Los_Angeles", "2027-03-14T02:59:59"),
        ("Europe/Berlin", "2027-03-28T02:30"),
        ("Australia/Lord_Howe", "2027-10-03T02:15"),
        ("Pacific/Apia", "2011-12-30T12:00"),
    ],
)
def test_a_time_that_the_clocks_skip_is_no_time(zone, skipped):
    with pytest.raises(ValueError, match="does not exist in"):
        from_wall(wall(skipped), edition(zone))


wall_min, wall_max = (dt.datetime.fromisoformat(year) for year in ("2000-01-01", "2099-12-31"))


@given(
    st.datetimes(wall_min, wall_max),
    st.sampled_from(["America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Tokyo"]),
)
def test_every_instant_survives_the_way_to_the_wall_and_back(naive, zone):
    instant = naive.replace(tzinfo=UTC)
    assert from_wall(local(instant, edition(zone)).replace(tzinfo=None), edition(zone)) == instant
    assert dt.datetime.fromisoformat(rfc3339(instant.replace(microsecond=0), edition(zone))) == (
        instant.replace(microsecond=0)
    )


@pytest.mark.parametrize(
    ("day", "hours"), [("2027-03-13", 24), ("2027-03-14", 23), ("2027-11-07", 25)]
)
def test_a_day_lasts_as_long_as_its_clocks_say(day, hours):
    conference = Conference(time_zone="America/Los_Angeles")
    begins, ends = conference.day_bounds(dt.date.fromisoformat(day))
    assert ends.astimezone(UTC) - begins.astimezone(UTC) == dt.timedelta(hours=hours)


@pytest.mark.parametrize(
    ("zone", "today"), [("Pacific/Kiritimati", "2027-03-06"), ("Pacific/Niue", "2027-03-05")]
)
def test_today_is_the_venues_day(zone, today):
    now = dt.datetime(2027, 3, 5, 23, tzinfo=UTC)
    assert Conference(time_zone=zone).today(now) == dt.date.fromisoformat(today)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/Los_Angeles", "UTC−8"),
        ("Asia/Kathmandu", "UTC+5:45"),
        ("UTC", "UTC+0"),
        ("Europe/Berlin", "UTC+1"),
    ],
)
def test_the_zone_is_said_with_its_offset(zone, words):
    conference = Conference(time_zone=zone, starts_on=dt.date(2027, 3, 4))
    assert conference.zone_words.endswith(f"({words})")


@pytest.mark.parametrize(
    ("zone", "first", "words"),
    [
        ("America/Los_Angeles", dt.date(2027, 3, 11), "UTC−8, from 14 March UTC−7"),
        ("America/Los_Angeles", dt.date(2027, 3, 10), "UTC−8"),
        ("Europe/Berlin", dt.date(2027, 10, 30), "UTC+2, from 31 October UTC+1"),
        ("Australia/Lord_Howe", dt.date(2027, 4, 3), "UTC+11, from 4 April UTC+10:30"),
    ],
)
def test_the_day_is_said_from_which_the_clocks_are_others(zone, first, words):
    last = first + dt.timedelta(days=3)
    conference = Conference(time_zone=zone, starts_on=first, ends_on=last)
    assert conference.zone_words.endswith(f"({words})")


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/Los_Angeles", "Pacific (UTC−8)"),
        ("Europe/Berlin", "Berlin time (UTC+1)"),
        ("Asia/Kathmandu", "Kathmandu time (UTC+5:45)"),
    ],
)
def test_the_zone_of_one_instant_is_that_of_its_season(zone, words):
    conference = Conference(time_zone=zone, starts_on=dt.date(2027, 6, 4))
    assert conference.zone_at(dt.datetime(2027, 1, 5, 17, tzinfo=UTC)) == words


def test_an_hour_that_comes_twice_is_named(conference):
    passes = (dt.datetime(2027, 11, 7, hour, 30, tzinfo=UTC) for hour in (7, 8, 9, 10))
    said = [time.clock(at, conference) for at in passes]
    assert said == ["00:30", "01:30 PDT", "01:30 PST", "02:30"]
    assert day_clock(dt.datetime(2027, 11, 7, 9, 30, tzinfo=UTC), conference) == (
        "Sun 7 November, 01:30 PST"
    )
    skipped = [
        dt.datetime(2027, 3, 14, 9, 30, tzinfo=UTC) + n * dt.timedelta(hours=1) for n in (0, 1)
    ]
    assert [time.clock(at, conference) for at in skipped] == ["01:30", "03:30"]
