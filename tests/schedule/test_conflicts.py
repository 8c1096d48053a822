"""The judge is pure: hand-made items in, conflicts out."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from scale.models import Conference
from schedule.conflicts import House, Item, RoomFacts, judge, touching

CONFERENCE = Conference(
    slug="24x",
    name="SCALE 24x",
    time_zone="America/Los_Angeles",
    starts_on=dt.date(2027, 3, 4),
    ends_on=dt.date(2027, 3, 7),
)
G, H, GH, SMALL = 1, 2, 3, 4
PROJECTOR, MIC = 10, 11
ROOMS = {
    G: RoomFacts("Ballroom G", 400, frozenset([PROJECTOR, MIC]), frozenset([G])),
    H: RoomFacts("Ballroom H", 400, frozenset([PROJECTOR, MIC]), frozenset([H])),
    GH: RoomFacts("Ballroom GH", 800, frozenset([PROJECTOR, MIC]), frozenset([G, H])),
    SMALL: RoomFacts("Room 106", 160, frozenset([PROJECTOR]), frozenset([SMALL])),
}


def at(hour, minute=0, day=5):
    midnight = dt.datetime(2027, 3, day, 8, tzinfo=dt.UTC)  # Pacific is 8 h behind
    return midnight + dt.timedelta(hours=hour, minutes=minute)


def item(hour=10, room=G, talk=1, minutes=45, **fields):
    fields = {
        "uuid": uuid.uuid4(),
        "what": f"Talk {talk}",
        "where": ROOMS[room].name if room else "Lawn",
        "starts_at": at(hour),
        "ends_at": at(hour) + dt.timedelta(minutes=minutes),
        "room": room,
        "talk": talk,
    } | fields
    return Item(**fields)


def kinds(*items, **more):
    return [conflict.kind for conflict in judge(items, ROOMS, CONFERENCE, **more)]


def test_back_to_back_is_no_conflict():
    assert kinds(item(10, talk=1, minutes=60), item(11, talk=2)) == []


def test_two_talks_in_one_room_clash():
    first, second = item(10, talk=1), item(10, talk=2, starts_at=at(10, 30), ends_at=at(11))
    (found,) = judge([first, second], ROOMS, CONFERENCE)
    assert found.kind == "room"
    assert found.is_hard
    assert found.slots == (second.uuid, first.uuid)
    assert found.says == "Ballroom G, Fri 10:30: “Talk 1” and “Talk 2”."


@pytest.mark.parametrize(("one", "other"), [(GH, G), (H, GH)])
def test_composite_room_blocks_its_parts(one, other):
    assert kinds(item(room=one, talk=1), item(room=other, talk=2)) == ["room"]


def test_parts_of_a_composite_room_are_free_of_each_other():
    assert kinds(item(room=G, talk=1), item(room=H, talk=2)) == []


def test_two_uses_of_a_composite_room_are_told_once():
    assert kinds(item(room=GH, talk=1), item(room=GH, talk=2)) == ["room"]


def test_speaker_in_two_places():
    lena = {"speakers": {7: "Lena Ortiz"}}
    first, second = item(room=G, talk=1, **lena), item(room=H, talk=2, **lena)
    (found,) = judge([first, second], ROOMS, CONFERENCE)
    assert found.kind == "speaker"
    assert "Lena Ortiz: Fri 10:00" in found.says


def test_overflow_room_of_one_talk_is_no_conflict():
    lena = {"speakers": {7: "Lena Ortiz"}}
    assert kinds(item(room=G, talk=1, **lena), item(room=H, talk=1, **lena)) == []


def test_cancelled_talk_is_in_nobodys_way():
    # It is only said that it still stands there.
    assert kinds(item(talk=1, is_cancelled=True), item(talk=2)) == ["status"]


def test_equipment_and_capacity_and_confirmation():
    found = judge(
        [item(room=SMALL, needs={MIC: "lapel mic"}, expected=250, is_confirmed=False)],
        ROOMS,
        CONFERENCE,
    )
    assert [(conflict.kind, conflict.is_hard) for conflict in found] == [
        ("equipment", False),
        ("capacity", False),
        ("status", False),
    ]
    assert found[1].says == "“Talk 1”, 250 expected, Room 106 seats 160: 90 over."


def test_audience_of_exactly_the_seats_fits():
    assert kinds(item(room=SMALL, expected=160)) == []


def test_speaker_who_cannot_be_there():
    away = House(absences={7: [(at(9), at(10, 15))]})
    lena = item(speakers={7: "Lena Ortiz"})
    assert kinds(lena, house=away) == ["away"]
    assert kinds(item(11, speakers={7: "Lena Ortiz"}), house=away) == []


def test_closed_room():
    closed = RoomFacts("Room 9", 10, frozenset(), frozenset([9]), ((at(8), at(12), "painting"),))
    found = judge([item(room=SMALL)], ROOMS | {SMALL: closed}, CONFERENCE)
    assert [conflict.says for conflict in found] == ["“Talk 1”, Room 9 is closed: painting."]


def test_day_counts_in_the_zone_of_the_conference():
    late = at(23, day=7)  # 23:00 on the last day there, the day after in UTC
    assert kinds(item(starts_at=late, ends_at=late + dt.timedelta(minutes=30))) == []
    assert kinds(item(starts_at=at(10, day=8), ends_at=at(11, day=8))) == ["outside"]


def test_break_blocks_its_room():
    assert kinds(item(talk=None, what="Lunch"), item(talk=2)) == ["room"]


def test_place_outside_the_rooms_clashes_with_nothing():
    assert kinds(item(room=None, talk=1), item(room=None, talk=2)) == []


def test_hard_conflicts_come_first():
    found = kinds(item(room=SMALL, expected=900, talk=1), item(room=SMALL, talk=2))
    assert found == ["room", "capacity"]


def test_touching_keeps_what_concerns_a_slot():
    first, second, third = item(talk=1), item(talk=2), item(talk=3, room=SMALL, expected=900)
    found = judge([first, second, third], ROOMS, CONFERENCE)
    assert [c.kind for c in touching(found, {third.uuid})] == ["capacity"]


def test_three_thousand_slots_are_judged_at_once():
    rooms = {n: RoomFacts(f"R{n}", 100, frozenset(), frozenset([n])) for n in range(60)}
    items = [
        item(
            room=None,
            talk=n,
            starts_at=at(0) + dt.timedelta(minutes=45 * (n // 60)),
            ends_at=at(0) + dt.timedelta(minutes=45 * (n // 60) + 45),
        )
        for n in range(3000)
    ]
    items = [replace(one, room=n % 60) for n, one in enumerate(items)]
    assert [c.kind for c in judge(items, rooms, CONFERENCE) if c.is_hard] == []


# --- what only warns ---------------------------------------------------------------------------

NEAR, FAR = 1, 2
WALKS = House(walks={(NEAR, FAR): 15})


def in_two_buildings(minutes_between, **more):
    rooms = ROOMS | {
        SMALL: replace(ROOMS[SMALL], venue=FAR),
        G: replace(ROOMS[G], venue=NEAR),
    }
    lena = {"speakers": {7: "Lena Ortiz"}}
    first = item(10, room=G, talk=1, **lena)
    begins = at(10, 45 + minutes_between)
    second = item(
        room=SMALL, talk=2, starts_at=begins, ends_at=begins + dt.timedelta(minutes=45), **lena
    )
    return judge([first, second], rooms, CONFERENCE, WALKS)


def test_speaker_has_time_to_walk_to_the_next_building():
    (found,) = in_two_buildings(minutes_between=10)
    assert (found.kind, found.is_hard) == ("walk", False)
    assert found.says == (
        "Lena Ortiz has 10 minutes from Ballroom G to Room 106 at Fri 10:55; it takes 15."
    )
    assert in_two_buildings(minutes_between=15) == []


def test_two_talks_of_a_track_side_by_side():
    house = House(tracks={5: "Cloud"})
    one, other = item(room=G, talk=1, track=5), item(room=H, talk=2, track=5)
    assert kinds(one, other, house=house) == ["track"]
    assert kinds(one, replace(other, track=6), house=house) == []
    assert kinds(one, other) == []  # a track whose talks may run side by side
    overflow = replace(other, talk=1)
    assert kinds(one, overflow, house=house) == []


def test_nothing_runs_against_a_plenary():
    plenary = item(room=GH, talk=1, is_plenary=True)
    (found,) = judge([plenary, item(room=SMALL, talk=2)], ROOMS, CONFERENCE)
    assert (found.kind, found.says) == (
        "plenary",
        "“Talk 2” in Room 106 at Fri 10:00 runs against “Talk 1”.",
    )
    assert kinds(plenary, item(room=SMALL, talk=None, what="Coffee")) == []
    overflow = replace(plenary, uuid=uuid.uuid4(), room=SMALL)
    assert kinds(plenary, overflow) == []


def test_gap_after_a_workshop_also_in_a_part_of_its_room():
    workshop = item(10, room=GH, talk=1, minutes=60, gap=15)
    begins = at(11, 10)
    after = item(room=G, talk=2, starts_at=begins, ends_at=at(12))
    (found,) = judge([workshop, after], ROOMS, CONFERENCE)
    assert found.kind == "gap"
    assert found.says == "Ballroom G, Fri 11:10: 10 minutes after “Talk 1”, which needs 15."
    assert kinds(workshop, replace(after, starts_at=at(11, 15))) == []


def test_parts_come_in_order():
    one, two = item(11, talk=1, part=1), item(10, talk=1, part=2)
    (found,) = judge([one, two], ROOMS, CONFERENCE)
    assert found.kind == "order"
    assert found.slots == (two.uuid, one.uuid)
    assert kinds(item(10, talk=1, part=1), item(11, talk=1, part=2)) == []


def test_hours_of_the_day_reach_past_midnight():
    friday, saturday = dt.date(2027, 3, 5), dt.date(2027, 3, 6)
    house = House(hours={friday: (at(8), at(26)), saturday: (at(9, day=6), at(18, day=6))})
    assert kinds(item(starts_at=at(25), ends_at=at(26)), house=house) == []
    assert kinds(item(starts_at=at(25), ends_at=at(27)), house=house) == ["outside"]
    assert kinds(item(7), house=house) == ["outside"]
    assert kinds(item(starts_at=at(17, 30, 6), ends_at=at(18, 30, 6)), house=house) == ["outside"]


def test_seats_of_the_day():
    friday = dt.date(2027, 3, 5)
    rooms = ROOMS | {SMALL: replace(ROOMS[SMALL], seats={friday: 40})}
    (found,) = judge([item(room=SMALL, expected=50)], rooms, CONFERENCE)
    assert found.says == "“Talk 1”, 50 expected, Room 106 seats 40: 10 over."
    assert (
        judge(
            [item(room=SMALL, expected=50, starts_at=at(10, day=6), ends_at=at(11, day=6))],
            rooms,
            CONFERENCE,
        )
        == []
    )
