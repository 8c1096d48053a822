"""The committee's own words to speakers: one mail to each, about those talks that are meant."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from scale import codes, email
from scale.models import Conference, OutgoingEmail

from .models import Speaker, SpeakerMail, Talk, TalkSpeaker

KIND = "speakers written to"
MOST = 1000  # talks at once
HOLDER = re.compile(r"\{(\w+)\}")
HOLDERS = {
    "name": "the speaker’s name",
    "title": "the title of the talk, or of all their talks",
    "talks": "their talks, one a line",
    "edition": "the name of the conference",
}


def unknown_in(text: str) -> list[str]:
    """Placeholders that stand for nothing."""
    return [one for one in dict.fromkeys(HOLDER.findall(text)) if one not in HOLDERS]


@dataclass(frozen=True)
class Copy:
    """What one speaker reads."""

    speaker: Speaker
    talks: list[Talk]
    subject: str
    text: str

    def draft(self, mail: SpeakerMail, reply_to: str) -> OutgoingEmail | None:
        """The mail itself; None where no address is known."""
        if not self.speaker.address:
            return None
        return email.draft(
            KIND,
            self.speaker.address,
            key=f"{mail.code}:{self.speaker.pk}",
            subject=self.subject,
            text=self.text,
            conference=mail.conference,
            to_name=self.speaker.name,
            reply_to=reply_to,
            about=self.talks[0].code,
        )


def copies(talks: Iterable[Talk], subject: str, text: str, conference: Conference) -> list[Copy]:
    """By the names of the speakers; three statements at most, whatever their number."""
    meant = {talk.pk: talk for talk in talks}
    links = TalkSpeaker.objects.filter(talk__in=meant).select_related("speaker", "speaker__user")
    found: dict[Speaker, list[Talk]] = {}
    for link in links.defer("speaker__biography").order_by(
        "speaker__name", "speaker", "talk__title", "talk"
    ):
        found.setdefault(link.speaker, []).append(meant[link.talk_id])
    return written_to(found.items(), subject, text, conference)


def written_to(
    people: Iterable[tuple[Speaker, list[Talk]]], subject: str, text: str, conference: Conference
) -> list[Copy]:
    body = text.strip()
    if not {"title", "talks"} & set(HOLDER.findall(body)):
        body += "\n\nThis is about:\n\n{talks}"
    mine = settings.SITE_URL + reverse("cfp:my-talks")
    body += f"\n\n{{edition}}\nYour talks: {mine}\n"
    return [
        Copy(
            speaker,
            theirs,
            filled(subject, speaker, theirs, conference),
            filled(body, speaker, theirs, conference),
        )
        for speaker, theirs in people
    ]


def filled(text: str, speaker: Speaker, talks: list[Talk], conference: Conference) -> str:
    """In one pass: braces in a name or a title stay what they are."""
    titles = [talk.title for talk in talks]
    said = {
        "name": speaker.name,
        "title": " and ".join([", ".join(titles[:-1]), titles[-1]] if titles[1:] else titles),
        "talks": "\n".join(f"  {title}" for title in titles),
        "edition": str(conference),
    }
    return HOLDER.sub(lambda one: said.get(one[1], one[0]), text)


def mark(found: Sequence[Copy]) -> str:
    """A digest of what would be sent: who has read other mails is asked to look again."""
    return codes.digest(
        repr([(one.speaker.pk, one.speaker.address, one.subject, one.text) for one in found])
    )
