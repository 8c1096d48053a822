"""What the committee thinks of a talk."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q

from scale.models import User

from .decision import Decision
from .reviewing import Criterion, ReviewTag
from .talk import Talk


class ReviewQuerySet(models.QuerySet):
    def with_feedback(self, talks):
        """Reviews of these talks that say something to their speakers, where that is shared."""
        rows = self.filter(talk__in=talks, talk__conference__review_rules__shares_feedback=True)
        return rows.exclude(feedback="")

    def told(self):
        """Of talks whose speakers know the decision; not while a talk is weighed again."""
        open_again = [Talk.Status.DRAFT, Talk.Status.SUBMITTED]
        known = Decision.objects.filter(talk=OuterRef("talk"), released_at__isnull=False)
        return self.filter(Exists(known)).exclude(talk__status__in=open_again)


class Review(models.Model):
    """One reviewer's score and comment; without a score it is an abstention.

    Where the edition has criteria the score is the weighted mean of the marks, kept here
    because long tables sort by it; `actions.weigh_again` follows a change of weights.
    """

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="reviews")
    score = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    comment = models.TextField(blank=True)
    audience = models.PositiveIntegerField(
        "how many people will come",
        null=True,
        blank=True,
        validators=[MaxValueValidator(100_000)],
    )
    feedback = models.TextField(
        "for the speakers", blank=True, help_text="Shown to them if the edition shares it."
    )
    note = models.TextField("private note", blank=True, editable=False)
    tags = models.ManyToManyField(ReviewTag, blank=True, related_name="reviews")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        # Counts and means of a talk are read from this index alone.
        indexes = [models.Index(fields=["talk", "score"], name="review_scores_of_talk")]
        constraints = [
            models.UniqueConstraint(fields=["talk", "reviewer"], name="one_review_each"),
            models.CheckConstraint(
                condition=Q(score__gte=1, score__lte=5), name="review_score_1_to_5"
            ),
        ]

    def __str__(self):
        return f"{self.said} for {self.talk}"

    @property
    def said(self):
        """4, 3.67 or “abstained”."""
        return "abstained" if self.score is None else f"{self.score:g}"


class Mark(models.Model):
    """What a review says to one of the criteria."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="marks")
    score = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="mark_once"),
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="mark_1_to_5"),
        ]

    def __str__(self):
        return f"{self.criterion}: {self.score}"
