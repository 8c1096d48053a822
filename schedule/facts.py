"""What an edition knows of its rooms, talks and people, each read once and only when asked for.

The number of statements does not depend on how many talks there are: names and numbers
come as plain rows, because thousands of model instances take longer than all the judging.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from cfp.models import SpeakerAvailability, Talk, TalkSpeaker
from scale.models import Conference

from .conflicts import House, RoomFacts, Span
from .models import DayHours, Room, Walk, Workshop


@dataclass(frozen=True, slots=True)
class TalkFacts:
    """One talk as it is judged and shown on the board."""

    pk: int
    code: str
    title: str
    status: str
    track: int | None
    kind: int | None
    minutes: int
    expected_audience: int | None
    is_plenary: bool
    gap: int

    @property
    def is_confirmed(self) -> bool:
        return self.status == Talk.Status.CONFIRMED

    @property
    def is_cancelled(self) -> bool:
        return self.status in Talk.OFF_STAGE


class Facts:
    """Of one edition, as they were when they were first asked for."""

    def __init__(self, conference: Conference):
        self.conference = conference

    @cached_property
    def rooms(self) -> dict[int, RoomFacts]:
        rows = Room.objects.filter(conference=self.conference)
        rows = rows.prefetch_related("parts", "equipment", "closures", "setups")
        return room_facts({room.pk: room for room in rows})

    @cached_property
    def tracks(self) -> dict[int, tuple[str, str, bool]]:
        """Track → (code, name, whether its talks may run side by side)"""
        rows = self.conference.tracks.values_list("pk", "code", "name", "may_overlap")
        return {pk: tuple(facts) for pk, *facts in rows}  # type: ignore[misc]

    @cached_property
    def talks(self) -> dict[int, TalkFacts]:
        rows = (
            Talk.objects.filter(conference=self.conference)
            .order_by()
            .values_list(
                *("pk", "code", "title", "status", "track", "kind", "minutes", "expected_audience"),
                *("kind__is_plenary", "kind__gap"),
            )
        )
        return {
            pk: TalkFacts(pk, *more, bool(is_plenary), gap or 0)  # type: ignore[call-arg]
            for pk, *more, is_plenary, gap in rows
        }

    @cached_property
    def speakers(self) -> dict[int, dict[int, str]]:
        """Talk → {speaker: name}, in their order."""
        found: dict[int, dict[int, str]] = defaultdict(dict)
        links = TalkSpeaker.objects.filter(talk__conference=self.conference)
        for talk, speaker, name in links.values_list("talk", "speaker", "speaker__name"):
            found[talk][speaker] = name
        return found

    @cached_property
    def needs(self) -> dict[int, dict[int, str]]:
        """Talk → {equipment: name}"""
        found: dict[int, dict[int, str]] = defaultdict(dict)
        links = Talk.equipment.through.objects.filter(talk__conference=self.conference)
        for talk, thing, name in links.values_list("talk", "equipment", "equipment__name"):
            found[talk][thing] = name
        return found

    @cached_property
    def house(self) -> House:
        absences: dict[int, list[Span]] = defaultdict(list)
        away = SpeakerAvailability.objects.filter(conference=self.conference).order_by("starts_at")
        for speaker, starts_at, ends_at in away.values_list("speaker", "starts_at", "ends_at"):
            absences[speaker].append((starts_at, ends_at))
        walks = Walk.objects.filter(one__conference=self.conference)
        return House(
            absences=absences,
            walks={
                (a, b): minutes for a, b, minutes in walks.values_list("one", "other", "minutes")
            },
            hours=hours(self.conference),
            tracks={
                pk: name for pk, (_, name, may_overlap) in self.tracks.items() if not may_overlap
            },
            sold=(sold := Workshop.objects.sold(self.conference)),
            in_both=Workshop.objects.in_both(self.conference) if sold else {},
        )


def hours(conference: Conference) -> dict[dt.date, Span]:
    """When the house is open, by day; closing before it opens means on the next day."""
    found = {}
    for day in DayHours.objects.filter(conference=conference):
        until = day.date + dt.timedelta(days=day.closes_at <= day.opens_at)
        found[day.date] = (
            dt.datetime.combine(day.date, day.opens_at, conference.zone),
            dt.datetime.combine(until, day.closes_at, conference.zone),
        )
    return found


def room_facts(rooms: dict[int, Room]) -> dict[int, RoomFacts]:
    """From rooms with their parts, equipment, closures and setups read already."""

    def leaves(pk, seen=()):
        parts = [part.pk for part in rooms[pk].parts.all() if part.pk not in seen]
        if not parts:
            return frozenset([pk])
        return frozenset().union(*(leaves(part, (*seen, pk)) for part in parts if part in rooms))

    return {
        pk: RoomFacts(
            name=room.name,
            capacity=room.capacity,
            has=frozenset(thing.pk for thing in room.equipment.all()),
            leaves=leaves(pk),
            closures=tuple((c.starts_at, c.ends_at, c.why) for c in room.closures.all()),
            venue=room.venue_id,
            seats={one.date: one.capacity for one in room.setups.all()},
        )
        for pk, room in rooms.items()
    }
