"""Nights in which the clocks change, and talks past midnight: every output says the same instants.

Read back by what programs and people go by, never by the code that wrote it.
"""

import datetime as dt
import io
import json
import re
import zoneinfo

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from scale import outputs
from scale.time import clock
from tests.factories import cfp as make_cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make
from tests.pages.test_drift import ALL_TALKS, FEEDS, crew_of, truth
from tests.readers import READERS, Page

HALF = dt.timedelta(minutes=30)
# zone, the evening's day, when the clocks change: forward, back, by half an hour, or not at all
NIGHTS = [
    ("America/Los_Angeles", dt.date(2027, 3, 13), "2027-03-14T10:00Z"),
    ("America/Los_Angeles", dt.date(2027, 11, 6), "2027-11-07T09:00Z"),
    ("Europe/Berlin", dt.date(2027, 3, 27), "2027-03-28T01:00Z"),
    ("Europe/Berlin", dt.date(2027, 10, 30), "2027-10-31T01:00Z"),
    ("Australia/Lord_Howe", dt.date(2027, 10, 2), "2027-10-02T15:30Z"),
    ("Australia/Lord_Howe", dt.date(2027, 4, 3), "2027-04-03T15:00Z"),
    ("Asia/Kathmandu", dt.date(2027, 3, 13), "2027-03-13T20:15Z"),
]


@pytest.fixture(params=NIGHTS, ids=lambda night: f"{night[0]}-{night[1]:%B}")
def night(request, db):
    """Talks by the half hour from 22:00 to long after the change, and one through all of it."""
    zone, first, change = request.param
    conference = make_scale.conference(time_zone=zone, starts_on=first)
    begins, change = make.at(conference, 22), dt.datetime.fromisoformat(change)
    room, other = (make.room(conference, name=name) for name in ("Quokka Hall", "Emu"))
    number = 0
    while begins < change + 4 * HALF:
        talk(conference, number, room=room, starts_at=begins, minutes=30)
        number, begins = number + 1, begins + HALF
    talk(conference, number, room=other, starts_at=change - HALF, minutes=75)
    make.slot(conference, title="Stars", place="Lawn", starts_at=make.at(conference, 23, 30),
              minutes=45)  # fmt: skip
    return conference


def talk(conference, number, **where):
    made = make.confirmed(
        conference,
        title=f"Nightingale number {number}",
        speakers=[make_cfp.speaker(name=f"Zdenka {chr(65 + number)}")],
    )
    make.favourites(conference, made)
    return make.slot(conference, talk=made, **where)


def test_the_nights_are_what_they_are_meant_to_be():
    """Else the tests below would prove nothing."""
    changes = []
    for zone, _, change in NIGHTS:
        moment, zone = dt.datetime.fromisoformat(change), zoneinfo.ZoneInfo(zone)
        before, after = (
            (moment + step).astimezone(zone).utcoffset()
            for step in (-dt.timedelta(seconds=1), HALF)
        )
        changes.append((after - before).total_seconds() / 60)
    assert changes == [60, -60, 60, -60, 30, -30, 0]


def test_every_output_says_the_same_instants(night):
    wanted, client, crew = truth(night), Client(), crew_of(night)
    for output in outputs.REGISTERED.values():
        seen = []
        for path in output.paths(night):
            response = (client if output.is_public else crew).get(path)
            assert response.status_code == 200, (output.name, path)
            found = READERS[output.reader](response.content)
            seen.append(sorted(slot_of(fact, wanted, night, path) for fact in found))
            if output.reader == "html":
                clocks_are_right(response.content, night, path)
        everywhere = {uuid for found in seen for uuid in found}
        if output.name in FEEDS:
            assert all(found == sorted(wanted) for found in seen), f"{output.name} misses slots"
        if output.name in (*FEEDS, "schedule", "schedule of a day", "slots of the API"):
            assert everywhere == set(wanted), f"{output.name} misses slots"
        if output.name in ALL_TALKS:
            talks = {uuid for uuid, row in wanted.items() if row["is_talk"]}
            assert everywhere == talks, f"{output.name} misses talks"


def slot_of(fact, wanted, conference, path):
    """The slot that a fact tells of, if its times are the slot's."""
    alike = [
        uuid
        for uuid, row in wanted.items()
        if fact.slot in (None, uuid)
        and fact.title in (None, row["title"])
        and (fact.starts_at is None or row["starts_at"] in meant(fact.starts_at, conference))
        and (fact.ends_at is None or row["ends_at"] in meant(fact.ends_at, conference))
    ]
    assert len(alike) == 1, f"{path} shows {fact}"
    return alike[0]


def meant(time, conference):
    """The instants that a time can mean: clocks alone show an hour of autumn twice."""
    if time.tzinfo:
        return {time.astimezone(dt.UTC)}
    passes = (time.replace(tzinfo=conference.zone, fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    return {one for one in passes if one.astimezone(conference.zone).replace(tzinfo=None) == time}


def clocks_are_right(body, conference, path):
    """What people read is the instant that programs read, and no two instants look alike."""
    shown = {}
    for instant, words in Page(body.decode()).times:
        said = clock(instant, conference)
        assert words.endswith(said), f"{path} says {words!r} of {instant}"
        assert instant.utcoffset() == instant.astimezone(conference.zone).utcoffset(), path
        day, instant = instant.astimezone(conference.zone).date(), instant.replace(second=0)
        assert shown.setdefault((day, said), instant) == instant, f"{path}: {said} is twice"


def test_what_search_engines_are_told_are_the_same_instants(night):
    client = Client()
    (pages,) = (one for one in outputs.REGISTERED.values() if one.name == "talk page")
    told = set()
    for path in pages.paths(night):
        body = client.get(path).content.decode()
        (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', body, re.S)
        told |= {
            tuple(dt.datetime.fromisoformat(one[name]) for name in ("startDate", "endDate"))
            for one in json.loads(data)["@graph"]
        }
    rows = [row for row in truth(night).values() if row["is_talk"]]
    assert told == {(row["starts_at"], row["ends_at"]) for row in rows}


def test_the_sheet_on_paper_tells_the_two_hours_apart(db):
    conference = make_scale.conference(starts_on=dt.date(2027, 11, 6))
    room = make.room(conference)
    for hour in (8, 9):
        begins = dt.datetime(2027, 11, 7, hour, 30, tzinfo=dt.UTC)
        talk(conference, hour, room=room, starts_at=begins, minutes=60)
    path = reverse("schedule:crew-sheet-pdf", args=[conference.slug, room.code, "2027-11-07"])
    (page,) = PdfReader(io.BytesIO(crew_of(conference).get(path).content)).pages
    said = re.findall(r"01:30–\d\d:30 Nightingale number (\d)\n(\S+)", page.extract_text())
    assert said == [("8", "PDT–PST"), ("9", "PST")]


def test_lists_are_in_the_order_of_time(night):
    wanted = truth(night)
    for output in outputs.REGISTERED.values():
        if output.reader != "html" or output.name not in (
            "schedule as a list",
            "schedule of a day",
        ):
            continue
        for path in output.paths(night):
            facts = READERS["html"](Client().get(path).content)
            starts = [wanted[fact.slot]["starts_at"] for fact in facts]
            assert starts == sorted(starts), path
