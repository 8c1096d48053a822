"""What a plan would make of the schedule: the public slots with the plan's moves laid over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from scale.models import Conference

from .audience import Audience
from .conflicts import Conflict, Item, hard_conflicts, judge, minutes
from .facts import Facts
from .models import Move, Placement, Plan, Slot
from .projection import Projection, will_not_fit

HEAVY = ("talk__abstract", "talk__description", "talk__notes")


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

    @property
    def mark(self) -> str:
        """Changes whenever the slot or its move does: who edits shows which they saw."""
        return mark(self.now, self.move)


def mark(slot: Slot | None, move: Move | None) -> str:
    return f"{slot.version if slot else 0}.{move.edit if move else 0}"


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


class State:
    """A plan as staff see it: all lines, what is wrong with them, and who will come."""

    def __init__(self, plan: Plan, lines: list[Placed], facts: Facts | None = None):
        self.plan, self.lines = plan, lines
        self.facts = facts or Facts(plan.conference)

    @classmethod
    def of(cls, plan: Plan) -> "State":
        slots = Slot.objects.filter(conference=plan.conference_id)
        return cls(plan, overlay(slots, plan.moves.all()))

    @classmethod
    def with_names(cls, plan: Plan) -> "State":
        """For pages that print what a slot is and where."""
        slots = Slot.objects.filter(conference=plan.conference_id)
        moves = plan.moves.select_related("room", "talk__track").defer(*HEAVY)
        return cls(plan, overlay(slots.select_related("room", "talk__track").defer(*HEAVY), moves))

    @cached_property
    def staying(self) -> list[Placed]:
        return [line for line in self.lines if not line.goes_away]

    @cached_property
    def cancelled(self) -> list[Placed]:
        """Lines of talks that do not take place and that the plan leaves there."""
        talks = self.facts.talks
        return [
            line
            for line in self.staying
            if (talk := talks.get(line.shown.talk_id or 0)) and talk.is_cancelled
        ]

    @cached_property
    def audience(self) -> Audience:
        return Audience(self.facts)

    @cached_property
    def projections(self) -> dict[UUID, Projection | None]:
        talks = self.facts.talks
        return self.audience.of(
            (line.uuid, shown.talk_id, shown.kind, shown.starts_at, shown.ends_at)
            for line in self.staying
            if (shown := line.shown).talk_id and not talks[shown.talk_id].is_cancelled
        )

    @cached_property
    def conflicts(self) -> list[Conflict]:
        facts = self.facts
        items = [item_of(line, facts, self.expected(line)) for line in self.staying]
        return judge(items, facts.rooms, facts.conference, facts.house)

    def expected(self, line: Placed) -> int | None:
        found = self.projections.get(line.uuid)
        return found.people if found else None

    def seats(self, line: Placed) -> int | None:
        """On the day of the line, which may have a set-up of its own."""
        room = self.facts.rooms.get(line.shown.room_id or 0)
        day = line.shown.starts_at.astimezone(self.facts.conference.zone).date()
        return room.seats_on(day) if room else None

    @property
    def will_not_fit(self) -> int:
        """People-minutes over the whole plan: how many stay outside, times how long."""
        return round(
            sum(
                will_not_fit(
                    people, self.seats(line), minutes(line.shown.ends_at - line.shown.starts_at)
                )
                for line in self.staying
                if (people := self.expected(line))
            )
        )


def hard_conflicts_of(
    facts: Facts, lines: Iterable[Placed], sold: Mapping[int, int]
) -> list[Conflict]:
    """What stops publishing these lines; `sold` are the seats taken in workshops, by talk."""
    items = [item_of(line, facts, None) for line in lines if not line.goes_away]
    standing = [item for item in items if not item.is_cancelled]
    return hard_conflicts(standing, facts.rooms, facts.conference, sold)


def item_of(line: Placed, facts: Facts, expected: int | None) -> Item:
    placement = line.shown
    talk = facts.talks.get(placement.talk_id or 0)
    room = facts.rooms.get(placement.room_id or 0)
    return Item(
        uuid=line.uuid,
        what=talk.title if talk else placement.title,
        where=room.name if room else placement.place,
        starts_at=placement.starts_at,
        ends_at=placement.ends_at,
        room=placement.room_id,
        talk=placement.talk_id,
        track=talk.track if talk else None,
        speakers=facts.speakers.get(talk.pk, {}) if talk else {},
        needs=facts.needs.get(talk.pk, {}) if talk else {},
        expected=expected,
        is_confirmed=talk is None or talk.is_confirmed,
        is_cancelled=bool(talk and talk.is_cancelled),
        is_plenary=bool(talk and talk.is_plenary),
        gap=talk.gap if talk else 0,
        part=placement.part,
    )
