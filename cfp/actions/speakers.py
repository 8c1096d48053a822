"""What speakers do with their talks: submission, changes, yes and no."""

from typing import Any

from django.utils import timezone

from scale.db import retry
from scale.editions import require_open
from scale.models import AuditEntry, Conference, User

from .. import letters, places
from ..errors import CallClosed, ChangedMeanwhile, CodeUsedUp, Incomplete, NotEditable
from ..models import (
    AccessCode,
    Calls,
    Speaker,
    Talk,
    TalkSpeaker,
    Track,
    new_talk_code,
)
from ..steps import missing
from .answers import differing, forget_unasked, write_answers
from .profiles import profile_of
from .tickets import give_tickets

Status = Talk.Status
# What the committee agreed to when it accepted a talk; the committee changes it.
AGREED = {"track", "second_track", "kind", "minutes"}


# --- submissions -----------------------------------------------------------------------------


@retry
def save_draft(
    user: User,
    conference: Conference,
    content: dict[str, Any],
    *,
    code: str = "",
    access: AccessCode | None = None,
) -> Talk:
    """A new talk that only its speaker sees.

    `code` is the talk's future code, given out with the form: the same form sent
    twice makes one talk.
    """
    require_open(conference)
    track = content.get("track")
    _require_open_call(conference, track, access)
    if Calls(conference).takes(conference, track):
        access = None  # nobody needs it: no use of it is taken
    speaker = profile_of(user)
    fields, things, answers = _split(content)
    code = code or new_talk_code()
    talk, made = Talk.objects.get_or_create(
        code=code, defaults={"conference": conference, **fields}
    )
    is_mine = made or talk.talk_speakers.filter(speaker=speaker).exists()
    if not made and is_mine and talk.title == fields["title"]:
        talk = _locked(talk)
        _write(talk, content)
        return talk
    if not made:  # the form was used for another talk before: that one stays as it is
        talk = Talk.objects.create(conference=conference, **fields)
    if access:
        _let_in(talk, access)
    if things is not None:
        talk.equipment.set(things)
    write_answers(talk, answers)
    TalkSpeaker.objects.create(talk=talk, speaker=speaker)
    return talk


@retry
def edit_talk(user: User, talk: Talk, content: dict[str, Any], *, seen: str = "") -> Talk:
    """Change a talk of the user's until the deadline.

    `seen` is the `content_mark` of what the user began to change: when another saved
    meanwhile, ChangedMeanwhile says what differs, and nothing changes.
    """
    locked = _locked(talk)
    _require_speaker(locked, user)
    _write(locked, content, seen)
    return locked


@retry
def submit_talk(user: User, talk: Talk, *, seen: str = "") -> Talk:
    """Hand a draft in, as it was `seen`; a talk that is further on stays where it is."""
    locked = _locked(talk)
    speaker = _require_speaker(locked, user)
    require_open(locked.conference)
    if locked.status != Status.DRAFT:
        return locked
    _require_open_call(locked.conference, locked.track, locked.access_now())
    if seen and seen != locked.content_mark():
        raise ChangedMeanwhile(locked, [], None)
    calls = Calls(locked.conference)
    if lacking := missing(locked, calls):
        raise Incomplete([one.words for one in lacking])
    locked.move_to(Status.SUBMITTED)
    locked.submitted_at = timezone.now()
    locked.save(update_fields=["status", "submitted_at", "changed_at"])
    letters.submitted(locked, speaker, calls.counting(locked.conference, locked.track_id))
    return locked


def _require_speaker(talk: Talk, user: User) -> Speaker:
    speaker = Speaker.objects.filter(user=user, talk_speakers__talk=talk).first()
    if speaker is None:
        raise NotEditable("This talk is not yours any more.")
    return speaker


def _let_in(talk: Talk, access: AccessCode) -> None:
    """The use is taken before the talk names the code: else two would wait for each other."""
    if not AccessCode.objects.take(access):
        raise CodeUsedUp
    talk.access = access
    talk.save(update_fields=["access"])


def _write(talk: Talk, content: dict[str, Any], seen: str = "") -> None:
    require_open(talk.conference)
    if talk.status not in Talk.EDITABLE:
        words = talk.get_status_display()
        raise NotEditable(f"Your talk is {words}, so it cannot be changed here any more.")
    access = talk.access_now()
    _require_open_call(talk.conference, talk.track, access)
    fields, things, answers = _split(content)
    if talk.is_public:
        fields = {name: value for name, value in fields.items() if name not in AGREED}
    elif "track" in fields and fields["track"] != talk.track:
        _require_open_call(talk.conference, fields["track"], access)
    if seen and seen != talk.content_mark(content):
        _refuse_what_differs(talk, fields, things, answers)
    for name, value in fields.items():
        setattr(talk, name, value)
    talk.save(update_fields=[*fields, "changed_at"])
    if things is not None:
        talk.equipment.set(things)
    write_answers(talk, answers)
    if {"track", "kind"} & set(fields):
        forget_unasked(talk)


def _refuse_what_differs(
    talk: Talk, fields: dict[str, Any], things: list | None, answers: dict[int, str]
) -> None:
    """Unless the same was saved: then a second click came late."""
    differs = [name for name, value in fields.items() if getattr(talk, name) != value]
    if things is not None and set(things) != set(talk.equipment.all()):
        differs.append("equipment")
    differs += differing(talk, answers)
    if differs:
        told = AuditEntry.objects.of_rows([talk])[:20]
        who = [one.actor for one in told if set(differs) & set(one.changes or {})]
        raise ChangedMeanwhile(talk, differs, who[0] if who else None)


def _split(content: dict[str, Any]) -> tuple[dict[str, Any], list | None, dict[int, str]]:
    """The talk's columns, the equipment that it needs, the answers to the call's questions."""
    fields = dict(content)
    things = fields.pop("equipment", None)
    return fields, None if things is None else list(things), fields.pop("answers", {})


def _require_open_call(
    conference: Conference, track: Track | None, access: AccessCode | None
) -> None:
    calls = Calls(conference)
    if not calls.takes(conference, track, access):
        raise CallClosed(calls.counting(conference, track.pk if track else None))


# --- yes and no ------------------------------------------------------------------------------


@retry
def confirm_talk(
    talk: Talk,
    *,
    may_record: bool,
    licence: str = "",
    day_phone: str = "",
    shirts: dict[int, str] | None = None,
) -> Talk:
    """The speakers will come, and get their tickets. Said twice, it counts once.

    `shirts` holds sizes by the pk of the TalkSpeaker.
    """
    locked = _locked(talk)
    require_open(locked.conference)
    if locked.status != Status.CONFIRMED:
        locked.move_to(Status.CONFIRMED)
        locked.may_record = may_record
        locked.licence, locked.day_phone = licence if may_record else "", day_phone
        for link in locked.talk_speakers.filter(pk__in=shirts or {}):
            link.shirt = (shirts or {})[link.pk]
            link.save(update_fields=["shirt"])
        give_tickets(locked, again=True)
        said = ["may_record", "licence", "day_phone"]
        locked.save(update_fields=["status", *said, "changed_at"])
    return locked


@retry
def decline_talk(talk: Talk, *, reason: str = "") -> Talk:
    """The speakers will not come after all; the program committee is told."""
    return _leave(talk, Status.DECLINED, reason)


@retry
def withdraw_talk(talk: Talk, *, reason: str = "") -> Talk:
    """Taken back by its speakers; who counted on it is told."""
    return _leave(talk, Status.WITHDRAWN, reason)


def _leave(talk: Talk, status: str, reason: str) -> Talk:
    locked = _locked(talk)
    require_open(locked.conference)
    if locked.status != status:
        was_planned = locked.is_public
        locked.move_to(status)
        locked.reason = reason
        locked.save(update_fields=["status", "reason", "changed_at"])
        if was_planned:
            letters.gone(locked)
            places.turned(locked)
    return locked


def _locked(talk: Talk) -> Talk:
    return Talk.objects.select_for_update().get(pk=talk.pk)
