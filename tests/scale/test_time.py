"""Clocks that are set forward and back, in both directions."""

import datetime as dt

import pytest

from scale.models import Conference
from scale.time import from_wall, rfc3339

PACIFIC = Conference(time_zone="America/Los_Angeles", starts_on=dt.date(2027, 3, 13))


def wall(*parts):
    return from_wall(dt.datetime(*parts), PACIFIC)  # noqa: DTZ001


def test_wall_time_around_the_change_to_summer_time():
    assert wall(2027, 3, 13, 10) == dt.datetime(2027, 3, 13, 18, tzinfo=dt.UTC)
    assert wall(2027, 3, 14, 10) == dt.datetime(2027, 3, 14, 17, tzinfo=dt.UTC)


def test_time_that_the_clocks_skip_is_refused():
    with pytest.raises(ValueError, match="does not exist"):
        wall(2027, 3, 14, 2, 30)


def test_time_that_the_clocks_show_twice_is_the_first():
    assert wall(2027, 11, 7, 1, 30) == dt.datetime(2027, 11, 7, 8, 30, tzinfo=dt.UTC)


def test_day_of_the_change_has_twenty_three_hours():
    begins, ends = PACIFIC.day_bounds(dt.date(2027, 3, 14))
    assert ends.astimezone(dt.UTC) - begins.astimezone(dt.UTC) == dt.timedelta(hours=23)


def test_offset_is_written_with_a_colon():
    summer = dt.datetime(2027, 3, 14, 17, tzinfo=dt.UTC)
    assert rfc3339(summer, PACIFIC) == "2027-03-14T10:00:00-07:00"


def test_today_is_the_conferences_day():
    late = dt.datetime(2027, 3, 14, 5, tzinfo=dt.UTC)
    assert PACIFIC.today(late) == dt.date(2027, 3, 13)
