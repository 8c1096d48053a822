"""What an edition knows of its rooms, talks and people, each read once and only when asked for.

The number of statements does not depend on how many talks there are: names and numbers
come as plain rows, because thousands of model instances take longer than all the judging.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from cfp.models import SpeakerAvailability, Talk, TalkSpeaker
from scale.models import Conference

from .conflicts import House, RoomFacts, Span
from .models import DayHours, Room, RoomClosure, RoomSetup, Walk, Workshop


@dataclass(eq=False, slots=True)
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
        return room_facts(self.conference)

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


def room_facts(conference: Conference) -> dict[int, RoomFacts]:
    """In five statements, in the order of the rooms."""
    of_rooms = {"room__conference": conference}
    rows = Room.objects.filter(conference=conference)
    parts: dict[int, list[int]] = defaultdict(list)
    links = Room.parts.through.objects.filter(from_room__conference=conference)
    for whole, part in links.values_list("from_room", "to_room"):
        parts[whole].append(part)
    has: dict[int, set[int]] = defaultdict(set)
    there = Room.equipment.through.objects.filter(**of_rooms)
    for room, thing in there.values_list("room", "equipment"):
        has[room].add(thing)
    closures: dict[int, list[tuple]] = defaultdict(list)
    closed = RoomClosure.objects.filter(**of_rooms)
    for room, *closure in closed.values_list("room", "starts_at", "ends_at", "why"):
        closures[room].append(tuple(closure))
    seats: dict[int, dict[dt.date, int]] = defaultdict(dict)
    setups = RoomSetup.objects.filter(**of_rooms)
    for room, date, capacity in setups.values_list("room", "date", "capacity"):
        seats[room][date] = capacity
    return {
        pk: RoomFacts(
            name=name,
            capacity=capacity,
            has=frozenset(has[pk]),
            leaves=leaves(pk, parts),
            closures=tuple(closures[pk]),
            venue=venue,
            seats=seats[pk],
        )
        for pk, name, capacity, venue in rows.values_list("pk", "name", "capacity", "venue")
    }


def leaves(room: int, parts: Mapping[int, list[int]], seen: tuple = ()) -> frozenset[int]:
    """The rooms without parts that the room consists of; itself if it has none."""
    inner = [part for part in parts.get(room, ()) if part not in seen]
    if not inner:
        return frozenset([room])
    return frozenset().union(*(leaves(part, parts, (*seen, room)) for part in inner))
