"""How the editions review: rules, tags, who is asked for what, and tracks that fit better."""

import datetime as dt

from cfp.models import (
    Assignment,
    ConflictOfInterest,
    Review,
    ReviewRules,
    ReviewTag,
    Talk,
    TrackSuggestion,
)

from .history import Staged
from .world import Edition

TAGS = ("needs a mentor", "good for beginners", "sounds like a pitch", "has a demo")
A_TALK = 3
FEEDBACK = (
    "Say in the abstract what people can do afterwards that they could not do before.",
    "The story of the failure is the best part. Begin with it.",
    "Half of this would fill the time; choose the half that you like better.",
    "A demo that also works without the network would make this shine.",
)
WHY = (
    "It is about the database more than about the cloud it runs in.",
    "The people who would love this sit in the other track.",
    "Half of it is a story about a community.",
    "",
)


def add_review_rules(edition: Edition) -> list[ReviewTag]:
    """Reviewers read each other after their own review, and speakers what is meant for them."""
    edition.add(
        ReviewRules(
            conference=edition.conference,
            others=ReviewRules.Others.AFTER,
            reviews_a_talk=A_TALK,
            shares_feedback=True,
        )
    )
    return [
        edition.add(ReviewTag(conference=edition.conference, name=name, position=position))
        for position, name in enumerate(TAGS)
    ]


def add_tags(edition: Edition, review: Review, tags: list[ReviewTag], dice) -> None:
    if dice.chance(0.2):
        edition.world.writer.link(
            Review.tags, review_id=review.pk, reviewtag_id=dice.choice(tags).pk
        )


def tag_talk(edition: Edition, talk: Talk, tags: list[ReviewTag], dice) -> None:
    """The committee's own words, while it chooses."""
    if edition.phase == "open" and talk.status == Talk.Status.SUBMITTED and dice.chance(0.25):
        for tag in dice.sample(tags, 2 if dice.chance(0.2) else 1):
            edition.world.writer.link(Talk.tags, talk_id=talk.pk, reviewtag_id=tag.pk)


def feedback_for_speakers(dice) -> str:
    return dice.choice(FEEDBACK) if dice.chance(0.3) else ""


def add_assignments(edition: Edition, staged: list[Staged], written: set[tuple[int, int]]) -> None:
    """In the edition whose call is open: three people a talk, those who wrote already first."""
    world, dice = edition.world, edition.dice("assignments")
    everyone = [world.users["reviewer"], *world.committee]
    if edition.phase != "open" or not everyone:
        return
    turn = 0
    for one in in_review(staged):
        asked = {user for talk, user in written if talk == one.talk.pk}
        for _ in everyone:
            if len(asked) >= min(A_TALK, len(everyone)):
                break
            asked.add(everyone[turn % len(everyone)].pk)
            turn += 1
        for user in sorted(asked):
            edition.add(
                Assignment(
                    talk=one.talk,
                    reviewer_id=user,
                    by=world.users["program"],
                    made_at=world.now - dt.timedelta(days=3),
                )
            )
    add_suggestions(edition, staged, dice)


def add_suggestions(edition: Edition, staged: list[Staged], dice) -> None:
    tracks = list(edition.tracks.values())
    everyone = [edition.world.users["reviewer"], *edition.world.committee]
    for one in in_review(staged):
        at = edition.world.now - dt.timedelta(hours=dice.randrange(5, 60))
        others = [track for track in tracks if track.pk != one.talk.track_id]
        if others and dice.chance(0.06):
            edition.add(
                TrackSuggestion(
                    talk=one.talk,
                    track=dice.choice(others),
                    by=dice.choice(everyone),
                    why=dice.choice(WHY),
                    made_at=at,
                )
            )
    waiting = in_review(staged)
    if waiting:
        edition.add(
            ConflictOfInterest(
                talk=waiting[0].talk,
                user=edition.world.users["program"],
                declared_at=edition.world.now,
            )
        )


def in_review(staged: list[Staged]) -> list[Staged]:
    waiting = (Talk.Status.SUBMITTED, Talk.Status.WAITLISTED)
    return [one for one in staged if one.talk.status in waiting]
