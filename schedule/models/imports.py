"""Uploads of schedule files."""

import datetime as dt
import secrets

from django.db import models
from django.db.models import Q

from scale.models import Conference, User


def import_path(run, name):
    """A name nobody chose and nobody can guess."""
    return f"imports/{secrets.token_hex(16)}"


class ScheduleImport(models.Model):
    """One upload of a schedule file: what was asked, how far it is, what it did."""

    class Status(models.TextChoices):
        WAITING = "waiting", "waiting"
        RUNNING = "running", "being read"
        DONE = "done", "done"
        FAILED = "failed", "not possible"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="imports")
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    # Kept until it is really imported: what was only tried can be run again for real.
    file = models.FileField(upload_to=import_path, blank=True)
    file_name = models.CharField(max_length=120)
    dry_run = models.BooleanField(default=False)
    prune = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    error = models.CharField(max_length=300, blank=True)
    report = models.JSONField(null=True, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "running", "done", "failed"]),
                name="import_status_known",
            ),
        ]

    def __str__(self):
        return f"{self.file_name} ({self.get_status_display()})"

    @property
    def is_under_way(self):
        return self.status in (self.Status.WAITING, self.Status.RUNNING)

    def is_stuck(self, now):
        """No worker took it, or the one that did is gone."""
        return self.is_under_way and now - self.changed_at > dt.timedelta(minutes=5)
