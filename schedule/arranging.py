"""What people do on the board, as edits of the plan: lines in, edits out.

Every edit carries the mark of the line as it was read, so that nobody is overwritten.
"""

import datetime as dt
import uuid as uuid_
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scale.time import local

from .actions import Edit
from .errors import Refused
from .models import Kind, Placement, SlotLock
from .plans import Placed, State


@dataclass(frozen=True)
class Spot:
    """A room (or a named place) and a time."""

    room_id: int | None
    place: str
    starts_at: dt.datetime
    ends_at: dt.datetime

    @property
    def facts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def find(state: State, slot_uuid: uuid_.UUID, seen: str | None = None) -> Placed:
    """The line, as long as it is as it was seen."""
    for line in state.lines:
        if line.uuid == slot_uuid:
            if seen is not None and seen != line.mark:
                raise Refused("Somebody else changed this meanwhile. Nothing was saved.")
            return line
    raise Refused("That is not on the schedule any more.")


def placed(line: Placed, **changes) -> Edit:
    """The line with some of its facts changed."""
    why = line.move.why if line.move else ""
    facts = line.shown.placement() | changes
    return Edit(line.uuid, facts, seen=line.mark, why=why)


def new(spot: Spot, *, talk: int | None = None, title: str = "", kind=Kind.MAIN, part=None) -> Edit:
    facts = {"talk_id": talk, "title": title, "kind": kind, "part": part}
    return Edit(uuid_.uuid4(), spot.facts | facts)


def swapped(one: Placed, other: Placed) -> list[Edit]:
    """Each begins where and when the other did, and keeps its length."""

    def goes_to(line: Placed, target: Placement) -> Edit:
        shown = line.shown
        ends_at = target.starts_at + (shown.ends_at - shown.starts_at)
        return placed(
            line,
            room_id=target.room_id,
            place=target.place,
            starts_at=target.starts_at,
            ends_at=ends_at,
        )

    return [goes_to(one, other.shown), goes_to(other, one.shown)]


def pushed(state: State, line: Placed, minutes: int) -> list[Edit]:
    """The line and whatever follows in its room that day, so many minutes later (or earlier).

    What follows only moves as far as it must: gaps take up what they can.
    """
    by = dt.timedelta(minutes=minutes)
    if minutes <= 0:
        return [later(one, by) for one in [line, *following(state, line)]]
    edits, free_from = [later(line, by)], line.shown.ends_at + by
    for one in following(state, line):
        needed = free_from - one.shown.starts_at
        if needed <= dt.timedelta():
            break
        edits.append(later(one, needed))
        free_from = one.shown.ends_at + needed
    return edits


def later(line: Placed, by: dt.timedelta) -> Edit:
    shown = line.shown
    return placed(line, starts_at=shown.starts_at + by, ends_at=shown.ends_at + by)


def following(state: State, line: Placed) -> list[Placed]:
    """What begins after the line in the same room (or its parts and wholes) on its day."""
    conference, shown = state.plan.conference, line.shown
    rooms = state.facts.rooms
    leaves = rooms[shown.room_id].leaves if shown.room_id else frozenset()
    day = local(shown.starts_at, conference).date()
    return [
        other
        for other in state.staying
        if other is not line
        and other.shown.room_id
        and rooms[other.shown.room_id].leaves & leaves
        and other.shown.starts_at >= shown.starts_at
        and local(other.shown.starts_at, conference).date() == day
    ]


def copied(state: State, line: Placed, rooms: Iterable[int]) -> list[Edit]:
    """A break in every other room at its time; rooms that are taken then are left out."""
    shown, facts = line.shown, state.facts.rooms
    if shown.talk_id:
        raise Refused("Only what is no talk can be in every room.")
    cancelled = {one.uuid for one in state.cancelled}
    taken = frozenset().union(
        *(
            facts[other.shown.room_id].leaves
            for other in state.staying
            if other.shown.room_id
            and other.uuid not in cancelled
            and other.shown.starts_at < shown.ends_at
            and shown.starts_at < other.shown.ends_at
        )
    )
    edits = []
    for room in rooms:
        if facts[room].leaves & taken:
            continue
        taken |= facts[room].leaves
        spot = Spot(room, "", shown.starts_at, shown.ends_at)
        edits.append(new(spot, title=shown.title, kind=Kind(shown.kind)))
    if not edits:
        raise Refused("Every other room is taken at that time.")
    return edits


def cleared(state: State) -> list[Edit]:
    """All that is cancelled goes away: what the plan proposes, and nobody has to accept."""
    return [taken_away(line) for line in unlocked(state, state.cancelled)]


def displaced(state: State, edits: Iterable[Edit]) -> list[Edit]:
    """Cancelled talks go away where the edits put something else: their place is used again."""
    edits = list(edits)
    named = {edit.slot_uuid for edit in edits}
    spots = [edit.placement for edit in edits if edit.placement and not edit.goes_away]
    found = [
        line
        for line in state.cancelled
        if line.uuid not in named and any(takes(spot, line.shown, state) for spot in spots)
    ]
    return [taken_away(line) for line in unlocked(state, found)]


def taken_away(line: Placed) -> Edit:
    return Edit(line.uuid, goes_away=True, seen=line.mark, why="Cancelled")


def unlocked(state: State, lines: list[Placed]) -> list[Placed]:
    if not lines:
        return []
    locks = SlotLock.objects.filter(conference=state.plan.conference)
    locked = set(locks.values_list("slot_uuid", flat=True))
    return [line for line in lines if line.uuid not in locked]


def takes(spot: dict, there: Placement, state: State) -> bool:
    """Whether the spot needs a room that `there` has at that time."""
    if not (spot["room_id"] and there.room_id):
        return False
    one, other = (state.facts.rooms[pk].leaves for pk in (spot["room_id"], there.room_id))
    meet = spot["starts_at"] < there.ends_at and there.starts_at < spot["ends_at"]
    return meet and bool(one & other)
