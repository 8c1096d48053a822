"""What is wrong with a schedule, judged as a whole. Pure: rows in, conflicts out.

Every check sorts once and sweeps, so 3,000 slots are judged in well under a second.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from scale.models import Conference
from scale.time import local

ROOM, SPEAKER, EQUIPMENT, CAPACITY = "room", "speaker", "equipment", "capacity"
SEATS, HOLDERS = "seats", "holders"
AWAY, CLOSED, OUTSIDE, STATUS = "away", "closed", "outside", "status"
WALK, TRACK, PLENARY, GAP, ORDER = "walk", "track", "plenary", "gap", "order"
HARD = {ROOM, SPEAKER, SEATS}
WORDS = {
    ROOM: "Room taken",
    SPEAKER: "Speaker in two places",
    SEATS: "More seats taken than there are",
    EQUIPMENT: "Equipment missing",
    CAPACITY: "People will not fit",
    AWAY: "Speaker cannot be there",
    HOLDERS: "Seats at the same time",
    CLOSED: "Room closed",
    OUTSIDE: "Outside the hours",
    STATUS: "Not confirmed",
    WALK: "No time to walk",
    TRACK: "Same track side by side",
    PLENARY: "Against a plenary",
    GAP: "Gap too short",
    ORDER: "Parts out of order",
}
# What is told first among what only warns.
ORDER_OF_WORDS = {kind: place for place, kind in enumerate(WORDS)}

Span = tuple[dt.datetime, dt.datetime]
Absences = Mapping[int, list[Span]]


@dataclass(frozen=True, slots=True)
class Item:
    """One slot as it is judged. Equipment and speakers are {id: name}."""

    uuid: UUID
    what: str
    where: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    room: int | None = None
    talk: int | None = None
    track: int | None = None
    speakers: Mapping[int, str] = field(default_factory=dict)
    needs: Mapping[int, str] = field(default_factory=dict)
    expected: int | None = None
    is_confirmed: bool = True
    is_cancelled: bool = False
    is_plenary: bool = False
    gap: int = 0  # minutes that the room stays free after it
    part: int | None = None

    def meets(self, starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
        return starts_at < self.ends_at and self.starts_at < ends_at


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """A room as it is judged; `leaves` are the rooms without parts that it consists of.

    `seats` are those of days with a set-up of their own, by date.
    """

    name: str
    capacity: int | None
    has: frozenset[int]
    leaves: frozenset[int]
    closures: tuple[tuple[dt.datetime, dt.datetime, str], ...] = ()
    venue: int | None = None
    seats: Mapping[dt.date, int] = field(default_factory=dict)

    def seats_on(self, date: dt.date) -> int | None:
        return self.seats.get(date, self.capacity)


@dataclass(frozen=True, slots=True)
class House:
    """What holds for the whole edition.

    `walks` are minutes between two venues (lower id first), `hours` when the house is
    open by day, `tracks` names of the tracks whose talks should not run side by side. Of
    workshops, `sold` are the seats taken by talk, `in_both` how many tickets have seats in
    two talks (lower id first).
    """

    absences: Absences = field(default_factory=dict)
    walks: Mapping[tuple[int, int], int] = field(default_factory=dict)
    hours: Mapping[dt.date, Span] = field(default_factory=dict)
    tracks: Mapping[int, str] = field(default_factory=dict)
    sold: Mapping[int, int] = field(default_factory=dict)
    in_both: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def walk(self, one: int | None, other: int | None) -> dt.timedelta:
        if one is None or other is None or one == other:
            return dt.timedelta()
        return dt.timedelta(minutes=self.walks.get((min(one, other), max(one, other)), 0))


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


def judge(
    items: Iterable[Item],
    rooms: Mapping[int, RoomFacts],
    conference: Conference,
    house: House | None = None,
) -> list[Conflict]:
    """Every conflict among the items, the hard ones first.

    A cancelled talk keeps its place until staff reuse it, so it is in nobody's way.
    """
    items, house = list(items), house or House()
    standing = [item for item in items if not item.is_cancelled]
    found = [
        *hard_conflicts(standing, rooms, conference, house.sold),
        *holder_conflicts(standing, conference, house),
        *walk_conflicts(standing, rooms, conference, house),
        *track_conflicts(standing, conference, house),
        *plenary_conflicts(standing, conference),
        *gap_conflicts(standing, rooms, conference),
        *order_conflicts(standing, conference),
    ]
    for item in standing:
        found += single_conflicts(item, rooms, conference, house)
    for item in items:
        if item.is_cancelled:
            says = f"“{item.what}” is cancelled and still shown at its place."
            found.append(Conflict(STATUS, (item.uuid,), says))
    return sorted(found, key=lambda one: (not one.is_hard, ORDER_OF_WORDS[one.kind]))


def hard_conflicts(
    items: Iterable[Item], rooms, conference, sold: Mapping[int, int]
) -> list[Conflict]:
    """Those that stop publishing, among items of which none is cancelled.

    `sold` are the seats taken in workshops, by talk.
    """
    items = list(items)
    return [
        *room_conflicts(items, rooms, conference),
        *speaker_conflicts(items, conference),
        *seat_conflicts(items, rooms, conference, sold),
    ]


def overlapping(items: list[Item]) -> Iterable[tuple[Item, Item]]:
    """Pairs of items that share an instant, the earlier first."""
    running: list[Item] = []
    for item in by_time(items):
        running = [other for other in running if other.ends_at > item.starts_at]
        for other in running:
            yield other, item
        running.append(item)


def by_time(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda one: (one.starts_at, one.ends_at, one.uuid.int))


def grouped(items: Iterable[Item], keys) -> dict[int, list[Item]]:
    """The items under each of the keys that `keys` gives for them."""
    found: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        for key in keys(item):
            found[key].append(item)
    return found


def in_rooms(items: Iterable[Item], rooms) -> dict[int, list[Item]]:
    """By the smallest rooms: what stands in Ballroom GH stands in G and in H."""
    return grouped(items, lambda item: rooms[item.room].leaves if item.room else ())


def room_conflicts(items, rooms, conference) -> Iterable[Conflict]:
    told = set()
    for sharing in in_rooms(items, rooms).values():
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
    for speaker, theirs in grouped(items, lambda item: item.speakers).items():
        if len(theirs) == 1:
            continue
        for first, second in overlapping(theirs):
            if first.talk == second.talk:
                continue  # an overflow room, or the parts of one talk
            yield Conflict(
                SPEAKER,
                (second.uuid, first.uuid),
                f"{first.speakers[speaker]}: {when(first, conference)} {first.where} and "
                f"{when(second, conference)} {second.where}.",
            )


def seat_conflicts(items, rooms, conference, sold) -> Iterable[Conflict]:
    """Workshops in a room that holds fewer than have a seat already."""
    for item in items if sold else ():
        taken, room = sold.get(item.talk, 0), rooms.get(item.room)
        seats = room.seats_on(local(item.starts_at, conference).date()) if room else None
        if seats is not None and taken > seats:
            says = f"“{item.what}”: {taken} seats sold, {room.name} holds {seats}."
            yield Conflict(SEATS, (item.uuid,), says)


def holder_conflicts(items, conference, house) -> Iterable[Conflict]:
    """Two workshops at the same time in which some people have seats."""
    talks = {talk for pair in house.in_both for talk in pair}
    told = set()
    for first, second in overlapping([item for item in items if item.talk in talks]):
        low, high = sorted((first.talk or 0, second.talk or 0))
        pair = (low, high)
        if pair in told or not (people := house.in_both.get(pair)):
            continue
        told.add(pair)
        has = "1 person has a seat" if people == 1 else f"{people} people have seats"
        yield Conflict(
            HOLDERS,
            (second.uuid, first.uuid),
            f"{has} in both “{first.what}” and “{second.what}”, {when(second, conference)}.",
        )


def walk_conflicts(items, rooms, conference, house) -> Iterable[Conflict]:
    """From one building to the next in less time than it takes."""
    if not house.walks:
        return
    placed = [item for item in items if item.room and item.speakers]
    for speaker, theirs in grouped(placed, lambda item: item.speakers).items():
        ordered = by_time(theirs)
        for first, second in zip(ordered, ordered[1:], strict=False):
            needed = house.walk(rooms[first.room].venue, rooms[second.room].venue)
            free = second.starts_at - first.ends_at
            if dt.timedelta() <= free < needed:
                yield Conflict(
                    WALK,
                    (second.uuid, first.uuid),
                    f"{first.speakers[speaker]} has {minutes(free)} minutes from {first.where} to "
                    f"{second.where} at {when(second, conference)}; it takes {minutes(needed)}.",
                )


def track_conflicts(items, conference, house) -> Iterable[Conflict]:
    in_tracks = [item for item in items if item.talk and item.track in house.tracks]
    for track, theirs in grouped(in_tracks, lambda item: (item.track,)).items():
        for first, second in overlapping(theirs):
            if first.talk != second.talk:
                yield Conflict(
                    TRACK,
                    (second.uuid, first.uuid),
                    f"{house.tracks[track]}, {when(second, conference)}: “{first.what}” and "
                    f"“{second.what}”.",
                )


def plenary_conflicts(items, conference) -> Iterable[Conflict]:
    """Talks beside one that is for everybody; breaks and what is no talk do not count."""
    plenaries = [item for item in items if item.is_plenary]
    for plenary in plenaries:
        for item in items:
            if item.talk and item.talk != plenary.talk and item.meets(*span(plenary)):
                if item.is_plenary and item.uuid.int > plenary.uuid.int:
                    continue  # told from the other side
                yield Conflict(
                    PLENARY,
                    (item.uuid, plenary.uuid),
                    f"“{item.what}” in {item.where} at {when(item, conference)} runs against "
                    f"“{plenary.what}”.",
                )


def gap_conflicts(items, rooms, conference) -> Iterable[Conflict]:
    told = set()
    for sharing in in_rooms(items, rooms).values():
        ordered = by_time(sharing)
        for first, second in zip(ordered, ordered[1:], strict=False):
            free = second.starts_at - first.ends_at
            pair = (first.uuid, second.uuid)
            if pair in told or not dt.timedelta() <= free < dt.timedelta(minutes=first.gap):
                continue
            told.add(pair)
            yield Conflict(
                GAP,
                (second.uuid, first.uuid),
                f"{second.where}, {when(second, conference)}: {minutes(free)} minutes after "
                f"“{first.what}”, which needs {first.gap}.",
            )


def order_conflicts(items, conference) -> Iterable[Conflict]:
    parts = [item for item in items if item.talk and item.part]
    for theirs in grouped(parts, lambda item: (item.talk,)).values():
        ordered = sorted(theirs, key=lambda one: (one.part, one.starts_at))
        for first, second in zip(ordered, ordered[1:], strict=False):
            if second.part != first.part and second.starts_at < first.ends_at:
                yield Conflict(
                    ORDER,
                    (second.uuid, first.uuid),
                    f"“{second.what}”: part {second.part} at {when(second, conference)} comes "
                    f"before part {first.part} is over.",
                )


def single_conflicts(item, rooms, conference, house) -> Iterable[Conflict]:
    """What is wrong with one item alone."""

    def conflict(kind, says):
        return Conflict(kind, (item.uuid,), f"“{item.what}”, {says}")

    date = local(item.starts_at, conference).date()
    if room := rooms.get(item.room):
        missing = [name for pk, name in item.needs.items() if pk not in room.has]
        if missing:
            yield conflict(EQUIPMENT, f"{room.name} has no {', no '.join(missing)}.")
        seats = room.seats_on(date)
        if item.expected and seats and item.expected > seats:
            over = item.expected - seats
            yield conflict(
                CAPACITY,
                f"{item.expected} expected, {room.name} seats {seats}: {over} over.",
            )
        for starts_at, ends_at, why in room.closures:
            if item.meets(starts_at, ends_at):
                yield conflict(CLOSED, f"{room.name} is closed{f': {why}' if why else ''}.")
    for speaker, name in item.speakers.items():
        if any(item.meets(*away) for away in house.absences.get(speaker, ())):
            yield conflict(AWAY, f"{name} cannot be there at {when(item, conference)}.")
    if not conference.starts_on <= date <= conference.ends_on:
        yield conflict(OUTSIDE, f"{when(item, conference)} is not a day of the conference.")
    elif said := outside_hours(item, date, house):
        yield conflict(OUTSIDE, f"{when(item, conference)}: {said}.")
    if not item.is_confirmed:
        yield conflict(STATUS, "the speaker has not confirmed yet.")


def outside_hours(item, date, house) -> str:
    """What is said of an item before the house opens or after it closes, empty otherwise.

    Until the hours of the day before are over, those count: a party at 1 a.m.
    """
    before = house.hours.get(date - dt.timedelta(days=1))
    if before and item.starts_at < before[1] and item.ends_at <= before[1]:
        return ""
    if not (hours := house.hours.get(date)):
        return ""
    opens_at, closes_at = hours
    if item.starts_at < opens_at:
        return "the house is not open yet"
    return "the house closes before it ends" if item.ends_at > closes_at else ""


def span(item: Item) -> Span:
    return item.starts_at, item.ends_at


def minutes(time: dt.timedelta) -> int:
    return round(time.total_seconds() / 60)


def when(item, conference) -> str:
    return f"{local(item.starts_at, conference):%a %H:%M}"


def touching(conflicts: Iterable[Conflict], uuids: set[UUID]) -> list[Conflict]:
    """Those in which one of the slots takes part."""
    return [conflict for conflict in conflicts if uuids & set(conflict.slots)]
