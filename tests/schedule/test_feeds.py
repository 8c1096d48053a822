"""What programs read: who reads what, what it costs, and that every format says the same."""

import csv
import datetime as dt
import gzip
import io
import json
import subprocess
from xml.etree import ElementTree

import jsonschema
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scale import cache as page_cache
from scale.models import Conference, Role
from schedule.actions import publish
from schedule.models import Slot
from schedule.plans import working_plan
from tests.factories import cfp as make_cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make
from tests.readers import READERS, of_title

# path: how the drift test reads it, None where it says nothing of slots
FEEDS = {
    "/{}/schedule.ics": "ics",
    "/{}/schedule.xml": "frab",
    "/{}/schedule.json": "c3voc",
    "/{}/signs": "signs",
    "/{}/app": "app",
    "/{}/guidebook.csv": "guidebook",
    "/scale/{}/signs": "signs",
    "/scale/{}/app": "app",
    "/api/tracks/{}": None,
}
SLOTS = [path for path, reader in FEEDS.items() if reader]


def get(conference, path, **headers):
    return Client().get(path.format(conference.slug), headers=headers)


def fill(conference, talks):
    """Each with a track, a kind, two speakers and a room of its own."""
    track, kind = make_cfp.track(conference), make_cfp.kind(conference)
    for n in range(talks):
        people = [make_cfp.speaker(), make_cfp.speaker()]
        talk = make.confirmed(conference, track=track, kind=kind, speakers=people)
        make.slot(conference, talk=talk, starts_at=make.at(conference, 9 + n))
    make.slot(conference, title="Lunch", place="Lawn", starts_at=make.at(conference, 12))


def statements(conference, path):
    page_cache.memory.clear()
    page_cache.cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert get(conference, path).status_code == 200
    return len([query for query in queries if "SAVEPOINT" not in query["sql"]])


@pytest.mark.parametrize("path", FEEDS)
def test_statements_do_not_grow_with_talks(conference, path):
    fill(conference, 1)
    one = statements(conference, path)
    fill(conference, 4)
    assert statements(conference, path) == one
    assert one <= 8


@pytest.mark.parametrize("name", ["tracks", "rooms", "speakers"])
def test_calendars_of_parts_neither(conference, name):
    def path():
        slot = Slot.objects.filter(talk__isnull=False).first()
        code = {
            "tracks": slot.talk.track.code,
            "rooms": slot.room.code,
            "speakers": slot.talk.speakers()[0].code,
        }[name]
        return f"/{{}}/{name}/{code}.ics"

    fill(conference, 1)
    one = statements(conference, path())
    fill(conference, 4)
    assert statements(conference, path()) == one
    assert one <= 8


@pytest.mark.sqlite
@pytest.mark.parametrize("path", FEEDS)
def test_each_has_an_etag_gzip_and_the_number_of_the_version(conference, path):
    fill(conference, 4)
    first = get(conference, path)
    assert first["Schedule-Version"] == "5"
    assert first["Cache-Control"] == "public, max-age=0, s-maxage=1"
    with CaptureQueriesContext(connection) as queries:
        again = get(conference, path, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, len(queries)) == (304, b"", 1)
    packed = get(conference, path, **{"Accept-Encoding": "gzip"})
    if len(first.content) > 500:
        assert packed["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == first.content
    slot = Slot.objects.filter(talk__isnull=False).first()
    make.move(slot, starts_at=make.at(conference, 18))
    publish(working_plan(conference))
    after = get(conference, path, **{"If-None-Match": first["ETag"]})
    assert (after.status_code, after["Schedule-Version"]) == (200, "6")
    assert (after.content != first.content) == bool(FEEDS[path])


@pytest.mark.sqlite
@pytest.mark.parametrize("path", FEEDS)
def test_the_same_bytes_whenever_they_are_made(conference, path):
    fill(conference, 3)
    first = get(conference, path).content
    page_cache.memory.clear()
    page_cache.cache.clear()
    assert get(conference, path).content == first


@pytest.mark.parametrize("path", FEEDS)
def test_an_edition_that_is_not_public_has_no_feeds_but_for_its_staff(conference, as_role, path):
    Conference.objects.filter(pk=conference.pk).update(is_public=False)
    assert get(conference, path).status_code == 404
    assert as_role().get(path.format(conference.slug)).status_code == 404
    answer = as_role(Role.CREW).get(path.format(conference.slug))
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")


@pytest.mark.parametrize("path", FEEDS)
def test_no_such_edition_and_nothing_but_reading(conference, path):
    assert Client().get(path.format("no-such")).status_code == 404
    assert Client().post(path.format(conference.slug)).status_code == 405
    head = Client().head(path.format(conference.slug))
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("path", FEEDS)
def test_an_edition_without_slots_has_empty_feeds(conference, path):
    answer = get(conference, path)
    assert (answer.status_code, answer["Schedule-Version"]) == (200, "0")
    if reader := FEEDS[path]:
        assert READERS[reader](answer.content) == []


@pytest.mark.parametrize("path", FEEDS)
def test_a_track_behind_an_access_code_is_not_named(conference, path):
    track = make_cfp.track(conference, name="Zanzibar secrets", is_hidden=True)
    make.slot(conference, talk=make.confirmed(conference, track=track, title="Open"))
    body = get(conference, path).content
    assert b"Zanzibar" not in body
    if FEEDS[path]:
        assert b"Open" in body


@pytest.mark.parametrize("path", FEEDS)
def test_nothing_private_is_told(conference, path):
    person = make_cfp.speaker(name="Ada", email="ada-private@example.org")
    talk = make.confirmed(conference, speakers=[person], notes="Quagga to the committee")
    talk.day_phone = "+1 555 0199"
    talk.save()
    make.slot(conference, talk=talk)
    make_cfp.talk(conference, title="Only submitted")
    body = get(conference, path).content
    for word in (b"ada-private", b"Quagga", b"0199", b"Only submitted"):
        assert word not in body


# --- the same facts in every format ------------------------------------------------------------


def facts(conference, path):
    return sorted(
        (
            fact.title,
            fact.where,
            instant(fact.starts_at, conference),
            instant(fact.ends_at, conference),
        )
        for fact in READERS[FEEDS[path]](get(conference, path).content)
    )


def instant(time, conference):
    """As a number: Python does not compare hours that come twice. None if it is not said."""
    if time is None:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=conference.zone)).timestamp()


def truth(conference):
    return sorted(
        (slot.what, slot.where, slot.starts_at.timestamp(), slot.ends_at.timestamp())
        for slot in Slot.objects.shown(conference)
    )


def clean(text):
    """Without what no format can carry; every format has plain line ends."""
    return "".join(c for c in text if c >= " " and c not in "\x7f\ufffe\uffff" or c in "\n\t")


HOSTILE = {
    "markup": "</title><script>alert('1')</script> & \"quotes\" ]]> <!-- --> &amp; &#65;",
    "controls": "NUL\x00 bell\x07 escape\x1b[31m vertical\x0b form\x0c backspace\x08 delete\x7f",
    "escapes": r"\u0000 \b \n \\u0001 \, \; C:\bin\file",
    "noncharacters": "a\ufffeb\uffffc",
    "emoji": "🎉👩‍👩‍👧‍👦🏳️‍🌈" * 7,
    "rtl": "مرحبا بالعالم \u202e reversed \u202c שלום",
    "formula": '=HYPERLINK("http://evil.example","x")',
    "combining": "Z̸a̶l̷g̴o̵ é é ﷽",
    "separators": "one\u2028two\u2029three\x85four",
    "commas": "a,b;c:d\"e'f|g\tend",
    "blank": "​",
}


@pytest.mark.parametrize("path", SLOTS)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_titles_are_read_back_as_they_are(conference, path, name):
    text = HOSTILE[name]
    talk = make.confirmed(
        conference,
        title=text,
        abstract=text,
        description=text * 40,
        track=make_cfp.track(conference, name=text),
        kind=make_cfp.kind(conference, name=text[:60]),
        speakers=[make_cfp.speaker(name=text, biography=text)],
    )
    make.slot(conference, talk=talk, room=make.room(conference, name=text))
    body = get(conference, path).content
    assert not set(body) & set(range(9)) and b"\x00" not in body
    assert "\\u0000" not in body.decode() or name == "escapes"
    ((title, where, _, _),) = facts(conference, path)
    wanted = clean(text)
    if path.endswith(".ics") and name == "separators":
        wanted = "one\ntwo\nthree\nfour"
    assert (title, where) == (wanted, wanted)


@pytest.mark.parametrize("path", SLOTS)
def test_a_title_of_ten_thousand_characters_elsewhere_is_whole(conference, path):
    """Titles end at 250; abstracts and descriptions do not."""
    long = "Long 🎉 & wörds, " * 625
    assert len(long) == 10_000
    talk = make.confirmed(conference, abstract="", description=long, title="é" * 250)
    make.slot(conference, talk=talk)
    assert facts(conference, path) == truth(conference)
    body = get(conference, path).content
    if path.endswith(".xml"):
        assert ElementTree.fromstring(body).find(".//description").text == long
    if path.endswith(".json"):
        (event,) = events(json.loads(body))
        assert event["description"] == long


def events(found):
    days = found["schedule"]["conference"]["days"]
    return [event for day in days for room in day["rooms"].values() for event in room]


def test_a_csv_cell_is_no_formula(conference):
    make.slot(conference, talk=make.confirmed(conference, title="=1+1"), place="@home", room=None)
    body = get(conference, "/{}/guidebook.csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(body))
    assert (row["Session Title"], row["Room/Location"]) == ("'=1+1", "'@home")


@pytest.mark.parametrize("path", SLOTS)
@pytest.mark.parametrize(
    ("zone", "first", "start"),
    [
        ("America/Los_Angeles", dt.date(2027, 3, 13), dt.datetime(2027, 3, 14, 6, tzinfo=dt.UTC)),
        ("Europe/Berlin", dt.date(2027, 10, 30), dt.datetime(2027, 10, 30, 21, tzinfo=dt.UTC)),
    ],
)
def test_nights_with_other_clocks_are_right(db, path, zone, first, start):
    """From the evening over midnight and over the change, and some that last through it."""
    conference = make_scale.conference(time_zone=zone, starts_on=first)
    room, other = make.room(conference), make.room(conference)
    for n in range(12):
        begins = start + n * dt.timedelta(minutes=30)
        if path.endswith(".csv") and is_second(begins, conference):
            continue  # a clock without an offset cannot tell the second of two hours
        make.slot(conference, room=room, starts_at=begins, minutes=30)
    make.slot(conference, room=other, starts_at=start, minutes=480)
    wanted = truth(conference)
    if path.endswith(".csv"):
        assert [row[:3] for row in facts(conference, path)] == [row[:3] for row in wanted]
    else:
        assert facts(conference, path) == wanted


def is_second(time, conference):
    return bool(time.astimezone(conference.zone).fold)


@pytest.mark.parametrize("path", SLOTS)
def test_cancelled_talks_say_so_and_stay(conference, path):
    slot = make.slot(conference)
    slot.talk.move_to("cancelled")
    slot.talk.save()
    (fact,) = READERS[FEEDS[path]](get(conference, path).content)
    assert (fact.title, fact.cancelled) == (slot.what, True)


def test_cancelled_is_spelled_as_on_the_signs():
    assert of_title("Cancelled: Ceph") == ("Ceph", True)


# --- the shapes that others ask for --------------------------------------------------------------


def test_app_has_what_todays_apps_read(conference):
    track = make_cfp.track(conference, name="Kernel", colour="#2f6fd0")
    talk = make.confirmed(conference, title="Locks", track=track, description="Of *every* kind.")
    slot = make.slot(conference, talk=talk, starts_at=make.at(conference, 10))
    (row,) = json.loads(get(conference, "/{}/app").content)
    assert row == {
        "nid": str(slot.pk),
        "Name": "Locks",
        "Location": slot.room.name,
        "StartTime": "2027-03-04T10:00:00-08:00",
        "EndTime": "2027-03-04T10:45:00-08:00",
        "Speakers": slot.speaker_names,
        "Track": "Kernel",
        "LongAbstract": "<p>Of <em>every</em> kind.</p>",
        "Photo": "",
        "Link": f"http://127.0.0.1:8000/{conference.slug}/talks/{talk.code}/",
    }
    assert json.loads(get(conference, "/api/tracks/{}").content) == [
        {"name": "Kernel", "color": "#2f6fd0"}
    ]


@pytest.mark.parametrize("name", ["signs", "app"])
def test_the_old_addresses_answer_the_same(conference, name):
    fill(conference, 3)
    new, old = get(conference, f"/{{}}/{name}"), get(conference, f"/scale/{{}}/{name}")
    assert new.content == old.content
    assert (new.status_code, old["Content-Type"]) == (200, "application/json")


def test_guidebook_has_the_clocks_of_the_venue(conference):
    make.slot(conference, starts_at=make.at(conference, 23, 30), minutes=60)
    make.slot(conference, starts_at=make.at(conference, 12), minutes=45)
    body = get(conference, "/{}/guidebook.csv").content.decode("utf-8-sig")
    noon, night = csv.reader(io.StringIO(body).readlines()[1:])
    assert noon[1:5] == ["3/4/2027", "12:00 PM", "3/4/2027", "12:45 PM"]
    assert night[1:5] == ["3/4/2027", "11:30 PM", "3/5/2027", "12:30 AM"]


def test_guidebook_leaves_out_an_end_that_the_clocks_show_before_its_start(db):
    """It would refuse the line; 1:30 to 1:15 is what the clocks of that night show."""
    conference = make_scale.conference(starts_on=dt.date(2027, 11, 6))
    begins = dt.datetime(2027, 11, 7, 8, 30, tzinfo=dt.UTC)
    make.slot(conference, starts_at=begins, minutes=45)
    make.slot(conference, starts_at=begins + dt.timedelta(hours=1), minutes=45)
    body = get(conference, "/{}/guidebook.csv").content.decode("utf-8-sig")
    first, second = csv.reader(io.StringIO(body).readlines()[1:])
    assert first[1:5] == ["11/7/2027", "1:30 AM", "", ""]
    assert second[1:5] == ["11/7/2027", "1:30 AM", "11/7/2027", "2:15 AM"]


@pytest.mark.parametrize(
    ("hour", "minute", "day"), [(0, 30, 0), (5, 59, 0), (6, 0, 1), (23, 30, 1)]
)
def test_what_begins_before_six_is_of_the_evening_before(conference, hour, minute, day):
    """As apps read it, which shift what is before the clock at which a day ends."""
    make.slot(conference, starts_at=make.at(conference, hour, minute, day=1), minutes=60)
    days = ElementTree.fromstring(get(conference, "/{}/schedule.xml").content).findall("day")
    (found,) = (one for one in days if one.find("room"))
    date = conference.starts_on + dt.timedelta(days=day)
    after = date + dt.timedelta(days=1)
    assert found.attrib == {
        "index": str(day + 1),
        "date": date.isoformat(),
        "start": f"{date}T06:00:00-08:00",
        "end": f"{after}T06:00:00-08:00",
    }
    about = json.loads(get(conference, "/{}/schedule.json").content)["schedule"]["conference"]
    (there,) = (one for one in about["days"] if one["rooms"])
    assert (there["index"], there["day_end"]) == (day + 1, f"{after}T06:00:00-08:00")
    assert (about["start"], about["end"]) == (str(conference.starts_on), str(conference.ends_on))


def every_kind(conference):
    """One slot of every kind that there can be."""
    track = make_cfp.track(conference, name="Kernel & <friends>")
    kind = make_cfp.kind(conference, name="Workshop")
    person = make_cfp.speaker(name="Ada & Söhne", biography="Writes *compilers*.")
    talk = make.confirmed(
        conference, track=track, kind=kind, speakers=[person], licence="cc-by", may_record=False
    )
    room = make.room(conference, name='Room "1" & <2>')
    make.slot(conference, talk=talk, room=room)
    make.slot(conference, talk=talk, room=room, starts_at=make.at(conference, 12), kind="repeat")
    make.slot(conference, talk=talk, starts_at=make.at(conference, 12), kind="overflow")
    make.slot(conference, title="Lunch", place="Lawn", starts_at=make.at(conference, 13))
    make.slot(conference, title="日本語", place="x", starts_at=make.at(conference, 23, 50))
    make.slot(conference, title="Long", place="y", starts_at=make.at(conference, 0), minutes=7000)
    gone = make.slot(conference, talk=make.confirmed(conference, speakers=[]))
    gone.talk.move_to("cancelled")
    gone.talk.save()
    before = conference.starts_on - dt.timedelta(days=1)
    make.slot(
        conference,
        title="Set-up",
        starts_at=dt.datetime.combine(before, dt.time(9), conference.zone),
    )


EDITIONS = [
    {},
    {"slug": "x", "series": "", "name": "X", "time_zone": "UTC"},
    {"slug": "fosdem-2025", "series": "FOSDEM", "time_zone": "Europe/Brussels"},
    {"slug": "9", "series": "Ünï cödé", "time_zone": "Etc/GMT+8"},
    {"time_zone": "America/Argentina/Buenos_Aires"},
    {"time_zone": "Asia/Kathmandu", "starts_on": dt.date(2027, 3, 13)},
    {"starts_on": dt.date(2027, 3, 13)},
    {"starts_on": dt.date(2027, 11, 6)},
]


def accepted_by_xmllint(body, shared, tmp_path):
    (tmp_path / "schedule.xml").write_bytes(body)
    xsd = shared / "validators" / "schedule.xml.xsd"
    checked = subprocess.run(
        ["xmllint", "--noout", "--schema", xsd, tmp_path / "schedule.xml"], capture_output=True
    )
    assert checked.returncode == 0, checked.stderr.decode()


def accepted_by_the_schema(body, shared):
    schema = json.loads((shared / "validators" / "schedule.schema.json").read_text())
    checker = jsonschema.Draft6Validator(schema, format_checker=jsonschema.FormatChecker())
    assert list(checker.iter_errors(json.loads(body))) == []


@pytest.mark.realdata
@pytest.mark.parametrize("fields", EDITIONS)
@pytest.mark.parametrize("filled", [True, False])
def test_validators_of_the_formats_find_nothing(db, shared, tmp_path, fields, filled):
    conference = make_scale.conference(**fields)
    if filled:
        every_kind(conference)
    accepted_by_xmllint(get(conference, "/{}/schedule.xml").content, shared, tmp_path)
    accepted_by_the_schema(get(conference, "/{}/schedule.json").content, shared)


@pytest.mark.realdata
@pytest.mark.parametrize("name", HOSTILE)
def test_validators_find_nothing_in_hostile_text(conference, shared, tmp_path, name):
    text = HOSTILE[name]
    talk = make.confirmed(
        conference,
        title=text,
        abstract=text,
        description=text,
        language=text[:20],
        track=make_cfp.track(conference, name=text),
        kind=make_cfp.kind(conference, name=text[:60]),
        speakers=[make_cfp.speaker(name=text, biography=text)],
    )
    make.slot(conference, talk=talk, room=make.room(conference, name=text[:100]))
    conference.name = text[:80]
    conference.save()
    accepted_by_xmllint(get(conference, "/{}/schedule.xml").content, shared, tmp_path)
    accepted_by_the_schema(get(conference, "/{}/schedule.json").content, shared)
