"""What releases were: rebuilt exactly, compared, and brought back as a plan."""

from dataclasses import dataclass

from django.db.models import Q

from cfp.models import Talk
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from ..models import Change, Move, Placement, Plan, Slot


def schedule_at(conference: Conference, number: int) -> list[Change]:
    """The schedule as release `number` left it: times and places exactly, titles as of today."""
    made = Change.objects.filter(release__conference=conference, release__number__lte=number)
    last = made.filter(Q(after=None) | Q(after__release__number__gt=number))
    return list(last.filter(removed=False).select_related("room", "talk"))


@dataclass(frozen=True)
class Difference:
    """One slot that two schedules place differently; None where one has it not at all."""

    before: Placement | None
    after: Placement | None

    @property
    def shown(self) -> Placement:
        placement = self.after or self.before
        assert placement is not None  # one of the two has it  # nosec B101
        return placement


def differences(conference: Conference, one: int, other: int) -> list[Difference]:
    """What is different in release `other`, by time; titles are today's in both."""
    before, after = (
        {change.slot_uuid: change for change in schedule_at(conference, number)}
        for number in (one, other)
    )
    found = [
        Difference(before.get(uuid), after.get(uuid))
        for uuid in before.keys() | after.keys()
        if not same(before.get(uuid), after.get(uuid))
    ]
    return sorted(found, key=lambda one: (one.shown.starts_at, one.shown.what))


def same(one: Placement | None, other: Placement | None) -> bool:
    return one is not None and other is not None and one.placement() == other.placement()


@retry
def plan_release(conference: Conference, number: int, by: User | None = None) -> Plan:
    """A plan that would bring back release `number`: how a release is reverted."""
    require_open(conference)
    plan = Plan.objects.create(
        conference=conference, name=f"Back to version {number}", created_by=by
    )
    slots = {slot.uuid: slot for slot in Slot.objects.filter(conference=conference)}
    wanted = {change.slot_uuid: change for change in schedule_at(conference, number)}
    moves = [
        move_to(plan, slot_uuid, change.placement(), slots.get(slot_uuid), by)
        for slot_uuid, change in wanted.items()
        if not same(slots.get(slot_uuid), change)
    ]
    moves += [
        move_to(plan, slot_uuid, slot.placement(), slot, by, goes_away=True)
        for slot_uuid, slot in slots.items()
        if slot_uuid not in wanted
    ]
    Move.objects.bulk_create(moves, batch_size=500)
    return plan


def move_to(plan, slot_uuid, placement, slot, by, **facts) -> Move:
    version = slot.version if slot else 0
    return Move(plan=plan, slot_uuid=slot_uuid, made_against=version, by=by, **placement, **facts)


def cancelled_still_shown(conference: Conference) -> list[Slot]:
    """Slots of cancelled talks: shown as cancelled until staff take them off or reuse them."""
    return list(
        Slot.objects.filter(conference=conference, talk__status__in=Talk.OFF_STAGE)
        .select_related("talk", "room")
        .order_by("starts_at")
    )
