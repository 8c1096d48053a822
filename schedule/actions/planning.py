"""What staff do to a plan; the public sees nothing of it before it is published.

Whoever edits locks the plan's row, so edits of one plan follow each other. Each is a
step that can be undone: it holds what the plan said of its slots before and after.
"""

import datetime as dt
import uuid as uuid_
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils import timezone

from cfp.models import Talk
from scale.db import retry, write_back
from scale.editions import require_open
from scale.models import Conference, User
from scale.text import plain

from ..errors import ChangedMeanwhile, PlanClosed, Refused, SlotLocked
from ..models import ExpectedPeople, Move, Placement, Plan, PlanStep, Room, Slot, SlotLock
from ..plans import mark

STEPS_KEPT = 100  # of each person and plan


@dataclass(frozen=True)
class Edit:
    """What the plan should say of one slot: where it goes, that it goes away, or nothing.

    `placement` has the keys of `Placement.FIELDS`; None drops the plan's move. `seen`
    is the `mark` that the editor saw, None where they have not looked.
    """

    slot_uuid: uuid_.UUID
    placement: dict | None = None
    goes_away: bool = False
    seen: str | None = None
    why: str = ""


@retry
def edit_plan(plan: Plan, edits: Iterable[Edit], *, by: User | None, what: str) -> PlanStep | None:
    """All of the edits as one step, or none of them; None when they change nothing.

    Raises PlanClosed, SlotLocked, ChangedMeanwhile or EditionClosed.
    """
    edits = list(edits)
    locked = lock_plan(plan)
    slots, moves = stand(locked, {edit.slot_uuid for edit in edits})
    changed = [
        edit.slot_uuid
        for edit in edits
        if edit.seen is not None
        and edit.seen != mark(slots.get(edit.slot_uuid), moves.get(edit.slot_uuid))
    ]
    if changed:
        raise ChangedMeanwhile(changed)
    wanted = {edit.slot_uuid: wish(edit, slots.get(edit.slot_uuid), by) for edit in edits}
    return write(locked, wanted, moves, by=by, what=what)


@retry
def undo(plan: Plan, *, by: User) -> PlanStep | None:
    """Take back the person's last step in the plan; None without any."""
    locked = lock_plan(plan)
    step = locked.steps.filter(by=by, undone_at=None).first()
    return turn(locked, step, step.before, step.after, by, timezone.now()) if step else None


@retry
def redo(plan: Plan, *, by: User) -> PlanStep | None:
    """Do again what the person undid last, unless they did something else since."""
    locked = lock_plan(plan)
    last = locked.steps.filter(by=by, undone_at=None).first()
    undone = locked.steps.filter(by=by, undone_at__isnull=False, pk__gt=last.pk if last else 0)
    step = undone.order_by("pk").first()
    return turn(locked, step, step.after, step.before, by, None) if step else None


def turn(plan, step, wanted, current, by, undone_at) -> PlanStep:
    """Bring back what the plan said, as long as nobody else touched the same slots since."""
    slots, moves = stand(plan, {uuid_.UUID(key) for key in wanted})
    for key, told in current.items():
        if tell(moves.get(uuid_.UUID(key))) != told:
            raise ChangedMeanwhile([uuid_.UUID(key)])
    facts = {uuid_.UUID(key): heard(told) for key, told in wanted.items()}
    for slot_uuid, fact in facts.items():
        slot = slots.get(slot_uuid)
        if fact and fact["made_against"] != (slot.version if slot else 0):
            fact["is_stale"] = True
    require_there(Room, [fact["room_id"] for fact in facts.values() if fact])
    require_there(Talk, [fact["talk_id"] for fact in facts.values() if fact])
    apply(plan, facts, moves)
    step.undone_at = undone_at
    step.save(update_fields=["undone_at"])
    return step


def require_there(model, keys: Iterable[int | None]) -> None:
    """A step only names its room and talk, which may have been deleted since."""
    wanted = {key for key in keys if key}
    if model.objects.filter(pk__in=wanted).count() < len(wanted):
        name = model._meta.verbose_name
        raise Refused(f"The {name} of that step is not there any more. Nothing was saved.")


def lock_plan(plan: Plan) -> Plan:
    require_open(plan.conference)
    locked = Plan.objects.select_for_update().get(pk=plan.pk)
    if locked.closed_at:
        raise PlanClosed
    locked.conference = plan.conference
    return locked


def stand(plan: Plan, uuids: set[uuid_.UUID]) -> tuple[dict, dict]:
    """(slots, moves of the plan) by uuid, of these as they are now."""
    slots = Slot.objects.filter(conference=plan.conference_id, uuid__in=uuids)
    moves = plan.moves.filter(slot_uuid__in=uuids)
    return {slot.uuid: slot for slot in slots}, {move.slot_uuid: move for move in moves}


def wish(edit: Edit, slot: Slot | None, by: User | None) -> dict[str, Any] | None:
    """The facts of the move that the edit wants; None where the plan should say nothing.

    A move to where the slot is already, or away from where nothing is, says nothing.
    """
    placement = edit.placement
    if edit.goes_away:
        placement = slot.placement() if slot else None
    elif slot and placement == slot.placement():
        placement = None
    if placement is None:
        return None
    return {
        **placement,
        "goes_away": edit.goes_away,
        "made_against": slot.version if slot else 0,
        "is_stale": False,
        "why": edit.why,
        "by_id": by.pk if by else None,
    }


def write(plan: Plan, wanted: dict, moves: dict, *, by, what: str) -> PlanStep | None:
    before = {str(key): tell(moves.get(key)) for key in wanted}
    after = {str(key): told(facts) for key, facts in wanted.items()}
    if before == after:
        return None
    refuse_locked(wanted)
    apply(plan, wanted, moves)
    step = PlanStep.objects.create(
        plan=plan, by=by, what=plain(what, 160), before=before, after=after, edit=plan.edits
    )
    if old := list(plan.steps.filter(by=by).values_list("pk", flat=True)[STEPS_KEPT:]):
        plan.steps.filter(pk__in=old).delete()
    return step


def refuse_locked(wanted: dict) -> None:
    lock = SlotLock.objects.filter(slot_uuid__in=list(wanted)).order_by("pk").first()
    if lock:
        raise SlotLocked(lock)


def apply(plan: Plan, wanted: dict, moves: dict) -> None:
    """Write the moves of a locked plan and count the edit."""
    plan.edits += 1
    plan.save(update_fields=["edits"])
    gone = [moves[key].pk for key, facts in wanted.items() if facts is None and key in moves]
    if gone:
        Move.objects.filter(pk__in=gone).delete()
    new, changed = [], []
    for key, facts in wanted.items():
        if facts is None:
            continue
        move = moves.get(key) or Move(plan=plan, slot_uuid=key)
        for name, value in (facts | {"edit": plan.edits, "made_at": timezone.now()}).items():
            setattr(move, name, value)
        (changed if move.pk else new).append(move)
    Move.objects.bulk_create(new)
    write_back(changed, WRITTEN)


KEPT = (*Placement.FIELDS, "goes_away", "made_against", "is_stale", "why", "by_id")
WRITTEN = [name.removesuffix("_id") for name in (*KEPT, "edit", "made_at")]


def tell(move: Move | None) -> dict | None:
    """A move as a step keeps it."""
    return told({name: getattr(move, name) for name in KEPT}) if move else None


def told(facts: dict | None) -> dict | None:
    if facts is None:
        return None
    return {
        name: value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else value
        for name, value in facts.items()
    }


def heard(told: dict | None) -> dict | None:
    """The other way round."""
    if told is None:
        return None
    instants = {name: dt.datetime.fromisoformat(told[name]) for name in ("starts_at", "ends_at")}
    return told | instants


@retry
def lock_slot(conference: Conference, slot_uuid: uuid_.UUID, *, by: User, why: str = "") -> None:
    """Nobody moves the slot in any plan until the lock is off."""
    require_open(conference)
    SlotLock.objects.get_or_create(
        slot_uuid=slot_uuid, defaults={"conference": conference, "by": by, "why": why}
    )
    count_edit(conference)


@retry
def unlock_slot(conference: Conference, slot_uuid: uuid_.UUID) -> None:
    require_open(conference)
    SlotLock.objects.filter(conference=conference, slot_uuid=slot_uuid).delete()
    count_edit(conference)


def count_edit(conference: Conference) -> None:
    """What every plan shows has changed: whoever looks at one draws it anew."""
    Plan.objects.filter(conference=conference, closed_at=None).update(edits=F("edits") + 1)


@retry
def expect_people(talk: Talk, people: int | None, *, by: User, why: str = "") -> None:
    """Staff's own number for a talk, or the projection again; every plan's judging uses it."""
    require_open(talk.conference)
    if people is None:
        ExpectedPeople.objects.filter(talk=talk).delete()
    else:
        ExpectedPeople.objects.update_or_create(
            talk=talk, defaults={"people": people, "by": by, "why": why}
        )
    count_edit(talk.conference)


# --- one line at a time, for the form without the board ----------------------------------------


def note_move(
    plan: Plan,
    placement: dict,
    *,
    once: uuid_.UUID,
    slot_uuid: uuid_.UUID | None = None,
    by: User | None = None,
    why: str = "",
    seen: str | None = None,
    also: Callable[[Edit], list[Edit]] | None = None,
) -> uuid_.UUID:
    """Where a slot should go; without `slot_uuid` a new one, which the form named `once`.

    `also` finds what follows from it, for the same step.
    Sent twice, the form makes one new slot; sent again with other words (the browser's
    back button), it makes another one. Returns the slot's uuid.
    """
    if slot_uuid is None:
        earlier = plan.moves.filter(slot_uuid=once).first()
        is_other = earlier is not None and earlier.placement() != placement
        is_used = Slot.objects.filter(uuid=once).exists()
        slot_uuid = uuid_.uuid4() if is_used or is_other else once
    edit = Edit(slot_uuid, placement, seen=seen, why=why)
    edits = [edit, *(also(edit) if also else [])]
    edit_plan(plan, edits, by=by, what="Placed by the form")
    return slot_uuid


def change_plan(
    plan: Plan, slot_uuid: uuid_.UUID | None, what: str, *, by: User, seen: str | None = None
) -> bool:
    """Staff's word on one line of a plan: remove, confirm or drop; False where it is gone."""
    if slot_uuid is None:
        return False
    slots, moves = stand(plan, {slot_uuid})
    slot, move = slots.get(slot_uuid), moves.get(slot_uuid)
    if what == "remove" and slot:
        edit = Edit(slot_uuid, goes_away=True, seen=seen)
    elif what == "confirm" and move:
        placement = None if move.goes_away else move.placement()
        edit = Edit(slot_uuid, placement, move.goes_away, seen, move.why)
    elif what == "drop" and move:
        edit = Edit(slot_uuid, seen=seen)
    else:
        return False
    line = move or slot
    edit_plan(plan, [edit], by=by, what=f"{what.capitalize()}: {line.what if line else ''}")
    return True


def plan_move(
    plan: Plan, placement: dict, *, slot: Slot | None = None, by: User | None = None, **more
) -> Move:
    """Write one move in a transaction of the caller's, who holds the plan or has just made it.

    `more` may hold why, goes_away and, for a slot that is only planned yet, slot_uuid.
    """
    planned = more.pop("slot_uuid", None) or uuid_.uuid4()
    move, _ = Move.objects.update_or_create(
        plan=plan,
        slot_uuid=slot.uuid if slot else planned,
        defaults={
            **placement,
            "made_against": slot.version if slot else 0,
            "is_stale": False,
            "goes_away": False,
            "by": by,
            **more,
        },
    )
    return move


def plan_removal(plan: Plan, slot: Slot, *, by: User | None = None, why: str = "") -> Move:
    """Like `plan_move`: the slot should go away."""
    return plan_move(plan, slot.placement(), slot=slot, by=by, why=why, goes_away=True)
