"""Writing to the speakers of many talks, once."""

from collections.abc import Iterable

from scale import email
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from ..errors import DecidedMeanwhile
from ..models import SpeakerMail, SpeakerMailCopy
from ..speaker_mail import copies, mark
from .decisions import lock_talks


@retry
def mail_speakers(
    conference: Conference,
    talks: Iterable[int],
    *,
    by: User,
    code: str,
    seen: str,
    subject: str,
    text: str,
    reply_to: str = "",
    within: frozenset[int] | None = None,
) -> SpeakerMail:
    """One mail a speaker, queued; sent a second time under the same code it is the first one.

    `seen` is the `mark` of the mails that the person has read; where they would be others
    by now nothing is sent. `within` are the tracks that the person decides on, None for all.
    """
    require_open(conference)
    rows = lock_talks(talks).filter(conference=conference)
    # Waiting here for whoever sends the same; what was sent is read only after that.
    meant = [talk for talk in rows if within is None or talk.track_id in within]
    if sent := SpeakerMail.objects.filter(code=code).first():
        return sent
    found = copies(meant, subject, text, conference)
    if not found or seen != mark(found):
        raise DecidedMeanwhile("The mails are not those that you have read; look again.")
    mail = SpeakerMail.objects.create(
        conference=conference, code=code, subject=subject, text=text, by=by
    )
    drafts = [one.draft(mail, reply_to) for one in found]
    email.send_all([draft for draft in drafts if draft])
    SpeakerMailCopy.objects.bulk_create(
        (
            SpeakerMailCopy(
                mail=mail,
                speaker=one.speaker,
                talk=talk,
                mail_key=draft.dedupe_key if draft else "",
            )
            for one, draft in zip(found, drafts, strict=True)
            for talk in one.talks
        ),
        batch_size=500,
    )
    return mail
