"""What staff ask of each attendee beside the badge facts."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property

from scale.models import Conference

from .addons import AddOn
from .offer import TicketType


class QuestionQuerySet(models.QuerySet):
    def asked(self, conference):
        """All that the edition asks, with the ids of the types and extras they belong to."""
        # One row for each type and extra that a question belongs to: saves two statements.
        rows = self.filter(conference=conference)
        found: dict[int, Any] = {}
        row: Any
        for row in rows.annotate(type_id=F("ticket_types"), extra_id=F("add_ons")):
            one = found.setdefault(row.pk, row)
            if one is row:
                one.type_ids, one.extra_ids = set(), set()
            one.type_ids |= {row.type_id} - {None}
            one.extra_ids |= {row.extra_id} - {None}
        return list(found.values())


class Question(models.Model):
    """Asked for every ticket, or only with certain types or add-ons."""

    class Kind(models.TextChoices):
        CHOICE = "choice", "one of several"
        SEVERAL = "several", "any of several"
        TEXT = "text", "text"
        YES_NO = "yes_no", "yes or no"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="questions")
    text = models.CharField("question", max_length=200)
    help_text = models.CharField(max_length=250, blank=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.TEXT)
    choices = models.TextField(blank=True, help_text="One choice a line.")
    is_required = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    ticket_types = models.ManyToManyField(
        TicketType, related_name="questions", blank=True, help_text="Empty: asked with every type."
    )
    add_ons = models.ManyToManyField(
        AddOn,
        related_name="questions",
        blank=True,
        help_text="Asked of those who take one of these.",
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["choice", "several", "text", "yes_no"]),
                name="question_kind_known",
            ),
        ]

    def __str__(self):
        return self.text

    def clean(self):
        needs = self.kind in (self.Kind.CHOICE, self.Kind.SEVERAL)
        if needs and len(self.options()) < 2:
            raise ValidationError({"choices": "Name at least two, one a line."})

    def options(self):
        return list(
            dict.fromkeys(line.strip() for line in self.choices.split("\n") if line.strip())
        )

    @cached_property
    def type_ids(self):
        return {one.pk for one in self.ticket_types.all()}

    @cached_property
    def extra_ids(self):
        return {one.pk for one in self.add_ons.all()}

    def is_for(self, ticket_type, add_ons=()):
        """Whether a ticket of this type with these add-ons is asked."""
        if self.type_ids and ticket_type.pk not in self.type_ids:
            return False
        return not self.extra_ids or any(one.pk in self.extra_ids for one in add_ons)


class Answer(models.Model):
    """What one ticket's holder said; of several choices, one a line; yes or no as such."""

    ticket = models.ForeignKey("Ticket", models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    value = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "question"], name="answer_once"),
        ]

    def __str__(self):
        return self.value[:60]
