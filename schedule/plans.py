"""What a plan would make of the schedule: the public slots with the plan's moves laid over."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cfp.models import SpeakerAvailability, Talk, TalkSpeaker
from scale.models import Conference

from .conflicts import Conflict, Item, RoomFacts, judge
from .models import Move, Placement, Plan, Room, Slot
from .projection import expected_people


@dataclass
class Placed:
    """One line of the overlay: `now` is the public slot, `move` what the plan intends with it."""

    uuid: UUID
    now: Slot | None
    move: Move | None

    @property
    def shown(self) -> Placement:
        """The placement that counts here: the move's if there is one."""
        placement = self.move or self.now
        assert placement is not None  # an overlay line has one of the two  # nosec B101
        return placement

    @property
    def goes_away(self) -> bool:
        return bool(self.move and self.move.goes_away)


def working_plan(conference: Conference) -> Plan:
    """The plan that is always there, so that nobody has to think of plans to move a talk."""
    plan, _ = Plan.objects.get_or_create(
        working_for=conference, defaults={"conference": conference, "name": "Working plan"}
    )
    return plan


def overlay(slots: Iterable[Slot], moves: Iterable[Move]) -> list[Placed]:
    """Slots and moves as one, by time; lines that go away are kept and marked."""
    by_uuid = {move.slot_uuid: move for move in moves}
    lines = [Placed(slot.uuid, slot, by_uuid.pop(slot.uuid, None)) for slot in slots]
    # A move away from a slot that is already gone has nothing left to show.
    lines += [Placed(uuid, None, move) for uuid, move in by_uuid.items() if not move.goes_away]
    return sorted(lines, key=lambda line: (line.shown.starts_at, line.uuid.int))


def conflicts_of(conference: Conference, lines: Iterable[Placed]) -> list[Conflict]:
    """The sum of slots and moves, judged; six statements however many lines."""
    staying = [line for line in lines if not line.goes_away]
    talks = Talk.objects.in_bulk({line.shown.talk_id for line in staying if line.shown.talk_id})
    speakers, needs = names_by_talk(conference)
    rooms = room_facts(conference)
    items = [item_of(line, talks, speakers, needs, rooms) for line in staying]
    absences: dict[int, list[tuple[dt.datetime, dt.datetime]]] = defaultdict(list)
    for away in SpeakerAvailability.objects.filter(conference=conference):
        absences[away.speaker_id].append((away.starts_at, away.ends_at))
    return judge(items, rooms, conference, absences)


def names_by_talk(conference):
    """{talk: {speaker id: name}} and {talk: {equipment id: name}}."""
    speakers, needs = defaultdict(dict), defaultdict(dict)
    for talk, speaker, name in TalkSpeaker.objects.filter(talk__conference=conference).values_list(
        "talk_id", "speaker_id", "speaker__name"
    ):
        speakers[talk][speaker] = name
    for talk, pk, name in Talk.equipment.through.objects.filter(
        talk__conference=conference
    ).values_list("talk_id", "equipment_id", "equipment__name"):
        needs[talk][pk] = name
    return speakers, needs


def room_facts(conference: Conference) -> dict[int, RoomFacts]:
    rooms = {
        room.pk: room
        for room in Room.objects.filter(conference=conference).prefetch_related(
            "parts", "equipment", "closures"
        )
    }

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
        )
        for pk, room in rooms.items()
    }


def item_of(line, talks, speakers, needs, rooms) -> Item:
    placement = line.shown
    talk = talks.get(placement.talk_id)
    return Item(
        uuid=line.uuid,
        what=talk.title if talk else placement.title,
        where=rooms[placement.room_id].name if placement.room_id else placement.place,
        starts_at=placement.starts_at,
        ends_at=placement.ends_at,
        room=placement.room_id,
        talk=placement.talk_id,
        speakers=speakers.get(placement.talk_id, {}),
        needs=needs.get(placement.talk_id, {}),
        expected=expected_people(talk, placement.kind),
        is_confirmed=talk is None or talk.status == Talk.Status.CONFIRMED,
        is_cancelled=bool(talk and talk.is_cancelled),
    )


def state_of(plan: Plan) -> tuple[list[Placed], list[Conflict]]:
    """A plan as staff see it: the overlay of all days, and what is wrong with it."""
    slots = Slot.objects.filter(conference=plan.conference).select_related("room", "talk__track")
    moves = plan.moves.select_related("room", "talk__track")
    lines = overlay(slots, moves)
    return lines, conflicts_of(plan.conference, lines)
