"""The mails of this app, queued in the action's transaction: they leave with it or not at all."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from scale import codes, email
from scale.models import Conference, OutgoingEmail, Role, User

from . import places
from .models import (
    Call,
    Decision,
    Review,
    Speaker,
    SpeakerInvitation,
    Talk,
    TalkChange,
    TalkSpeaker,
    TrackRole,
)

T = TypeVar("T", Decision, Talk)
SUBJECTS = {
    Decision.Verdict.ACCEPT: "Accepted: {title}",
    Decision.Verdict.WAITLIST: "On the waiting list: {title}",
    Decision.Verdict.REJECT: "Not accepted this time: {title}",
}
SHORT = {
    Decision.Verdict.ACCEPT: "accepted",
    Decision.Verdict.WAITLIST: "on the waiting list",
    Decision.Verdict.REJECT: "not accepted",
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


@dataclass(frozen=True)
class Letter:
    """One mail to one speaker about decisions on their talks, as it would leave now."""

    kind: str
    key: str
    speaker: Speaker
    decisions: list[Decision]
    subject: str
    text: str
    talk: Talk | None = None

    def draft(self) -> OutgoingEmail | None:
        """The mail itself; None where no address is known."""
        if not self.speaker.address:
            return None
        talk = self.talk or self.decisions[0].talk
        return email.draft(
            self.kind,
            self.speaker.address,
            key=self.key,
            subject=self.subject,
            text=self.text,
            conference=talk.conference,
            to_name=self.speaker.name,
            about=talk.code,
        )


def send(letters: Sequence[Letter]) -> list[str]:
    """Queue them: the key of the row of each, nothing where no address is known."""
    rows = [letter.draft() for letter in letters]
    email.send_all([row for row in rows if row])
    return [row.dedupe_key if row else "" for row in rows]


def decided(decisions: Sequence[Decision], conference: Conference) -> list[Letter]:
    """What each speaker will read about these decisions, before their talks move."""
    found = []
    about = Review.objects.with_feedback([one.talk_id for one in decisions])
    with_feedback = set(about.values_list("talk", flat=True))
    for speaker, theirs in _by_speaker({one.talk_id: one for one in decisions}):
        told = _told(speaker, theirs, conference)
        told["has_feedback"] = any(one.talk_id in with_feedback for one in theirs)
        text = email.render_text("cfp/mail/decided.txt", told)
        verdicts = [Decision.Verdict(one.verdict) for one in theirs]
        kind = f"talk {verdicts[0]}" if len(theirs) == 1 else "talk decisions"
        key = f"{speaker.pk}:{','.join(str(one.pk) for one in theirs)}"
        found.append(Letter(kind, key, speaker, theirs, _subject(theirs, conference), text))
    return found


def reminders(talks: Sequence[Talk], conference: Conference) -> list[Letter]:
    """Please tell us whether you will be there: one mail a speaker about all that waits."""
    found = []
    for speaker, theirs in _by_speaker({talk.pk: talk for talk in talks}):
        accepted = [{"talk": one, "link": settings.SITE_URL + confirm_path(one)} for one in theirs]
        said = {"speaker": speaker, "conference": conference, "accepted": accepted}
        text = email.render_text("cfp/mail/reminder.txt", said)
        told = (one.told_at for one in theirs)  # type: ignore[attr-defined]
        rounds = (
            f"{one.pk}.{at:%y%m%d%H%M}.{one.reminders}"
            for one, at in zip(theirs, told, strict=True)
        )
        key = f"{speaker.pk}:{','.join(rounds)}"
        titles = theirs[0].title if len(theirs) == 1 else f"your {len(theirs)} talks"
        subject = f"Will you be there? Please confirm: {titles}"
        found.append(Letter("talk reminder", key, speaker, [], subject, text, theirs[0]))
    return found


def mark(letters: Sequence[Letter]) -> str:
    """What would be sent, in short: who has read other mails is asked to look again.

    Keyed, so that nobody finds out by trying what is decided about a talk kept from them.
    """
    said = repr([(one.key, one.speaker.address, one.text) for one in letters])
    return codes.secret("cfp.letters", said)


def left_out(decisions: Sequence[Decision], conference: Conference) -> Counter[int]:
    """Speaker → how many other held decisions wait for them: each means one more mail."""
    rest = Decision.objects.releasable().filter(talk__conference=conference)
    rest = rest.exclude(pk__in=[one.pk for one in decisions])
    people = TalkSpeaker.objects.filter(talk__in=[one.talk_id for one in decisions])
    links = TalkSpeaker.objects.filter(
        talk__in=rest.values("talk"), speaker__in=people.values("speaker")
    )
    return Counter(links.order_by().values_list("speaker", flat=True))


def _by_speaker(of_talk: Mapping[int, T]) -> list[tuple[Speaker, list[T]]]:
    links = TalkSpeaker.objects.filter(talk__in=of_talk).select_related("speaker", "speaker__user")
    found: dict[Speaker, list[T]] = {}
    for link in links.order_by("speaker__name", "speaker", "talk__title", "talk"):
        found.setdefault(link.speaker, []).append(of_talk[link.talk_id])
    return list(found.items())


def _told(speaker: Speaker, decisions: list[Decision], conference: Conference) -> dict:
    sorted_out: dict[str, list] = {verdict: [] for verdict in Decision.Verdict}
    for one in decisions:
        link = settings.SITE_URL + confirm_path(one.talk)
        sorted_out[one.verdict].append({"talk": one.talk, "link": link})
    accepted = sorted_out[Decision.Verdict.ACCEPT]
    return {
        "speaker": speaker,
        "conference": conference,
        "accepted": accepted,
        "moved_up": all(one["talk"].status == Talk.Status.WAITLISTED for one in accepted),
        "waitlisted": sorted_out[Decision.Verdict.WAITLIST],
        "rejected": sorted_out[Decision.Verdict.REJECT],
        "mine": settings.SITE_URL + reverse("cfp:my-talks"),
    }


def _subject(decisions: list[Decision], conference: Conference) -> str:
    if len(decisions) == 1:
        only = decisions[0]
        return SUBJECTS[Decision.Verdict(only.verdict)].format(title=only.talk.title)
    counted = Counter(Decision.Verdict(one.verdict) for one in decisions)
    said = [f"{counted[verdict]} {words}" for verdict, words in SHORT.items() if counted[verdict]]
    return f"Your {len(decisions)} talks at {conference}: {', '.join(said)}"


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


def gone(talk: Talk, *, by: User | None = None) -> None:
    """To who counted on the talk: the committee, the chairs of its track, and the room crews.

    Crews only where the public reads of a place; `by` knows already.
    """
    conference = talk.conference
    where = places.of(talk)
    link = settings.SITE_URL + reverse("cfp:talk", args=[conference.slug, talk.code])
    crew = [Role.CREW] if where else []
    for person in deciders(conference, talk.track_id, *crew).exclude(pk=by.pk if by else None):
        email.send(
            "talk gone",
            person.email,
            key=f"{talk.code}:{talk.changed_at.isoformat()}:{person.pk}",
            subject=f"{talk.get_status_display().capitalize()}: {talk.title}",
            template="cfp/mail/gone.txt",
            context={"talk": talk, "conference": conference, "link": link, "where": where},
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


def deciders(conference: Conference, track_id: int | None, *more: str):
    """Who decides on talks of the track, and who has one of the roles in `more`."""
    named = [Role.PROGRAM, Role.CHAIR, *more]
    roles = Q(staff_roles__conference=conference, staff_roles__role__in=named)
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
