"""Plans beside the working one: “what if room 106 floods”."""

from django.utils import timezone

from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from ..errors import Refused
from ..models import Move, Placement, Plan
from .planning import lock_plan

MOST = 50  # open plans of one edition


@retry
def make_plan(conference: Conference, name: str, *, by: User) -> Plan:
    """An empty plan: the public schedule as it is."""
    require_open(conference)
    Conference.objects.select_for_update().get(pk=conference.pk)
    if conference.plans.filter(closed_at=None).count() >= MOST:
        raise Refused(f"There are {MOST} open plans already. Throw one away first.")
    return Plan.objects.create(conference=conference, name=name, created_by=by)


@retry
def copy_plan(plan: Plan, name: str, *, by: User) -> Plan:
    """A plan with the same moves."""
    locked = lock_plan(plan)
    copy = Plan.objects.create(conference=locked.conference, name=name, created_by=by)
    names = [name.removesuffix("_id") for name in Placement.FIELDS]
    kept = [*names, "slot_uuid", "goes_away", "made_against", "is_stale", "why", "by"]
    Move.objects.bulk_create(
        Move(plan=copy, **{name: getattr(move, name) for name in kept})
        for move in locked.moves.select_related("room", "talk", "by")
    )
    return copy


@retry
def rename_plan(plan: Plan, name: str) -> None:
    locked = lock_plan(plan)
    locked.name = name
    locked.save(update_fields=["name"])


@retry
def throw_plan_away(plan: Plan) -> None:
    """Close it for good; the working plan is only emptied, because it is always there."""
    locked = lock_plan(plan)
    locked.moves.all().delete()
    locked.edits += 1
    if locked.working_for_id is None:
        locked.closed_at = timezone.now()
    locked.save(update_fields=["edits", "closed_at"])
