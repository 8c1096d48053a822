"""Talks that no call asked for: attendees offer them, and staff agree with one word.

Each runs in the transaction of the caller, who holds what the talk hangs on.
"""

from typing import Any

from django.utils import timezone

from scale.models import Conference, User

from .. import letters
from ..models import Speaker, SpeakerTicket, Talk, TalkSpeaker
from .profiles import profile_of, speaker_of

Status = Talk.Status


def host_of(user: User | None, *, name: str, email: str) -> Speaker:
    """The profile of the account, made where there is none; without one, a new profile.

    An address that somebody typed proves nothing: it never leads to a profile that is there.
    """
    if user:
        return speaker_of(user) or profile_of(user, {"name": name})
    is_free = Speaker.objects.at(email) is None  # type: ignore[attr-defined]
    return Speaker.objects.create(name=name, email=email if is_free else None)


def enter_hosted(
    conference: Conference, content: dict[str, Any], host: Speaker, *, ticket_id: int
) -> Talk:
    """A confirmed talk of somebody who has a ticket: they need no speaker's."""
    talk = Talk(conference=conference, submitted_at=timezone.now(), **content)
    for status in (Status.SUBMITTED, Status.ACCEPTED, Status.CONFIRMED):
        talk.move_to(status)
    talk.save(force_insert=True)
    TalkSpeaker.objects.create(talk=talk, speaker=host)
    SpeakerTicket.objects.get_or_create(
        conference=conference, speaker=host, defaults={"ticket_id": ticket_id}
    )
    return talk


def take_off(talk: Talk, status: str, *, reason: str, by: User | None) -> None:
    """Withdrawn or cancelled; who counted on it is told where it was. Said twice, it counts once.

    The caller has locked the talk, and tells its speakers.
    """
    if talk.is_cancelled:
        return
    talk.move_to(status)
    talk.reason = reason
    talk.save(update_fields=["status", "reason", "changed_at"])
    letters.gone(talk, by=by)
