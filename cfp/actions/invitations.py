"""Who gives a talk: people are invited by mail, come, change their order, and drop out."""

from django.db.models import Max
from django.utils import timezone

from scale.db import retry
from scale.editions import require_open
from scale.models import User
from scale.text import canonical_email

from .. import letters
from ..errors import InvitationUsed, NotEditable, Refused
from ..models import Speaker, SpeakerInvitation, Talk, TalkSpeaker
from .profiles import lock_with_talks, merge, profile_of
from .tickets import give_tickets

Status = SpeakerInvitation.Status
MOST_SPEAKERS = 10


@retry
def invite_speaker(talk: Talk, email: str, *, by: User, name: str = "") -> SpeakerInvitation:
    """Ask somebody to give the talk too; asked again, the first invitation stands."""
    locked = _own(talk, by)
    email = canonical_email(email)
    people = Speaker.objects.filter(talk_speakers__talk=locked).select_related("user")
    if any(email in (one.email, one.address) for one in people):
        raise Refused(f"{email} belongs to a speaker of this talk already.")
    waiting = locked.invitations.filter(status=Status.WAITING)
    if earlier := waiting.filter(email=email).first():
        return earlier
    if len(people) + waiting.count() >= MOST_SPEAKERS:
        raise Refused(f"A talk has {MOST_SPEAKERS} speakers at most.")
    invitation = SpeakerInvitation.objects.create(talk=locked, email=email, name=name, by=by)
    letters.invited(invitation)
    return invitation


@retry
def invite_to_profile(speaker: Speaker, *, by: User) -> SpeakerInvitation:
    """Ask the person to take over the profile that a chair or an import made for them.

    An earlier invitation that waits is taken back: its mail may have gone astray.
    """
    locked = Speaker.objects.select_for_update().get(pk=speaker.pk)
    if locked.user_id:
        raise Refused("Somebody has taken over this profile already.")
    if not locked.email:
        raise Refused("No address is known for this profile.")
    earlier = locked.invitations.filter(status=Status.WAITING)
    earlier.update(status=Status.TAKEN_BACK, answered_at=timezone.now())
    invitation = SpeakerInvitation.objects.create(
        speaker=locked, email=locked.email, name=locked.name, by=by
    )
    letters.invited(invitation)
    return invitation


@retry
def accept_invitation(invitation: SpeakerInvitation, user: User) -> SpeakerInvitation:
    """Once: whoever comes second with the same link is refused, the same person is not."""
    if invitation.speaker_id:
        lock_with_talks(invitation.speaker_id, user)
    locked = _waiting(invitation)
    if locked.status == Status.ACCEPTED and _has_it(locked, user):
        return locked
    _require_waiting(locked)
    if locked.talk:
        _join(locked.talk, user)
    elif locked.speaker:
        locked.speaker = _take_over(locked.speaker, user)
    return _answered(locked, Status.ACCEPTED)


@retry
def decline_invitation(invitation: SpeakerInvitation) -> SpeakerInvitation:
    locked = _waiting(invitation)
    if locked.status == Status.DECLINED:
        return locked
    _require_waiting(locked)
    return _answered(locked, Status.DECLINED)


@retry
def take_back_invitation(talk: Talk, pk: int, *, by: User) -> None:
    locked = _own(talk, by)
    for invitation in locked.invitations.filter(pk=pk, status=Status.WAITING):
        _answered(invitation, Status.TAKEN_BACK)


@retry
def drop_out(talk: Talk, link_pk: int, *, by: User) -> Talk:
    """A speaker leaves the talk: oneself, or another one; somebody stays."""
    locked = _own(talk, by)
    links = list(locked.talk_speakers.select_related("speaker"))
    leaving = next((link for link in links if link.pk == link_pk), None)
    if leaving is None:
        return locked
    if len(links) == 1:
        raise Refused("Somebody must give the talk. Withdraw it if nobody can.")
    leaving.delete()
    if locked.contact_id == leaving.speaker_id:
        locked.contact = None
        locked.save(update_fields=["contact", "changed_at"])
    if locked.is_public:
        letters.speakers_changed(locked, f"{leaving.speaker} does not give it any more.")
    return locked


@retry
def order_speakers(talk: Talk, links: list[int], contact: int | None, *, by: User) -> Talk:
    """Their order on the page, and whom the committee asks first; unknown ids count for nothing."""
    locked = _own(talk, by)
    rows = {link.pk: link for link in locked.talk_speakers.all()}
    known = [pk for pk in dict.fromkeys(links) if pk in rows]
    for position, pk in enumerate([*known, *(pk for pk in rows if pk not in known)]):
        if rows[pk].position != position:
            rows[pk].position = position
            rows[pk].save(update_fields=["position"])
    locked.contact_id = rows[contact].speaker_id if contact in rows else None
    locked.save(update_fields=["contact", "changed_at"])
    return locked


def _join(talk: Talk, user: User) -> None:
    """The caller holds the talk's lock."""
    require_open(talk.conference)
    if talk.status not in Talk.EDITABLE:
        raise NotEditable(f"This talk is {talk.get_status_display()}.")
    speaker = profile_of(user)
    last = talk.talk_speakers.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    _, joined = TalkSpeaker.objects.get_or_create(
        talk=talk, speaker=speaker, defaults={"position": position}
    )
    if talk.status == Talk.Status.CONFIRMED:
        give_tickets(talk)
    if joined and talk.is_public:
        letters.speakers_changed(talk, f"{speaker} gives it too.")


def _take_over(speaker: Speaker, user: User) -> Speaker:
    """By who has none, or as a part of the profile that they have."""
    if speaker.user_id:
        raise InvitationUsed("Somebody has taken over this profile already.")
    if own := Speaker.objects.filter(user=user).first():
        merge(speaker, own)
        return own
    speaker.user = user
    speaker.save(update_fields=["user"])
    return speaker


def _waiting(invitation: SpeakerInvitation) -> SpeakerInvitation:
    """The invitation as it is under the lock of its talk or profile."""
    if invitation.talk_id:
        Talk.objects.select_for_update().get(pk=invitation.talk_id)
    elif invitation.speaker_id:
        list(Speaker.objects.select_for_update().filter(pk=invitation.speaker_id))
    rows = SpeakerInvitation.objects.select_related("talk__conference", "speaker")
    return rows.get(pk=invitation.pk)


def _require_waiting(invitation: SpeakerInvitation) -> None:
    if not invitation.is_waiting:
        raise InvitationUsed(f"This invitation is {invitation.get_status_display()} already.")


def _has_it(invitation: SpeakerInvitation, user: User) -> bool:
    if invitation.talk_id:
        return TalkSpeaker.objects.filter(talk=invitation.talk_id, speaker__user=user).exists()
    speaker = invitation.speaker
    return speaker is not None and speaker.user_id == user.pk


def _answered(invitation: SpeakerInvitation, status: str) -> SpeakerInvitation:
    invitation.status, invitation.answered_at = status, timezone.now()
    invitation.save(update_fields=["status", "answered_at"])
    return invitation


def _own(talk: Talk, user: User) -> Talk:
    locked = Talk.objects.select_for_update().get(pk=talk.pk)
    require_open(locked.conference)
    if not Talk.objects.of(user).filter(pk=talk.pk).exists():
        raise NotEditable("This talk is not yours any more.")
    if locked.status not in Talk.EDITABLE:
        raise NotEditable(f"This talk is {locked.get_status_display()}.")
    return locked
