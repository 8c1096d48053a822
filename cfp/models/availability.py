"""When speakers can *not* be there."""

from django.db import models
from django.db.models import F, Q

from scale.models import Conference

from .speaker import Speaker


class SpeakerAvailability(models.Model):
    """When a speaker can *not* be there."""

    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="absences")
    conference = models.ForeignKey(Conference, models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "speaker availabilities"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="absence_ends_after_start",
                violation_error_message="It ends before it starts.",
            ),
        ]

    def __str__(self):
        return f"{self.speaker} away {self.starts_at:%Y-%m-%d %H:%M}"
