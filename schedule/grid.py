"""Slots arranged for the eye: days, hours, rooms."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from scale.models import Conference
from scale.time import local

from .models import Room, Slot


@dataclass
class Row:
    """All that begins at one time: a list of slots for each room of the day, and pauses."""

    clock: str
    iso: str
    cells: list[tuple[Room, list[Slot]]]
    pauses: list[Slot] = field(default_factory=list)


@dataclass
class Day:
    date: dt.date
    rooms: list[Room]
    rows: list[Row]


def arrange(slots: Iterable[Slot], conference: Conference) -> list[Day]:
    """Days in order, each with only the rooms it uses; `slots` come ordered by time.

    What has no room (lunch, a walk) goes across all of them.
    """
    by_day: dict[dt.date, dict[dt.datetime, list[Slot]]] = {}
    for slot in slots:
        here = local(slot.starts_at, conference)
        if slot.talk:
            slot.talk.conference = conference  # known already; its address asks for it
        by_day.setdefault(here.date(), {}).setdefault(here, []).append(slot)
    return [day_of(date, hours) for date, hours in sorted(by_day.items())]


def day_of(date: dt.date, hours: dict[dt.datetime, list[Slot]]) -> Day:
    used = {slot.room_id: slot.room for slots in hours.values() for slot in slots if slot.room}
    rooms = sorted(used.values(), key=lambda room: (room.position, room.name))
    rows = []
    for here, slots in sorted(hours.items()):
        by_room: dict[int, list[Slot]] = {}
        for slot in slots:
            if slot.room_id:
                by_room.setdefault(slot.room_id, []).append(slot)
        rows.append(
            Row(
                clock=f"{here:%H:%M}",
                iso=here.isoformat(),
                cells=[(room, by_room.get(room.pk, [])) for room in rooms] if by_room else [],
                pauses=[slot for slot in slots if not slot.room_id],
            )
        )
    return Day(date, rooms, rows)
