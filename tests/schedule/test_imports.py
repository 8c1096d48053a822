"""From a schedule file to the edition: made, matched, placed, reported; never guessed."""

import datetime as dt
import json
import threading

import pytest
from django.db import connection

from cfp.models import Speaker, Talk, TalkKind, TalkSpeaker, Track
from scale.editions import EditionClosed, close
from scale.models import Conference
from schedule.imports import report
from schedule.imports.item import BadFile
from schedule.models import Kind, Move, Plan, Release, Room, Slot
from tests.factories import cfp as make_cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make_schedule
from tests.factories import schedules as make

FILES = {
    "signs": lambda *changes: make.signs(*[make.sign(**one) for one in changes]),
    "frab": lambda *changes: make.frab(*[event(n, one) for n, one in enumerate(changes, 1)]),
    "c3voc": lambda *changes: make.c3voc(*[event(n, one) for n, one in enumerate(changes, 1)]),
}
SECOND = {
    "Name": "Bread for beginners",
    "Location": "Room 8",
    "Speakers": "Li Wei, Ada Okafor",
    "StartTime": "2027-03-05T12:00:00-08:00",
    "EndTime": "2027-03-05T12:30:00-08:00",
}


def event(number, one):
    """The changes of a sign as changes of an event of the other formats."""
    names = {"Name": "title", "Location": "room", "Topic": "track", "Description": "abstract"}
    changed = {names[key]: value for key, value in one.items() if key in names}
    names = one.get("Speakers", make.SIGN["Speakers"]).split(", ")
    changed["persons"] = [{"id": sum(name.encode()), "public_name": name} for name in names]
    if "StartTime" in one:
        changed["date"] = one["StartTime"]
    start = dt.datetime.fromisoformat(one.get("StartTime", make.SIGN["StartTime"]))
    end = dt.datetime.fromisoformat(one.get("EndTime", make.SIGN["EndTime"]))
    hours, minutes = divmod(int((end - start).total_seconds()) // 60, 60)
    return make.event(number, duration=f"{hours:02}:{minutes:02}", **changed)


def sign_at(start, end, **fields):
    """A sign on the first day between two clock times."""
    times = {"StartTime": f"2027-03-05T{start}:00-08:00", "EndTime": f"2027-03-05T{end}:00-08:00"}
    return make.sign(**times | fields)


def facts():
    """What the public sees, as comparable values."""
    return sorted(
        (slot.what, slot.where, slot.starts_at.isoformat(), slot.ends_at.isoformat())
        for slot in Slot.objects.select_related("room", "talk")
    )


def everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Conference, Track, Room, TalkKind, Speaker, Talk, TalkSpeaker, Slot, Plan)
    ]


def problems(told):
    return [(problem.kind, problem.position) for problem in told.problems]


@pytest.mark.sqlite
@pytest.mark.parametrize("name", FILES)
def test_a_file_makes_its_edition(db, name):
    told = make.load(FILES[name]({}, SECOND), "27x" if name == "signs" else "demo27")
    conference = Conference.objects.get()
    assert conference.name == ("SCALE 27x" if name == "signs" else "Demo Days 2027")
    assert conference.time_zone == "America/Los_Angeles"
    assert facts() == [
        (
            *("Bread for beginners", "Room 8"),
            *("2027-03-05T20:00:00+00:00", "2027-03-05T20:30:00+00:00"),
        ),
        (
            *("Growing tomatoes with cron", "Room 7"),
            *("2027-03-05T18:00:00+00:00", "2027-03-05T19:00:00+00:00"),
        ),
    ]
    bread = Talk.objects.with_speakers().get(title="Bread for beginners")
    assert [speaker.name for speaker in bread.speakers()] == ["Li Wei", "Ada Okafor"]
    assert (bread.status, bread.minutes, bread.track.name) == ("confirmed", 30, "Gardening")
    assert Speaker.objects.filter(user=None, email=None).count() == 2
    assert Release.objects.get().number == told.release == 1
    assert told.problems == []
    assert told.counts["new_talks"] == told.counts["placed"] == 2
    assert told.headline() == f"{conference.name} is up to date with the file (schedule version 1)."


@pytest.mark.sqlite
@pytest.mark.parametrize("name", FILES)
def test_the_same_file_again_changes_nothing(db, name):
    data = FILES[name]({}, SECOND, {"Name": "Clash", "Speakers": "Zoë"})
    make.load(data)
    before = everything()
    told = make.load(data)
    assert everything() == before
    assert Release.objects.count() == 1
    assert Move.objects.count() == 0
    assert told.counts["same_talks"] == 3
    assert told.headline() == f"Nothing to change in {told.edition}; the lines above remain."
    told = make.load(FILES[name]({}, SECOND))
    assert everything() == before
    assert [problem.kind for problem in told.problems] == [report.ABSENT]


@pytest.mark.parametrize("name", FILES)
def test_a_dry_run_says_the_same_and_writes_nothing(db, name):
    data = FILES[name]({}, SECOND, {"Name": "Clash", "Speakers": "Zoë"})
    tried = make.load(data, dry_run=True)
    assert everything() == [[]] * 9
    done = make.load(data)
    assert (tried.counts, tried.problems) == (done.counts, done.problems)
    assert (tried.release, done.release) == (None, 1)
    assert tried.headline() == f"{done.edition} would change."


@pytest.mark.parametrize(
    ("slug", "title", "name", "series"),
    [
        ("23x", None, "SCALE 23x", "SCALE"),
        ("camp", None, "camp", "camp"),
        ("f27", "Garden", "Garden 2027", "Garden"),
        ("f27", "Garden27", "Garden27", "Garden27"),
        ("f27", "Garden Open Days 2027", "Garden Open Days 2027", "Garden Open Days"),
        ("f27", "One " * 20, ("One " * 20).strip(), "One One One One One One One One One One"),
    ],
)
def test_names_of_new_editions(db, slug, title, name, series):
    make.load(make.c3voc(make.event(), title=title), slug)
    found = Conference.objects.get()
    assert (found.name, found.series) == (name, series)


def test_a_name_that_was_asked_for_wins(db):
    make.load(make.c3voc(make.event()), name="My Days 1")
    assert Conference.objects.get().name == "My Days 1"


@pytest.mark.parametrize("slug", ["staff", "Big", "a/b", "", "x" * 21, "ü"])
def test_slugs_that_no_edition_can_have(db, slug):
    with pytest.raises(BadFile, match="cannot be made"):
        make.load(make.signs(make.sign()), slug)
    assert Conference.objects.count() == 0


def test_days_come_from_the_entries_and_the_file(db):
    data = make.frab(make.event(), make.event(2, date="2027-03-06T23:30:00-08:00"))
    make.load(data)  # the file says until the 7th
    assert list(Conference.objects.get().days())[-1] == dt.date(2027, 3, 7)
    make.load(
        make.signs(
            make.sign(), make.sign(StartTime="2027-03-09T01:00:00Z", EndTime="2027-03-09T02:00:00Z")
        ),
        "other",
    )
    assert list(Conference.objects.get(slug="other").days())[-1] == dt.date(2027, 3, 8)


def test_an_edition_that_is_there_keeps_its_own_facts(conference):
    conference.name = "Ours"
    conference.save()
    make.load(make.c3voc(make.event(), title="Theirs"), conference.slug)
    conference.refresh_from_db()
    assert (conference.name, conference.starts_on) == ("Ours", dt.date(2027, 3, 4))


def test_a_closed_edition_stays_as_it_is(conference):
    close(conference)
    before = everything()
    with pytest.raises(EditionClosed):
        make.load(make.signs(make.sign()), conference.slug)
    assert everything() == before


def test_no_readable_time_at_all_is_no_edition(db):
    with pytest.raises(BadFile, match="no days"):
        make.load(make.signs(make.sign(StartTime="soon")))
    assert Conference.objects.count() == 0


# --- zones and instants ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offsets", "zone"),
    [
        (("-08:00", "-08:00"), "America/Los_Angeles"),
        (("+01:00", "+01:00"), "Etc/GMT-1"),
        (("-05:00", "-05:00"), "Etc/GMT+5"),
        (("+05:30", "+05:30"), "UTC"),
        (("+01:00", "+02:00"), "UTC"),
        (("+00:00", "Z"), "UTC"),
    ],
)
def test_the_zone_of_a_new_edition_fits_the_offsets(db, offsets, zone):
    signs = [
        make.sign(
            Location=f"Room {n}",
            Speakers="",
            StartTime=f"2027-03-05T1{n}:00:00{offset}",
            EndTime=f"2027-03-05T1{n}:30:00{offset}",
        )
        for n, offset in enumerate(offsets)
    ]
    told = make.load(make.signs(*signs))
    assert Conference.objects.get().time_zone == zone
    guessed = zone != "America/Los_Angeles"
    assert problems(told) == ([(report.ZONE, "the file")] if guessed else [])
    assert told.counts["placed"] == 2


def test_offsets_on_both_sides_of_a_clock_change(db):
    """The clocks of Los Angeles go forward on 14 March 2027."""
    data = make.signs(
        make.sign(StartTime="2027-03-13T10:00:00-08:00", EndTime="2027-03-13T11:00:00-08:00"),
        make.sign(
            Name="B", StartTime="2027-03-14T10:00:00-07:00", EndTime="2027-03-14T11:00:00-07:00"
        ),
        make.sign(
            Name="C", StartTime="2027-03-14T01:30:00-08:00", EndTime="2027-03-14T03:30:00-07:00"
        ),
    )
    told = make.load(data)
    assert told.problems == []
    assert Conference.objects.get().time_zone == "America/Los_Angeles"
    assert [slot.starts_at.isoformat() for slot in Slot.objects.order_by("talk__title")] == [
        "2027-03-14T17:00:00+00:00",
        "2027-03-14T09:30:00+00:00",
        "2027-03-13T18:00:00+00:00",
    ]
    assert Slot.objects.get(talk__title="C").ends_at.isoformat() == "2027-03-14T10:30:00+00:00"


def test_lengths_are_real_time_across_a_clock_change(db):
    told = make.load(make.frab(make.event(date="2027-03-14T01:30:00", duration="01:00")))
    assert told.problems == []
    slot = Slot.objects.get()
    assert slot.starts_at.isoformat() == "2027-03-14T09:30:00+00:00"
    assert slot.ends_at - slot.starts_at == dt.timedelta(hours=1)


def test_an_offset_that_is_not_the_zones_keeps_its_instant(db):
    told = make.load(make.c3voc(make.event(date="2027-03-05T10:00:00+01:00")))
    assert problems(told) == [(report.ZONE, "event 41 (day 1, Room 7)")]
    assert Slot.objects.get().starts_at.isoformat() == "2027-03-05T09:00:00+00:00"


def test_times_without_offset_are_on_the_clocks_of_the_file(db):
    make.load(make.frab(make.event(date="2027-03-05T10:00:00"), zone="Europe/Berlin"))
    assert Conference.objects.get().time_zone == "Europe/Berlin"
    assert Slot.objects.get().starts_at.isoformat() == "2027-03-05T09:00:00+00:00"


def test_times_without_offset_are_on_the_clocks_of_the_edition(conference):
    make.load(
        make.signs(make.sign(StartTime="2027-03-05T10:00:00", EndTime="2027-03-05T11:00:00")),
        conference.slug,
    )
    assert Slot.objects.get().starts_at.isoformat() == "2027-03-05T18:00:00+00:00"


def test_times_without_offset_or_zone_are_not_guessed(db):
    naive = make.sign(StartTime="2027-03-05T10:00:00", EndTime="2027-03-05T11:00:00")
    told = make.load(make.signs(naive))
    assert problems(told) == [(report.ZONE, "entry 1"), (report.ZONE, "entry 1")]
    assert Talk.objects.get().title == naive["Name"]
    assert Slot.objects.count() == 0
    told = make.load(make.signs(naive), time_zone="America/Los_Angeles")
    assert Slot.objects.get().starts_at.isoformat() == "2027-03-05T18:00:00+00:00"


def test_an_unknown_zone_is_told_and_offsets_still_count(db):
    told = make.load(make.frab(make.event(), zone="Mars/Olympus"))
    assert problems(told) == [(report.ZONE, "the file")]
    assert told.counts["placed"] == 1
    told = make.load(make.frab(make.event(date="2027-03-05T10:00:00"), zone="Mars/Olympus"), "b")
    assert (report.ZONE, "event 41") in problems(told)
    assert told.counts["unplaced"] == 1


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "\x00", "x" * 5_000, "US"])
def test_a_zone_that_was_asked_for_must_exist(db, zone):
    with pytest.raises(BadFile, match="is not a time zone"):
        make.load(make.signs(make.sign()), time_zone=zone)


@pytest.mark.parametrize(
    ("time", "says", "placed"),
    [
        ("2027-03-14T02:30:00", "does not exist", 0),
        ("2027-11-07T01:30:00", "comes twice", 1),
    ],
)
def test_clock_times_that_do_not_exist_or_come_twice(db, time, says, placed):
    told = make.load(make.frab(make.event(date=time)))
    assert problems(told) == [(report.TIME, "event 41")]
    assert says in told.problems[0].says
    assert told.counts["placed"] == placed


# --- what cannot be placed -------------------------------------------------------------------


def test_of_two_in_one_room_the_first_in_the_file_keeps_it(db):
    told = make.load(
        make.signs(
            sign_at("10:30", "11:30", Name="First", Speakers="A"),
            sign_at("10:00", "11:00", Name="Second", Speakers="B"),
            sign_at("10:00", "10:45", Name="Third", Speakers="C"),
            sign_at("11:30", "12:00", Name="Next", Speakers="D"),
        )
    )
    assert [fact[0] for fact in facts()] == ["First", "Next"]
    assert Talk.objects.count() == 4
    assert problems(told) == [
        (report.ROOM, "entry 2"),
        (report.ROOM, "entry 3"),
        (report.ROOM, "entry 3"),
    ]
    assert told.problems[0].line() == (
        "entry 2: “Second”: Fri 10:00, Room 7: “First” (entry 1) is there"
        " (left without a room and time)"
    )
    assert told.counts["unplaced"] == 2


def test_what_only_clashed_with_something_unplaced_is_placed(db):
    told = make.load(
        make.signs(
            sign_at("10:00", "11:00", Name="First", Speakers="A"),
            sign_at("10:30", "11:30", Name="Second", Speakers="B"),
            sign_at("11:00", "12:00", Name="Third", Speakers="C"),
        )
    )
    assert [fact[0] for fact in facts()] == ["First", "Third"]
    assert problems(told) == [(report.ROOM, "entry 2"), (report.ROOM, "entry 2")]


def test_nobody_speaks_in_two_rooms_at_once(db):
    told = make.load(
        make.signs(
            sign_at("10:00", "11:00", Name="One", Location="R1", Speakers="Ada Okafor"),
            sign_at("10:59", "12:00", Name="Two", Location="R2", Speakers="Li, ada  OKAFOR"),
        )
    )
    assert [fact[0] for fact in facts()] == ["One"]
    assert problems(told) == [(report.SPEAKER, "entry 2")]
    assert "Ada Okafor is at “One” (entry 1)" in told.problems[0].says
    assert Speaker.objects.count() == 2


def test_rooms_that_consist_of_rooms_block_their_parts(conference):
    whole = make_schedule.room(conference, name="Ballroom GH")
    whole.parts.add(
        make_schedule.room(conference, name="Ballroom G"),
        make_schedule.room(conference, name="Ballroom H"),
    )
    told = make.load(
        make.signs(
            sign_at("10:00", "11:00", Name="One", Location="Ballroom GH", Speakers="A"),
            sign_at("10:00", "11:00", Name="Two", Location="Ballroom H", Speakers="B"),
            sign_at("11:00", "12:00", Name="Three", Location="Ballroom G", Speakers="C"),
        ),
        conference.slug,
    )
    assert [fact[0] for fact in facts()] == ["One", "Three"]
    assert problems(told) == [(report.ROOM, "entry 2")]


CANNOT = {
    report.ORDER: [
        {"EndTime": "2027-03-05T09:00:00-08:00"},
        {"EndTime": "2027-03-05T10:00:00-08:00"},
    ],
    report.TIME: [
        {"StartTime": ""},
        {"EndTime": None},
        {"EndTime": "later"},
        {"EndTime": "2027-03-15T10:00:00-08:00"},
    ],
    report.FAR: [
        {"StartTime": "1999-03-05T10:00:00-08:00", "EndTime": "1999-03-05T11:00:00-08:00"},
    ],
    report.PLACE: [{"Location": ""}, {"Location": None}, {"Location": " \x00 "}],
    report.TITLE: [{"Name": ""}, {"Name": None}, {"Name": "\u202e \x00"}],
}


@pytest.mark.parametrize(
    ("kind", "change"), [(kind, change) for kind, changes in CANNOT.items() for change in changes]
)
def test_what_has_no_place_is_imported_without_one(db, kind, change):
    fine = make.sign(Name="Fine", Location="Else")
    also = sign_at("15:00", "16:00", Name="Also")
    told = make.load(make.signs(fine, make.sign(**change), also))
    assert (kind, "entry 2") in problems(told)
    assert {problem.done for problem in told.problems if problem.kind == kind} == {
        "left without a room and time"
    }
    assert [fact[0] for fact in facts()] == ["Also", "Fine"]
    assert Talk.objects.count() == 3
    assert told.counts["unplaced"] == 1
    again = make.load(make.signs(fine, make.sign(**change), also))
    assert not again.changed_anything


def test_a_day_beside_the_edition_is_placed_and_told(conference):
    times = {"StartTime": "2027-03-12T10:00:00-08:00", "EndTime": "2027-03-12T11:00:00-08:00"}
    told = make.load(make.signs(make.sign(**times)), conference.slug)
    assert problems(told) == [(report.FAR, "entry 1")]
    assert told.problems[0].done == "placed all the same"
    assert Slot.objects.count() == 1


def test_the_file_of_another_edition_is_refused(conference):
    data = make.signs(
        make.sign(StartTime="2025-03-07T10:00:00-08:00", EndTime="2025-03-07T11:00:00-08:00")
    )
    before = everything()
    with pytest.raises(BadFile, match="this is another edition's file"):
        make.load(data, conference.slug)
    assert everything() == before


def test_hundreds_in_one_room_at_once_are_told_within_reason(db):
    rows = [make.sign(Name=f"Talk {n}", Speakers="") for n in range(400)]
    told = make.load(make.signs(*rows))
    assert told.counts["unplaced"] == 399
    assert told.problem_counts[report.ROOM] < 399 * 21
    assert len(told.problems) == report.KEPT_LINES


def test_entries_that_say_nothing_are_told(db):
    told = make.load(make.signs(make.sign(), {}, {"Location": "Room 9"}, "lunch"))
    assert problems(told) == [
        (report.ENTRY, "entry 4"),
        (report.ENTRY, "entry 2"),
        (report.ENTRY, "entry 3"),
    ]
    assert Talk.objects.count() == 1
    assert told.counts["read"] == 4


def test_an_entry_that_is_there_twice_is_taken_once(db):
    told = make.load(make.signs(make.sign(), make.sign()))
    assert problems(told) == [(report.TWICE, "entry 2")]
    assert Talk.objects.count() == 1


def test_one_id_on_two_talks_is_used_for_the_first(db):
    told = make.load(make.c3voc(make.event(), make.event(title="Other", room="Room 9", persons=[])))
    assert [kind for kind, _ in problems(told)] == [report.TWICE]
    assert Talk.objects.count() == 2
    assert not make.load(
        make.c3voc(make.event(), make.event(title="Other", room="Room 9", persons=[]))
    ).changed_anything


def test_hostile_text_is_stored_clean(db):
    told = make.load(
        make.signs(
            make.sign(
                Name="<script>alert(1)</script> \x00 \ud800 🎉 " + "ש" * 5_000,
                Speakers="\u202eevil\x00, 🐧 Tux, ,,",
                Topic="日本語" * 500,
                Location="🎉",
                Description="x\x00" * 1_000_000,
            )
        )
    )
    talk = Talk.objects.with_speakers().get()
    assert talk.title.startswith("<script>alert(1)</script> 🎉 ששש")
    assert [speaker.name for speaker in talk.speakers()] == ["evil", "🐧 Tux"]
    assert (talk.track.code, Room.objects.get().code) == ("track", "room")
    assert set(told.problem_counts) == {report.CUT}


# --- a later version of the file -------------------------------------------------------------


@pytest.mark.sqlite
def test_a_later_file_updates_what_changed_and_says_it(db):
    make.load(make.c3voc(make.event(1), make.event(2, title="Stays", room="Room 9", persons=[])))
    uuid = Slot.objects.get(talk__title="Growing tomatoes with cron").uuid
    told = make.load(
        make.c3voc(
            make.event(
                1,
                title="Growing peppers with cron",
                room="Room 12",
                date="2027-03-05T16:00:00-08:00",
                duration="00:45",
                track="Cooking",
                abstract="Never water at noon.",
                type="workshop",
                persons=[
                    {"id": 9, "public_name": "Li Wei"},
                    {"id": 7, "public_name": "Ada Okafor"},
                ],
            ),
            make.event(2, title="Stays", room="Room 9", persons=[]),
        )
    )
    slot = Slot.objects.get(uuid=uuid)
    assert (slot.what, slot.where, slot.version) == ("Growing peppers with cron", "Room 12", 2)
    assert slot.starts_at.isoformat() == "2027-03-06T00:00:00+00:00"
    talk = Talk.objects.with_speakers().get(pk=slot.talk_id)
    assert [speaker.name for speaker in talk.speakers()] == ["Li Wei", "Ada Okafor"]
    assert (talk.abstract, talk.minutes) == ("Never water at noon.", 45)
    assert [edit.line() for edit in told.edits] == [
        "event 1 (day 1, Room 12): “Growing peppers with cron”: "
        "title: Growing tomatoes with cron → Growing peppers with cron; abstract changed; "
        "track: Gardening → Cooking; kind: talk → workshop; minutes: 60 → 45; "
        "speakers: Ada Okafor → Li Wei, Ada Okafor",
        "event 1 (day 1, Room 12): “Growing peppers with cron”: "
        "Fri 10:00, Room 7 → Fri 16:00, Room 12",
    ]
    assert told.counts["changed_talks"] == told.counts["moved"] == told.counts["same_talks"] == 1
    assert (told.release, Talk.objects.count(), Slot.objects.count()) == (2, 2, 2)


def test_a_change_of_text_alone_makes_no_release_but_new_pages(db):
    make.load(make.c3voc(make.event()))
    version = Conference.objects.get().version
    told = make.load(make.c3voc(make.event(title="New name")))
    assert (told.release, Release.objects.count()) == (None, 1)
    assert Conference.objects.get().version == version + 1


def test_what_staff_wrote_where_the_file_says_nothing_stays(db):
    make.load(make.signs(make.sign(Description="", Topic="")))
    talk = Talk.objects.get()
    talk.abstract, talk.description, talk.notes = "Ours", "Ours too", "Private"
    talk.track = make_cfp.track(talk.conference)
    talk.level = Talk.Level.ADVANCED
    talk.save()
    before = everything()
    assert not make.load(make.signs(make.sign(Description="", Topic=""))).changed_anything
    assert everything() == before


def test_a_title_that_staff_changed_is_put_back_and_told(db):
    """Without an id too: the entry is known by what it said at the last import."""
    make.load(make.signs(make.sign()))
    Talk.objects.update(title="Ours")
    told = make.load(make.signs(make.sign()))
    assert Talk.objects.get().title == "Growing tomatoes with cron"
    assert told.edits[0].says == ["title: Ours → Growing tomatoes with cron"]


def test_two_talks_swap_their_rooms(db):
    first, second = sign_at("10:00", "11:00"), sign_at("10:00", "11:00", Name="B", Speakers="B")
    make.load(make.signs(first | {"Location": "R1"}, second | {"Location": "R2"}))
    told = make.load(make.signs(first | {"Location": "R2"}, second | {"Location": "R1"}))
    assert [fact[:2] for fact in facts()] == [("B", "R1"), ("Growing tomatoes with cron", "R2")]
    assert (told.counts["moved"], told.problems) == (2, [])


def test_who_cannot_get_the_new_place_keeps_the_old_one(db):
    make.load(
        make.c3voc(
            make.event(1, title="One", room="R1", persons=[]),
            make.event(2, title="Two", room="R2", persons=[]),
        )
    )
    before = facts()
    data = make.c3voc(
        make.event(1, title="One", room="R2", persons=[]),
        make.event(2, title="Two", room="R2", persons=[]),
    )
    told = make.load(data)
    assert facts() == before
    assert told.counts["held"] == 2
    assert {problem.done for problem in told.problems} == {"stays where it was"}
    assert not make.load(data).changed_anything


def test_what_staff_placed_is_in_the_way_of_the_file(conference):
    room = make_schedule.room(conference, name="Room 7")
    at = make_schedule.at(conference, 10, day=1)
    make_schedule.slot(conference, room=room, starts_at=at, title="Reserved for the fire drill")
    told = make.load(make.signs(make.sign()), conference.slug)
    assert problems(told) == [(report.ROOM, "entry 1")]
    assert "“Reserved for the fire drill” (not in the file)" in told.problems[0].says
    assert Slot.objects.count() == 1


def test_a_cancelled_talk_is_in_nobodys_way(conference):
    room = make_schedule.room(conference, name="Room 7")
    at = make_schedule.at(conference, 10, day=1)
    slot = make_schedule.slot(conference, room=room, starts_at=at)
    Talk.objects.filter(pk=slot.talk_id).update(status=Talk.Status.CANCELLED)
    told = make.load(make.signs(make.sign()), conference.slug)
    assert told.problems == []
    assert told.counts["placed"] == 1


# --- which row an entry is -------------------------------------------------------------------


def test_by_title_speakers_and_start_before_any_id_is_known(db):
    make.load(make.signs(make.sign(), make.sign(**SECOND)))
    Talk.objects.update(source_key=None)
    slots = facts()
    told = make.load(FILES["frab"]({}, SECOND))
    assert (Talk.objects.count(), Speaker.objects.count(), facts()) == (2, 2, slots)
    assert [edit.says for edit in told.edits] == [
        ["kind: none → talk", "known by its id in the file now"]
    ] * 2
    assert make.load(FILES["c3voc"]({}, SECOND)).changed_anything is False  # the same guids


def test_by_title_and_speakers_alone_where_they_are_unique(db):
    make.load(make.signs(make.sign(), make.sign(**SECOND)))
    told = make.load(make.signs(sign_at("17:00", "18:00"), make.sign(**SECOND)))
    assert Talk.objects.count() == 2
    assert told.counts["moved"] == 1
    assert [edit.says for edit in told.edits] == [["Fri 10:00, Room 7 → Fri 17:00, Room 7"]]


def test_case_blanks_and_the_order_of_speakers_do_not_count(db):
    make.load(make.signs(make.sign(**SECOND)))
    Talk.objects.update(source_key=None)
    make.load(
        make.signs(
            make.sign(**SECOND | {"Name": "bread  for BEGINNERS", "Speakers": "ada okafor, li wei"})
        )
    )
    assert Talk.objects.count() == 1
    assert Speaker.objects.count() == 2


def test_ambiguous_entries_are_told_and_left_out(db):
    """Two talks of one title, both moved: which is which cannot be known."""
    make.load(make.signs(sign_at("10:00", "11:00"), sign_at("12:00", "13:00")))
    before = facts()
    data = make.signs(sign_at("15:00", "16:00"), sign_at("17:00", "18:00"))
    for prune in (False, True):
        told = make.load(data, prune=prune)
        assert [one for one in problems(told) if one[0] == report.AMBIGUOUS] == [
            (report.AMBIGUOUS, "entry 1"),
            (report.AMBIGUOUS, "entry 2"),
        ]
        assert facts() == before
        assert set(Talk.objects.values_list("status", flat=True)) == {"confirmed"}


def test_one_of_two_alike_moved_is_no_ambiguity(db):
    make.load(make.signs(sign_at("10:00", "11:00"), sign_at("12:00", "13:00")))
    told = make.load(make.signs(sign_at("10:00", "11:00"), sign_at("15:00", "16:00")))
    assert (told.problems, told.counts["moved"]) == ([], 1)


def test_the_room_tells_apart_what_starts_at_once(db):
    data = make.signs(*[make.sign(Speakers="", Location=f"Hall {n}") for n in range(3)])
    make.load(data)
    Talk.objects.update(source_key=None)
    slots = facts()
    told = make.load(data)
    assert (told.problems, facts(), Talk.objects.count()) == ([], slots, 3)


def test_a_new_title_without_an_id_is_a_new_talk_and_a_hint(db):
    make.load(make.signs(make.sign()))
    renamed = make.signs(make.sign(Name="Growing peppers"))
    told = make.load(renamed, dry_run=True)
    taken = next(problem for problem in told.problems if problem.kind == report.ROOM)
    assert "perhaps it is the same under another title: then rename it here first" in taken.says
    Talk.objects.update(title="Growing peppers")  # what the hint asks for
    told = make.load(renamed)
    assert (told.problems, Talk.objects.count()) == ([], 1)


def test_a_second_performance_is_a_talk_of_its_own(db):
    make.load(make.signs(make.sign()))
    told = make.load(make.signs(make.sign(), sign_at("15:00", "16:00")))
    assert (told.counts["new_talks"], Talk.objects.count()) == (1, 2)


def test_talks_and_people_of_another_edition_are_not_touched(conference):
    ada = make_cfp.speaker(name="Ada Okafor")
    talk = make_schedule.confirmed(conference, title=make.SIGN["Name"], speakers=[ada])
    make_schedule.slot(conference, talk=talk)
    make.load(make.signs(make.sign()), "other")
    assert Talk.objects.filter(title=talk.title).count() == 2
    assert Speaker.objects.filter(name="Ada Okafor").count() == 2


@pytest.mark.parametrize("status", ["submitted", "rejected", "cancelled", "withdrawn", "draft"])
def test_what_is_not_on_stage_here_is_left_alone(conference, status):
    ada = make_cfp.speaker(name="Ada Okafor")
    make_cfp.talk(conference, title=make.SIGN["Name"], status=status, speakers=[ada])
    before = list(Talk.objects.values())
    told = make.load(make.signs(make.sign()), conference.slug)
    assert list(Talk.objects.values()) == before
    assert problems(told) == [(report.STATUS, "entry 1")]
    assert told.problems[0].done == "left as it is"


def test_an_accepted_talk_is_placed(conference):
    ada = make_cfp.speaker(name="Ada Okafor")
    talk = make_cfp.talk(conference, title=make.SIGN["Name"], status="accepted", speakers=[ada])
    make.load(make.signs(make.sign()), conference.slug)
    assert Slot.objects.get().talk == talk
    talk.refresh_from_db()
    assert talk.status == "accepted"


# --- prune -----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_nothing_goes_without_prune_and_with_it_nothing_is_deleted(db):
    make.load(make.signs(make.sign(), make.sign(**SECOND)))
    before = everything()
    told = make.load(make.signs(make.sign()))
    assert everything() == before
    gone = Talk.objects.get(title="Bread for beginners")
    assert problems(told) == [(report.ABSENT, f"talk {gone.code}")]
    told = make.load(make.signs(make.sign()), prune=True)
    gone.refresh_from_db()
    assert (gone.status, gone.is_cancelled) == ("cancelled", True)
    assert [fact[0] for fact in facts()] == ["Growing tomatoes with cron"]
    assert (told.counts["cancelled_talks"], told.counts["removed"], told.release) == (1, 1, 2)
    assert Release.objects.get(number=2).changes.get().removed
    assert not make.load(make.signs(make.sign()), prune=True).changed_anything


def test_what_was_pruned_and_comes_back_is_told_not_revived(db):
    both = make.signs(make.sign(), make.sign(**SECOND))
    make.load(both)
    make.load(make.signs(make.sign()), prune=True)
    told = make.load(both)
    assert problems(told) == [(report.STATUS, "entry 2")]
    assert Talk.objects.count() == 2
    assert len(facts()) == 1


def test_prune_frees_the_place_for_what_comes_instead(db):
    make.load(make.signs(make.sign()))
    told = make.load(make.signs(make.sign(Name="Instead")), prune=True)
    assert told.problems == []
    assert [fact[0] for fact in facts()] == ["Instead"]


def test_prune_leaves_what_never_came_from_a_file(conference):
    slot = make_schedule.slot(conference)
    pause = make_schedule.slot(conference, title="Lunch", starts_at=slot.ends_at)
    told = make.load(make.signs(make.sign()), conference.slug, prune=True)
    assert told.problems == []
    assert Slot.objects.filter(uuid__in=[slot.uuid, pause.uuid]).count() == 2
    slot.talk.refresh_from_db()
    assert slot.talk.status == "confirmed"


def test_prune_waits_until_every_entry_can_be_read(db):
    make.load(make.signs(make.sign(), make.sign(**SECOND)))
    told = make.load(make.signs(make.sign(), "Bread for beginners?"), prune=True)
    assert told.counts["cancelled_talks"] == 0
    assert "nothing was taken off the schedule" in told.problems[1].says
    assert len(facts()) == 2


# --- several slots, breaks, midnight ---------------------------------------------------------


def test_one_talk_with_several_slots(db):
    events = [
        make.event(1, code="TOMATO", id=5),
        make.event(2, code="TOMATO", id=5, date="2027-03-05T15:00:00-08:00"),
        make.event(3, code="TOMATO", id=5, room="Room 8"),
    ]
    told = make.load(make.c3voc(*events))
    assert (Talk.objects.count(), told.counts["placed"], told.problems) == (1, 3, [])
    kinds = Slot.objects.order_by("starts_at", "room__name").values_list("kind", flat=True)
    assert list(kinds) == [Kind.MAIN, Kind.OVERFLOW, Kind.REPEAT]
    assert not make.load(make.c3voc(*events)).changed_anything
    events[1]["date"] = "2027-03-05T16:00:00-08:00"
    told = make.load(make.c3voc(*reversed(events)))
    assert (told.counts["moved"], told.counts["placed"], Slot.objects.count()) == (1, 0, 3)
    told = make.load(make.c3voc(*events[:1]))
    assert [problem.kind for problem in told.problems] == [report.ABSENT] * 2
    told = make.load(make.c3voc(*events[:1]), prune=True)
    assert (told.counts["removed"], Slot.objects.count()) == (2, 1)
    assert Talk.objects.get().status == "confirmed"


def test_overflow_rooms_that_staff_added_stay(db):
    make.load(make.signs(make.sign()))
    talk = Talk.objects.get()
    make_schedule.slot(
        talk.conference,
        talk=talk,
        kind=Kind.OVERFLOW,
        starts_at=Slot.objects.get().starts_at,
        minutes=60,
    )
    for prune in (False, True):
        told = make.load(make.signs(sign_at("12:00", "13:00")), prune=prune)
        assert (told.problems, Slot.objects.count()) == ([], 2)


def test_numbers_shared_by_different_talks_are_two_talks(db):
    make.load(
        make.c3voc(make.event(1, id=5), make.event(2, id=5, title="Other", room="R", persons=[]))
    )
    assert Talk.objects.count() == 2


def test_a_party_past_midnight(db):
    told = make.load(make.frab(make.event(date="2027-03-05T22:00:00-08:00", duration="04:30")))
    slot = Slot.objects.get()
    assert slot.ends_at.isoformat() == "2027-03-06T10:30:00+00:00"
    assert (told.problems, Talk.objects.get().minutes) == ([], 270)


def test_breaks_are_lines_of_their_own_only_where_the_file_says_so(db):
    coffee = {"title": "Coffee", "type": "Break", "persons": [], "abstract": ""}
    events = [
        make.event(1, **coffee, room="Foyer", date="2027-03-05T10:00:00-08:00"),
        make.event(2, **coffee, room="Foyer", date="2027-03-05T15:00:00-08:00"),
        make.event(3, title="Lunch is a verb", type="talk", persons=[], room="R3"),
        make.event(4, title="Break it", type="break", room="R4"),
    ]
    told = make.load(make.c3voc(*events))
    assert told.problems == []
    assert Talk.objects.count() == 2
    assert Slot.objects.filter(talk=None, title="Coffee", room__name="Foyer").count() == 2
    assert not make.load(make.c3voc(*events)).changed_anything
    events[1]["date"] = "2027-03-05T15:30:00-08:00"
    told = make.load(make.c3voc(*events))
    assert (told.counts["moved"], Slot.objects.filter(talk=None).count()) == (1, 2)
    told = make.load(make.c3voc(*events[2:]), prune=True)
    assert (told.counts["removed"], Slot.objects.filter(talk=None).count()) == (2, 0)


# --- people, rooms, tracks -------------------------------------------------------------------


def test_one_name_with_two_ids_is_two_people(db):
    def data(*numbers):
        return make.c3voc(
            *[
                make.event(
                    n, title=f"T{n}", room=f"R{n}", persons=[{"id": p, "public_name": "Kim"}]
                )
                for n, p in enumerate(numbers, 1)
            ]
        )

    make.load(data(1, 2, 1))
    links = list(TalkSpeaker.objects.order_by("talk__title").values_list("speaker", flat=True))
    assert len(set(links)) == 2
    assert Slot.objects.count() == 2  # Kim of T1 cannot also be at T3
    assert links[0] == links[2]
    assert not make.load(data(1, 2, 1)).changed_anything


def test_two_of_one_name_on_one_talk_stay_two(db):
    people = [{"id": 1, "public_name": "Kim"}, {"id": 2, "public_name": "Kim"}]
    data = make.c3voc(make.event(persons=people))
    make.load(data)
    assert TalkSpeaker.objects.count() == Speaker.objects.count() == 2
    assert not make.load(data).changed_anything


def test_a_name_that_two_here_bear_is_told(conference):
    for _ in range(2):
        make_schedule.confirmed(conference, speakers=[make_cfp.speaker(name="Kim")])
    told = make.load(make.signs(make.sign(Speakers="Kim")), conference.slug)
    assert problems(told) == [(report.AMBIGUOUS, "entry 1")]
    assert Speaker.objects.filter(name="Kim").count() == 3
    assert not make.load(make.signs(make.sign(Speakers="Kim")), conference.slug).changed_anything


def test_profiles_are_filled_until_someone_claims_them(db):
    def data(text):
        return make.c3voc(make.event(persons=[{"code": "AB", "name": "Ada", "biography": text}]))

    make.load(data("Grows."))
    told = make.load(data("Grows more."))
    speaker = Speaker.objects.get()
    assert (speaker.biography, told.counts["changed_speakers"]) == ("Grows more.", 1)
    speaker.user = make_scale.user()
    speaker.biography = "My own words."
    speaker.save()
    assert not make.load(data("Grows most.")).changed_anything


def test_rooms_with_equal_or_no_words_for_an_address(db):
    names = ["A/B", "A B", "a b", "日本語", "中文", "🎉"]
    make.load(
        make.signs(*[make.sign(Name=f"T{n}", Speakers="", Location=r) for n, r in enumerate(names)])
    )
    rooms = dict(Room.objects.values_list("code", "name"))
    assert sorted(rooms) == ["a-b", "ab", "room", "room-2", "room-3"]
    assert len(set(rooms.values())) == 5


def test_rooms_of_signs_stand_in_natural_order(db):
    names = ["Room 104", "Room 12", "Ballroom B", "Ballroom A", "Room 101"]
    make.load(
        make.signs(*[make.sign(Name=f"T{n}", Speakers="", Location=r) for n, r in enumerate(names)])
    )
    assert [room.name for room in Room.objects.all()] == [
        *("Ballroom A", "Ballroom B", "Room 12", "Room 101", "Room 104")
    ]


def test_a_room_and_a_track_that_staff_renamed_are_known_again(db):
    make.load(make.signs(make.sign()))
    Room.objects.update(name="The Greenhouse")
    Track.objects.update(name="Plants")
    assert not make.load(make.signs(make.sign())).changed_anything
    assert (Room.objects.count(), Track.objects.count()) == (1, 1)


def test_seats_and_colours_of_the_file_are_taken(db):
    make.load(
        make.c3voc(
            make.event(),
            tracks=[{"name": "gardening", "color": "#AABB00"}],
            rooms=[{"name": "Annex", "capacity": 0}, {"name": "Room 7", "capacity": 120}],
        )
    )
    assert list(Room.objects.values_list("name", "capacity")) == [("Annex", None), ("Room 7", 120)]
    assert list(Track.objects.values_list("name", "colour")) == [("gardening", "#aabb00")]


def test_kinds_of_the_file_are_not_offered_in_the_call(db):
    make.load(make.c3voc(make.event(type="Hands-on")))
    assert list(TalkKind.objects.values_list("name", "is_offered")) == [("Hands-on", False)]


# --- all of it -------------------------------------------------------------------------------


def many(number):
    return make.signs(
        *[
            make.sign(Name=f"Talk {n}", Speakers=f"P {n}", Location=f"R {n}", Topic=f"T {n}")
            for n in range(number)
        ]
    )


def test_statements_do_not_grow_with_the_entries(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(66) as few:
        make.load(many(3), "few")
    with django_assert_max_num_queries(66) as more:
        make.load(many(90), "more")
    assert len(more) == len(few)


def test_a_source_can_be_imported_more_than_once(db):
    """A lost race runs the import again on the same object."""
    source = make.source(make.frab(make.event(date="2027-03-05T10:00:00"), make.event(2, title="")))
    first = make.apply(source, dry_run=True)
    again = make.apply(source, dry_run=True)
    assert (first.counts, first.problems) == (again.counts, again.problems)


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_make_one_edition():
    data, done = many(20), []

    def work():
        try:
            done.append(make.load(data, "27x"))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told.counts["new_talks"] for told in done) == [0, 0, 20]
    assert (Talk.objects.count(), Slot.objects.count(), Release.objects.count()) == (20, 20, 1)


def test_our_own_feed_goes_round(client, db):
    make.load(
        make.c3voc(
            make.event(1),
            make.event(2, code="AGAIN", title="Twice", room="R2", persons=[]),
            make.event(3, code="AGAIN", title="Twice", room="R2", persons=[], id=2)
            | {"date": "2027-03-06T23:30:00-08:00"},
        ),
        "one",
    )
    feed = client.get("/one/signs").content
    assert len(json.loads(feed)) == 3
    told = make.load(feed, "two")
    assert told.problems == []
    one, two = (
        sorted(
            (slot.what, slot.where, slot.starts_at, slot.ends_at, slot.talk.track.name)
            for slot in Slot.objects.filter(conference__slug=slug)
        )
        for slug in ("one", "two")
    )
    assert one == two
    assert Talk.objects.filter(conference__slug="two").count() == 2
