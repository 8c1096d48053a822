"""What reviewers think of talks in numbers: mean, spread, and mean without their severity.

Some reviewers give hardly any 5, others hardly any 2. A talk that by chance was read by
severe people looks worse than it is. So for each reviewer we take

    lean = (their mean − the mean of all reviews) × n ÷ (n + TRUST)

where n is how many reviews they wrote: the mean of somebody with three reviews says little
about them, so it counts little. The normalised mean of a talk is the mean of
`score − lean of its reviewer`, kept on the scale of the scores: a 5 from somebody severe would
else be a 5.3 that no page explains. If everybody is equally severe it equals the raw mean.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from django.db.models import Count, Sum

from .models import Review

TRUST = 5
LEAST, MOST = 1, 5


@dataclass(frozen=True)
class Score:
    """Of one talk: how many reviews, their mean, standard deviation, and normalised mean."""

    opinions: int
    mean: float
    spread: float
    fair: float


def leanings(written: Mapping[int, tuple[int, int]]) -> dict[int, float]:
    """Reviewer → how much too friendly, from reviewer → (number of reviews, sum of scores)."""
    number = sum(n for n, _ in written.values())
    if not number:
        return {}
    of_all = sum(points for _, points in written.values()) / number
    return {
        reviewer: (points / n - of_all) * n / (n + TRUST)
        for reviewer, (n, points) in written.items()
        if n
    }


def score(given: Iterable[tuple[int, int]], lean: Mapping[int, float]) -> Score:
    """From one talk's pairs of reviewer and score, at least one."""
    pairs = list(given)
    n = len(pairs)
    mean = sum(points for _, points in pairs) / n
    square = sum((points - mean) ** 2 for _, points in pairs) / n
    fair = mean - sum(lean.get(reviewer, 0.0) for reviewer, _ in pairs) / n
    return Score(n, mean, sqrt(square), min(MOST, max(LEAST, fair)))


def scores(conference, talks: Iterable[int] | None = None, *, hidden=()) -> dict[int, Score]:
    """Talk id → Score for those that have reviews; of all talks, or of some; two statements."""
    reviews = Review.objects.filter(talk__conference=conference, score__isnull=False)
    written = reviews.order_by().values_list("reviewer").annotate(n=Count("pk"), sum=Sum("score"))
    lean = leanings({reviewer: (n, int(points)) for reviewer, n, points in written})
    if talks is not None:
        reviews = Review.objects.filter(talk__in=list(talks), score__isnull=False)
    given: dict[int, list] = defaultdict(list)
    for talk, reviewer, points in reviews.order_by().values_list("talk", "reviewer", "score"):
        given[talk].append((reviewer, points))
    return {talk: score(pairs, lean) for talk, pairs in given.items() if talk not in hidden}
