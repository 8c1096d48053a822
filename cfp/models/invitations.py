"""Invitations by mail: to give a talk together, or to take over one's profile."""

from django.db import models
from django.db.models import Case, F, Q, When

from scale import codes
from scale.models import User
from scale.text import canonical_email

from .speaker import Speaker
from .talk import Talk


def new_nonce():
    return codes.new_code(12)


class SpeakerInvitation(models.Model):
    """Answered once, by whoever holds the link in the mail.

    With a talk, who accepts becomes one of its speakers; with a profile, it becomes theirs.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "no answer yet"
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined"
        TAKEN_BACK = "taken back", "taken back"

    talk = models.ForeignKey(
        Talk, models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    speaker = models.ForeignKey(
        Speaker, models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    email = models.EmailField("e-mail", max_length=190)
    name = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    code = models.CharField(max_length=12, unique=True, default=new_nonce, editable=False)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    waiting_email = models.GeneratedField(
        expression=Case(When(status="waiting", then=F("email"))),
        output_field=models.CharField(max_length=190, null=True),
        db_persist=True,
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["talk", "waiting_email"], name="one_waiting_invitation"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "accepted", "declined", "taken back"]),
                name="invitation_status_known",
            ),
            models.CheckConstraint(
                condition=Q(talk=None) ^ Q(speaker=None), name="invitation_to_one_thing"
            ),
        ]

    def __str__(self):
        return f"{self.email} ({self.status})"

    def save(self, *args, **kwargs):
        self.email = canonical_email(self.email)
        super().save(*args, **kwargs)

    @property
    def is_waiting(self):
        return self.status == self.Status.WAITING

    @property
    def secret(self):
        """What the link in the mail ends with; nothing that opens it is stored."""
        return codes.secret("invitation", self.code)
