"""Deciding in two steps: a decision is pending until it is released, then the speakers know.

Locks: the talks by their ids, then what was decided about them is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from scale.db import retry
from scale.editions import require_open
from scale.models import AuditEntry, Conference, User

from .. import letters
from ..errors import DecidedMeanwhile
from ..models import Decision, Notice, Talk
from .committee import open_talk, require_neutral


def stands(talk: Talk, pending: Decision | None) -> str:
    """The status and what is decided beside it: what a chair looks at while deciding."""
    return f"{talk.status}+{pending.verdict}" if pending else talk.status


@retry
def decide_talk(
    talk: Talk, verdict: str, *, by: User, why: str = "", seen: str | None = None
) -> Decision | None:
    """Accept, waitlist or reject, pending until it is released; None when nothing changed.

    `seen` is what `stands` said when the chair looked: when another chair was quicker,
    DecidedMeanwhile says what they decided, and nothing changes.
    """
    locked = open_talk(talk)
    require_neutral(locked, by)
    return decide(locked, Decision.Verdict(verdict), by=by, why=why, seen=seen)


def decide(locked: Talk, verdict: Decision.Verdict, *, by, why, seen=None) -> Decision | None:
    """What `decide_talk` does to a talk that the caller has locked."""
    pending = Decision.objects.pending().filter(talk=locked).select_related("by").first()
    if seen is not None and seen != stands(locked, pending):
        raise DecidedMeanwhile(what_happened(locked, pending))
    status = Decision.BECOMES[verdict]
    if (pending.verdict == verdict) if pending else (locked.status == status):
        return None
    locked.require_move(status)
    decision = pending or Decision(talk=locked)
    decision.verdict, decision.by, decision.why = verdict, by, why
    decision.made_at = timezone.now()
    decision.save()
    return decision


def what_happened(talk: Talk, pending: Decision | None) -> str:
    words = talk.get_status_display()
    if pending:
        return f"{pending.by} was quicker: “{pending.verdict}” is decided. Nothing was changed."
    last = talk.decisions.select_related("by").first()
    if last and last.becomes == talk.status:
        return f"{last.by} was quicker: the talk is {words} already. Nothing was changed."
    return f"The talk is {words} by now. Nothing was changed."


@retry
def take_back_decision(talk: Talk, *, by: User) -> bool:
    """Nobody was told, so a pending decision goes without a trace for the speakers."""
    locked = open_talk(talk)
    require_neutral(locked, by)
    pending = Decision.objects.pending().filter(talk=locked).first()
    if pending:
        pending.delete()
    return pending is not None


@dataclass(frozen=True)
class Released:
    """How many decisions and mails a release made known, and whom nobody can reach."""

    decisions: int = 0
    mails: int = 0
    silent: tuple[str, ...] = ()


@retry
def release_decisions(
    conference: Conference, wanted: Iterable[int], *, by: User, seen: str | None = None
) -> Released:
    """The talks of these decisions move, and each of their speakers gets one mail about all.

    `seen` is `letters.mark` of the mails that the chair has read: when they would be
    others by now, DecidedMeanwhile asks to look again, and nothing changes. Whatever
    somebody else released first is left out. Talks of one's own are in it: others decided on
    them, and their other speakers get one mail about all of theirs.
    """
    require_open(conference)
    asked = Decision.objects.filter(pk__in=list(wanted), talk__conference=conference)
    ids = list(asked.values_list("talk", flat=True))
    # Waiting here for whoever releases the same; what is pending is read only after that.
    locked = {one.pk: one for one in lock_talks(ids)}
    decisions = list(
        asked.releasable().filter(talk__in=locked).order_by("talk__title", "talk").defer("why")
    )
    for decision in decisions:
        decision.talk = locked[decision.talk_id]
        decision.talk.conference = conference
    return release(decisions, conference, by=by, seen=seen)


def lock_talks(ids: Iterable[int]):
    return Talk.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk")


def release(decisions: list[Decision], conference, *, by, seen=None) -> Released:
    """What `release_decisions` does to decisions whose talks the caller has locked."""
    found = letters.decided(decisions, conference)
    if seen is not None and seen != letters.mark(found):
        raise DecidedMeanwhile("The decisions or the mails have changed since; look again.")
    if not decisions:
        return Released()
    now = timezone.now()
    move(decisions, conference, now)
    Decision.objects.filter(pk__in=[one.pk for one in decisions]).update(
        released_at=now, released_by=by
    )
    keys = letters.send(found)
    Notice.objects.bulk_create(
        Notice(decision=decision, speaker=letter.speaker, mail_key=key)
        for letter, key in zip(found, keys, strict=True)
        for decision in letter.decisions
    )
    silent = tuple(one.speaker.name for one, key in zip(found, keys, strict=True) if not key)
    return Released(len(decisions), len(found) - len(silent), silent)


def move(decisions: list[Decision], conference: Conference, now) -> None:
    """All the talks in few statements: saving three hundred one by one takes seconds."""
    talks = [decision.talk for decision in decisions]
    before = {talk.pk: talk.status for talk in talks}
    for decision in decisions:
        decision.talk.move_to(decision.becomes)
    Conference.objects.touch({pk for talk in talks for pk in talk.shown_in()})
    for status in set(Decision.BECOMES.values()):
        moved = [talk.pk for talk in talks if talk.status == status]
        anew = {"reminders": 0, "reminded_at": None} if status == Talk.Status.ACCEPTED else {}
        Talk.objects.filter(pk__in=moved).update(status=status, changed_at=now, **anew)
    AuditEntry.objects.moved(talks, "status", before)


@retry
def promote_talk(talk: Talk, *, by: User, seen: str | None = None) -> Released:
    """From the waiting list to accepted in one step; its speakers are told at once."""
    locked = open_talk(talk)
    require_neutral(locked, by)
    if locked.status != Talk.Status.WAITLISTED:
        raise DecidedMeanwhile(what_happened(locked, None))
    verdict = Decision.Verdict.ACCEPT
    decision = decide(locked, verdict, by=by, why="A place became free.", seen=seen)
    if decision is None:  # accepted already, and not yet told
        decision = Decision.objects.pending().get(talk=locked)
    decision.talk = locked
    return release([decision], locked.conference, by=by)
