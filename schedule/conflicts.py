"""What is wrong with a schedule, judged as a whole. Pure: rows in, conflicts out.

Every check sorts once and sweeps, so 3,000 slots are judged in well under a second.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from scale.models import Conference
from scale.time import local

ROOM, SPEAKER, EQUIPMENT, CAPACITY = "room", "speaker", "equipment", "capacity"
AWAY, CLOSED, OUTSIDE, STATUS = "away", "closed", "outside", "status"
HARD = {ROOM, SPEAKER}
WORDS = {
    ROOM: "Room taken",
    SPEAKER: "Speaker in two places",
    EQUIPMENT: "Equipment missing",
    CAPACITY: "People will not fit",
    AWAY: "Speaker cannot be there",
    CLOSED: "Room closed",
    OUTSIDE: "Outside the conference",
    STATUS: "Not confirmed",
}


@dataclass(frozen=True)
class Item:
    """One slot as it is judged. Equipment and speakers are {id: name}."""

    uuid: UUID
    what: str
    where: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    room: int | None = None
    talk: int | None = None
    speakers: dict[int, str] = field(default_factory=dict)
    needs: dict[int, str] = field(default_factory=dict)
    expected: int | None = None
    is_confirmed: bool = True
    is_cancelled: bool = False


@dataclass(frozen=True)
class RoomFacts:
    """A room as it is judged; `leaves` are the rooms without parts that it consists of."""

    name: str
    capacity: int | None
    has: frozenset[int]
    leaves: frozenset[int]
    closures: tuple[tuple[dt.datetime, dt.datetime, str], ...] = ()


@dataclass(frozen=True)
class Conflict:
    """`says` is the sentence for people; `slots` are the uuids to jump to, first one first."""

    kind: str
    slots: tuple[UUID, ...]
    says: str

    @property
    def is_hard(self) -> bool:
        return self.kind in HARD

    @property
    def title(self) -> str:
        return WORDS[self.kind]


Absences = dict[int, list[tuple[dt.datetime, dt.datetime]]]


def judge(
    items: Iterable[Item],
    rooms: dict[int, RoomFacts],
    conference: Conference,
    absences: Absences | None = None,
) -> list[Conflict]:
    """Every conflict among the items, the hard ones first.

    A cancelled talk keeps its place until staff reuse it, so it is in nobody's way.
    """
    standing = [item for item in items if not item.is_cancelled]
    found = [
        *room_conflicts(standing, rooms, conference),
        *speaker_conflicts(standing, conference),
    ]
    for item in standing:
        found += single_conflicts(item, rooms, conference, absences or {})
    return sorted(found, key=lambda conflict: not conflict.is_hard)


def overlapping(items: list[Item]) -> Iterable[tuple[Item, Item]]:
    """Pairs of items that share an instant, the earlier first."""
    running: list[Item] = []
    for item in sorted(items, key=lambda one: (one.starts_at, one.ends_at, one.uuid.int)):
        running = [other for other in running if other.ends_at > item.starts_at]
        for other in running:
            yield other, item
        running.append(item)


def room_conflicts(items, rooms, conference) -> Iterable[Conflict]:
    by_leaf = defaultdict(list)
    for item in items:
        for leaf in rooms[item.room].leaves if item.room else ():
            by_leaf[leaf].append(item)
    told = set()
    for sharing in by_leaf.values():
        for first, second in overlapping(sharing):
            pair = (first.uuid, second.uuid)
            if pair in told:
                continue
            told.add(pair)
            place = first.where if first.room == second.room else f"{first.where}/{second.where}"
            yield Conflict(
                ROOM,
                (second.uuid, first.uuid),
                f"{place}, {when(second, conference)}: “{first.what}” and “{second.what}”.",
            )


def speaker_conflicts(items, conference) -> Iterable[Conflict]:
    by_speaker = defaultdict(list)
    names = {}
    for item in items:
        for speaker, name in item.speakers.items():
            by_speaker[speaker].append(item)
            names[speaker] = name
    for speaker, theirs in by_speaker.items():
        for first, second in overlapping(theirs):
            if first.talk == second.talk:
                continue  # an overflow room, or the parts of one talk
            yield Conflict(
                SPEAKER,
                (second.uuid, first.uuid),
                f"{names[speaker]}: {when(first, conference)} {first.where} and "
                f"{when(second, conference)} {second.where}.",
            )


def single_conflicts(item, rooms, conference, absences) -> Iterable[Conflict]:
    """What is wrong with one item alone."""

    def conflict(kind, says):
        return Conflict(kind, (item.uuid,), f"“{item.what}”, {says}")

    if room := rooms.get(item.room):
        missing = [name for pk, name in item.needs.items() if pk not in room.has]
        if missing:
            yield conflict(EQUIPMENT, f"{room.name} has no {', no '.join(missing)}.")
        if item.expected and room.capacity and item.expected > room.capacity:
            over = item.expected - room.capacity
            yield conflict(
                CAPACITY,
                f"{item.expected} expected, {room.name} seats {room.capacity}: {over} over.",
            )
        for starts_at, ends_at, why in room.closures:
            if starts_at < item.ends_at and item.starts_at < ends_at:
                yield conflict(CLOSED, f"{room.name} is closed{f': {why}' if why else ''}.")
    for speaker, name in item.speakers.items():
        if any(s < item.ends_at and item.starts_at < e for s, e in absences.get(speaker, ())):
            yield conflict(AWAY, f"{name} cannot be there at {when(item, conference)}.")
    first, last = local(item.starts_at, conference).date(), conference.ends_on
    if first < conference.starts_on or first > last:
        yield conflict(OUTSIDE, f"{when(item, conference)} is not a day of the conference.")
    if not item.is_confirmed:
        yield conflict(STATUS, "the speaker has not confirmed yet.")


def when(item, conference) -> str:
    return f"{local(item.starts_at, conference):%a %H:%M}"


def touching(conflicts: Iterable[Conflict], uuids: set[UUID]) -> list[Conflict]:
    """Those in which one of the slots takes part."""
    return [conflict for conflict in conflicts if uuids & set(conflict.slots)]
