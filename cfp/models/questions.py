"""What a call asks beside the usual fields, and what speakers answer."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q

from scale.models import Conference

from .call import TalkKind, Track
from .talk import Talk


class CallQuestionQuerySet(models.QuerySet):
    def of_track(self, track):
        """Asked in this track and in no other: what its organisers may change."""
        counted = self.annotate(in_tracks=Count("tracks", distinct=True))
        return counted.filter(in_tracks=1, pk__in=self._asked_in(track))

    def also_in(self, track):
        """Asked in this track too, by the edition."""
        counted = self.annotate(in_tracks=Count("tracks", distinct=True))
        return counted.filter(Q(in_tracks=0) | Q(in_tracks__gt=1, pk__in=self._asked_in(track)))

    def _asked_in(self, track):
        return CallQuestion.tracks.through.objects.filter(track=track).values("callquestion")


class CallQuestion(models.Model):
    """Asked of every talk of the edition, or of those in certain tracks or of certain kinds."""

    class Kind(models.TextChoices):
        TEXT = "text", "text"
        CHOICE = "choice", "one of several"
        YES_NO = "yes_no", "yes or no"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="call_questions")
    text = models.CharField("question", max_length=200)
    help_text = models.CharField(max_length=250, blank=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.TEXT)
    choices = models.TextField(blank=True, help_text="One choice a line.")
    tracks = models.ManyToManyField(
        Track, blank=True, related_name="+", help_text="Empty: asked in every track."
    )
    kinds = models.ManyToManyField(
        TalkKind, blank=True, related_name="+", help_text="Empty: asked for every kind."
    )
    is_required = models.BooleanField("must be answered", default=False)
    required_from = models.DateTimeField(
        "must be answered from",
        null=True,
        blank=True,
        help_text="Until then it may stay open. Empty: from the start.",
    )
    shown_to_reviewers = models.BooleanField("reviewers see the answer", default=True)
    is_personal = models.BooleanField(
        default=False,
        help_text="Reviewers never see the answer; it is erased with the edition's personal data.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    objects = CallQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["text", "choice", "yes_no"]), name="call_question_kind_known"
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def name(self):
        """What its field in the form of a talk is called."""
        return f"question-{self.pk}"

    def clean(self):
        if self.kind == self.Kind.CHOICE and len(self.options()) < 2:
            raise ValidationError({"choices": "Name at least two, one a line."})

    def options(self):
        return list(
            dict.fromkeys(line.strip() for line in self.choices.split("\n") if line.strip())
        )

    def is_for(self, track, kind):
        """Whether a talk of this track and kind is asked; uses prefetched rows."""
        tracks, kinds = self.tracks.all(), self.kinds.all()
        return (not tracks or track in tracks) and (not kinds or kind in kinds)

    def must_be_answered(self, now):
        return self.is_required and (self.required_from is None or now >= self.required_from)


class CallAnswerQuerySet(models.QuerySet):
    def for_reviewers(self):
        return self.filter(
            question__shown_to_reviewers=True, question__is_personal=False
        ).select_related("question")


class CallAnswer(models.Model):
    """What a talk's speakers said to one question."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="answers")
    question = models.ForeignKey(CallQuestion, models.PROTECT, related_name="answers")
    value = models.TextField()

    objects = CallAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["question__position", "question"]
        constraints = [
            models.UniqueConstraint(fields=["talk", "question"], name="call_answer_once"),
        ]

    def __str__(self):
        return self.value[:60]
