"""What staff ask of each attendee beside the badge facts."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch, Q

from scale.models import Conference

from .addons import AddOn
from .offer import TicketType


class QuestionQuerySet(models.QuerySet):
    def asked(self, conference):
        """All that the edition asks, with the types and add-ons they belong to."""
        found = self.filter(conference=conference)
        things = (("ticket_types", TicketType), ("add_ons", AddOn))
        # Only which they are is asked, not what they are like.
        return list(
            found.prefetch_related(
                *(Prefetch(name, thing.objects.only("pk").order_by()) for name, thing in things)
            )
        )


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

    def is_for(self, ticket_type, add_ons=()):
        """Whether a ticket of this type with these add-ons is asked."""
        types, extras = self.ticket_types.all(), self.add_ons.all()
        if types and ticket_type not in types:
            return False
        return not extras or any(one in extras for one in add_ons)


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
