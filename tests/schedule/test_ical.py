"""The calendars are read back by a real parser."""

import datetime as dt
import io
import zoneinfo

import icalendar
import pytest
from dateutil.tz import tzical

from scale import ical
from schedule.actions import plan_release, publish
from schedule.models import Slot
from schedule.plans import working_plan
from tests.factories import cfp as make_cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make

LOS_ANGELES = zoneinfo.ZoneInfo("America/Los_Angeles")


def calendar(client, conference, path="schedule.ics"):
    response = client.get(f"/{conference.slug}/{path}")
    assert response.status_code == 200, path
    body = response.content
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert b"\n" not in body.replace(b"\r\n", b"")
    return icalendar.Calendar.from_ical(body)


def events(client, conference, path="schedule.ics"):
    return {str(e["uid"]): e for e in calendar(client, conference, path).walk("VEVENT")}


def only(client, conference):
    (event,) = events(client, conference).values()
    return event


@pytest.mark.parametrize(
    "title", ["Plain", "Commas, semicolons; back\\slash", "Zwei\nZeilen", "🎉" * 60, "مرحبا " * 20]
)
def test_titles_survive_a_real_parser(conference, client, title):
    slot = make.slot(conference, talk=make.confirmed(conference, title=title, speakers=[]))
    event = only(client, conference)
    assert event["summary"] == title
    assert event["uid"] == str(slot.uuid)
    assert event.decoded("dtstart") == slot.starts_at
    assert event.decoded("dtend") == slot.ends_at
    assert event["location"] == slot.room.name
    assert event["status"] == "CONFIRMED"


def test_an_entry_says_who_what_and_where_to_read_more(conference, client):
    track = make_cfp.track(conference, name="Kernel; and, friends")
    talk = make.confirmed(
        conference, title="Locks", speakers=[make_cfp.speaker(name="Ada, B.")], track=track
    )
    make.slot(conference, talk=talk)
    event = only(client, conference)
    assert event["summary"] == "Locks (Ada, B.)"
    link = f"http://127.0.0.1:8000/{conference.slug}/talks/{talk.code}/"
    assert event["description"] == f"Ada, B.\n\nWhat it is about.\n\n{link}"
    assert event["url"] == link
    assert [str(one) for one in event["categories"].cats] == ["Kernel; and, friends"]


def test_a_break_has_no_link_and_no_description(conference, client):
    make.slot(conference, title="Lunch", place="Lawn")
    event = only(client, conference)
    assert (event["summary"], event["location"]) == ("Lunch", "Lawn")
    assert not {"url", "description", "categories"} & set(map(str.lower, event))


def test_the_calendar_says_which_version_it_is_and_when_to_ask_again(conference, client):
    make.slot(conference)
    make.slot(conference)
    found = calendar(client, conference)
    assert found["x-wr-caldesc"] == "Schedule version 2"
    assert found.decoded("refresh-interval") == dt.timedelta(minutes=15)


def test_cancelled_talk_is_cancelled_in_calendars(conference, client):
    slot = make.slot(conference)
    before = only(client, conference)["sequence"]
    slot.talk.changed_at = slot.talk.changed_at - dt.timedelta(hours=1)
    slot.talk.move_to("cancelled")
    type(slot.talk).objects.filter(pk=slot.talk.pk).update(changed_at=later(minutes=1))
    slot.talk.save(update_fields=["status"])
    event = only(client, conference)
    assert event["status"] == "CANCELLED"
    assert event["description"].startswith("This talk is cancelled.")
    assert event["sequence"] > before
    slot.talk.move_to("confirmed")
    type(slot.talk).objects.filter(pk=slot.talk.pk).update(changed_at=later(minutes=2))
    slot.talk.save(update_fields=["status"])
    back = only(client, conference)
    assert (back["status"], back["sequence"] > event["sequence"]) == ("CONFIRMED", True)


def later(**more):
    return dt.datetime.now(dt.UTC) + dt.timedelta(**more)


def test_a_move_is_told_by_sequence_and_the_rest_stays_as_it_was(conference, client):
    slot, other = make.slot(conference), make.slot(conference, starts_at=make.at(conference, 14))
    before = events(client, conference)
    make.move(slot, starts_at=make.at(conference, 16))
    publish(working_plan(conference))
    after = events(client, conference)
    moved, kept = str(slot.uuid), str(other.uuid)
    assert after[moved]["sequence"] > before[moved]["sequence"]
    assert after[moved].decoded("dtstart") == make.at(conference, 16)
    assert after[kept].to_ical() == before[kept].to_ical()


def test_a_room_with_another_name_makes_its_entries_new(conference, client):
    slot = make.slot(conference)
    before = only(client, conference)
    type(slot.room).objects.filter(pk=slot.room.pk).update(changed_at=later(minutes=1))
    slot.room.refresh_from_db()
    room_changed = slot.room.changed_at
    assert room_changed > before.decoded("last-modified")
    slot.room.name = "Ballroom H"
    slot.room.save(update_fields=["name"])
    after = only(client, conference)
    assert after["location"] == "Ballroom H"
    assert after.decoded("last-modified") == room_changed.replace(microsecond=0)
    assert after["sequence"] > before["sequence"]


def test_saving_a_room_notes_when(conference):
    room = make.room(conference)
    type(room).objects.filter(pk=room.pk).update(changed_at=later(days=-1))
    room.refresh_from_db()
    before = room.changed_at
    room.save()
    assert room.changed_at > before


def test_what_is_taken_off_the_schedule_leaves_calendars_and_comes_back_as_itself(
    conference, client
):
    """A subscribed calendar shows what is in the feed: a ghost marked as cancelled would
    stand beside the same talk at its new place."""
    slot, _ = make.slot(conference), make.slot(conference, starts_at=make.at(conference, 14))
    uid = str(slot.uuid)
    before = events(client, conference)[uid]
    make.move(slot, goes_away=True)
    working = working_plan(conference)
    working.moves.update(goes_away=True)
    publish(working)
    assert uid not in events(client, conference)
    assert len(events(client, conference)) == 1
    publish(plan_release(conference, 2))
    back = events(client, conference)[uid]
    assert back.decoded("dtstart") == before.decoded("dtstart")
    assert back["sequence"] > before["sequence"]


def test_calendars_of_a_track_a_room_and_a_speaker(conference, client):
    track, person = make_cfp.track(conference), make_cfp.speaker()
    part, whole = make.room(conference), make.room(conference)
    whole.parts.add(part)
    here = make.confirmed(conference, track=track, speakers=[person])
    one = str(make.slot(conference, talk=here, room=part).uuid)
    two = str(make.slot(conference, room=whole, starts_at=make.at(conference, 12)).uuid)
    make.slot(conference, starts_at=make.at(conference, 13))
    assert set(events(client, conference, f"tracks/{track.code}.ics")) == {one}
    assert set(events(client, conference, f"speakers/{person.code}.ics")) == {one}
    assert set(events(client, conference, f"rooms/{part.code}.ics")) == {one, two}
    assert set(events(client, conference, f"rooms/{whole.code}.ics")) == {one, two}
    name = calendar(client, conference, f"rooms/{part.code}.ics")["x-wr-calname"]
    assert name == f"{conference.name}: {part.name}"


def test_calendars_of_what_nobody_may_know_are_not_there(conference, client):
    other = make_scale.conference()
    hidden = make_cfp.track(conference, is_hidden=True)
    elsewhere = make.slot(other)
    submitted = make_cfp.talk(conference).speakers()[0]
    for path in (
        f"tracks/{hidden.code}.ics",
        f"tracks/{make_cfp.track(other).code}.ics",
        f"rooms/{elsewhere.room.code}.ics",
        f"speakers/{elsewhere.talk.speakers()[0].code}.ics",
        f"speakers/{submitted.code}.ics",
        "speakers/NOBODY.ics",
    ):
        assert client.get(f"/{conference.slug}/{path}").status_code == 404, path


def test_fold_cuts_between_characters():
    for line in ("SUMMARY:" + "ü" * 100, "A" * 300, "🎉" * 90, "A" * 75, "A" * 76, "é" * 37 + "xx"):
        folded = ical.fold(line)
        assert all(len(part.encode()) <= 75 for part in folded.split("\r\n"))
        assert folded.replace("\r\n ", "") == line


# --- clocks ----------------------------------------------------------------------------------


def fits(client, conference):
    """{uid: (start, end)} as somebody reads them who knows only the zone inside the file."""
    return read_with(by_icalendar, client, conference)


def by_icalendar(found):
    return {str(zone["tzid"]): zone.to_tz() for zone in found.walk("VTIMEZONE")}


def by_dateutil(found):
    """Another program's understanding of the same rules."""
    zones = tzical(io.StringIO(found.to_ical().decode()))
    return {name: zones.get(name) for name in zones.keys()}  # noqa: SIM118


def read_with(zones_of, client, conference):
    found, read = calendar(client, conference), {}
    zones = zones_of(found)
    for event in found.walk("VEVENT"):
        read[str(event["uid"])] = tuple(
            instant(event[name], zones) for name in ("dtstart", "dtend")
        )
    return read


def instant(value, zones):
    name = value.params.get("TZID")
    naive = value.dt.replace(tzinfo=None)
    return naive.replace(tzinfo=zones[name] if name else dt.UTC).astimezone(dt.UTC)


NIGHTS = [
    # zone, first day, local hours of starts in UTC around the change
    ("America/Los_Angeles", dt.date(2027, 3, 13), dt.datetime(2027, 3, 14, 6, tzinfo=dt.UTC)),
    ("America/Los_Angeles", dt.date(2027, 11, 6), dt.datetime(2027, 11, 7, 5, tzinfo=dt.UTC)),
    ("Europe/Berlin", dt.date(2027, 3, 27), dt.datetime(2027, 3, 27, 21, tzinfo=dt.UTC)),
    ("Europe/Berlin", dt.date(2027, 10, 30), dt.datetime(2027, 10, 30, 21, tzinfo=dt.UTC)),
    ("Australia/Lord_Howe", dt.date(2027, 4, 3), dt.datetime(2027, 4, 3, 11, tzinfo=dt.UTC)),
    ("Australia/Lord_Howe", dt.date(2027, 10, 2), dt.datetime(2027, 10, 2, 11, tzinfo=dt.UTC)),
    ("Africa/Casablanca", dt.date(2027, 2, 6), dt.datetime(2027, 2, 7, 0, tzinfo=dt.UTC)),
    ("Asia/Kathmandu", dt.date(2027, 3, 13), dt.datetime(2027, 3, 13, 16, tzinfo=dt.UTC)),
    ("UTC", dt.date(2027, 3, 13), dt.datetime(2027, 3, 13, 22, tzinfo=dt.UTC)),
]


@pytest.mark.parametrize(("zone", "first", "start"), NIGHTS)
def test_every_half_hour_of_a_night_is_right(client, db, zone, first, start):
    """Also by the rules that stand in the file, for programs that know no zones."""
    conference = make_scale.conference(time_zone=zone, starts_on=first)
    room = make.room(conference)
    wanted = {}
    for n in range(14):
        begins = start + n * dt.timedelta(minutes=30)
        slot = make.slot(conference, room=room, starts_at=begins, minutes=30)
        wanted[str(slot.uuid)] = (slot.starts_at, slot.ends_at)
    assert fits(client, conference) == wanted
    assert read_with(by_dateutil, client, conference) == wanted
    known = events(client, conference)
    assert {
        uid: tuple(e.decoded(name).astimezone(dt.UTC) for name in ("dtstart", "dtend"))
        for uid, e in known.items()
    } == wanted


def test_the_hour_that_comes_twice_is_told_apart(client, db):
    conference = make_scale.conference(starts_on=dt.date(2027, 11, 6))
    for hour in (8, 9):
        make.slot(conference, starts_at=dt.datetime(2027, 11, 7, hour, 30, tzinfo=dt.UTC))
    body = client.get(f"/{conference.slug}/schedule.ics").content.decode()
    assert "DTSTART;TZID=America/Los_Angeles:20271107T013000" in body
    assert "DTSTART:20271107T093000Z" in body


def test_past_midnight_is_the_next_day(conference, client):
    slot = make.slot(conference, starts_at=make.at(conference, 23, 30), minutes=90)
    event = only(client, conference)
    first = conference.starts_on
    assert event["dtstart"].dt.date() == first
    assert event["dtend"].dt.replace(tzinfo=None) == dt.datetime.combine(
        first + dt.timedelta(days=1), dt.time(1)
    )
    assert event.decoded("dtend") == slot.ends_at


def test_zone_tells_each_change_once():
    lines = ical.zone_lines(LOS_ANGELES, dt.date(2027, 3, 11), dt.date(2027, 11, 8))
    text = "\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""])
    (zone,) = icalendar.Calendar.from_ical(text).walk("VTIMEZONE")
    told = [
        (
            part.name,
            f"{part['dtstart'].dt:%m-%d %H:%M}",
            part["tzoffsetfrom"].td,
            part["tzoffsetto"].td,
        )
        for part in zone.subcomponents
    ]
    eight, seven = dt.timedelta(hours=-8), dt.timedelta(hours=-7)
    assert told == [
        ("STANDARD", "03-09 16:00", eight, eight),
        ("DAYLIGHT", "03-14 02:00", eight, seven),
        ("STANDARD", "11-07 02:00", seven, eight),
    ]


def test_an_edition_without_slots_is_an_empty_calendar(conference, client):
    assert events(client, conference) == {}
    assert calendar(client, conference)["x-wr-caldesc"] == "Schedule version 0"
    assert Slot.objects.count() == 0
