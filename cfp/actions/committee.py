"""What the committee does to talks that were accepted, and to who gives them."""

from collections.abc import Sequence

from scale.db import retry
from scale.editions import require_open
from scale.models import User

from .. import letters, places
from ..errors import Conflicted, OwnTalk
from ..models import Speaker, Talk, TalkSpeaker
from .tickets import give_tickets

Status = Talk.Status


@retry
def cancel_talk(talk: Talk, *, by: User, reason: str) -> Talk:
    """An accepted talk does not take place; it keeps its place in public as cancelled."""
    locked = open_talk(talk)
    if locked.status != Status.CANCELLED:
        locked.move_to(Status.CANCELLED)
        locked.reason = reason
        locked.save(update_fields=["status", "reason", "changed_at"])
        letters.cancelled(locked)
        places.turned(locked)
        if places.of(locked):
            letters.gone(locked, by=by)
    return locked


@retry
def put_back(talk: Talk, status: str, *, by: User) -> Talk:
    """Undo by hand: to the committee again, or on stage (a yes by telephone counts).

    Raises Refused where its place is used by another talk now.
    """
    locked = open_talk(talk)
    if status not in (Status.SUBMITTED, Status.CONFIRMED):
        raise ValueError(f"not a status to put a talk back to: {status}")
    if locked.status != status:
        require_neutral(locked, by)
        was_off = locked.is_cancelled
        locked.move_to(status)
        locked.reason = ""
        if status == Status.CONFIRMED:
            give_tickets(locked, by=by, again=True)
        locked.save(update_fields=["status", "reason", "changed_at"])
        if was_off and status == Status.CONFIRMED:
            places.turned(locked)
            places.require_free(locked)
    return locked


@retry
def rename_talk(talk: Talk, title: str) -> Talk:
    """A new title, everywhere at once; the talk's address keeps working."""
    locked = open_talk(talk)
    locked.title = title
    locked.save(update_fields=["title", "changed_at"])
    return locked


@retry
def set_speakers(talk: Talk, speakers: Sequence[Speaker]) -> Talk:
    """These people give the talk, in this order, and nobody else.

    Raises Refused where one of them speaks elsewhere at that time.
    """
    locked = open_talk(talk)
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
        places.require_free(locked)
    return locked


def open_talk(talk: Talk) -> Talk:
    locked = Talk.objects.select_for_update().get(pk=talk.pk)
    require_open(locked.conference)
    return locked


def require_neutral(talk: Talk, user: User) -> None:
    """Own talks and those with a declared conflict of interest are for others to judge."""
    if Talk.objects.own(user).filter(pk=talk.pk).exists():
        raise OwnTalk
    if talk.conflicts.filter(user=user).exists():
        raise Conflicted
