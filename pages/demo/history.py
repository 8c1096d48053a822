"""The releases that led to the schedule, written as `schedule.actions.publish` writes them."""

import datetime as dt
import uuid
from dataclasses import dataclass, field, replace

from cfp.models import Talk
from schedule.models import Change, Kind, Move, Release, Slot

from .dice import Dice
from .placing import Grid, Line, Spot, fill, spot_in
from .talks import Staged
from .world import Edition

# Days and hour, counted from the first day, at which each release was made.
RELEASED = {
    "over": ((-52, 18), (-30, 18), (-9, 21), (0, 20)),
    "on": ((-50, 18), (-28, 18), (-8, 21), (0, 20)),
    "open": (),
}
INTRODUCED = {1: 0.72, 2: 0.24, 3: 0.04}


@dataclass
class Story:
    """One slot through the releases: number → where it went; None means it went away."""

    line: Line
    uuid: uuid.UUID
    steps: dict[int, Spot | None] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return max(self.steps)


def add_schedule(
    edition: Edition, staged: list[Staged], beside: list[Staged]
) -> tuple[Grid, list[Story]]:
    """Place everything and write slots, releases, changes and what is only planned yet."""
    dice = edition.dice("schedule")
    grid = fill(edition, staged)
    suit_rooms(edition, grid, dice)
    stories = [Story(line, dice.uuid()) for line in grid.lines]
    if edition.phase == "open":
        times = [edition.world.now - dt.timedelta(days=6)]
        for story in stories:
            story.steps[1] = story.line.spot
    else:
        times = [edition.moment(day, hour, 15) for day, hour in RELEASED[edition.phase]]
        stories += tell(edition, grid, stories, beside, dice)
    releases = [
        edition.add(
            Release(
                conference=edition.conference,
                number=number,
                plan=edition.plan,
                by=edition.world.users["program"],
                made_at=made_at,
            )
        )
        for number, made_at in enumerate(times, start=1)
    ]
    write(edition, stories, releases)
    if edition.phase == "on":
        add_moves(edition, grid, stories, beside)
    return grid, stories


# --- what the talks need and how many will come ----------------------------------------------


def suit_rooms(edition: Edition, grid: Grid, dice: Dice) -> None:
    """Needs that the room has and a crowd that fits, with a few exceptions for staff to see."""
    rooms = {room.pk: room for room in edition.rooms}
    through = Talk.equipment.through
    for line in grid.lines:
        if line.staged is None or line.spot.room is None:
            continue
        talk, room = line.staged.talk, rooms[line.spot.room]
        if dice.chance(0.86):
            share = dice.uniform(0.25, 0.95) if dice.chance(0.97) else dice.uniform(1.05, 1.3)
            talk.expected_audience = max(5, round((room.capacity or 50) * share))
        has = sorted(edition.fitted[room.pk])
        needs = dice.sample(has, min(len(has), dice.choice((1, 1, 2, 3))))
        if dice.chance(0.02):
            needs = sorted(edition.equipment)[-2:]
        for thing in needs:
            edition.add(through(talk_id=talk.pk, equipment_id=edition.equipment[thing].pk))


# --- how it came about -----------------------------------------------------------------------


def tell(
    edition: Edition, grid: Grid, stories: list[Story], beside: list[Staged], dice: Dice
) -> list[Story]:
    """Give each slot its releases; returns the slots that came or went besides.

    No release has a room or a speaker twice: talks swapped places, came from
    cells that are free today, or are new.
    """
    for story in stories:
        spoken = story.line.staged is not None
        number = dice.weighted(INTRODUCED) if spoken else 1
        story.steps[number] = story.line.spot
    swap(grid, stories, dice)
    cells = grid.free_cells()
    dice.shuffle(cells)
    moved_here(grid, stories, cells, dice)
    return [
        *went_away(grid, cells, beside, dice),
        *came_late(edition, grid, stories, cells, dice),
    ]


def is_talk(story: Story) -> bool:
    """An ordinary talk of one block, and not cancelled."""
    staged = story.line.staged
    return (
        staged is not None
        and staged.kind == "talk"
        and staged.talk.status != Talk.Status.CANCELLED
        and story.steps[story.last] is not None
    )


def is_alone(grid: Grid, story: Story) -> bool:
    """Its speakers do nothing else, so wherever it stood or goes they are free."""
    return all(len(grid.busy[speaker.pk]) == 1 for speaker in story.line.staged.speakers)


def movable(grid: Grid, story: Story) -> bool:
    """Its past is free to invent."""
    return is_talk(story) and list(story.steps) == [1] and is_alone(grid, story)


def swap(grid: Grid, stories: list[Story], dice: Dice) -> None:
    """Some talks stood in each other's place before version 2, 3 or 4."""
    ready = [story for story in stories if movable(grid, story)]
    dice.shuffle(ready)
    pairs = max(1, len(ready) // 40)
    for number, count in ((2, pairs), (3, pairs), (4, 1)):
        for _ in range(count):
            if len(ready) < 4:
                return
            one, other = ready.pop(), ready.pop()
            for story, earlier in ((one, other.line.spot), (other, one.line.spot)):
                story.steps = {1: earlier, number: story.line.spot}


def moved_here(grid: Grid, stories: list[Story], cells: list, dice: Dice) -> None:
    """One talk a release came from a place that nobody uses any more."""
    ready = [story for story in stories if movable(grid, story)]
    dice.shuffle(ready)
    for number in (2, 3, 4):
        if ready and len(cells) > 6:
            story = ready.pop()
            unit, block = cells.pop()
            earlier = spot_in(unit, block, story.line.staged.talk.minutes)
            story.steps = {1: earlier, number: story.line.spot}


def went_away(grid: Grid, cells: list, beside: list[Staged], dice: Dice) -> list[Story]:
    """Talks that were withdrawn after version 1 and taken off in version 3."""
    withdrawn = [
        one
        for one in beside
        if one.talk.status == Talk.Status.WITHDRAWN
        and not any(grid.busy[speaker.pk] for speaker in one.speakers)
    ]
    gone = []
    for one in withdrawn[:3]:
        if len(cells) > 4:
            unit, block = cells.pop()
            # Whatever it was to be, it has one block.
            spot = spot_in(unit, block, min(one.talk.minutes, 45))
            gone.append(Story(Line(spot, one), dice.uuid(), {1: spot, 3: None}))
    return gone


def came_late(
    edition: Edition, grid: Grid, stories: list[Story], cells: list, dice: Dice
) -> list[Story]:
    """An overflow room for the first keynote, and in version 4 repeats of crowded talks."""
    late = [overflow(edition, stories, dice)]
    crowded = sorted(
        (story for story in stories if is_talk(story)),
        key=lambda story: -(story.line.staged.talk.expected_audience or 0),
    )
    for story in crowded[:2]:
        staged = story.line.staged
        for cell in cells:
            spot = spot_in(*cell, staged.talk.minutes)
            if cell[0].day >= 2 and grid.is_free(staged, spot):
                cells.remove(cell)
                grid.taken[cell[0]].add(cell[1])
                line = Line(spot, staged, kind=Kind.REPEAT)
                grid.put(line)
                late.append(Story(line, dice.uuid(), {4: spot}))
                break
    return late


def overflow(edition: Edition, stories: list[Story], dice: Dice) -> Story:
    """The first keynote on a screen in the largest room that is no part of its own."""
    first = next(s for s in stories if s.line.staged and s.line.staged.kind == "keynote")
    own = {first.line.spot.room, *edition.parts[first.line.spot.room]}
    others = [room for room in edition.rooms if room.pk not in own]
    room = max(others, key=lambda room: room.capacity or 0)
    spot = replace(first.line.spot, room=room.pk)
    return Story(Line(spot, first.line.staged, kind=Kind.OVERFLOW), dice.uuid(), {2: spot})


# --- rows ------------------------------------------------------------------------------------


def placement(edition: Edition, line: Line, spot: Spot) -> dict:
    """The columns of `schedule.models.Placement`."""
    return {
        "room_id": spot.room,
        "place": spot.place,
        "starts_at": edition.moment(spot.day, *divmod(spot.begins, 60)),
        "ends_at": edition.moment(spot.day, *divmod(spot.ends, 60)),
        "talk": line.staged.talk if line.staged else None,
        "title": line.title,
        "kind": line.kind,
        "part": None,
    }


def write(edition: Edition, stories: list[Story], releases: list[Release]) -> None:
    """Slots as they stand, and what each release did to them."""
    before: dict[uuid.UUID, Change] = {}
    for release in releases:
        for story in stories:
            if release.number not in story.steps:
                continue
            spot = story.steps[release.number]
            earlier = before.get(story.uuid)
            facts = placement(edition, story.line, spot or story.line.spot)
            before[story.uuid] = edition.add(
                Change(
                    release=release,
                    slot_uuid=story.uuid,
                    removed=spot is None,
                    before=earlier,
                    **facts,
                )
            )
    for story in stories:
        if spot := story.steps[story.last]:
            edition.add(
                Slot(
                    uuid=story.uuid,
                    conference=edition.conference,
                    version=story.last,
                    **placement(edition, story.line, spot),
                )
            )


def add_moves(edition: Edition, grid: Grid, stories: list[Story], beside: list[Staged]) -> None:
    """Drafts in the working plan: a new slot, a move, a removal, a conflict and a stale one.

    Only talks whose speakers do nothing else, so that there is no conflict but the one meant.
    """
    ready = [story for story in stories if is_talk(story) and is_alone(grid, story)]
    edition.dice("drafts").shuffle(ready)
    ready.sort(key=lambda story: story.line.spot.day < 2)  # what is still to come goes first
    cells = sorted(grid.free_cells(), key=lambda cell: cell[0].day < 2)
    waiting = [one for one in beside if one.talk.status == Talk.Status.ACCEPTED]
    for one in waiting[:1]:
        cell = next(cell for cell in cells if grid.is_free(one, spot_in(*cell, one.talk.minutes)))
        cells.remove(cell)
        add_new(edition, one, spot_in(*cell, min(one.talk.minutes, 45)))
    stale = next(story for story in ready if story.last > 1)
    moved, clashing, blocking = [story for story in ready if story is not stale][:3]
    add_move(edition, moved, spot_in(*cells[0], 45), why="The speaker asked for another slot.")
    add_move(edition, clashing, blocking.line.spot, why="Wants to be next to the demo area.")
    add_move(edition, stale, spot_in(*cells[1], 45), made_against=stale.last - 1, is_stale=True)
    for story in stories:
        staged = story.line.staged
        if staged and staged.talk.status == Talk.Status.CANCELLED:
            add_move(edition, story, story.line.spot, goes_away=True, why="The speaker fell ill.")


def add_move(edition: Edition, story: Story, spot: Spot, **facts) -> Move:
    facts = {"made_against": story.last, "slot_uuid": story.uuid} | facts
    return edition.add(
        Move(
            plan=edition.plan,
            by=edition.world.users["program"],
            made_at=edition.world.now - dt.timedelta(hours=3),
            **placement(edition, story.line, spot),
            **facts,
        )
    )


def add_new(edition: Edition, staged: Staged, spot: Spot) -> None:
    story = Story(Line(spot, staged), edition.dice("moves").uuid(), {0: spot})
    add_move(edition, story, spot, why="Confirmed late; the room is free.")
