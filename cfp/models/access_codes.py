"""Codes that let invited people in after the deadline, or into hidden tracks."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from scale import codes
from scale.models import Conference

from .call import Track


class AccessCodeQuerySet(models.QuerySet):
    def find(self, conference, typed):
        """The code that was meant, unless its time is over; it may be used up."""
        code = codes.clean_code(typed)
        is_valid = Q(ends_at=None) | Q(ends_at__gt=timezone.now())
        rows = self.filter(is_valid, conference=conference, code=code)
        return rows.select_related("track").first() if code else None

    def take(self, code):
        """One use, by one statement: False when none is left."""
        left = self.filter(pk=code.pk, taken__lt=F("size"))
        return bool(left.update(taken=F("taken") + 1))


def new_access_code():
    return codes.new_code(10)


class AccessCode(models.Model):
    conference = models.ForeignKey(Conference, models.CASCADE, related_name="access_codes")
    code = models.CharField(max_length=40, default=new_access_code)
    track = models.ForeignKey(
        Track,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Only into this track, hidden or not. Empty: into all that are not hidden.",
    )
    size = models.PositiveSmallIntegerField(
        "uses", default=1, validators=[MinValueValidator(1)], help_text="Talks it lets in."
    )
    taken = models.PositiveSmallIntegerField("used", default=0, editable=False)
    ends_at = models.DateTimeField(
        null=True, blank=True, help_text="Until when talks may be sent in and changed with it."
    )
    note = models.CharField(max_length=200, blank=True, help_text="For whom; staff only.")

    objects = AccessCodeQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "code"],
                name="access_code_once",
                violation_error_message="Another access code of this edition is written like this.",
            ),
            models.CheckConstraint(
                condition=Q(taken__lte=F("size")),
                name="access_code_not_overdrawn",
                violation_error_message="More talks than that have come in with it.",
            ),
        ]

    def __str__(self):
        return self.code

    def save(self, *args, **kwargs):
        self.code = codes.clean_code(self.code)
        super().save(*args, **kwargs)

    def clean(self):
        self.code = codes.clean_code(self.code)

    @property
    def is_used_up(self):
        return self.taken >= self.size

    def is_valid(self, now):
        return self.ends_at is None or now < self.ends_at

    def opens(self, track, now):
        """Whether a talk of the track (or of none) comes in with it."""
        if not self.is_valid(now):
            return False
        if self.track_id:
            return track is not None and track.pk == self.track_id
        return track is None or not track.is_hidden
