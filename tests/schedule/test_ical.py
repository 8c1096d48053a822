"""The calendar is read back by a real parser."""

import datetime as dt

import icalendar
import pytest

from scale import ical
from tests.factories import schedule as make


@pytest.mark.parametrize(
    "title", ["Plain", "Commas, semicolons; back\\slash", "Zwei\nZeilen", "🎉" * 60, "مرحبا " * 20]
)
def test_titles_survive_a_real_parser(conference, client, title):
    slot = make.slot(conference, talk=make.confirmed(conference, title=title, speakers=[]))
    body = client.get(f"/{conference.slug}/schedule.ics").content
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    (event,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert event["summary"] == title
    assert event["uid"] == str(slot.uuid)
    assert event.decoded("dtstart") == slot.starts_at
    assert event.decoded("dtend") == slot.ends_at
    assert event["location"] == slot.room.name


def test_cancelled_talk_is_cancelled_in_calendars(conference, client):
    slot = make.slot(conference)
    slot.talk.status = "cancelled"
    slot.talk.save()
    body = client.get(f"/{conference.slug}/schedule.ics").content
    (event,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert event["status"] == "CANCELLED"


def test_fold_cuts_between_characters():
    folded = ical.fold("SUMMARY:" + "ü" * 100)
    assert all(len(line.encode()) <= 75 for line in folded.split("\r\n"))
    assert folded.replace("\r\n ", "") == "SUMMARY:" + "ü" * 100


def test_instants_are_utc_across_the_end_of_winter_time(conference, client):
    conference.starts_on, conference.ends_on = dt.date(2027, 3, 13), dt.date(2027, 3, 15)
    conference.save()
    before = make.slot(conference, starts_at=make.at(conference, 10, day=0))
    after = make.slot(conference, starts_at=make.at(conference, 10, day=1))
    assert after.starts_at - before.starts_at == dt.timedelta(hours=23)
    body = client.get(f"/{conference.slug}/schedule.ics").content
    starts = {e.decoded("dtstart") for e in icalendar.Calendar.from_ical(body).walk("VEVENT")}
    assert starts == {before.starts_at, after.starts_at}
