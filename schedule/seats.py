"""Workshops with seats as others read them: when they take place, and how many they hold."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from django.urls import reverse

from cfp.models import Talk
from registration import seats
from scale.models import Conference
from scale.time import local

from .conflicts import RoomFacts
from .models import Placement, Room, Slot, Workshop


def sessions(add_on_ids: Collection[int]) -> dict[int, seats.Session]:
    """Of those that are the seats of a workshop; every public slot of its talk counts."""
    rows = Workshop.objects.filter(add_on__in=list(add_on_ids)).order_by("talk__slot__starts_at")
    found: dict[int, tuple] = {}
    for add_on, status, code, slug, starts_at, ends_at, room, place in rows.values_list(
        *("add_on", "talk__status", "talk__code", "talk__conference__slug"),
        *("talk__slot__starts_at", "talk__slot__ends_at"),
        *("talk__slot__room__name", "talk__slot__place"),
    ):
        link = reverse("schedule:talk", args=[slug, code])
        _, _, times = found.setdefault(add_on, (status in Talk.OFF_STAGE, link, []))
        if starts_at:
            times.append(seats.Time(starts_at, ends_at, room or place))
    return {
        add_on: seats.Session(tuple(times), is_off, link)
        for add_on, (is_off, link, times) in found.items()
    }


def is_sized(quota_id: int) -> bool:
    return Workshop.objects.filter(quota=quota_id).exists()


def room_for(
    placements: Iterable[Placement], rooms: Mapping[int, RoomFacts], conference: Conference
) -> int | None:
    """How many fit into the smallest of the rooms, on the days in question; None: no limit."""
    found = (
        room.seats_on(local(one.starts_at, conference).date())
        for one in placements
        if (room := rooms.get(one.room_id or 0))
    )
    return min((seats for seats in found if seats is not None), default=None)


def seats_taken(room: Room) -> dict[dt.date, list[tuple[str, int]]]:
    """Day → (title, seats taken) of the workshops in a room, as the public schedule has them."""
    found: dict[dt.date, list[tuple[str, int]]] = {}
    if room.pk is None:
        return {}
    slots = Slot.objects.filter(room=room, talk__workshop__isnull=False)
    facts = ("starts_at", "talk__title", "talk__workshop__quota__taken")
    for starts_at, title, taken in slots.values_list(*facts):
        found.setdefault(local(starts_at, room.conference).date(), []).append((title, taken))
    return found
