"""What the committee does: decisions, and changes of what was accepted."""

from collections.abc import Sequence

from scale.db import retry
from scale.editions import require_open
from scale.models import User

from .. import letters
from ..errors import DecidedMeanwhile, OwnTalk
from ..models import Decision, Speaker, Talk, TalkSpeaker
from .tickets import give_tickets

Status = Talk.Status
BECOMES = {
    Decision.Verdict.ACCEPT: Status.ACCEPTED,
    Decision.Verdict.WAITLIST: Status.WAITLISTED,
    Decision.Verdict.REJECT: Status.REJECTED,
}


@retry
def decide_talk(
    talk: Talk, verdict: str, *, by: User, why: str = "", seen: str | None = None
) -> Decision | None:
    """Accept, waitlist or reject, and tell the speakers by mail; None when nothing changed.

    `seen` is the status that the chair looked at: when another chair was quicker,
    DecidedMeanwhile says what they decided, and nothing changes.
    """
    locked = _open_talk(talk)
    _refuse_own(locked, by)
    if seen is not None and seen != locked.status:
        raise DecidedMeanwhile(_what_happened(locked))
    if locked.status == BECOMES[Decision.Verdict(verdict)]:
        return None
    locked.move_to(BECOMES[Decision.Verdict(verdict)])
    locked.save(update_fields=["status", "changed_at"])
    decision = Decision.objects.create(talk=locked, verdict=verdict, by=by, why=why)
    letters.decided(locked, decision)
    return decision


def _what_happened(talk: Talk) -> str:
    words = talk.get_status_display()
    last = talk.decisions.select_related("by").first()
    if last and BECOMES[Decision.Verdict(last.verdict)] == talk.status:
        return f"{last.by} was quicker: the talk is {words} already. Nothing was changed."
    return f"The talk is {words} by now. Nothing was changed."


@retry
def cancel_talk(talk: Talk, *, by: User, reason: str) -> Talk:
    """An accepted talk does not take place; it keeps its place in public as cancelled."""
    locked = _open_talk(talk)
    if locked.status != Status.CANCELLED:
        locked.move_to(Status.CANCELLED)
        locked.reason = reason
        locked.save(update_fields=["status", "reason", "changed_at"])
        letters.cancelled(locked)
    return locked


@retry
def put_back(talk: Talk, status: str, *, by: User) -> Talk:
    """Undo by hand: to the committee again, or on stage (a yes by telephone counts)."""
    locked = _open_talk(talk)
    if status not in (Status.SUBMITTED, Status.CONFIRMED):
        raise ValueError(f"not a status to put a talk back to: {status}")
    if locked.status != status:
        _refuse_own(locked, by)
        locked.move_to(status)
        locked.reason = ""
        if status == Status.CONFIRMED:
            give_tickets(locked, by=by, again=True)
        locked.save(update_fields=["status", "reason", "changed_at"])
    return locked


@retry
def rename_talk(talk: Talk, title: str) -> Talk:
    """A new title, everywhere at once; the talk's address keeps working."""
    locked = _open_talk(talk)
    locked.title = title
    locked.save(update_fields=["title", "changed_at"])
    return locked


@retry
def set_speakers(talk: Talk, speakers: Sequence[Speaker]) -> Talk:
    """These people give the talk, in this order, and nobody else."""
    locked = _open_talk(talk)
    links = {link.speaker_id: link for link in locked.talk_speakers.all()}
    wanted = {speaker.pk: position for position, speaker in enumerate(speakers)}
    for speaker_id, link in links.items():
        if speaker_id not in wanted:
            link.delete()
    for speaker_id, position in wanted.items():
        link = links.get(speaker_id) or TalkSpeaker(talk=locked, speaker_id=speaker_id)
        if link.pk is None or link.position != position:
            link.position = position
            link.save()
    if locked.status == Status.CONFIRMED:
        give_tickets(locked)
    return locked


def _open_talk(talk: Talk) -> Talk:
    locked = Talk.objects.select_for_update().get(pk=talk.pk)
    require_open(locked.conference)
    return locked


def _refuse_own(talk: Talk, user: User) -> None:
    if Talk.objects.own(user).filter(pk=talk.pk).exists():
        raise OwnTalk
