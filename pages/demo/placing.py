"""Which talk goes where and when: tracks keep their rooms, nobody is in two places."""

import math
from collections import defaultdict
from dataclasses import dataclass, field

from schedule.models import OPEN_BOF, Kind, Room

from .talks import Staged
from .words import words
from .world import Edition

# Minutes after midnight. Lunch is between the second and the third, coffee after the fourth.
BLOCKS = (615, 675, 810, 870, 945, 1005, 1065)
KEYNOTE = 540
EVENING = {6: (1080, 1140, 1200), 7: (1125, 1185, 1245)}
# How many blocks a talk of the kind takes, and in which it can begin.
SPANS = {"tutorial": (3, (2,)), "workshop": (2, (2, 0))}
TOGETHER = {"lightning": (3, 15), "short": (2, 30)}
OPEN_ROOMS = 3  # small rooms that are open for BoFs where none is, on evenings from today on
SMALL = 200  # seats; birds of a feather do not meet in ballrooms


@dataclass(frozen=True)
class Spot:
    """A place and time; `begins` and `ends` are minutes after midnight of the day."""

    room: int | None
    day: int
    begins: int
    ends: int
    place: str = ""


@dataclass(frozen=True)
class Unit:
    """A room on one day, in use as itself: on some days two ballrooms are one."""

    day: int
    room: int


@dataclass
class Item:
    """Talks that stand together in a room: (talk, minutes after the first block's begin)."""

    blocks: int
    starts: tuple[int, ...]
    talks: list[tuple[Staged, int]]


@dataclass
class Line:
    """One slot to be: the talk or title, and where it stands in the end."""

    spot: Spot
    staged: Staged | None = None
    title: str = ""
    kind: str = Kind.MAIN


@dataclass
class Grid:
    """The filled schedule and what is still free in it."""

    lines: list[Line] = field(default_factory=list)
    taken: dict[Unit, set[int]] = field(default_factory=lambda: defaultdict(set))
    units: list[Unit] = field(default_factory=list)
    busy: dict[int, list[Spot]] = field(default_factory=lambda: defaultdict(list))
    blocks: int = 6

    def put(self, line: Line) -> None:
        self.lines.append(line)
        if line.staged:
            for speaker in line.staged.speakers:
                self.busy[speaker.pk].append(line.spot)

    def is_free(self, staged: Staged, spot: Spot) -> bool:
        """Whether none of its speakers is elsewhere then."""
        return not any(
            other.day == spot.day and other.begins < spot.ends and spot.begins < other.ends
            for speaker in staged.speakers
            for other in self.busy[speaker.pk]
        )

    def free_cells(self) -> list[tuple[Unit, int]]:
        return [
            (unit, block)
            for unit in self.units
            for block in range(self.blocks)
            if block not in self.taken[unit]
        ]


def columns(edition: Edition) -> list[list[Unit]]:
    """Room by room, its days; a room of rooms is used as a whole on the days in the middle."""
    days = range(len(edition.conference.days()))
    whole_days = {}
    for n, (whole, parts) in enumerate((w, p) for w, p in edition.parts.items() if p):
        wholes = {day for day in days if (day in (1, 2) if n % 2 == 0 else day % 2 == 1)}
        whole_days[whole] = wholes
        whole_days |= {part: set(days) - wholes for part in parts}
    return [
        [Unit(day, room.pk) for day in days if day in whole_days.get(room.pk, days)]
        for room in edition.rooms
    ]


def fill(edition: Edition, staged: list[Staged]) -> Grid:
    """Give every talk its place; `staged` may be more than fits, what does not fit has no line."""
    grid = Grid(blocks=edition.world.size.blocks)
    rooms = columns(edition)
    grid.units = [unit for column in rooms for unit in column]
    put_keynotes(edition, grid, [one for one in staged if one.kind == "keynote"])
    left = []
    mine: dict[str, list[Staged]] = defaultdict(list)
    for one in staged:
        if one.kind not in ("keynote", "bof"):
            mine[one.track].append(one)
    free = list(grid.units)
    for track, own_units in share_out(mine, free, grid.blocks):
        for item in items_of(mine[track]):
            if not place(grid, item, own_units):
                left.append(item)
    for item in left:
        if not place(grid, item, grid.units):
            for single in split(item):
                place(grid, single, grid.units)
    put_evenings(edition, grid, [one for one in staged if one.kind == "bof"])
    put_breaks(edition, grid)
    return grid


def share_out(mine: dict[str, list[Staged]], free: list[Unit], blocks: int):
    """(track, its rooms and days): a partner's event on its day, the others one after another."""
    load = {track: sum(item.blocks for item in items_of(talks)) for track, talks in mine.items()}
    days = {track.code: track.partner_day for track in words().tracks if track.partner_day}
    order = sorted(mine, key=lambda track: (track not in days, -load[track], track))
    for track in order:
        wanted = math.ceil(load[track] / blocks)
        if track in days:
            fitting = [unit for unit in reversed(free) if unit.day == days[track] - 1]
        else:
            fitting = free
        own = fitting[:wanted]
        for unit in own:
            free.remove(unit)
        yield track, own


def items_of(talks: list[Staged]) -> list[Item]:
    """Long ones alone, short ones two or three to a block; long ones come first."""
    items, short = [], defaultdict(list)
    for one in talks:
        if one.kind in TOGETHER:
            short[one.kind].append(one)
        else:
            blocks, starts = SPANS.get(one.kind, (1, tuple(range(len(BLOCKS)))))
            items.append(Item(blocks, starts, [(one, 0)]))
    for kind, found in short.items():
        count, step = TOGETHER[kind]
        for n in range(0, len(found), count):
            together = [(one, place * step) for place, one in enumerate(found[n : n + count])]
            items.append(Item(1, tuple(range(len(BLOCKS))), together))
    return sorted(items, key=lambda item: -item.blocks)


def split(item: Item) -> list[Item]:
    return [Item(item.blocks, item.starts, [(one, 0)]) for one, _ in item.talks]


def place(grid: Grid, item: Item, units: list[Unit]) -> bool:
    """Put the item into the first of the units in which it fits and its speakers are free."""
    for unit in units:
        for start in item.starts:
            wanted = set(range(start, start + item.blocks))
            if start + item.blocks > grid.blocks or wanted & grid.taken[unit]:
                continue
            spots = [
                (one, spot_in(unit, start, one.talk.minutes, offset)) for one, offset in item.talks
            ]
            if all(grid.is_free(one, spot) for one, spot in spots):
                grid.taken[unit] |= wanted
                for one, spot in spots:
                    grid.put(Line(spot, one))
                return True
    return False


def spot_in(unit: Unit, block: int, minutes: int, offset: int = 0) -> Spot:
    begins = BLOCKS[block] + offset
    return Spot(unit.room, unit.day, begins, begins + minutes)


def largest(edition: Edition, day: int) -> Room:
    """The largest room of the day, as a whole."""
    return max(edition.rooms, key=lambda room: room.capacity or 0)


def put_keynotes(edition: Edition, grid: Grid, keynotes: list[Staged]) -> None:
    """One each morning, alone; the first is also shown in the next largest free room."""
    for day, one in enumerate(keynotes):
        room = largest(edition, day)
        grid.put(Line(Spot(room.pk, day, KEYNOTE, KEYNOTE + 60), one))


def put_evenings(edition: Edition, grid: Grid, talks: list[Staged]) -> None:
    """Birds of a feather, in the small rooms, on every evening but the last."""
    small = [room.pk for room in edition.rooms if (room.capacity or 0) <= SMALL]
    evenings = range(len(edition.conference.days()) - 1)
    cells = [
        (day, begins, room) for begins in EVENING[grid.blocks] for day in evenings for room in small
    ]
    for one in talks:
        for cell in cells:
            day, begins, room = cell
            spot = Spot(room, day, begins, begins + one.talk.minutes)
            if grid.is_free(one, spot):
                grid.put(Line(spot, one, kind=Kind.BOF))
                cells.remove(cell)
                break
    if edition.phase == "on":
        open_places(
            grid, [cell for cell in cells if cell[0] > 0 and cell[2] in small[-OPEN_ROOMS:]]
        )


def open_places(grid: Grid, cells: list[tuple[int, int, int]]) -> None:
    """Whoever has a ticket may ask for these."""
    for day, begins, room in cells:
        grid.put(Line(Spot(room, day, begins, begins + 60), title=OPEN_BOF, kind=Kind.BOF))


def put_breaks(edition: Edition, grid: Grid) -> None:
    days = len(edition.conference.days())
    for day in range(days):
        opens = "Registration opens" if day == 0 else "Doors open"
        grid.put(Line(Spot(None, day, 480, 540, "Exhibit hall lobby"), title=opens))
        words_for_lunch = "Lunch · expo floor is open" if day else "Lunch"
        grid.put(Line(Spot(None, day, 720, 810, "Expo hall"), title=words_for_lunch))
        grid.put(Line(Spot(None, day, 915, 945, "Expo hall"), title="Coffee"))
    hall = largest(edition, 0).pk
    grid.put(Line(Spot(hall, days - 2, 1260, 1380), title="Game night"))
    ends = BLOCKS[grid.blocks - 1] + 60
    grid.put(Line(Spot(hall, days - 1, ends, ends + 30), title="Closing, and next year"))
