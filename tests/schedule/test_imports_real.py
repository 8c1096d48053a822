"""The schedules of real conferences, where they lie beside the repository."""

import datetime as dt
import json
import shutil
import subprocess
import time
from xml.etree import ElementTree

import pytest

from cfp.models import Speaker, Talk, TalkSpeaker, Track
from scale.models import Conference
from schedule.imports import report
from schedule.imports.apply import import_schedule
from schedule.imports.read import read_path
from schedule.models import Release, Room, Slot
from tests.factories import schedules as make

pytestmark = pytest.mark.realdata

SWAPPED = {
    "Workshop: Understanding GitOps and Continuous Delivery using Argo CD and Helm",
    "Workshop: Developing Production Controllers with Kubebuilder",
}
# talks, rooms, tracks, problems by kind, talks without a place
EDITIONS = {
    "14x": (236, 19, 28, {}, 0),
    "15x": (220, 16, 25, {report.ROOM: 6}, 4),
    "18x": (166, 15, 21, {report.SPEAKER: 1}, 1),
    "20x": (181, 16, 19, {}, 0),
    "22x": (296, 17, 26, {}, 0),
}


@pytest.mark.parametrize("slug", EDITIONS)
def test_every_edition_of_scale(db, shared, slug, django_assert_max_num_queries):
    talks, rooms, tracks, problems, unplaced = EDITIONS[slug]
    path = shared / "data" / "scale" / f"{slug}.json"
    raw = json.loads(path.read_text())
    with django_assert_max_num_queries(66):
        told = import_schedule(read_path(path), slug)
    conference = Conference.objects.get()
    days = sorted(dt.date.fromisoformat(entry["StartTime"][:10]) for entry in raw)
    assert (conference.name, conference.time_zone) == (f"SCALE {slug}", "America/Los_Angeles")
    assert (conference.starts_on, conference.ends_on) == (days[0], days[-1])
    assert Talk.objects.filter(status="confirmed").count() == talks == len(raw)
    assert (Room.objects.count(), Track.objects.count()) == (rooms, tracks)
    assert dict(told.problem_counts) == problems
    assert told.counts["unplaced"] == unplaced
    names = {name.strip() for entry in raw for name in entry["Speakers"].split(",")} - {""}
    assert Speaker.objects.count() == len(names)
    wanted = sorted(
        (entry["Name"], entry["Location"], instant(entry["StartTime"]), instant(entry["EndTime"]))
        for entry in raw
    )
    shown = sorted(
        (slot.what, slot.where, slot.starts_at, slot.ends_at)
        for slot in Slot.objects.select_related("talk", "room")
    )
    assert len(shown) == talks - unplaced
    assert set(shown) <= set(wanted)
    version = conference.version
    again = import_schedule(read_path(path), slug)
    conference.refresh_from_db()
    assert (again.changed_anything, conference.version) == (False, version)
    assert Release.objects.count() == 1


def instant(written):
    return dt.datetime.fromisoformat(written)


def test_scale_on_the_public_pages(client, db, shared):
    import_schedule(read_path(shared / "data" / "scale" / "22x.json"), "22x")
    assert client.get("/22x/schedule/").status_code == 200
    raw = json.loads((shared / "data" / "scale" / "22x.json").read_text())
    ours = json.loads(client.get("/22x/signs").content)
    same = ("Name", "Location", "StartTime", "EndTime", "Speakers", "Topic")
    assert sorted([one[key] for key in same] for one in ours) == sorted(
        [" ".join(one[key].split()) for key in same] for one in raw
    )


def test_an_edition_after_another_changes_neither(db, shared):
    """The one later file there is: 15x in the place of 14x."""
    path = shared / "data" / "scale"
    import_schedule(read_path(path / "14x.json"), "14x")
    before = list(Slot.objects.values())
    told = import_schedule(read_path(path / "15x.json"), "15x")
    assert told.counts["new_talks"] == 220
    assert list(Slot.objects.filter(conference__slug="14x").values()) == before


def test_a_later_version_of_a_real_file(db, shared, tmp_path):
    raw = json.loads((shared / "data" / "scale" / "20x.json").read_text())
    path = tmp_path / "20x.json"

    def load(entries, **options):
        path.write_text(json.dumps(entries))
        return import_schedule(read_path(path), "20x", **options)

    load(raw)
    later = [dict(entry) for entry in raw if entry["Name"] != "UpSCALE"]
    one, two = (n for n, entry in enumerate(later) if entry["Name"] in SWAPPED)
    later[one]["Location"], later[two]["Location"] = later[two]["Location"], later[one]["Location"]
    later[9]["Description"] = "Cut short."
    told = load(later)
    assert (told.counts["moved"], told.counts["changed_talks"]) == (2, 1)
    assert dict(told.problem_counts) == {report.ABSENT: 1}
    assert Slot.objects.count() == 181
    told = load(later, prune=True)
    assert (told.counts["removed"], told.counts["cancelled_talks"]) == (1, 1)
    assert (Slot.objects.count(), Talk.objects.count()) == (180, 181)
    assert not load(later, prune=True).changed_anything


def test_fosdem(db, shared):
    path = shared / "data" / "fosdem" / "2025.xml"
    began = time.process_time()  # a busy machine does not count
    told = import_schedule(read_path(path), "fosdem-2025")
    assert time.process_time() - began < 30
    conference = Conference.objects.get()
    assert (conference.name, conference.time_zone) == ("FOSDEM 2025", "Europe/Brussels")
    assert (conference.starts_on, conference.ends_on) == (
        dt.date(2025, 2, 1),
        dt.date(2025, 2, 2),
    )
    assert (Talk.objects.count(), Room.objects.count()) == (943, 40)
    assert (Speaker.objects.count(), TalkSpeaker.objects.count()) == (992, 1172)
    assert dict(told.problem_counts) == {report.SPEAKER: 1}
    assert told.counts["placed"] == 942
    events = {event.get("id"): event for event in ElementTree.parse(path).getroot().iter("event")}
    assert {problem.position for problem in told.problems} == {"event 5379"}
    starts = sorted(instant(event.findtext("date")) for event in events.values())
    shown = sorted(Slot.objects.values_list("starts_at", flat=True))
    assert set(shown) <= set(starts)
    assert not Talk.objects.filter(abstract__contains="<p>").exists()
    assert not import_schedule(read_path(path), "fosdem-2025").changed_anything


def test_our_samples_are_what_the_schemas_ask_for(shared, tmp_path):
    """The tests' own files are no invention: the validators of the format accept them."""
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((shared / "validators" / "schedule.schema.json").read_text())
    person = [{"name": "Ada Okafor", "code": "AB", "biography": None}]
    found = json.loads(make.c3voc(make.event(), make.event(2, code="AB12", persons=person)))
    jsonschema.validate(found, schema)
    if shutil.which("xmllint"):
        (tmp_path / "ours.xml").write_bytes(make.frab(make.event()))
        xsd = shared / "validators" / "schedule.xml.xsd"
        checked = subprocess.run(
            ["xmllint", "--noout", "--schema", xsd, tmp_path / "ours.xml"], capture_output=True
        )
        assert checked.returncode == 0, checked.stderr
