"""What goes out comes in again: import, export, import into a new edition, compare.

What a format cannot carry stands in LOST. None of them tells a place outside the rooms
from a room, nor a part from a repeat, and only the title says that a talk is cancelled.
"""

import io

import pytest
from django.test import Client

from cfp.models import Talk
from scale.models import Conference
from scale.text import plain
from schedule.imports.apply import import_schedule
from schedule.imports.read import read, read_path
from schedule.models import Room, Slot
from tests.factories import cfp as make_cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make

# format: what of a placed slot it has no words for
LOST = {
    "schedule.xml": {"biographies", "capacity"},
    "schedule.json": set(),
    # One text of a talk, and one line of names: a name with a comma in it becomes two people.
    "signs": {
        *("biographies", "capacity", "description", "kind", "language", "may_record"),
        *("slides_url", "recording_url"),
        "commas in names",
    },
}
FILES = [*(f"scale/{slug}.json" for slug in ("14x", "15x", "18x", "20x", "22x")), "fosdem/2025.xml"]


def placed(conference, lost):
    """Every slot with all that a format may carry of it."""
    found = []
    for slot in Slot.objects.shown(conference):
        talk, people = slot.talk, slot.talk.speakers() if slot.talk else []
        facts = {
            "title": slot.what,
            "where": slot.where,
            "starts_at": slot.starts_at,
            "ends_at": slot.ends_at,
            "is_break": talk is None,
            "speakers": [person.name for person in people],
            "track": talk.shown_track.name if talk and talk.shown_track else "",
            "biographies": [person.biography for person in people],
            "capacity": slot.room.capacity if slot.room else None,
        }
        if talk:
            facts |= {
                "abstract": talk.abstract,
                "description": talk.description,
                "kind": talk.kind.name if talk.kind else "",
                "language": talk.language,
                "may_record": talk.may_record,
                "slides_url": talk.slides_url,
                "recording_url": talk.recording_url,
            }
            if "description" in lost:
                facts["abstract"] = talk.abstract or plain(talk.description, 1200)
        if "commas in names" in lost:
            facts["speakers"] = ", ".join(facts["speakers"])
        found.append({name: value for name, value in facts.items() if name not in lost})
    return sorted(found, key=lambda row: (row["starts_at"], row["where"], row["title"]))


def again(conference, name, slug="again"):
    """The edition that an export of this one makes."""
    body = Client().get(f"/{conference.slug}/{name}").content
    told = import_schedule(read(io.BytesIO(body)), slug, time_zone=conference.time_zone)
    assert told.problems == [], [problem.line() for problem in told.problems]
    return Conference.objects.get(slug=slug)


@pytest.mark.realdata
@pytest.mark.parametrize("name", LOST)
@pytest.mark.parametrize("file", FILES)
def test_real_schedules_lose_nothing_that_the_format_can_carry(db, shared, file, name):
    slug = "fosdem-2025" if "fosdem" in file else file[6:9]
    import_schedule(read_path(shared / "data" / file), slug)
    first = Conference.objects.get()
    second = again(first, name)
    assert placed(second, LOST[name]) == placed(first, LOST[name])
    assert (
        Talk.objects.filter(conference=second).count()
        == Slot.objects.filter(conference=first).values("talk").distinct().count()
    )
    if name != "signs":
        assert (second.name, second.time_zone) == (first.name, first.time_zone)
        assert (second.starts_on, second.ends_on) == (first.starts_on, first.ends_on)
    third = again(second, name, "third")
    assert placed(third, set()) == placed(second, set()), "the second time nothing more is lost"


def rich(conference):
    """Slots of every kind, all with texts of their own."""
    track = make_cfp.track(conference, name="Kernel & <friends>")
    kind = make_cfp.kind(conference, name="Workshop")
    person = make_cfp.speaker(name="Ada Söhne, Jr.", biography="Writes *compilers*.")
    talk = make.confirmed(
        conference,
        title="Locks; and, “more”",
        abstract="Short.\n\nIn two paragraphs.",
        description="Long:\n\n- one\n- two & three",
        track=track,
        kind=kind,
        speakers=[person, make_cfp.speaker(name="Bo")],
        may_record=False,
        language="German",
        slides_url="https://slides.example.org/a?b=1&c=%22",
        recording_url="https://video.example.org/a",
    )
    room = make.room(conference, name="Room 1", capacity=80)
    make.slot(conference, talk=talk, room=room)
    make.slot(conference, talk=talk, room=room, starts_at=make.at(conference, 12), kind="repeat")
    make.slot(conference, talk=talk, starts_at=make.at(conference, 12), kind="overflow")
    make.slot(conference, talk=make.confirmed(conference, description=""), room=room,
              starts_at=make.at(conference, 23, 30), minutes=60)  # fmt: skip
    return talk


@pytest.mark.parametrize("name", LOST)
def test_a_talk_with_several_slots_stays_one_talk(conference, name):
    rich(conference)
    second = again(conference, name)
    assert placed(second, LOST[name]) == placed(conference, LOST[name])
    assert Talk.objects.filter(conference=second).count() == 2
    kinds = Slot.objects.filter(conference=second, talk__title__startswith="Locks")
    assert sorted(kinds.values_list("kind", flat=True)) == ["main", "overflow", "repeat"]


@pytest.mark.parametrize("name", ["schedule.xml", "schedule.json"])
def test_breaks_stay_breaks(conference, name):
    make.slot(conference, title="Lunch", place="Lawn")
    make.slot(conference, title="Lunch", place="Lawn", starts_at=make.at(conference, 12, day=1))
    second = again(conference, name)
    assert placed(second, LOST[name]) == placed(conference, LOST[name])
    assert Talk.objects.filter(conference=second).count() == 0


@pytest.mark.parametrize("name", LOST)
def test_the_night_with_other_clocks_comes_back(db, name):
    conference = make_scale.conference(starts_on=make_scale.dt.date(2027, 11, 6))
    room = make.room(conference)
    begins = make.at(conference, 22)
    for n in range(14):
        make.slot(
            conference,
            room=room,
            starts_at=begins + n * make_scale.dt.timedelta(minutes=30),
            minutes=30,
        )
    second = again(conference, name)
    assert placed(second, LOST[name]) == placed(conference, LOST[name])


@pytest.mark.parametrize("name", LOST)
def test_reading_an_export_into_its_own_edition_changes_nothing_but_what_was_read_in(
    conference, name
):
    """Talks are known again by title, speakers and time: none is made twice."""
    rich(conference)
    before = placed(conference, LOST[name])
    body = Client().get(f"/{conference.slug}/{name}").content
    import_schedule(read(io.BytesIO(body)), conference.slug)
    assert placed(conference, LOST[name]) == before
    assert Talk.objects.filter(conference=conference).count() == 2
    assert Room.objects.filter(conference=conference).count() == 2
