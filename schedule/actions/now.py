"""A change on the day: one move, one click, public at once. It is a plan like every other."""

from collections.abc import Iterable

from django.utils import timezone

from scale.db import retry
from scale.models import Conference, User

from ..errors import ChangedMeanwhile
from ..models import Move, Plan, Release
from ..plans import mark, working_plan
from .planning import Edit, plan_move, refuse_locked, stand
from .publishing import apply_plan, lock_edition


@retry
def change_now(
    conference: Conference, edits: Iterable[Edit], *, by: User, notify: bool = True
) -> Release | None:
    """Publish these edits as a release of their own; what else is planned stays planned.

    `seen` of an edit is the mark that the line had in the working plan; what was planned there
    for the same slot is settled by it. None where nothing changes. Raises Blocked, SlotLocked,
    ChangedMeanwhile or EditionClosed, and then nothing has changed, or been planned.
    """
    return apply_now(conference, edits, by=by, notify=notify)


def apply_now(
    conference: Conference, edits: Iterable[Edit], *, by: User, notify: bool = True
) -> Release | None:
    """`change_now` for callers that are in a transaction of their own."""
    edits = list(edits)
    conference, _ = lock_edition(conference.pk)
    plan = Plan.objects.create(
        conference=conference, name="Changed at once", created_by=by, closed_at=timezone.now()
    )
    uuids = {edit.slot_uuid for edit in edits}
    slots, _ = stand(plan, uuids)
    drafts = stand(working_plan(conference), uuids)[1]
    refuse_locked(dict.fromkeys(uuids))
    for edit in edits:
        slot, draft = slots.get(edit.slot_uuid), drafts.get(edit.slot_uuid)
        if edit.seen is not None and edit.seen != mark(slot, draft):
            raise ChangedMeanwhile([edit.slot_uuid])
        placement = edit.placement or (slot.placement() if slot else None)
        if placement:
            facts = {"why": edit.why, "goes_away": edit.goes_away, "slot_uuid": edit.slot_uuid}
            plan_move(plan, placement, slot=slot, by=by, **facts)
    Move.objects.filter(pk__in=[draft.pk for draft in drafts.values()]).delete()
    release = apply_plan(plan, by=by, notify=notify, notify_holders=notify)
    if release is None:
        plan.delete()
    return release
