"""What the A/V crew, room monitors and captioners work from: the slots, and what they need."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Prefetch, Q

from cfp.models import TalkSpeaker
from scale.models import Conference
from scale.time import local

from .actions import differences, next_number
from .changes import moved_lately
from .models import HeadCount, Room, Slot
from .plans import State, overlay, working_plan
from .projection import Projection

HEAVY = ("talk__description", "talk__notes", "talk__abstract")


@dataclass
class Duty:
    """One slot as the crew sees it. `needs` are (thing, whether the room has it).

    `moved_in` is the version that brought it here in the last 24 hours.
    """

    slot: Slot
    needs: list[tuple[str, bool]] = field(default_factory=list)
    expected: Projection | None = None
    seats: int | None = None
    counted: int | None = None
    moved_in: int | None = None

    @property
    def is_cancelled(self) -> bool:
        return bool(self.slot.talk and self.slot.talk.is_cancelled)

    @property
    def missing(self) -> list[str]:
        return [thing for thing, is_there in self.needs if not is_there]

    @property
    def people(self):
        """Who speaks, in their order."""
        return self.slot.talk.speakers() if self.slot.talk else []

    @property
    def slides(self) -> int:
        return len(self.slot.talk.files.all()) if self.slot.talk else 0


def slots_of_day(conference: Conference, day: dt.date):
    """With everything that a sheet prints: seven statements however many there are."""
    begins, ends = conference.day_bounds(day)
    speakers = TalkSpeaker.objects.select_related("speaker")
    return (
        Slot.objects.filter(conference=conference, starts_at__gte=begins, starts_at__lt=ends)
        .select_related("room", "talk", "talk__track", "talk__kind")
        .defer(*HEAVY)
        .prefetch_related(
            Prefetch("talk__talk_speakers", speakers),
            "talk__equipment",
            "talk__files",
            "room__equipment",
        )
        .order_by("starts_at", "room__position", "room__name", "uuid")
    )


def duties(conference: Conference, day: dt.date, room: Room | None = None) -> list[Duty]:
    """Of the day, or of one room that day: what happens in its parts and wholes too."""
    rows = slots_of_day(conference, day)
    if room:
        here = Q(room=room) | Q(room__parts=room) | Q(room__wholes=room)
        rows = rows.filter(here).distinct()
    slots = list(rows)
    # Public slots alone: what is only planned is no duty yet.
    everything = Slot.objects.filter(conference=conference)
    state = State(working_plan(conference), overlay(everything, []))
    lines = {line.uuid: line for line in state.lines}
    counted, moved = HeadCount.objects.of(conference), moved_lately(conference)
    return [
        Duty(
            slot=slot,
            needs=needs(slot),
            expected=state.projections.get(slot.uuid),
            seats=state.seats(lines[slot.uuid]),
            counted=counted.get(slot.uuid),
            moved_in=moved.get(slot.uuid),
        )
        for slot in slots
    ]


def needs(slot: Slot) -> list[tuple[str, bool]]:
    if not slot.talk:
        return []
    there = {thing.pk for thing in slot.room.equipment.all()} if slot.room else set()
    return [(thing.name, thing.pk in there) for thing in slot.talk.equipment.all()]


def changes_since(conference: Conference, number: int, day: dt.date, room: Room | None = None):
    """What is different from a sheet that was printed from version `number`."""
    found = differences(conference, number, next_number(conference) - 1)
    rooms = related(room) if room else set()

    def concerns(placement) -> bool:
        if placement is None or local(placement.starts_at, conference).date() != day:
            return False
        return not room or placement.room_id in rooms

    return [one for one in found if concerns(one.before) or concerns(one.after)]


def related(room: Room) -> set[int]:
    """The room, its parts and the rooms that it is a part of."""
    near = [*room.parts.values_list("pk", flat=True), *room.wholes.values_list("pk", flat=True)]
    return {room.pk, *near}


@dataclass(frozen=True)
class Error:
    """How far the projection was off, over the slots that were counted."""

    slots: int
    mean: float  # people, whichever way
    bias: float  # people too many (+) or too few (-)


def error_of(pairs: Iterable[tuple[int, int]]) -> Error | None:
    """From (expected, counted); None without any."""
    off = [expected - counted for expected, counted in pairs]
    if not off:
        return None
    n = len(off)
    return Error(n, sum(abs(one) for one in off) / n, sum(off) / n)


def last_counts(conference: Conference) -> dict[UUID, HeadCount]:
    rows = HeadCount.objects.filter(conference=conference).select_related("talk", "room")
    return {row.slot_uuid: row for row in rows.order_by("pk")}
