"""The mails of this app, queued in the action's transaction: they leave with it or not at all."""

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from scale import codes, email
from scale.models import Conference, Role, User

from .models import Call, Decision, Speaker, SpeakerInvitation, Talk, TalkChange, TrackRole

SUBJECTS = {
    Decision.Verdict.ACCEPT: "Accepted: {title}",
    Decision.Verdict.WAITLIST: "On the waiting list: {title}",
    Decision.Verdict.REJECT: "Not accepted this time: {title}",
}


def confirm_path(talk: Talk) -> str:
    """The address at which whoever holds it says yes or no for the talk's speakers."""
    secret = codes.secret("confirm", talk.code)
    return reverse("cfp:confirm", args=[talk.conference.slug, talk.code, secret])


def submitted(talk: Talk, speaker: Speaker, call: Call | None) -> None:
    _to_speaker(
        "talk submitted",
        talk,
        speaker,
        key=f"{talk.code}:{talk.submitted_at}",
        subject=f"We have your talk: {talk.title}",
        template="cfp/mail/submitted.txt",
        call=call,
    )


def decided(talk: Talk, decision: Decision) -> None:
    """One mail a speaker and decision; accepted talks come with the link to say yes."""
    verdict = Decision.Verdict(decision.verdict)
    for speaker in _speakers(talk):
        _to_speaker(
            f"talk {verdict}",
            talk,
            speaker,
            key=f"{talk.code}:{decision.pk}:{speaker.pk}",
            subject=SUBJECTS[verdict].format(title=talk.title),
            template=f"cfp/mail/{verdict}.txt",
            link=settings.SITE_URL + confirm_path(talk),
        )


def entered(talk: Talk, by: User | None) -> None:
    """To who never submitted it: confirm, and complete the profile."""
    for speaker in _speakers(talk):
        _to_speaker(
            "talk entered",
            talk,
            speaker,
            key=f"{talk.code}:{speaker.pk}",
            subject=f"Your talk at {talk.conference}: {talk.title}",
            template="cfp/mail/entered.txt",
            by=by,
            link=settings.SITE_URL + confirm_path(talk),
            profile=settings.SITE_URL + reverse("cfp:profile"),
        )


def cancelled(talk: Talk) -> None:
    for speaker in _speakers(talk):
        _to_speaker(
            "talk cancelled",
            talk,
            speaker,
            key=f"{talk.code}:{talk.changed_at.isoformat()}:{speaker.pk}",
            subject=f"Cancelled: {talk.title}",
            template="cfp/mail/cancelled.txt",
        )


def gone(talk: Talk) -> None:
    """To who counted on the talk: the program committee and the chairs of its track."""
    conference = talk.conference
    link = settings.SITE_URL + reverse("cfp:talk", args=[conference.slug, talk.code])
    for person in deciders(conference, talk.track_id):
        email.send(
            "talk gone",
            person.email,
            key=f"{talk.code}:{talk.changed_at.isoformat()}:{person.pk}",
            subject=f"{talk.get_status_display().capitalize()}: {talk.title}",
            template="cfp/mail/gone.txt",
            context={"talk": talk, "conference": conference, "link": link},
            conference=conference,
            to_name=person.name,
        )


def invitation_path(invitation: SpeakerInvitation) -> str:
    return reverse("cfp:invitation", args=[invitation.code, invitation.secret])


def invited(invitation: SpeakerInvitation) -> None:
    talk = invitation.talk
    subject = f"Give a talk together: {talk.title}" if talk else "Your speaker profile"
    email.send(
        "speaker invited",
        invitation.email,
        key=invitation.code,
        subject=subject,
        template="cfp/mail/invited.txt",
        context={
            "invitation": invitation,
            "talk": talk,
            "link": settings.SITE_URL + invitation_path(invitation),
        },
        conference=talk.conference if talk else None,
        to_name=invitation.name,
    )


def speakers_changed(talk: Talk, what: str) -> None:
    """To the committee, which has announced who speaks."""
    conference = talk.conference
    link = settings.SITE_URL + reverse("cfp:talk", args=[conference.slug, talk.code])
    for person in deciders(conference, talk.track_id):
        email.send(
            "speakers changed",
            person.email,
            key=f"{talk.code}:{timezone.now().isoformat()}:{person.pk}",
            subject=f"Other speakers: {talk.title}",
            text=f"{talk.title}\n\n{what}\n\nThe talk:\n{link}\n",
            conference=conference,
            to_name=person.name,
        )


def change_asked(change: TalkChange) -> None:
    talk = change.talk
    conference = talk.conference
    link = settings.SITE_URL + reverse("cfp:changes", args=[conference.slug])
    for person in deciders(conference, talk.track_id):
        email.send(
            "change asked",
            person.email,
            key=f"{change.pk}:{person.pk}",
            subject=f"A speaker asks for a change: {talk.title}",
            text=f"{talk.title}\n\n{change.why}\n\nWhat would change, and yes or no:\n{link}\n",
            conference=conference,
            to_name=person.name,
        )


def change_answered(change: TalkChange) -> None:
    talk, user = change.talk, change.by
    if user is None or not user.is_active:
        return
    words = change.get_status_display()
    link = settings.SITE_URL + reverse("cfp:talk-edit", args=[talk.code])
    email.send(
        "change answered",
        user.email,
        key=str(change.pk),
        subject=f"Your change is {words}: {talk.title}",
        text=f"The change you asked for is {words}.\n\n{change.answer}\n\nYour talk:\n{link}\n",
        conference=talk.conference,
        to_name=user.name,
    )


def deciders(conference: Conference, track_id: int | None):
    """Who decides on talks of the track."""
    roles = Q(staff_roles__conference=conference, staff_roles__role__in=[Role.PROGRAM, Role.CHAIR])
    chairs = Q(track_roles__track=track_id, track_roles__role=TrackRole.Role.CHAIR)
    return User.objects.filter(roles | chairs if track_id else roles, is_active=True).distinct()


def _speakers(talk):
    return Speaker.objects.filter(talk_speakers__talk=talk).select_related("user")


def _to_speaker(kind, talk, speaker, *, key, subject, template, **context) -> None:
    """Whoever left no address cannot be told; the staff's talk page says so."""
    if not speaker.address:
        return
    conference = talk.conference
    email.send(
        kind,
        speaker.address,
        key=key,
        subject=subject,
        template=template,
        context={
            "talk": talk,
            "speaker": speaker,
            "conference": conference,
            "mine": settings.SITE_URL + reverse("cfp:my-talks"),
            **context,
        },
        conference=conference,
        to_name=speaker.name,
    )
