"""Slots arranged for the eye: days, hours, rooms, true to time.

A day is a grid. Its rows are the stretches between the moments at which something begins or
ends, so a talk of 90 minutes stands beside two of 45; stretches in which nothing is on take no
row. What has no room (lunch, a walk) is a band across the rooms that are free then.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from scale.models import Conference
from scale.time import clock, local, rfc3339

from .models import Room, Slot

STEP = 5  # minutes; what one unit of a row's height stands for
TALLEST = 24  # such units: two hours
BRIEF = dt.timedelta(minutes=20)


@dataclass
class Cell:
    """Where something stands: rows and columns are counted from 1, the hours are column 1."""

    slots: list[Slot]
    row: int = 0
    rows: int = 1
    column: int = 2
    columns: int = 1

    @property
    def is_across(self) -> bool:
        return self.slots[0].room_id is None

    @property
    def place(self) -> str:
        """As classes of the edition's stylesheet, which says what inline styles may not."""
        spans = f"at-{self.row} for-{self.rows} in-{self.column} wide-{self.columns}"
        return f"{spans} brief" if self.is_brief else spans

    @property
    def is_brief(self) -> bool:
        """A lightning talk: its card is small, else it would stretch all beside it."""
        first = self.slots[0]
        return first.ends_at - first.starts_at <= BRIEF and not self.is_across


@dataclass
class Hour:
    """A moment at which something begins, with all that begins then."""

    clock: str
    iso: str
    cells: list[Cell]
    row: int = 0


@dataclass
class Stretch:
    """A row of the grid and how tall it is at least, in steps; 0 for the band of a pause."""

    row: int
    steps: int


@dataclass
class Day:
    date: dt.date
    rooms: list[Room]
    hours: list[Hour]
    stretches: list[Stretch] = field(default_factory=list)
    # Pieces of a band that is interrupted by talks; its words stand in the widest.
    pieces: list[Cell] = field(default_factory=list)

    @property
    def slots(self) -> Iterator[Slot]:
        return (slot for hour in self.hours for cell in hour.cells for slot in cell.slots)


def arrange(
    slots: Iterable[Slot], conference: Conference, moved: Mapping[UUID, int] | None = None
) -> list[Day]:
    """Days in order, each with only the rooms it uses; `slots` come ordered by time.

    `moved` says which version moved a slot, where the page should say so.
    """
    by_day: dict[dt.date, list[Slot]] = {}
    for slot in slots:
        slot.moved_in = (moved or {}).get(slot.uuid)
        if slot.talk:
            slot.talk.conference = conference  # known already; its address asks for it
        by_day.setdefault(local(slot.starts_at, conference).date(), []).append(slot)
    return [day_of(date, found, conference) for date, found in sorted(by_day.items())]


def day_of(date: dt.date, slots: list[Slot], conference: Conference) -> Day:
    used = {slot.room_id: slot.room for slot in slots if slot.room}
    rooms = sorted(used.values(), key=lambda room: (room.position, room.name))
    cells = cells_of(slots, {room.pk: n for n, room in enumerate(rooms, 2)})
    hours: dict[dt.datetime, Hour] = {}
    for cell in cells:
        # By instants: of times in one zone Python compares the clocks, and an hour comes twice.
        at = cell.slots[0].starts_at
        hour = hours.setdefault(at, Hour(clock(at, conference), rfc3339(at, conference), []))
        hour.cells.append(cell)
    day = Day(date, rooms, [hours[at] for at in sorted(hours)])
    lay_out(day, cells)
    return day


def cells_of(slots: list[Slot], columns: dict[int, int]) -> list[Cell]:
    """One cell for each slot; those that overlap in one room share a cell."""
    cells: list[Cell] = []
    last: dict[int, Cell] = {}
    for slot in slots:
        if slot.room_id is None:
            cells.append(Cell([slot]))
            continue
        before = last.get(slot.room_id)
        if before and slot.starts_at < max(one.ends_at for one in before.slots):
            before.slots.append(slot)
            continue
        last[slot.room_id] = Cell([slot], column=columns[slot.room_id])
        cells.append(last[slot.room_id])
    return cells


def lay_out(day: Day, cells: list[Cell]) -> None:
    """Give every cell its rows: at each moment first the bands that begin then, then the time."""
    spans = {
        id(cell): (cell.slots[0].starts_at, max(slot.ends_at for slot in cell.slots))
        for cell in cells
    }
    inside = [spans[id(cell)] for cell in cells if not cell.is_across]
    moments = sorted({moment for span in spans.values() for moment in span})
    bands = [cell for cell in cells if cell.is_across]
    row, rows = 2, {}  # row 1 holds the names of the rooms
    for n, moment in enumerate(moments):
        rows[moment] = row
        for band in bands:
            if spans[id(band)][0] == moment:
                band.row, row = row, row + 1
                day.stretches.append(Stretch(band.row, 0))
        until = moments[n + 1] if n + 1 < len(moments) else moment
        if any(begins < until and moment < ends for begins, ends in inside):
            minutes = (until - moment).total_seconds() / 60
            day.stretches.append(Stretch(row, min(TALLEST, round(minutes / STEP) or 1)))
            row += 1
    first_time = {}  # the row of talks that begin at a moment: below its bands
    for moment, start in rows.items():
        first_time[moment] = start + sum(spans[id(band)][0] == moment for band in bands)
    for cell in cells:
        begins, ends = spans[id(cell)]
        if not cell.is_across:
            cell.row = first_time[begins]
            cell.rows = max(1, rows[ends] - cell.row)
    for hour in day.hours:
        hour.row = min(cell.row for cell in hour.cells)
    for band in bands:
        spread(day, band, [cell for cell in cells if not cell.is_across])


def spread(day: Day, band: Cell, others: list[Cell]) -> None:
    """The band takes the widest run of columns in which no talk goes on; pieces take the rest."""
    busy = {c.column for c in others if c.row <= band.row < c.row + c.rows}
    runs: list[list[int]] = []
    for column in range(2, len(day.rooms) + 2):
        if column in busy:
            continue
        if runs and runs[-1][-1] == column - 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    if not runs:
        band.columns = max(1, len(day.rooms))
        return
    widest = max(runs, key=len)
    band.column, band.columns = widest[0], len(widest)
    for run in runs:
        if run is not widest:
            day.pieces.append(Cell(band.slots, band.row, 1, run[0], len(run)))


def most_rows(conference: Conference) -> int:
    """No day of the edition has more rows than this: how many a stylesheet must know."""
    moments: dict[dt.date, set[dt.datetime]] = {}
    bands: Counter[dt.date] = Counter()
    spans = Slot.objects.filter(conference=conference).values_list("starts_at", "ends_at", "room")
    for begins, ends, room in spans:
        date = local(begins, conference).date()
        moments.setdefault(date, set()).update((begins, ends))
        bands[date] += room is None
    return 1 + max((len(found) + bands[date] for date, found in moments.items()), default=0)
