"""Places for birds of a feather: opened by staff, claimed with a ticket, approved by one click.

Locks: the claim, its talk, then the ticket or what `lock_edition` locks; every one of these
ends with the edition, so that two who want one place take turns.
"""

import datetime as dt
import uuid as uuid_
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from cfp.actions import enter_hosted, host_of, take_off
from cfp.models import Talk, TalkKind
from registration.models import Ticket
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from .. import letters
from ..conflicts import Span
from ..errors import HasClaim, PlaceTaken, Refused
from ..facts import Facts
from ..models import OPEN_BOF, BofClaim, Kind, Move, Plan, Release, Room, Slot
from .now import apply_now, change_now
from .planning import Edit, plan_move
from .publishing import apply_plan, lock_edition

Status = BofClaim.Status
CODE = "bof"


def open_places(
    conference: Conference, rooms: Iterable[Room], times: Iterable[Span], *, by: User
) -> tuple[Release | None, list[tuple[Room, dt.datetime]]]:
    """A place in each of the rooms at each of the times, public at once as one release.

    Where something stands already there is none; these are the second answer. Raises
    Blocked where somebody was quicker.
    """
    facts = Facts(conference).rooms
    slots = Slot.objects.filter(conference=conference, room__isnull=False)
    standing = list(slots.exclude(talk__status__in=Talk.OFF_STAGE))
    edits, left_out = [], []
    taken = [(facts[one.room_id or 0].leaves, one.starts_at, one.ends_at) for one in standing]
    for starts_at, ends_at in times:
        for room in rooms:
            leaves = facts[room.pk].leaves
            if any(leaves & other and starts_at < e and s < ends_at for other, s, e in taken):
                left_out.append((room, starts_at))
                continue
            taken.append((leaves, starts_at, ends_at))
            edits.append(Edit(uuid_.uuid4(), _place(room, starts_at, ends_at)))
    release = change_now(conference, edits, by=by, notify=False) if edits else None
    return release, left_out


def _place(room: Room, starts_at: dt.datetime, ends_at: dt.datetime) -> dict[str, Any]:
    when = {"starts_at": starts_at, "ends_at": ends_at}
    what = {"talk_id": None, "title": OPEN_BOF, "kind": Kind.BOF, "part": None}
    return {"room_id": room.pk, "place": ""} | when | what


@retry
def close_place(conference: Conference, slot_uuid: uuid_.UUID, *, by: User) -> Release | None:
    """Take an open place off the schedule, at once; not while somebody asks for it."""
    conference, _ = lock_edition(conference.pk)
    slot = Slot.objects.for_bofs(conference).filter(uuid=slot_uuid).first()
    if slot is None or not slot.is_open:
        raise Refused("This place is not open any more.")
    if BofClaim.objects.filter(live_slot=slot_uuid).exists():
        raise Refused("Somebody asks for this place. Approve or decline that first.")
    return apply_now(conference, [Edit(slot_uuid, goes_away=True)], by=by, notify=False)


@retry
def claim_place(
    ticket: Ticket, slot_uuid: uuid_.UUID, said: dict[str, Any], *, user: User | None
) -> BofClaim:
    """Ask for an open place. Raises PlaceTaken, HasClaim, Refused or EditionClosed.

    `said` holds name, email, title, abstract and expected.
    """
    # Who passes the ticket on, or gives it back, waits: a claim keeps it with its holder.
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    conference = Conference.objects.select_for_update().get(pk=ticket.conference_id)
    require_open(conference)
    _require_valid(ticket)
    if BofClaim.objects.filter(live_ticket=ticket.pk).exists():
        raise HasClaim
    slot = Slot.objects.for_bofs(conference).open().filter(uuid=slot_uuid).first()
    if slot is None:
        raise PlaceTaken("Somebody was quicker: this place is not open any more.")
    if slot.starts_at <= timezone.now():
        raise PlaceTaken("It is too late for this place.")
    claim = BofClaim.objects.create(
        conference=conference, slot_uuid=slot_uuid, ticket=ticket, user=user, **said
    )
    Conference.objects.touch([conference.pk])
    return claim


@retry
def approve_claim(claim: BofClaim, *, by: User) -> Release:
    """The BoF becomes a talk at its place, public at once; its host gets a mail.

    Raises Refused (Blocked among others) or EditionClosed, and then nothing has changed.
    """
    locked = _locked(claim)
    conference, _ = lock_edition(locked.conference_id)
    locked.move_to(Status.APPROVED)
    slot = Slot.objects.for_bofs(conference).filter(uuid=locked.slot_uuid).first()
    if slot is None:
        raise Refused("The place is gone from the schedule. Decline it, and say which are open.")
    if not slot.is_open:
        raise Refused("Something else stands at this place by now. Nothing was changed.")
    if slot.ends_at <= timezone.now():
        raise Refused("That time is over.")
    _require_valid(locked.ticket)
    host = host_of(locked.user, name=locked.name, email=locked.email)
    content = {
        "title": locked.title,
        "abstract": locked.abstract,
        "kind": _kind(conference),
        "minutes": round((slot.ends_at - slot.starts_at).total_seconds() / 60),
        "expected_audience": locked.expected,
        "may_record": False,
    }
    locked.talk = enter_hosted(conference, content, host, ticket_id=locked.ticket_id)
    _settle(locked, by=by)
    release = _publish(conference, slot, locked.talk, by=by)
    letters.bof_approved(locked, slot, release, host)
    return release


@retry
def decline_claim(claim: BofClaim, *, by: User, why: str) -> BofClaim:
    """Not this one, or not any more: the place is open again, and the host is told why."""
    return _end(claim, Status.DECLINED, by=by, why=why)


@retry
def withdraw_claim(claim: BofClaim, *, by: User | None) -> BofClaim:
    """By its host: the place is open again."""
    return _end(claim, Status.WITHDRAWN, by=by)


def _end(claim: BofClaim, status: str, *, by: User | None, why: str = "") -> BofClaim:
    locked = _locked(claim)
    talk = locked.talk
    if talk:
        talk = Talk.objects.select_for_update().get(pk=talk.pk)
    conference, _ = lock_edition(locked.conference_id)
    locked.move_to(status)
    release, host = None, None
    if talk:
        slot = Slot.objects.for_bofs(conference).filter(uuid=locked.slot_uuid, talk=talk).first()
        if slot and slot.ends_at <= timezone.now():
            raise Refused("It has taken place already.")
        is_ours = status == Status.DECLINED
        off = Talk.Status.CANCELLED if is_ours else Talk.Status.WITHDRAWN
        take_off(talk, off, reason=why, by=by if is_ours else None)
        host = next(iter(talk.speakers()), None)
        release = _publish(conference, slot, None, by=by) if slot else None
    _settle(locked, by=by, why=why)
    Conference.objects.touch([conference.pk])
    if status == Status.DECLINED or talk:
        letters.bof_ended(locked, release, host)
    return locked


def _locked(claim: BofClaim) -> BofClaim:
    return BofClaim.objects.select_for_update().get(pk=claim.pk)


def _settle(claim: BofClaim, *, by: User | None, why: str = "") -> None:
    claim.by, claim.answer, claim.decided_at = by, why, timezone.now()
    claim.save(update_fields=["status", "by", "answer", "decided_at", "talk"])


def _require_valid(ticket: Ticket) -> None:
    if not Ticket.objects.admitting().filter(pk=ticket.pk).exists():
        raise Refused("This ticket is not valid, so no BoF can be hosted with it.")


def _kind(conference: Conference) -> TalkKind:
    facts = {"name": "Birds of a feather", "minutes": 60, "is_offered": False, "position": 90}
    kind, _ = TalkKind.objects.get_or_create(conference=conference, code=CODE, defaults=facts)
    return kind


def _publish(conference: Conference, slot: Slot, talk: Talk | None, *, by: User | None) -> Release:
    """The place with this BoF, or open again, as a release of its own.

    What is planned for the place stays planned, with whatever stands there now.
    """
    now = {"talk_id": talk.pk if talk else None, "title": "" if talk else OPEN_BOF}
    name = f"BoF: {talk.title}"[:80] if talk else "A place for a BoF is open again"
    plan = Plan.objects.create(
        conference=conference, name=name, created_by=by, closed_at=timezone.now()
    )
    before = {"talk_id": slot.talk_id, "title": slot.title}
    drafts = Move.objects.filter(
        plan__conference=conference, slot_uuid=slot.uuid, goes_away=False, **before
    )
    kept = list(drafts.filter(made_against=slot.version).values_list("pk", flat=True))
    plan_move(plan, slot.placement() | now, slot=slot, by=by)
    release = apply_plan(plan, by=by, notify=False, notify_holders=False)
    assert release is not None  # the slot has become another one  # nosec B101
    Move.objects.filter(pk__in=kept).update(made_against=release.number, is_stale=False, **now)
    return release
