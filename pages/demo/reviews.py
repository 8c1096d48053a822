"""What the committee thought, and what it decided."""

import datetime as dt
from decimal import Decimal

from cfp.models import Budget, Decision, Notice, Review, SavedView, SpeakerAvailability, Talk

from .history import Staged
from .mails import told
from .reviewing import (
    add_assignments,
    add_review_rules,
    add_tags,
    feedback_for_speakers,
    tag_talk,
)
from .words import words
from .world import Edition

Status = Talk.Status
VERDICTS = {
    Status.CONFIRMED: Decision.Verdict.ACCEPT,
    Status.ACCEPTED: Decision.Verdict.ACCEPT,
    Status.CANCELLED: Decision.Verdict.ACCEPT,
    Status.DECLINED: Decision.Verdict.ACCEPT,
    Status.WAITLISTED: Decision.Verdict.WAITLIST,
    Status.REJECTED: Decision.Verdict.REJECT,
}
# Mean score by what became of the talk.
SCORES = {
    Decision.Verdict.ACCEPT: (3, 4, 4, 5, 5),
    Decision.Verdict.WAITLIST: (2, 3, 3, 4, 4),
    Decision.Verdict.REJECT: (1, 2, 2, 3, 3, 4),
    None: (1, 2, 3, 3, 4, 4, 5),
}


def add_reviews(edition: Edition, staged: list[Staged]) -> None:
    """Reviews by the committee and the demo's reviewer, then decisions by the program chair."""
    world, dice = edition.world, edition.dice("reviews")
    everyone = [world.users["reviewer"], *world.committee]
    if edition.phase == "open" and world.committee:
        everyone.pop()  # one who was asked and has not begun
    tags, written = add_review_rules(edition), set()
    tagging, advice = edition.dice("tags"), edition.dice("feedback")
    guessing = edition.dice("guesses")
    for one in staged:
        talk = one.talk
        tag_talk(edition, talk, tags, tagging)
        if one.kind == "keynote" or talk.status == Status.DRAFT:
            continue
        verdict = VERDICTS.get(talk.status)
        count = dice.choice((3, 3, 4)) if verdict else dice.choice((0, 1, 1, 2, 3))
        for reviewer in dice.sample(everyone, min(count, len(everyone))):
            at = talk.submitted_at + dt.timedelta(minutes=dice.randrange(60, 20_000))
            at = min(at, world.now - dt.timedelta(minutes=dice.randrange(5, 900)))
            review = edition.add(
                Review(
                    talk=talk,
                    reviewer=reviewer,
                    score=dice.choice(SCORES[verdict]),
                    comment=dice.choice(words().talks["review_comments"]),
                    feedback=feedback_for_speakers(advice),
                    audience=guess(talk, guessing),
                    created_at=at,
                    changed_at=at,
                )
            )
            written.add((talk.pk, reviewer.pk))
            add_tags(edition, review, tags, tagging)
        if verdict:
            decision = add_decision(edition, talk, verdict, dice)
            if edition.phase == "open":
                add_notices(edition, decision, one.speakers)
    add_assignments(edition, staged, written)


def guess(talk: Talk, dice) -> int | None:
    """How many would come: most reviewers leave it out, the others are near what happens."""
    if dice.random() < 0.6:
        return None
    return max(5, round((talk.expected_audience or 40) * dice.uniform(0.6, 1.4) / 5) * 5)


def why(verdict: str, dice) -> str:
    """Often nothing; else a reason that fits."""
    reasons = words().talks["decision_reasons"]
    return dice.choice([*reasons["any"], *reasons["yes" if verdict == "accept" else "no"]])


def add_decision(edition: Edition, talk: Talk, verdict: str, dice) -> Decision:
    made = edition.moment(-70, 20) + dt.timedelta(minutes=dice.randrange(3_000))
    made_at = min(made, edition.world.now - dt.timedelta(hours=dice.randrange(2, 90)))
    chair = edition.world.users["program"]
    return edition.add(
        Decision(
            talk=talk,
            verdict=verdict,
            by=chair,
            why=why(verdict, dice),
            made_at=made_at,
            released_at=made_at + dt.timedelta(minutes=50),
            released_by=chair,
        )
    )


def add_notices(edition: Edition, decision: Decision, speakers) -> None:
    """Who was told by which mail."""
    for speaker in speakers:
        mail = edition.add(told(edition, decision, speaker))
        edition.add(Notice(decision=decision, speaker=speaker, mail_key=mail.dedupe_key))


def add_committee(edition: Edition, staged: list[Staged]) -> None:
    """What the chair works with while a call is open: held decisions, budgets, a saved view."""
    if edition.phase != "open":
        return
    world, dice = edition.world, edition.dice("committee's table")
    for one in staged:
        if one.talk.status == Status.SUBMITTED and dice.chance(0.15):
            verdict = dice.weighted({"accept": 6, "waitlist": 1, "reject": 3})
            edition.add(
                Decision(
                    talk=one.talk,
                    verdict=verdict,
                    by=world.users["program"],
                    why=why(verdict, dice),
                    made_at=world.now - dt.timedelta(minutes=dice.randrange(20, 3_000)),
                )
            )
    for track in edition.tracks.values():
        slots = dice.randrange(6, 15)
        hours = Decimal(slots) - dice.randrange(1, 4)
        edition.add(Budget(conference=edition.conference, track=track, slots=slots, hours=hours))
    edition.add(
        SavedView(
            user=world.users["program"],
            conference=edition.conference,
            name="Best of what is open",
            query="decision=open&sort=fair",
        )
    )


def add_absences(edition: Edition, staged: list[Staged], days_of: dict[int, set[int]]) -> None:
    """Some speakers cannot be there on a day; `days_of` says on which they have to be."""
    dice = edition.dice("absences")
    days = range(len(edition.conference.days()))
    for one in staged:
        for speaker in one.speakers:
            free = [day for day in days if day not in days_of.get(speaker.pk, ())]
            if free and dice.chance(0.04):
                day = dice.choice(free)
                edition.add(
                    SpeakerAvailability(
                        speaker=speaker,
                        conference=edition.conference,
                        starts_at=edition.moment(day, 0),
                        ends_at=edition.moment(day, 23, 59),
                    )
                )
