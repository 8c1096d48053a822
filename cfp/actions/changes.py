"""Changes after the deadline: small ones at once, others when the committee agrees."""

from typing import Any

from django.utils import timezone

from scale.db import retry
from scale.editions import require_open
from scale.models import User

from .. import letters
from ..errors import DecidedMeanwhile, NotEditable
from ..models import Talk, TalkChange
from .committee import require_neutral

Status = TalkChange.Status
ASKED = (
    *("title", "abstract", "description", "level", "language", "equipment_note"),
    "expected_audience",
)
# What the public has been promised; the rest of an accepted talk is corrected at once.
PROMISED = {"title"}


@retry
def change_talk(talk: Talk, fields: dict[str, Any], *, by: User, why: str = "") -> list[TalkChange]:
    """What became of the differences: corrected, asked for, or both; nothing when there are none.

    A wish that still waits is replaced by the new one.
    """
    locked = _own(talk, by)
    wanted = {name: fields[name] for name in ASKED if name in fields}
    differs = {name: new for name, new in wanted.items() if getattr(locked, name) != new}
    at_once = {n: v for n, v in differs.items() if locked.is_public and n not in PROMISED}
    asked = {n: v for n, v in differs.items() if n not in at_once}
    made = []
    if at_once:
        made.append(_note(locked, at_once, by, why, Status.MADE))
        _write(locked, at_once)
    if asked:
        locked.changes.filter(status=Status.WAITING).update(status=Status.REPLACED)
        made.append(_note(locked, asked, by, why, Status.WAITING))
        letters.change_asked(made[-1])
    return made


@retry
def answer_change(
    change: TalkChange, *, by: User, agreed: bool, answer: str = "", seen: str
) -> TalkChange:
    """`seen` is the change's `mark` of the talk beside which the difference was read."""
    talk = Talk.objects.select_for_update().get(pk=change.talk_id)
    require_open(talk.conference)
    require_neutral(talk, by)
    locked = TalkChange.objects.select_related("by").get(pk=change.pk)
    if locked.status != Status.WAITING:
        raise DecidedMeanwhile(f"This is {locked.get_status_display()} already.")
    if agreed and seen != locked.mark(talk):
        raise DecidedMeanwhile("The talk was changed meanwhile. Look at the difference again.")
    if agreed:
        _write(talk, locked.after)
    locked.status = Status.ACCEPTED if agreed else Status.REFUSED
    locked.answered_by, locked.answered_at, locked.answer = by, timezone.now(), answer
    locked.save(update_fields=["status", "answered_by", "answered_at", "answer"])
    letters.change_answered(locked)
    return locked


def _note(talk: Talk, fields: dict[str, Any], by: User, why: str, status: str) -> TalkChange:
    before = {name: getattr(talk, name) for name in fields}
    return TalkChange.objects.create(
        talk=talk, before=before, after=fields, by=by, why=why, status=status
    )


def _write(talk: Talk, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(talk, name, value)
    talk.save(update_fields=[*fields, "changed_at"])


def _own(talk: Talk, user: User) -> Talk:
    locked = Talk.objects.select_for_update().get(pk=talk.pk)
    require_open(locked.conference)
    if not Talk.objects.of(user).filter(pk=talk.pk).exists():
        raise NotEditable("This talk is not yours any more.")
    if locked.status not in Talk.EDITABLE - {Talk.Status.DRAFT}:
        raise NotEditable(f"This talk is {locked.get_status_display()}; it stays as it is.")
    return locked
