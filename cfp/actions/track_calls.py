"""A partner's own call: its dates and words, and what it asks."""

from typing import Any

from scale.db import retry
from scale.editions import require_open

from ..errors import NotTheirs, QuestionInUse
from ..models import Call, CallQuestion, Track


@retry
def save_call(call: Call, fields: dict[str, Any]) -> Call:
    locked = Call.objects.select_for_update().select_related("conference").get(pk=call.pk)
    require_open(locked.conference)
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(fields))
    return locked


@retry
def save_question(
    track: Track, fields: dict[str, Any], question: CallQuestion | None = None
) -> CallQuestion:
    """A question of this track alone; a new one comes last."""
    require_open(track.conference)
    kinds = fields.pop("kinds")
    if question is None:
        last = CallQuestion.objects.filter(conference=track.conference).last()
        row = CallQuestion(
            conference=track.conference, position=min(last.position + 1, 32767) if last else 0
        )
    else:
        row = own_question(track, question)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    row.tracks.set([track])
    row.kinds.set(kinds)
    return row


@retry
def remove_question(track: Track, question: CallQuestion) -> None:
    require_open(track.conference)
    locked = own_question(track, question)
    if locked.answers.exists():
        raise QuestionInUse("Somebody has answered it, so it stays.")
    locked.delete()


def own_question(track: Track, question: CallQuestion) -> CallQuestion:
    locked = CallQuestion.objects.select_for_update().get(pk=question.pk)
    if list(locked.tracks.values_list("pk", flat=True)) != [track.pk]:
        raise NotTheirs("It is asked in other tracks too by now; the program committee changes it.")
    return locked
