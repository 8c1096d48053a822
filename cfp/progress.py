"""How far the reviewers are."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q

from .access import Reach
from .models import Assignment, Review, ReviewRules
from .panel import Panelist, panel


@dataclass(frozen=True)
class Pace:
    """One reviewer: asked for so many, so many of those done, so many reviews in all."""

    panelist: Panelist
    asked: int
    done: int
    written: int

    @property
    def has_begun(self) -> bool:
        return self.written > 0

    @property
    def open(self) -> int:
        return self.asked - self.done


@dataclass(frozen=True)
class Standing:
    """How many talks have the reviews that they need, and how each reviewer is doing."""

    k: int
    talks: int
    ready: int
    paces: list[Pace]

    @property
    def not_begun(self) -> int:
        """Reviewers who were asked (or, when nobody was, all) and have written nothing."""
        asked = [one for one in self.paces if one.asked] or self.paces
        return sum(not one.has_begun for one in asked)


def standing_of(reach: Reach, rules: ReviewRules) -> Standing:
    """Of the talks that the person decides; the number of statements does not depend on them."""
    talks = reach.to_decide().in_review().with_scores().order_by()
    return Standing(
        k=rules.reviews_a_talk,
        talks=talks.count(),
        ready=talks.filter(opinions__gte=rules.reviews_a_talk).count(),
        paces=paces_of(reach),
    )


def paces_of(reach: Reach) -> list[Pace]:
    within = Q(talk__conference=reach.conference)
    if reach.decides is not None:
        within &= Q(talk__track__in=reach.decides)
    asked = set(Assignment.objects.filter(within).values_list("reviewer_id", "talk_id"))
    written = set(Review.objects.filter(within).values_list("reviewer_id", "talk_id"))
    asks, writes = (Counter(who for who, _ in pairs) for pairs in (asked, written))
    done = Counter(who for who, _ in asked & written)
    return [
        Pace(one, asks[one.user.pk], done[one.user.pk], writes[one.user.pk])
        for one in panel(reach.conference)
        if concerns(reach, one) and (one.is_reviewer or one.user.pk in asks | writes)
    ]


def concerns(reach: Reach, panelist: Panelist) -> bool:
    """Whether the reviewer reads talks of a track that the person decides."""
    return reach.decides is None or panelist.tracks is None or bool(reach.decides & panelist.tracks)
