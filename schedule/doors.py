"""What is on in each room now and next. The same for a phone, a door and a hall.

A page holds more than that moment: `static/now.js` goes by the clock from there, also when the
network is away.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django.utils import timezone

from scale.models import Conference
from scale.time import local

from .models import Room, Slot


@dataclass
class Turn:
    """A slot on a door: `state` is now, next or empty for what waits behind it."""

    slot: Slot
    state: str
    is_today: bool


@dataclass
class Door:
    room: Room
    turns: list[Turn]

    @property
    def is_idle(self) -> bool:
        return not any(turn.state == "now" for turn in self.turns)

    @property
    def has_any(self) -> bool:
        return any(turn.state for turn in self.turns)


def door(room: Room, slots: Iterable[Slot], conference: Conference, now: dt.datetime) -> Door:
    """`slots` are the room's, by time; what is over is left out."""
    today, turns, has_next = local(now, conference).date(), [], False
    for slot in slots:
        if slot.ends_at <= now:
            continue
        state = "now" if slot.starts_at <= now else "" if has_next else "next"
        has_next = has_next or state == "next"
        is_today = local(slot.starts_at, conference).date() == today
        turns.append(Turn(slot, state, is_today))
        if slot.talk:
            slot.talk.conference = conference
    return Door(room, turns)


def doors(
    slots: Iterable[Slot], conference: Conference, *, ahead: int, now: dt.datetime | None = None
) -> list[Door]:
    """Every room in which something is still to come, with its next `ahead` slots."""
    now = now or timezone.now()
    by_room: dict[int, list[Slot]] = {}
    rooms: dict[int, Room] = {}
    for slot in slots:
        if slot.room and slot.ends_at > now:
            rooms[slot.room.pk] = slot.room
            by_room.setdefault(slot.room.pk, []).append(slot)
    order = sorted(rooms.values(), key=lambda room: (room.position, room.name))
    return [door(room, islice(by_room[room.pk], ahead), conference, now) for room in order]
