"""What reviewers do: opinions, conflicts of interest, tracks that would fit better."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from scale.db import retry
from scale.models import Conference, User

from ..errors import AnsweredMeanwhile, NotInReview, NotTheirs, SuggestedAlready
from ..models import (
    Assignment,
    ConflictOfInterest,
    Criterion,
    Mark,
    Redaction,
    Review,
    ReviewTag,
    Talk,
    Track,
    TrackSuggestion,
)
from ..panel import barred
from .committee import open_talk, require_neutral

Answer = TrackSuggestion.Status


@retry
def review_talk(
    talk: Talk,
    reviewer: User,
    *,
    score: int | None = None,
    marks: Mapping[Criterion, int] | None = None,
    comment: str = "",
    note: str = "",
    audience: int | None = None,
    feedback: str | None = None,
    tags: Iterable[ReviewTag] = (),
) -> Review:
    """One opinion a person; a second time it replaces the first.

    The score is the weighted mean of the marks where there are any; without both
    the person abstains. Without feedback what they said to the speakers before stays.
    """
    locked = _talk_in_review(talk)
    require_neutral(locked, reviewer)
    if locked.pk in barred(locked.conference, [reviewer])[reviewer.pk]:
        raise NotTheirs("It is a talk of your organization; others judge it.")
    marks = marks or {}
    total = weighted((criterion.weight, said) for criterion, said in marks.items())
    review, is_new = Review.objects.update_or_create(
        talk=locked,
        reviewer=reviewer,
        defaults={
            "score": total or score,
            "comment": comment,
            "note": note,
            "audience": audience,
            **({} if feedback is None else {"feedback": feedback}),
        },
    )
    if not is_new:
        review.marks.all().delete()
    if marks:
        Mark.objects.bulk_create(
            Mark(review=review, criterion=criterion, score=said)
            for criterion, said in marks.items()
        )
    tags = list(tags)
    if tags or not is_new:
        review.tags.set(tags)
    return review


def weighted(marks: Iterable[tuple[int, int]]) -> float | None:
    """The mean of (weight, mark) pairs, to two digits; None when there is none."""
    pairs = list(marks)
    if not pairs:
        return None
    return round(sum(weight * said for weight, said in pairs) / sum(w for w, _ in pairs), 2)


@transaction.atomic
def weigh_again(conference: Conference) -> None:
    """After a change of criteria: the scores of reviews that were made by marks."""
    pairs = defaultdict(list)
    marks = Mark.objects.filter(review__talk__conference=conference)
    for review_id, weight, said in marks.values_list("review_id", "criterion__weight", "score"):
        pairs[review_id].append((weight, said))
    reviews = list(Review.objects.select_for_update().filter(pk__in=pairs).order_by("pk"))
    for review in reviews:
        review.score = weighted(pairs[review.pk])
    Review.objects.bulk_update(reviews, ["score"], batch_size=500)


@retry
def declare_conflict(talk: Talk, user: User) -> None:
    """The person judges this talk no more, and what they said of it counts no more."""
    locked = open_talk(talk)
    ConflictOfInterest.objects.get_or_create(talk=locked, user=user)
    for row in [
        *Review.objects.filter(talk=locked, reviewer=user),
        *Assignment.objects.filter(talk=locked, reviewer=user),
    ]:
        row.delete()


@retry
def redact_talk(talk: Talk, words: str, *, by: User) -> None:
    """Each line is hidden from reviewers in the talk's texts, where they are not to know names."""
    locked = open_talk(talk)
    Redaction.objects.update_or_create(talk=locked, defaults={"words": words, "by": by})


@retry
def suggest_track(talk: Talk, track: Track, *, by: User, why: str = "") -> TrackSuggestion:
    """Ask the track's chair to take the talk."""
    locked = _talk_in_review(talk)
    require_neutral(locked, by)
    if track.conference_id != locked.conference_id or track.pk == locked.track_id:
        raise SuggestedAlready(f"The talk is in {track} already.")
    if locked.suggestions.filter(track=track, status=Answer.OPEN).exists():
        raise SuggestedAlready(
            f"Somebody has suggested {track} already; its chair has not answered."
        )
    return TrackSuggestion.objects.create(talk=locked, track=track, by=by, why=why)


@retry
def answer_suggestion(suggestion: TrackSuggestion, *, accept: bool, by: User) -> TrackSuggestion:
    """Yes moves the talk and closes what else was suggested for it.

    The talk's lock makes two chairs who both say yes agree on who came first.
    """
    talk = _talk_in_review(suggestion.talk)
    require_neutral(talk, by)
    said = TrackSuggestion.objects.select_related("track").get(pk=suggestion.pk)
    if said.status != Answer.OPEN:
        raise AnsweredMeanwhile(f"This suggestion is {said.get_status_display()} by now.")
    _close(said, Answer.ACCEPTED if accept else Answer.REJECTED, by)
    if accept:
        talk.track = said.track
        talk.save(update_fields=["track", "changed_at"])
        for other in talk.suggestions.filter(status=Answer.OPEN):
            _close(other, Answer.CLOSED, by)
    return said


def _close(suggestion: TrackSuggestion, status: str, by: User) -> None:
    suggestion.status, suggestion.answered_by = status, by
    suggestion.answered_at = timezone.now()
    suggestion.save(update_fields=["status", "answered_by", "answered_at"])


def _talk_in_review(talk: Talk) -> Talk:
    locked = open_talk(talk)
    if not Talk.objects.in_review().filter(pk=locked.pk).exists():
        raise NotInReview(f"This talk is {locked.get_status_display()}; it needs no more reviews.")
    return locked
