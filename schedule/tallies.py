"""What was said of talks in stars, counted and weighed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q, Sum

from registration.figures import Bar, bars

# Ratings of the edition's mean that each talk gets beside its own: one vote does not win.
BALLAST = 5


@dataclass(frozen=True)
class Tally:
    """Stars of one talk, or of many."""

    counts: Sequence[int]  # of one star, of two …

    @classmethod
    def of(cls, ratings) -> "Tally":
        found = dict(ratings.order_by().values_list("stars").annotate(Count("pk")))
        return cls([found.get(stars, 0) for stars in range(1, 6)])

    @cached_property
    def number(self) -> int:
        return sum(self.counts)

    @cached_property
    def mean(self) -> float | None:
        total = sum(stars * n for stars, n in enumerate(self.counts, 1))
        return total / self.number if self.number else None

    @property
    def bars(self) -> list[Bar]:
        words = ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"]
        return bars([(words[n], self.counts[n], "") for n in reversed(range(5))])


@dataclass(frozen=True)
class Score:
    """What one talk got."""

    talk: int
    number: int
    total: int
    words: int
    weighed: float

    @property
    def mean(self) -> float:
        return self.total / self.number


def scores(ratings) -> dict[int, Score]:
    """Talk → its score. Weighed: as if it had `BALLAST` further ratings, all of them the mean.

    So a talk that one friend gave five stars stands below one that forty people gave 4.7.
    """
    rows = list(
        ratings.order_by()
        .values("talk")
        .annotate(n=Count("pk"), sum=Sum("stars"), words=Count("pk", filter=~Q(comment="")))
        .values_list("talk", "n", "sum", "words")
    )
    number, total = sum(row[1] for row in rows), sum(row[2] for row in rows)
    mean = float(total) / number if number else 0.0
    return {
        talk: Score(talk, n, int(got), words, (BALLAST * mean + int(got)) / (BALLAST + n))
        for talk, n, got, words in rows
    }


EDGES = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5)


def chart(found: Iterable[Score]) -> list[Bar]:
    """How many talks have which average, the best above."""
    counts = [0] * len(EDGES)
    for score in found:
        counts[min(int((score.mean - 1) * 2), len(EDGES) - 1)] += 1
    drawn = [
        (f"{edge:.1f} to {edge + 0.5:.1f}", n, "") for edge, n in zip(EDGES, counts, strict=True)
    ]
    return bars(drawn[::-1])
