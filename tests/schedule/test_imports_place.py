"""Who gets the place: whatever is wanted, the result can stand and stays the same."""

import datetime as dt
import uuid

from hypothesis import given, settings
from hypothesis import strategies as st

from schedule.imports.item import Item
from schedule.imports.place import Board, Stand, Want, decide, give_slots
from schedule.models import Kind, Slot

NINE = dt.datetime(2027, 3, 5, 9, tzinfo=dt.UTC)
# Room 3 consists of 1 and 2.
LEAVES = {1: [1], 2: [2], 3: [1, 2], 4: [4]}
places = st.tuples(st.integers(1, 4), st.integers(0, 6), st.integers(1, 3))
people = st.sets(st.integers(1, 4), max_size=2)


def span(place):
    room, start, length = place
    starts_at = NINE + dt.timedelta(hours=start)
    return {
        "room": room,
        "starts_at": starts_at,
        "ends_at": starts_at + dt.timedelta(hours=length),
    }


def want(number, place, speakers, slot=None):
    return Want(
        what=f"Talk {number}",
        position=f"entry {number}",
        talk=number,
        speakers={one: str(one) for one in speakers},
        item=Item(f"entry {number}"),
        slot=slot,
        **span(place),
    )


def slot_at(place, talk):
    found = span(place)
    room = found.pop("room")
    return Slot(uuid=uuid.uuid4(), room_id=room, talk_id=talk, version=1, **found)


def stands(wants, placed):
    """What the schedule looks like afterwards."""
    return [one if one in placed else one.as_it_is() for one in wants if one in placed or one.slot]


def clashes(result, fixed):
    board = Board(LEAVES)
    found = 0
    for one in (*fixed, *result):
        found += len(board.clashes(one))
        board.add(one)
    return found


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(places, people), max_size=12),
    st.lists(places, max_size=3),
)
def test_a_first_import_can_stand_and_every_refusal_has_a_reason(wanted, taken):
    wants = [want(number, *one) for number, one in enumerate(wanted)]
    fixed = []
    for place in taken:
        one = Stand("Reserved", "", None, {}, **span(place))
        if not clashes([one], fixed):
            fixed.append(one)
    placed, refused = decide(wants, fixed, LEAVES)
    assert clashes(stands(wants, placed), fixed) == 0
    assert placed | set(refused) == set(wants)
    assert all(refused.values())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(places, people, places), max_size=10))
def test_a_later_import_takes_no_place_away_and_the_next_changes_nothing(wanted):
    """(now, people, wanted) of each talk; what stands now can stand."""
    old = [want(number, place, who) for number, (place, who, _) in enumerate(wanted)]
    standing, _ = decide(old, [], LEAVES)
    wants = [
        want(n, new, who, slot_at(place, n) if old[n] in standing else None)
        for n, (place, who, new) in enumerate(wanted)
    ]
    placed, refused = decide(wants, [], LEAVES)
    assert clashes(stands(wants, placed), []) == 0
    assert {one.talk for one in stands(wants, placed)} >= {one.talk for one in standing}
    later = []
    for one in wants:
        slot = one.slot
        if one in placed:
            room, start = one.room, (one.starts_at - NINE) // dt.timedelta(hours=1)
            slot = slot_at((room, start, (one.ends_at - one.starts_at).seconds // 3600), one.talk)
        n = int(one.what.split()[1])
        later.append(want(n, wanted[n][2], wanted[n][1], slot))
    again, _ = decide(later, [], LEAVES)
    moved = [
        one
        for one in later
        if one in again
        and (
            one.slot is None or one.slot.starts_at != one.starts_at or one.slot.room_id != one.room
        )
    ]
    assert moved == []


def test_slots_go_to_what_is_most_like_them():
    now = [slot_at((1, 0, 1), 7), slot_at((2, 0, 1), 7), slot_at((1, 3, 1), 7)]
    wants = [want(7, (1, 5, 1), ()), want(7, (2, 0, 1), ()), want(7, (4, 0, 1), ())]
    left = give_slots(wants, now)
    assert [one.slot for one in wants] == [now[2], now[1], now[0]]
    assert left == []
    wants = [want(7, (1, 0, 1), ()), want(7, (4, 0, 1), ()), want(7, (4, 5, 1), ())]
    assert give_slots(wants, []) == []
    assert [one.kind for one in wants] == [Kind.MAIN, Kind.OVERFLOW, Kind.REPEAT]
