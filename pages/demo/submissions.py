"""What speakers said besides: answers, invitations, wishes, and codes for the late."""

import datetime as dt

from cfp.models import (
    AccessCode,
    CallAnswer,
    CallQuestion,
    SpeakerInvitation,
    Talk,
    TalkChange,
)

from .history import Staged
from .world import Edition

Status = Talk.Status
AUDIENCES = ("System administrators", "Developers", "People new to the subject", "Everyone")
HEARD = ("No", "At our user group, twenty people.", "At a company meetup last year.")


def add_submissions(edition: Edition, staged: list[Staged]) -> None:
    dice, conference = edition.dice("submissions"), edition.conference
    whom = edition.add(
        CallQuestion(
            conference=conference,
            text="Whom is it for?",
            kind=CallQuestion.Kind.CHOICE,
            choices="\n".join(AUDIENCES),
        )
    )
    heard = edition.add(
        CallQuestion(
            conference=conference,
            text="Have you given this talk before?",
            help_text="Where, and to how many people?",
            position=1,
        )
    )
    for one in staged:
        if one.kind == "keynote":
            continue
        add = edition.add
        add(CallAnswer(talk=one.talk, question=whom, value=dice.choice(AUDIENCES)))
        if dice.chance(0.6):
            add(CallAnswer(talk=one.talk, question=heard, value=dice.choice(HEARD)))
    add_wishes(edition, staged)
    if edition.phase == "open":
        add_invitations(edition, staged, dice)
        edition.add(AccessCode(conference=conference, code="KEYNOTE25", size=3, taken=0))


def add_wishes(edition: Edition, staged: list[Staged]) -> None:
    """One talk was corrected, one wish waits."""
    confirmed = [one for one in staged if one.talk.status == Status.CONFIRMED and one.track]
    statuses = (TalkChange.Status.WAITING, TalkChange.Status.MADE)
    for one, status in zip(confirmed, statuses, strict=False):
        if edition.phase != "on":
            return
        name = "title" if status == TalkChange.Status.WAITING else "abstract"
        now = getattr(one.talk, name)
        before, after = (now, f"{now} (with demo)") if name == "title" else (f"{now} Soon.", now)
        edition.add(
            TalkChange(
                talk=one.talk,
                before={name: before},
                after={name: after},
                status=status,
                by=one.speakers[0].user,
                made_at=edition.world.now - dt.timedelta(hours=5),
            )
        )


def add_invitations(edition: Edition, staged: list[Staged], dice) -> None:
    """Some co-speakers have not answered yet."""
    waiting = [one for one in staged if one.talk.status == Status.SUBMITTED]
    for one in dice.sample(waiting, min(3, len(waiting))):
        person = edition.world.names.person()
        edition.add(
            SpeakerInvitation(
                talk=one.talk,
                email=person.email,
                name=person.name,
                code=dice.code(12, edition.world.taken("invitation")),
                by=one.speakers[0].user,
                made_at=edition.world.now - dt.timedelta(days=1),
            )
        )
