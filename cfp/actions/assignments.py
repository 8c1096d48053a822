"""Who is asked to review what: by hand, by lines of a file, or spread evenly."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from ..models import Assignment, Review, ReviewRules, Talk
from ..panel import Panelist, barred, panel
from ..spread import spread


@dataclass(frozen=True)
class Spread:
    """What came of it: how many assignments were made, how many talks lack reviewers still."""

    made: int
    short: int


@retry
def spread_reviews(conference: Conference, talks: QuerySet[Talk], k: int, *, by: User) -> Spread:
    """Give each of the talks to `k` reviewers, counting those who have or reviewed it already."""
    require_open(conference)
    ReviewRules.objects.lock(conference)
    people = [one for one in panel(conference) if one.is_reviewer]
    never = barred(conference, [one.user for one in people])
    wanted = list(talks.in_review().only("pk", "track_id"))  # type: ignore[attr-defined]
    may = {
        talk.pk: [
            one.user.pk for one in people if one.reads(talk) and talk.pk not in never[one.user.pk]
        ]
        for talk in wanted
    }
    held = held_pairs(conference)
    pairs = spread(k, may, held)
    Assignment.objects.bulk_create(
        (Assignment(talk_id=talk, reviewer_id=one, by=by) for talk, one in pairs), batch_size=1000
    )
    have = dict.fromkeys(may, 0)
    for talk, _ in [*pairs, *held]:
        if talk in have:
            have[talk] += 1
    return Spread(made=len(pairs), short=sum(number < k for number in have.values()))


def held_pairs(conference: Conference) -> set[tuple[int, int]]:
    """(talk, person) wherever somebody was asked for a review or has written one."""
    asked = Assignment.objects.filter(talk__conference=conference)
    written = Review.objects.filter(talk__conference=conference)
    return {
        *asked.values_list("talk_id", "reviewer_id"),
        *written.values_list("talk_id", "reviewer_id"),
    }


@retry
def assign_talks(
    conference: Conference, panelist: Panelist, talks: Iterable[Talk], *, by: User
) -> tuple[int, list[str]]:
    """How many the person was given anew, and what they cannot be given and why."""
    require_open(conference)
    ReviewRules.objects.lock(conference)
    user = panelist.user
    never = barred(conference, [user])[user.pk]
    asked = set(user.assignments.filter(talk__conference=conference).values_list("talk", flat=True))
    new, refused = [], []
    for talk in talks:
        if why := why_not(panelist, talk, never):
            refused.append(f"{talk.code}: {why}")
        elif talk.pk not in asked:
            new.append(Assignment(talk=talk, reviewer=user, by=by))
    Assignment.objects.bulk_create(new, batch_size=1000)
    return len(new), refused


def why_not(panelist: Panelist, talk: Talk, never: set[int]) -> str:
    """Why the person cannot be asked about the talk; empty when they can."""
    if talk.status not in (Talk.Status.SUBMITTED, Talk.Status.WAITLISTED):
        return f"it is {talk.get_status_display()} and needs no more reviews."
    if not panelist.reads(talk):
        return f"{panelist.user} does not review {talk.track or 'talks without a track'}."
    if talk.pk in never:
        return f"{panelist.user} speaks in it, works with who does, or has declared a conflict."
    return ""


@retry
def take_back_assignments(conference: Conference, reviewer: User, talks: QuerySet[Talk]) -> int:
    """Of these talks the person need not review those that they have not reviewed."""
    require_open(conference)
    rows = Assignment.objects.filter(
        reviewer=reviewer, talk__in=list(talks.values_list("pk", flat=True))
    )
    done = Review.objects.filter(reviewer=reviewer, talk__conference=conference)
    number, _ = rows.exclude(talk__in=list(done.values_list("talk_id", flat=True))).delete()
    return number
