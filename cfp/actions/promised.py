"""Talks that somebody was promised before anyone knows what they will be about.

Each runs in the transaction of the caller, who holds the deal that promises it.
"""

from django.utils import timezone

from scale.codes import digest
from scale.models import Conference

from ..models import Talk

Status = Talk.Status


def hold_place(conference: Conference, *, key: str, title: str, notes: str) -> Talk:
    """A submission that stands for the promise: the program committee accepts and fills it.

    `key` names the promise: held again it is the same row, also after it was given back.
    """
    source_key = digest(key)
    talk = (
        Talk.objects.select_for_update()
        .filter(conference=conference, source_key=source_key)
        .first()
    )
    if talk is None:
        talk = Talk(conference=conference, source_key=source_key, title=title, notes=notes)
    elif talk.status != Status.WITHDRAWN:
        return talk
    talk.move_to(Status.SUBMITTED)
    talk.submitted_at, talk.reason = timezone.now(), ""
    talk.save()
    return talk


def give_back_place(talk_id: int, *, reason: str) -> Talk:
    """Withdrawn, unless the committee decided on it by now: then it stays as it is."""
    talk = Talk.objects.select_for_update().get(pk=talk_id)
    if talk.status in (Status.SUBMITTED, Status.WAITLISTED):
        talk.move_to(Status.WITHDRAWN)
        talk.reason = reason
        talk.save(update_fields=["status", "reason", "changed_at"])
    return talk
