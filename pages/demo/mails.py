"""A few mails in the ledger: most were sent, one is in doubt, one was refused."""

import datetime as dt

from cfp.letters import SUBJECTS
from cfp.models import Decision, SpeakerMail, SpeakerMailCopy
from cfp.speaker_mail import written_to
from scale.codes import digest
from scale.models import OutgoingEmail

from .world import Edition

Status = OutgoingEmail.Status
BOUNCED = "550 5.1.1 No such user here"
BROKEN = "broken off: The connection was closed by the server."


def add_mails(edition: Edition, speakers) -> None:
    world, name = edition.world, edition.conference.name
    chosen = [speaker for speaker in speakers if speaker.email][:14]
    for n, speaker in enumerate(chosen):
        status, error = Status.SENT, ""
        if n == 3 and edition.phase != "over":
            status, error = Status.IN_DOUBT, BROKEN
        if n == 7 and edition.phase != "over":
            status, error = Status.FAILED, BOUNCED
        at = min(world.now, edition.moment(-60, 19)) - dt.timedelta(hours=n * 5 + 1)
        key = digest(f"demo:{edition.slug}:{speaker.pk}")
        edition.add(
            OutgoingEmail(
                conference=edition.conference,
                dedupe_key=key,
                message_id=f"<{key[:24]}@demo.example>",
                kind="decision",
                to_address=speaker.email,
                to_name=speaker.name[:120],
                subject=f"Your talk at {name}",
                text=f"Dear {speaker.name},\n\nthank you for your proposal. We would be glad to "
                f"have it at {name}.\nPlease tell us within two weeks whether you can come.\n\n"
                "The program committee\n",
                status=status,
                attempts=1,
                last_error=error,
                queued_at=at,
                not_before=at,
                sent_at=at + dt.timedelta(seconds=6) if status == Status.SENT else None,
            )
        )


def told(edition: Edition, decision: Decision, speaker) -> OutgoingEmail:
    """The mail that told a speaker what was decided."""
    talk, at = decision.talk, decision.released_at
    key = digest(f"demo:{talk.code}:{speaker.pk}")
    subject = SUBJECTS[Decision.Verdict(decision.verdict)].format(title=talk.title)
    return OutgoingEmail(
        conference=edition.conference,
        dedupe_key=key,
        message_id=f"<{key[:24]}@demo.example>",
        kind=f"talk {decision.verdict}",
        about=talk.code,
        to_address=speaker.email,
        to_name=speaker.name[:120],
        subject=subject[:240],
        text=f"Dear {speaker.name},\n\n{subject}\n\nThe program committee\n",
        status=Status.SENT,
        attempts=1,
        queued_at=at,
        not_before=at,
        sent_at=at + dt.timedelta(seconds=7),
    )


SUBJECT = "Slides and questions for {title}"
TEXT = (
    "Dear {name},\n\nwe look forward to {title}. Would you send us your slides a week before, and "
    "tell us whether you would like somebody to collect questions?\n\nThe program committee"
)


def add_speaker_mail(edition: Edition, staged) -> None:
    """What the program chair wrote to everybody who has confirmed, while the call is open."""
    world, links = edition.world, {}
    if edition.phase != "open":
        return
    for one in staged:
        if one.talk.status == "confirmed":
            for speaker in one.speakers:
                links.setdefault(speaker.pk, (speaker, []))[1].append(one.talk)
    at = world.now - dt.timedelta(hours=20)
    mail = edition.add(
        SpeakerMail(
            conference=edition.conference,
            code=edition.dice("speaker mail").code(10),
            subject=SUBJECT,
            text=TEXT,
            by=world.users["program"],
            made_at=at,
        )
    )
    for copy in written_to(links.values(), SUBJECT, TEXT, edition.conference):
        row = copy.draft(mail, world.users["program"].email)
        if row:
            row.message_id = f"<{row.dedupe_key[:24]}@demo.example>"
            row.status, row.attempts, row.sent_at = Status.SENT, 1, at + dt.timedelta(seconds=9)
            row.queued_at = row.not_before = at
            edition.add(row)
        for talk in copy.talks:
            edition.add(
                SpeakerMailCopy(
                    mail=mail,
                    speaker=copy.speaker,
                    talk=talk,
                    mail_key=row.dedupe_key if row else "",
                )
            )
