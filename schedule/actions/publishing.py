"""The only way the public schedule changes: a plan's moves are published as a release.

Locks: the edition's open plans by id, the quotas of its workshops, then the edition. Whoever
edits a plan waits for the first, who takes a seat for the second, every other publish for the
last.
"""

import uuid as uuid_
from collections.abc import Iterable

from django.conf import settings
from django.db.models import F
from django.urls import reverse

from cfp.models import Speaker, TalkSpeaker
from scale import email
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from .. import enclosures
from ..conflicts import touching
from ..errors import Blocked, StaleMoves
from ..facts import Facts
from ..models import Change, Move, Placement, Plan, Release, Slot, Workshop
from ..plans import Placed, hard_conflicts_of, overlay
from .holders import seat_moves, tell_holders
from .seats import fit, lock_workshops, rooms_of


@retry
def publish(
    plan: Plan,
    *,
    by: User | None = None,
    notify: bool = True,
    notify_holders: bool = True,
    override_reason: str = "",
    moves: Iterable[Move] | None = None,
) -> Release | None:
    """Make the plan's moves (or the given ones of them) public, all or nothing.

    Returns the new release, or None when there was nothing to change. Raises
    Blocked, StaleMoves or EditionClosed, and then nothing has changed.
    """
    return apply_plan(
        plan,
        by=by,
        notify=notify,
        notify_holders=notify_holders,
        override_reason=override_reason,
        chosen=moves,
    )


def apply_plan(
    plan: Plan,
    *,
    by: User | None = None,
    notify: bool = True,
    notify_holders: bool = True,
    override_reason: str = "",
    chosen: Iterable[Move] | None = None,
) -> Release | None:
    """`publish` for callers that are in a transaction of their own."""
    conference, workshops = lock_edition(plan.conference_id)
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
    talks = talks_of(line for line in lines if line.uuid in touched)
    facts = Facts(conference)
    sold = {talk: workshop.quota.taken for talk, workshop in workshops.items()}
    hard = touching(hard_conflicts_of(facts, lines, sold), touched)
    if hard and not override_reason:
        raise Blocked(hard)
    release = Release.objects.create(
        conference=conference,
        number=next_number(conference),
        plan=plan,
        by=by,
        override_reason=override_reason if hard else "",
    )
    written = [line for line in lines if line.uuid in touched]
    seats = seat_moves(written, workshops, facts)
    write(release, written)
    if seats:
        staying = [line.shown for line in lines if not line.goes_away]
        moved = {move.workshop.pk: move.workshop for move in seats}
        fit(moved.values(), rooms_of(staying, facts))
    Move.objects.filter(pk__in=[move.pk for move in moves]).delete()
    refresh_plans(conference, touched)
    Conference.objects.touch([conference.pk])
    if notify:
        tell_speakers(release, talks)
    if notify_holders:
        tell_holders(release, seats)
    return release


def lock_edition(conference_id: int) -> tuple[Conference, dict[int, Workshop]]:
    """The edition, with all that its schedule hangs on, for this transaction alone.

    Also its workshops with seats, by talk.
    """
    # Nobody edits a plan meanwhile: an edit between reading and deleting moves would be lost.
    # Nobody takes a seat in a workshop either, before its room is known to hold them.
    workshops = lock_workshops(conference_id)
    # One publish per edition at a time; everyone who could clash passes this row.
    locked = Conference.objects.select_for_update().get(pk=conference_id)
    require_open(locked)
    return locked, workshops


def talks_of(lines: Iterable[Placed]) -> set[int]:
    """The talks in these slots, and those that others push out of them."""
    placements = (placement for line in lines for placement in (line.now, line.move))
    return {one.talk_id for one in placements if one and one.talk_id}


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
    Plan.objects.filter(conference=conference, closed_at=None).update(edits=F("edits") + 1)
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


def tell_speakers(release: Release, talks: set[int]) -> None:
    """One mail to each speaker of these talks, with all of that speaker's slots in it.

    The calendar file that goes with it is made when it leaves, see `schedule.enclosures`.
    """
    conference = release.conference
    speakers = Speaker.objects.filter(talk_speakers__talk__in=talks).select_related("user")
    people = list(speakers.distinct().order_by("pk"))
    theirs = slots_of(conference, people)
    drafts = []
    for speaker in people:
        if not speaker.address:
            continue
        link = reverse("schedule:speaker", args=[conference.slug, speaker.named_code])
        text = email.render_text(
            "schedule/mail/placed.txt",
            {
                "conference": conference,
                "speaker": speaker,
                "slots": theirs[speaker.pk],
                "release": release,
                "link": settings.SITE_URL + link,
            },
        )
        drafts.append(
            email.draft(
                enclosures.PLACED,
                speaker.address,
                key=f"{conference.pk}:{release.number}:{speaker.pk}",
                subject=f"{conference}: where and when you speak (version {release.number})",
                text=text,
                conference=conference,
                to_name=speaker.name,
                about=enclosures.subject(release, speaker),
            )
        )
    email.send_all(drafts)


def slots_of(conference: Conference, speakers: list[Speaker]) -> dict[int, list[Slot]]:
    """Speaker → their slots as they are now, by time."""
    found: dict[int, list[Slot]] = {speaker.pk: [] for speaker in speakers}
    talks = TalkSpeaker.objects.filter(speaker__in=found).values("talk")
    for slot in Slot.objects.shown(conference).filter(talk__in=talks):
        for speaker in slot.talk.speakers():
            if speaker.pk in found:
                found[speaker.pk].append(slot)
    return found
