"""What speakers changed or want changed when the call's form is closed to them."""

from django.db import models
from django.db.models import Case, F, Q, When

from scale import codes
from scale.models import User

from .talk import Talk


class TalkChange(models.Model):
    """One difference: corrected at once, or asked for and answered by the committee."""

    class Status(models.TextChoices):
        WAITING = "waiting", "waits for an answer"
        MADE = "made", "corrected by a speaker"
        ACCEPTED = "accepted", "accepted"
        REFUSED = "refused", "refused"
        REPLACED = "replaced", "replaced by a later one"

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="changes")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    why = models.TextField(blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    answered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    waiting_talk = models.GeneratedField(
        expression=Case(When(status="waiting", then=F("talk_id"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["waiting_talk"], name="one_waiting_change"),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "made", "accepted", "refused", "replaced"]),
                name="talk_change_status_known",
            ),
        ]

    def __str__(self):
        return f"{self.talk}: {', '.join(self.after)}"

    def mark(self, talk):
        """A digest of what would be replaced: who says yes to it has seen just that."""
        return codes.digest(repr([(name, str(getattr(talk, name))) for name in self.after]))

    @property
    def seen(self):
        return self.mark(self.talk)
