"""The grid of a day is true to time, whatever is put into it."""

import pytest

from schedule.grid import arrange, most_rows
from schedule.models import Slot
from tests.factories import schedule as make


@pytest.fixture
def rooms(conference):
    return [make.room(conference, name=name, position=n) for n, name in enumerate("ABC")]


def put(conference, room, hour, minute=0, minutes=45, **fields):
    starts_at = make.at(conference, hour, minute)
    title = fields.pop("title", f"{room} {hour}:{minute:02}")
    return make.slot(
        conference, room=room, starts_at=starts_at, minutes=minutes, title=title, **fields
    )


def day_of(conference):
    (day,) = arrange(Slot.objects.shown(conference), conference)
    return day


def cells(day):
    return {cell.slots[0].title: cell for hour in day.hours for cell in hour.cells}


def rows(cell):
    return set(range(cell.row, cell.row + cell.rows))


def test_long_talk_stands_beside_both_short_ones(conference, rooms):
    put(conference, rooms[0], 10, minutes=90, title="long")
    put(conference, rooms[1], 10, minutes=45, title="first")
    put(conference, rooms[1], 10, 45, minutes=45, title="second")
    found = cells(day_of(conference))
    assert rows(found["long"]) == rows(found["first"]) | rows(found["second"])
    assert not rows(found["first"]) & rows(found["second"])
    assert [found[name].column for name in ("long", "first", "second")] == [2, 3, 3]


def test_rows_are_as_tall_as_their_minutes(conference, rooms):
    put(conference, rooms[0], 10, minutes=90)
    put(conference, rooms[1], 10, minutes=45)
    put(conference, rooms[2], 11, minutes=30)
    assert [stretch.steps for stretch in day_of(conference).stretches] == [9, 3, 6]


def test_time_in_which_nothing_is_on_takes_no_row(conference, rooms):
    put(conference, rooms[0], 9, title="early")
    put(conference, rooms[0], 20, title="late")
    found = cells(day_of(conference))
    assert found["late"].row == found["early"].row + 1


def test_pause_goes_across_the_rooms_that_are_free(conference, rooms):
    put(conference, rooms[0], 10, title="before")
    put(conference, rooms[1], 10, minutes=180, title="workshop")
    put(conference, rooms[2], 10, title="also before")
    put(conference, None, 12, minutes=60, title="Lunch", place="Lawn")
    day = day_of(conference)
    found = cells(day)
    assert (found["Lunch"].column, found["Lunch"].columns) == (2, 1)
    assert [(piece.column, piece.columns) for piece in day.pieces] == [(4, 1)]
    assert found["Lunch"].row in rows(found["workshop"])


def test_pause_over_everything_has_a_row_of_its_own(conference, rooms):
    put(conference, None, 12, title="Lunch", place="Lawn")
    put(conference, rooms[0], 12, title="talk at noon")
    found = cells(day_of(conference))
    assert found["Lunch"].row < found["talk at noon"].row


def test_what_overlaps_in_a_room_shares_a_cell(conference, rooms):
    """A chair can publish that with a reason; both must be read."""
    first = put(conference, rooms[0], 10, title="first")
    second = put(conference, rooms[1], 10, 30, title="second")
    Slot.objects.filter(pk=second.pk).update(room=rooms[0])
    (cell,) = cells(day_of(conference)).values()
    assert [slot.uuid for slot in cell.slots] == [first.uuid, second.uuid]


def test_past_midnight_stays_with_its_evening(conference, rooms):
    put(conference, rooms[0], 23, minutes=120, title="party")
    assert day_of(conference).date == conference.starts_on


def test_stylesheet_knows_every_row_and_column(conference, rooms, client):
    for n in range(6):
        put(conference, rooms[n % 3], 9 + n, n * 7)
    put(conference, None, 12, title="Lunch", place="Lawn")
    day = day_of(conference)
    last = max(cell.row + cell.rows - 1 for cell in cells(day).values())
    assert last <= most_rows(conference) + 1
    css = client.get(f"/{conference.slug}/edition.css").content.decode()
    for cell in cells(day).values():
        for name in cell.place.replace(" brief", "").split():
            assert f".{name} " in css


def test_lightning_talks_have_small_cards(conference, rooms):
    put(conference, rooms[0], 10, minutes=15, title="quick")
    assert "brief" in cells(day_of(conference))["quick"].place
