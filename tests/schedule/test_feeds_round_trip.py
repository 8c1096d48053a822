"""What goes out comes in again: import, export, import into a new edition, compare.

What a format cannot carry stands in LOST. None of them tells a place outside the rooms
from a room, nor a part from a repeat, and only the title says that a talk is cancelled.
"""

import html
import io
import re
from xml.etree import ElementTree

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
from tests.readers import READERS

# format: what of a placed slot it has no words for
LOST = {
    # It has the rooms of each day in their order, but no list of all of them.
    "schedule.xml": {"biographies", "capacity", "order of rooms"},
    "schedule.json": set(),
    # One text of a talk, and one line of names: a name with a comma in it becomes two people.
    "signs": {
        *("biographies", "capacity", "description", "kind", "language", "may_record", "licence"),
        *("slides_url", "recording_url"),
        *("colour", "order of rooms", "commas in names"),
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
            "colour": talk.shown_track.colour if talk and talk.shown_track else "",
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
                "licence": talk.licence,
            }
            if "description" in lost:
                facts["abstract"] = talk.abstract or plain(talk.description, 1200)
        if "commas in names" in lost:
            facts["speakers"] = ", ".join(facts["speakers"])
        found.append({name: value for name, value in facts.items() if name not in lost})
    return sorted(found, key=lambda row: (row["starts_at"], row["where"], row["title"]))


def cast(conference):
    """Each speaker with their talks: nobody became two people, and no two became one."""
    people = {}
    for slot in Slot.objects.shown(conference):
        for person in slot.talk.speakers() if slot.talk else ():
            people.setdefault(person.pk, [person.name]).append((slot.starts_at, slot.what))
    return sorted(people.values(), key=repr)


def rooms_in_order(conference):
    used = Room.objects.filter(conference=conference, slot__isnull=False).distinct()
    return list(used.order_by("position", "name").values_list("name", flat=True))


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
    if "commas in names" not in LOST[name]:
        assert cast(second) == cast(first)
    if "order of rooms" not in LOST[name]:
        assert rooms_in_order(second) == rooms_in_order(first)
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
        licence="cc-by-sa",
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


@pytest.mark.parametrize("name", ["schedule.xml", "schedule.json"])
def test_a_file_says_nothing_against_the_licence_that_speakers_agreed_to(conference, name):
    talk = rich(conference)
    body = Client().get(f"/{conference.slug}/{name}").content
    for agreed, after in (("shown", "shown"), ("cc-by", "cc-by"), ("", "cc-by-sa")):
        Talk.objects.filter(pk=talk.pk).update(licence=agreed)
        import_schedule(read(io.BytesIO(body)), conference.slug)
        talk.refresh_from_db()
        assert talk.licence == after


# --- against the files themselves, by other readers than the importer's -------------------------

FEEDS = {
    **{"schedule.ics": "ics", "schedule.xml": "frab", "schedule.json": "c3voc"},
    **{"signs": "signs", "app": "app", "guidebook.csv": "guidebook"},
}


def told(facts, zone, kind):
    """What was read, as far as a format of this kind can say it, however it puts names."""
    found = []
    for fact in facts:
        who = f" ({fact.speakers})" if fact.speakers and kind != "guidebook" else ""
        times = (
            time if time.tzinfo else time.replace(tzinfo=zone)
            for time in (fact.starts_at, fact.ends_at)
        )
        what = " ".join(f"{fact.title}{who}".replace(",", " ").split())
        found.append((what, fact.where, *(time.timestamp() for time in times)))
    return sorted(found)


@pytest.mark.realdata
@pytest.mark.parametrize("file", FILES)
def test_every_feed_says_of_every_placed_slot_what_the_file_says(db, shared, file):
    path = shared / "data" / file
    reader = "frab" if path.suffix == ".xml" else "signs"
    import_schedule(read_path(path), "real")
    conference = Conference.objects.get()
    raw = READERS[reader](path.read_bytes())
    slots = Slot.objects.filter(conference=conference)
    assert len(raw) - slots.count() in (0, 1, 4)  # what the file has twice in a room or a person
    for name, kind in FEEDS.items():
        facts = READERS[kind](Client().get(f"/real/{name}").content)
        assert len(facts) == slots.count()
        says, wanted = (told(found, conference.zone, kind) for found in (facts, raw))
        assert set(says) <= set(wanted), name


def plain_of(text):
    """HTML without its tags; those inside of words leave no gap."""
    text = re.sub(r"</?(?:a|abbr|b|em|i|s|span|strong|sub|sup|u)\b[^>]*>", "", text)
    return html.unescape(re.sub(r"<[^>]*>", " ", text))


def event_texts(body):
    """{(title, begin, room): facts} of frab XML."""
    found = {}
    for event in ElementTree.fromstring(body).iter("event"):
        text = {child.tag: child.text or "" for child in event}
        said = "\n".join(text.get(tag, "") for tag in ("subtitle", "abstract", "description"))
        key = " ".join(text["title"].split()), text["date"], text["room"]
        found[key] = {
            "track": text["track"],
            "type": text["type"],
            "language": text["language"],
            "persons": [" ".join(one.text.split()) for one in event.iter("person")],
            "said": said,
            "links": {link.get("href") for link in event.iter("link")}
            | {link.get("href") for link in event.iter("attachment")},
        }
    return found


@pytest.mark.realdata
def test_frab_of_fosdem_keeps_tracks_languages_words_and_links(db, shared):
    raw = (shared / "data" / "fosdem" / "2025.xml").read_bytes()
    import_schedule(read(io.BytesIO(raw)), "fosdem-2025")
    theirs, ours = event_texts(raw), event_texts(Client().get("/fosdem-2025/schedule.xml").content)
    assert len(ours) == 942
    assert set(ours) <= set(theirs)
    for key, event in ours.items():
        wanted = theirs[key]
        for name in ("track", "type", "language", "persons"):
            assert event[name] == wanted[name], (key, name)
        theirs_in_words, ours_in_words = (
            set(re.findall(r"\w{4,}", said)) for said in (plain_of(wanted["said"]), event["said"])
        )
        assert theirs_in_words - ours_in_words == set(), key
        kept = f"{event['said']} {event['links']}"
        missing = {link for link in wanted["links"] if link and link not in kept}
        assert missing == set(), key
