"""Which of the wanted rooms and times can stand beside each other and beside what is there."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from schedule.models import Kind, Slot

from . import report
from .item import Item


@dataclass(eq=False)
class Stand:
    """Something at a time in a room: what the board of an import is made of."""

    what: str
    position: str
    talk: int | None
    speakers: dict[int, str]
    room: int | None
    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(eq=False)
class Want(Stand):
    """A place that the file gives to an entry; `slot` is the one it has now, if any."""

    item: Item
    slot: Slot | None = None
    kind: str = Kind.MAIN

    def placement(self):
        return {
            "room_id": self.room,
            "place": "",
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "talk_id": self.talk,
            "title": "" if self.talk else self.what,
            "kind": self.kind,
            # No file tells which part it is; what staff said stays.
            "part": self.slot.part if self.slot else None,
        }

    def as_it_is(self) -> Stand:
        assert self.slot is not None  # asked only of what has one  # nosec B101
        slot = self.slot
        return Stand(
            self.what,
            self.position,
            self.talk,
            self.speakers,
            slot.room_id,
            slot.starts_at,
            slot.ends_at,
        )


@dataclass(frozen=True)
class Clash:
    kind: str
    name: str
    other: Stand


# A hundred talks in one room and hour are one mistake, not five thousand.
MOST_CLASHES = 20


class Board:
    """Answers what is in the way, by the same rule as `schedule.conflicts`."""

    def __init__(self, leaves: dict[int, Iterable[int]]):
        self.leaves = leaves
        self.by_place = defaultdict(list)

    def places(self, stand: Stand) -> Iterable[tuple]:
        """(kind, id, name) of the rooms and people it takes."""
        for leaf in self.leaves[stand.room] if stand.room else ():
            yield report.ROOM, leaf, ""
        for speaker, name in stand.speakers.items():
            yield report.SPEAKER, speaker, name

    def days(self, stand: Stand) -> Iterable[int]:
        return range(stand.starts_at.toordinal(), stand.ends_at.toordinal() + 1)

    def add(self, stand: Stand) -> None:
        for kind, pk, _ in self.places(stand):
            for day in self.days(stand):
                self.by_place[kind, pk, day].append(stand)

    def clashes(self, stand: Stand) -> list[Clash]:
        """Each other stand once, for its room rather than for a speaker; not without end."""
        found: dict[int, Clash] = {}
        for kind, pk, name in self.places(stand):
            for day in self.days(stand):
                for other in self.by_place.get((kind, pk, day), ()):
                    apart = stand.ends_at <= other.starts_at or other.ends_at <= stand.starts_at
                    own = stand.talk is not None and stand.talk == other.talk
                    if apart or other is stand or (own and kind == report.SPEAKER):
                        continue
                    found.setdefault(id(other), Clash(kind, name, other))
                    if len(found) >= MOST_CLASHES:
                        return list(found.values())
        return list(found.values())


def decide(wants: list[Want], fixed: list[Stand], leaves) -> tuple[set[Want], dict[Want, list]]:
    """What can be placed, and for each of the others what is in its way.

    First come, first served, in the order of the file. What has a place already
    and cannot get the new one keeps the old, so nothing ever falls off the schedule.
    """
    held: dict[Want, Stand] = {}
    while True:
        board = Board(leaves)
        for stand in (*fixed, *held.values()):
            board.add(stand)
        refused = []
        for want in wants:
            if want in held or board.clashes(want):
                refused.append(want)
            else:
                board.add(want)
        losers = [want for want in refused if want.slot and want not in held]
        if not losers:
            break
        held |= {want: want.as_it_is() for want in losers}
    return set(wants) - set(refused), in_the_way(refused, held, board, leaves)


def in_the_way(refused, held, board, leaves) -> dict[Want, list]:
    """Every pair of the file that cannot be is told once, with the later of the two."""
    others = Board(leaves)
    ways = {}
    for want in refused:
        own = held.get(want)
        clashes = [clash for clash in board.clashes(want) if clash.other is not own]
        ways[want] = clashes + others.clashes(want)
        others.add(want)
    return ways


def give_slots(wants: list[Want], slots: list[Slot]) -> list[Slot]:
    """Give each want of one talk the slot that is most like it; returns the slots left over."""
    free = list(slots)
    likenesses: list[Callable] = [
        lambda want, slot: (
            (slot.room_id, slot.starts_at, slot.ends_at)
            == (want.room, want.starts_at, want.ends_at)
        ),
        lambda want, slot: (slot.room_id, slot.starts_at) == (want.room, want.starts_at),
        lambda want, slot: slot.starts_at == want.starts_at,
        # Overflow rooms are the staff's own doing, and never what the file means.
        lambda want, slot: slot.kind != Kind.OVERFLOW or len(slots) == len(wants),
    ]
    for alike in likenesses:
        for want in wants:
            if want.slot is None and (slot := next((s for s in free if alike(want, s)), None)):
                want.slot, want.kind = slot, slot.kind
                free.remove(slot)
    for number, want in enumerate(wants):
        if number and want.slot is None:
            at_once = any(
                w.starts_at < want.ends_at and want.starts_at < w.ends_at for w in wants[:number]
            )
            want.kind = Kind.OVERFLOW if at_once else Kind.REPEAT
    return free
