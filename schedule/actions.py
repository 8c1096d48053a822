"""The only way the public schedule changes: a plan's moves are published as a release."""

import uuid as uuid_
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from cfp.models import Speaker, Talk
from scale import email
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from .conflicts import Conflict, touching
from .models import Change, Move, Placement, Plan, Release, Slot
from .plans import Placed, conflicts_of, overlay


class Blocked(Exception):
    """Hard conflicts stand in the way; a chair may override them with a reason."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        self.conflicts = conflicts
        super().__init__(" ".join(conflict.says for conflict in conflicts))


class StaleMoves(Exception):
    """Slots changed since these moves were made; staff confirm or drop them first."""

    def __init__(self, moves: list[Move]) -> None:
        self.moves = moves
        super().__init__("Some slots were changed by someone else meanwhile.")


def plan_move(
    plan: Plan, placement: dict, *, slot: Slot | None = None, by: User | None = None, **more
) -> Move:
    """Note in the plan where a slot should go, or a new one be; the public sees nothing yet.

    `placement` has the keys of `Placement.FIELDS`; `more` may hold why, goes_away
    and, for a slot that is only planned yet, slot_uuid.
    """
    planned = more.pop("slot_uuid", None) or uuid_.uuid4()
    slot_uuid = slot.uuid if slot else planned
    move, _ = Move.objects.update_or_create(
        plan=plan,
        slot_uuid=slot_uuid,
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


@retry
def note_move(
    plan: Plan,
    placement: dict,
    *,
    once: uuid_.UUID,
    slot: Slot | None = None,
    slot_uuid: uuid_.UUID | None = None,
    **more,
) -> Move:
    """`plan_move` for a form that names the new slot it will make: sent twice, it makes one.

    Sent again with other words (the browser's back button), it makes another one.
    """
    require_open(plan.conference)
    if slot is None and slot_uuid is None:
        earlier = plan.moves.filter(slot_uuid=once).first()
        is_used = Slot.objects.filter(uuid=once).exists()
        is_other = earlier is not None and earlier.placement() != placement
        slot_uuid = uuid_.uuid4() if is_used or is_other else once
    return plan_move(plan, placement, slot=slot, slot_uuid=slot_uuid, **more)


def plan_removal(plan: Plan, slot: Slot, *, by: User | None = None, why: str = "") -> Move:
    """Note in the plan that a slot should go away."""
    return plan_move(plan, slot.placement(), slot=slot, by=by, why=why, goes_away=True)


@retry
def change_plan(plan: Plan, slot_uuid: uuid_.UUID | None, what: str, *, by: User) -> bool:
    """Staff's word on one line of a plan: remove, confirm or drop; False where it is gone."""
    require_open(plan.conference)
    if slot_uuid is None:
        return False
    if what == "remove":
        slot = Slot.objects.filter(conference=plan.conference, uuid=slot_uuid).first()
        if slot:
            plan_removal(plan, slot, by=by)
        return slot is not None
    move = plan.moves.filter(slot_uuid=slot_uuid).first()
    if move and what == "confirm":
        confirm_move(move)
    elif move and what == "drop":
        move.delete()
    return move is not None


def confirm_move(move: Move) -> None:
    """Staff looked at a stale move and still want it, against the slot as it is now."""
    slot = Slot.objects.filter(uuid=move.slot_uuid).first()
    if slot is None and move.goes_away:
        move.delete()
        return
    move.made_against = slot.version if slot else 0
    move.is_stale = False
    move.save(update_fields=["made_against", "is_stale", "made_at"])


@retry
def publish(
    plan: Plan,
    *,
    by: User | None = None,
    notify: bool = True,
    override_reason: str = "",
    moves: Iterable[Move] | None = None,
) -> Release | None:
    """Make the plan's moves (or the given ones of them) public, all or nothing.

    Returns the new release, or None when there was nothing to change. Raises
    Blocked, StaleMoves or EditionClosed, and then nothing has changed.
    """
    return apply_plan(plan, by=by, notify=notify, override_reason=override_reason, chosen=moves)


def apply_plan(
    plan: Plan,
    *,
    by: User | None = None,
    notify: bool = True,
    override_reason: str = "",
    chosen: Iterable[Move] | None = None,
) -> Release | None:
    """`publish` for callers that are in a transaction of their own."""
    # One publish per edition at a time; everyone who could clash passes this row.
    conference = Conference.objects.select_for_update().get(pk=plan.conference_id)
    require_open(conference)
    moves = list(plan.moves.all())
    if chosen is not None:
        wanted = {move.pk for move in chosen}
        moves = [move for move in moves if move.pk in wanted]
    slots = {slot.uuid: slot for slot in Slot.objects.filter(conference=conference)}
    if stale := [move for move in moves if is_stale(move, slots.get(move.slot_uuid))]:
        raise StaleMoves(stale)
    effective = [move for move in moves if changes_anything(move, slots.get(move.slot_uuid))]
    touched = {move.slot_uuid for move in effective}
    if not touched:
        Move.objects.filter(pk__in=[move.pk for move in moves]).delete()
        return None
    lines = overlay(slots.values(), effective)
    hard = [c for c in touching(conflicts_of(conference, lines), touched) if c.is_hard]
    if hard and not override_reason:
        raise Blocked(hard)
    release = Release.objects.create(
        conference=conference,
        number=next_number(conference),
        plan=plan,
        by=by,
        override_reason=override_reason if hard else "",
    )
    write(release, [line for line in lines if line.uuid in touched])
    Move.objects.filter(pk__in=[move.pk for move in moves]).delete()
    refresh_plans(conference, touched)
    Conference.objects.touch([conference.pk])
    if notify:
        tell_speakers(release, lines, touched)
    return release


def is_stale(move: Move, slot: Slot | None) -> bool:
    return move.made_against != (slot.version if slot else 0)


def changes_anything(move: Move, slot: Slot | None) -> bool:
    if move.goes_away:
        return slot is not None
    return slot is None or slot.placement() != move.placement()


def next_number(conference: Conference) -> int:
    last = conference.releases.values_list("number", flat=True).first()
    return (last or 0) + 1


def write(release: Release, lines: list[Placed]) -> None:
    """Slots and changes of one release; a fixed number of statements."""
    before = {
        change.slot_uuid: change
        for change in Change.objects.filter(slot_uuid__in=[line.uuid for line in lines], after=None)
    }
    new, changed, gone = [], [], []
    for line in lines:
        if line.goes_away:
            gone.append(line.uuid)
            continue
        slot = line.now or Slot(uuid=line.uuid, conference=release.conference)
        for name, value in line.shown.placement().items():
            setattr(slot, name, value)
        slot.version = release.number
        (changed if slot.pk else new).append(slot)
    Slot.objects.bulk_create(new, batch_size=500)
    Slot.objects.bulk_update(changed, [*Placement.FIELDS, "version"], batch_size=200)
    Slot.objects.filter(uuid__in=gone).delete()
    Change.objects.bulk_create(
        [
            Change(
                release=release,
                slot_uuid=line.uuid,
                removed=line.goes_away,
                before=before.get(line.uuid),
                **line.shown.placement(),
            )
            for line in lines
        ],
        batch_size=500,
    )


def refresh_plans(conference: Conference, touched: set[uuid_.UUID]) -> None:
    """Compare every open plan: moves that became true vanish, those on changed slots turn stale."""
    slots = {slot.uuid: slot for slot in Slot.objects.filter(uuid__in=touched)}
    done, stale = [], []
    for move in Move.objects.filter(plan__conference=conference, slot_uuid__in=touched):
        slot = slots.get(move.slot_uuid)
        if not changes_anything(move, slot):
            done.append(move.pk)
        elif is_stale(move, slot):
            stale.append(move.pk)
    Move.objects.filter(pk__in=done).delete()
    Move.objects.filter(pk__in=stale).update(is_stale=True)


def tell_speakers(release: Release, lines: list[Placed], touched: set[uuid_.UUID]) -> None:
    """One mail to each speaker of a touched slot, with all of that speaker's slots in it."""
    conference = release.conference
    talks = {line.shown.talk_id for line in lines if line.uuid in touched and line.shown.talk_id}
    speakers = (
        Speaker.objects.filter(talk_speakers__talk__in=talks)
        .select_related("user")
        .distinct()
        .order_by("pk")
    )
    for speaker in speakers:
        address = speaker.email or (speaker.user.email if speaker.user else "")
        if not address:
            continue
        theirs = Slot.objects.shown(conference).filter(talk__talk_speakers__speaker=speaker)
        link = reverse("schedule:speaker", args=[conference.slug, speaker.named_code])
        email.send(
            "schedule",
            address,
            key=f"{conference.pk}:{release.number}:{speaker.pk}",
            subject=f"{conference}: where and when you speak (version {release.number})",
            template="schedule/mail/placed.txt",
            context={
                "conference": conference,
                "speaker": speaker,
                "slots": theirs,
                "release": release,
                "link": settings.SITE_URL + link,
            },
            conference=conference,
            to_name=speaker.name,
        )


def schedule_at(conference: Conference, number: int) -> list[Change]:
    """The schedule as release `number` left it: times and places exactly, titles as of today."""
    latest: dict[uuid_.UUID, Change] = {}
    changes = Change.objects.filter(
        release__conference=conference, release__number__lte=number
    ).select_related("room", "talk")
    for change in changes.order_by("release__number"):
        latest[change.slot_uuid] = change
    return [change for change in latest.values() if not change.removed]


@transaction.atomic
def plan_release(conference: Conference, number: int, by: User | None = None) -> Plan:
    """A plan that would bring back release `number`: how a release is reverted."""
    plan = Plan.objects.create(
        conference=conference, name=f"Back to version {number}", created_by=by
    )
    slots = {slot.uuid: slot for slot in Slot.objects.filter(conference=conference)}
    wanted = {change.slot_uuid: change for change in schedule_at(conference, number)}
    for slot_uuid, change in wanted.items():
        slot = slots.get(slot_uuid)
        if slot is None or slot.placement() != change.placement():
            plan_move(plan, change.placement(), slot=slot, slot_uuid=slot_uuid, by=by)
    for slot_uuid, slot in slots.items():
        if slot_uuid not in wanted:
            plan_removal(plan, slot, by=by)
    return plan


def cancelled_still_shown(conference: Conference) -> list[Slot]:
    """Slots of cancelled talks: shown as cancelled until staff take them off or reuse them."""
    return list(
        Slot.objects.filter(conference=conference, talk__status__in=Talk.OFF_STAGE)
        .select_related("talk", "room")
        .order_by("starts_at")
    )
