"""How an edition reviews: its rules, who looks at which talk, and what stands in the way."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, When

from scale.models import Conference, User

from .call import Track
from .talk import Talk


class ReviewRulesQuerySet(models.QuerySet):
    def of(self, conference):
        """The edition's rules, or those that hold until somebody sets any."""
        return self.filter(conference=conference).first() or ReviewRules(conference=conference)

    def lock(self, conference):
        """Who gives out talks passes this row: two who do so at once do it one by one."""
        self.get_or_create(conference=conference)
        return self.select_for_update().get(conference=conference)


class ReviewRules(models.Model):
    """What reviewers of an edition see, and how many of them a talk needs."""

    class Others(models.TextChoices):
        NEVER = "never", "never"
        AFTER = "after", "after their own"
        ALWAYS = "always", "always"

    conference = models.OneToOneField(Conference, models.CASCADE, related_name="review_rules")
    is_anonymous = models.BooleanField(
        "hide who speaks",
        default=False,
        help_text="Reviewers see no names, biographies, organizations, links, files or answers.",
    )
    others = models.CharField(
        "reviewers see each other's reviews", max_length=6, choices=Others, default=Others.NEVER
    )
    reviews_a_talk = models.PositiveSmallIntegerField(
        "reviews a talk needs",
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )

    shares_feedback = models.BooleanField(
        "speakers read feedback",
        default=False,
        help_text="Reviews get a field for the speakers, who read it without names once their "
        "decision is sent. Scores and comments stay with the committee. Choose before the "
        "reviews begin.",
    )

    objects = ReviewRulesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "review rules"
        constraints = [
            models.CheckConstraint(
                condition=Q(others__in=["never", "after", "always"]), name="review_others_known"
            ),
            models.CheckConstraint(
                condition=Q(reviews_a_talk__gte=1, reviews_a_talk__lte=20),
                name="reviews_a_talk_sane",
            ),
        ]

    def __str__(self):
        return f"Review rules of {self.conference}"

    def shows_others(self, mine):
        """Whether a reviewer may read the others' reviews; `mine` is their own, or None."""
        return self.others == self.Others.ALWAYS or bool(mine and self.others == self.Others.AFTER)


class Criterion(models.Model):
    """A question that each review answers from 1 to 5, where “should we take it” is too little."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="criteria")
    name = models.CharField(max_length=80)
    weight = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text="How much it counts beside the others.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=10), name="criterion_weight_sane"
            ),
        ]

    def __str__(self):
        return self.name


class ReviewTag(models.Model):
    """A word such as “needs a mentor”: of reviewers on a review, of the committee on a talk."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="review_tags")
    name = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self):
        return self.name


class Assignment(models.Model):
    """This person is asked to review this talk."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="assignments")
    reviewer = models.ForeignKey(User, models.CASCADE, related_name="assignments")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["talk", "reviewer"], name="assigned_once"),
        ]

    def __str__(self):
        return f"{self.reviewer}: {self.talk}"


class ConflictOfInterest(models.Model):
    """The person said that they cannot judge this talk fairly."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="conflicts")
    user = models.ForeignKey(User, models.CASCADE, related_name="conflicts")
    declared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "conflicts of interest"
        constraints = [
            models.UniqueConstraint(fields=["talk", "user"], name="conflict_declared_once"),
        ]

    def __str__(self):
        return f"{self.user}: {self.talk}"


class Redaction(models.Model):
    """Words in a talk's texts that reviewers do not see; the texts themselves stay."""

    talk = models.OneToOneField(Talk, models.CASCADE, related_name="redaction")
    words = models.TextField(blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self):
        return f"Redaction of {self.talk}"


class TrackSuggestion(models.Model):
    """A reviewer thinks that the talk belongs into another track, whose chair answers."""

    class Status(models.TextChoices):
        OPEN = "open", "open"
        ACCEPTED = "accepted", "accepted"
        REJECTED = "rejected", "rejected"
        CLOSED = "closed", "closed: the talk moved elsewhere"

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="suggestions")
    track = models.ForeignKey(Track, models.CASCADE, related_name="suggestions")
    by = models.ForeignKey(User, models.PROTECT, related_name="suggestions")
    why = models.TextField(blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    made_at = models.DateTimeField(auto_now_add=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    open_talk = models.GeneratedField(
        expression=Case(When(status="open", then=F("talk_id"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["open_talk", "track"], name="suggestion_open_once"),
            models.CheckConstraint(
                condition=Q(status__in=["open", "accepted", "rejected", "closed"]),
                name="suggestion_status_known",
            ),
        ]

    def __str__(self):
        return f"{self.talk} to {self.track}"
