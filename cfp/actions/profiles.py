"""A person's profile: theirs to write, to take over, and to have only once."""

import functools
from typing import Any, Literal

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q

from registration.actions import cancel_comp
from scale.db import retry
from scale.models import AuditEntry, User

from ..models import (
    Notice,
    Speaker,
    SpeakerAlias,
    SpeakerTicket,
    Talk,
    TalkSpeaker,
    verified_addresses,
)


def speaker_of(user: User) -> Speaker | None:
    """The user's profile; it is claimed first where one waits under a proven address."""
    return Speaker.objects.filter(user=user).first() or _claim(user)


@retry
def claim_speaker(user: User) -> Speaker | None:
    """Take over the profile that waits under a proven address.

    Who has a profile of their own keeps it, and what the other one has moves to it.
    """
    waiting = Speaker.objects.claimable_by(user).order_by("pk").first()  # type: ignore[attr-defined]
    own = Speaker.objects.filter(user=user).first()
    if waiting is None or own is None:
        return speaker_of(user)
    lock_with_talks(waiting.pk, user)
    still = Speaker.objects.claimable_by(user)  # type: ignore[attr-defined]
    if found := still.filter(pk=waiting.pk).first():
        merge(found, Speaker.objects.get(user=user))
    return Speaker.objects.get(user=user)


def _claim(user: User) -> Speaker | None:
    waiting = Speaker.objects.select_for_update().claimable_by(user)
    speaker = waiting.order_by("pk").first()
    if speaker is None:  # perhaps claimed in another window while we waited for the lock
        return Speaker.objects.filter(user=user).first()
    speaker.user = user
    speaker.save(update_fields=["user"])
    return speaker


def profile_of(user: User, fields: dict[str, Any] | None = None) -> Speaker:
    """The user's profile with these fields; made where there is none."""
    speaker = speaker_of(user)
    if speaker is None:
        proven = verified_addresses(user).filter(email=user.email).exists()
        is_free = not Speaker.objects.filter(email=user.email).exists()
        made = {"name": str(user), "email": user.email if proven and is_free else None} | (
            fields or {}
        )
        speaker, _ = Speaker.objects.get_or_create(user=user, defaults=made)
    elif fields:
        for name, value in fields.items():
            setattr(speaker, name, value)
        speaker.save(update_fields=list(fields))
    return speaker


@retry
def save_profile(
    user: User, fields: dict[str, Any], photo: ContentFile | Literal[False] | None = None
) -> Speaker:
    """`photo` is a clean picture, False to take the old one away, None to leave it."""
    speaker = profile_of(user, fields)
    if photo is not None:
        _set_photo(speaker, photo or None)
    return speaker


@retry
def remove_photo(speaker: Speaker) -> None:
    """By staff, when a picture is not what it should be."""
    _set_photo(Speaker.objects.select_for_update().get(pk=speaker.pk), None)


def _set_photo(speaker: Speaker, photo: ContentFile | None) -> None:
    """The old file goes when the new state is certain."""
    old = speaker.photo.name
    speaker.photo = photo or ""
    speaker.save(update_fields=["photo"])
    if old:
        storage = speaker.photo.storage
        transaction.on_commit(lambda: storage.delete(old))


# --- two profiles of one person ---------------------------------------------------------------


def lock_with_talks(pk: int, user: User) -> None:
    """A profile that is to be taken over, and the user's own; talks first, as everywhere."""
    talks = list(TalkSpeaker.objects.filter(speaker=pk).values_list("talk", flat=True))
    list(Talk.objects.select_for_update().filter(pk__in=talks).order_by("pk"))
    both = Speaker.objects.filter(Q(pk=pk) | Q(user=user))
    list(both.select_for_update().order_by("pk"))


def merge(other: Speaker, own: Speaker) -> None:
    """All that belongs to the other profile belongs to `own`; the caller has locked both.

    The other's code keeps leading to the person. Of two tickets for one edition one stays.
    """
    _move_talks(other, own)
    for absence in other.absences.all():
        own.absences.get_or_create(
            conference=absence.conference, starts_at=absence.starts_at, ends_at=absence.ends_at
        )
    for notice in Notice.objects.filter(speaker=other):
        if not Notice.objects.filter(speaker=own, decision=notice.decision_id).exists():
            notice.speaker = own
            notice.save(update_fields=["speaker"])
    other.invitations.update(speaker=own)
    _move_tickets(other, own)
    for name in ("pronouns", "organization", "biography", "website", "email"):
        setattr(own, name, getattr(own, name) or getattr(other, name))
    photo, storage = other.photo.name, other.photo.storage
    if photo and own.photo:
        transaction.on_commit(lambda: storage.delete(photo))
    own.photo = own.photo.name or photo
    other.aliases.update(speaker=own)
    SpeakerAlias.objects.create(code=other.code, speaker=own)
    pk = other.pk
    other.delete()  # before its address is written: an address is one profile's
    own.save()
    AuditEntry.objects.hand_over(Speaker, pk, own.pk)


def _move_talks(other: Speaker, own: Speaker) -> None:
    mine = {link.talk_id: link for link in own.talk_speakers.all()}
    for link in other.talk_speakers.select_related("talk"):
        if kept := mine.get(link.talk_id):
            kept.position = min(kept.position, link.position)
            kept.shirt = kept.shirt or link.shirt
            kept.save(update_fields=["position", "shirt"])
            link.delete()
        else:
            link.speaker = own
            link.save(update_fields=["speaker"])
    Talk.objects.filter(contact=other).update(contact=own)


def _move_tickets(other: Speaker, own: Speaker) -> None:
    mine = {row.conference_id: row for row in own.tickets.all()}
    held = set(SpeakerTicket.objects.held().filter(speaker__in=[other, own]))  # type: ignore[attr-defined]
    for row in other.tickets.select_related("conference", "ticket"):
        kept = mine.get(row.conference_id)
        if kept is None:
            row.speaker = own
            row.save(update_fields=["speaker"])
            continue
        if row in held and kept not in held:
            row.ticket, kept.ticket = kept.ticket, row.ticket
            kept.save(update_fields=["ticket"])
        elif row in held and row.ticket_id != kept.ticket_id:
            _give_back(row)
        row.delete()


def _give_back(row: SpeakerTicket) -> None:
    """Only before the doors open: nobody stands there with a ticket that ended unnoticed.

    It has a transaction of its own, and what may stand against it undoes no profile.
    """
    conference, ticket = row.conference, row.ticket
    is_given = ticket.order_id is None and not conference.is_closed
    if is_given and conference.today() < conference.starts_on:
        why = "The speaker has another ticket."
        give_back = functools.partial(cancel_comp, ticket, by=None, why=why)
        transaction.on_commit(give_back, robust=True)
