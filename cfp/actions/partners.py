"""Talks that come in already accepted, and the page of a partner's track."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User
from scale.text import canonical_email

from .. import letters
from ..models import Speaker, Talk, TalkSpeaker, Track, new_talk_code

Status = Talk.Status


@dataclass(frozen=True)
class Person:
    """Who gives a talk, as somebody else wrote it down."""

    name: str
    email: str = ""
    organization: str = ""
    biography: str = ""


@retry
def invite_talk(
    conference: Conference,
    content: dict[str, Any],
    people: Iterable[Person],
    *,
    by: User | None,
    code: str = "",
    mail: bool = True,
) -> Talk:
    """One talk from a form; `code` was given out with it: sent twice, it makes one talk."""
    talk, _ = enter_talk(conference, content, people, by=by, code=code, mail=mail)
    return talk


def enter_talk(
    conference: Conference,
    content: dict[str, Any],
    people: Iterable[Person],
    *,
    by: User | None,
    code: str = "",
    source_key: str | None = None,
    mail: bool = False,
) -> tuple[Talk, bool]:
    """The talk, already accepted, and whether it is new; it runs in the caller's transaction.

    With `mail` each speaker who has an address is asked to complete their profile and to
    confirm. A talk that is here already, by its code or its key, stays as it is.
    """
    # One at a time: of two that enter the same file, the second sees what the first made.
    require_open(Conference.objects.select_for_update().get(pk=conference.pk))
    here = Talk.objects.filter(conference=conference)
    known = source_key and here.filter(source_key=source_key).first()
    if known or (code and (known := here.filter(code=code).first())):
        return known, False
    talk = Talk(
        conference=conference,
        code=code or new_talk_code(),
        source_key=source_key,
        submitted_at=timezone.now(),
        **content,
    )
    talk.move_to(Status.SUBMITTED)
    talk.move_to(Status.ACCEPTED)
    talk.save(force_insert=True)
    for position, speaker in enumerate(_speakers(people)):
        TalkSpeaker.objects.create(talk=talk, speaker=speaker, position=position)
    if mail:
        letters.entered(talk, by)
    return talk, True


def _speakers(people: Iterable[Person]) -> list[Speaker]:
    """Each once, in order."""
    found = [speaker_for(person) for person in people]
    return list({speaker.pk: speaker for speaker in found}.values())


def speaker_for(person: Person) -> Speaker:
    """The profile under this address, as it is; else a new one, which nobody has claimed.

    An equal name says nothing: only the address tells who somebody is.
    """
    email = canonical_email(person.email)
    facts = {
        "name": person.name,
        "organization": person.organization,
        "biography": person.biography,
    }
    if not email:
        return Speaker.objects.create(**facts)
    if speaker := Speaker.objects.at(email):
        return speaker
    made, _ = Speaker.objects.get_or_create(email=email, defaults=facts)
    return made


@retry
def save_track(
    track: Track, fields: dict[str, Any], logo: ContentFile | Literal[False] | None = None
) -> Track:
    """`logo` is a clean picture, False to take the old one away, None to leave it."""
    locked = Track.objects.select_for_update().select_related("conference").get(pk=track.pk)
    require_open(locked.conference)
    old = locked.logo.name
    for name, value in fields.items():
        setattr(locked, name, value)
    if logo is not None:
        locked.logo = logo or ""
    locked.save(update_fields=[*fields, *(["logo"] if logo is not None else [])])
    # The track of the next edition began with the same picture.
    if logo is not None and old and not Track.objects.filter(logo=old).exists():
        storage = locked.logo.storage
        transaction.on_commit(lambda: storage.delete(old))
    return locked
