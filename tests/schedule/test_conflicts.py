"""The judge is pure: hand-made items in, conflicts out."""

import datetime as dt
import uuid

import pytest

from scale.models import Conference
from schedule.conflicts import Item, RoomFacts, judge, touching

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
    assert kinds(item(talk=1, is_cancelled=True), item(talk=2)) == []


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
    away = {7: [(at(9), at(10, 15))]}
    lena = item(speakers={7: "Lena Ortiz"})
    assert kinds(lena, absences=away) == ["away"]
    assert kinds(item(11, speakers={7: "Lena Ortiz"}), absences=away) == []


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
    items = [Item(**{**vars(one), "room": n % 60}) for n, one in enumerate(items)]
    assert [c.kind for c in judge(items, rooms, CONFERENCE) if c.is_hard] == []
