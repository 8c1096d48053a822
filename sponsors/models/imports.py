"""Lists of organizations and contacts that are brought in as a file."""

import datetime as dt
import secrets

from django.db import models
from django.db.models import Q

from scale.models import Conference, User

STUCK = dt.timedelta(minutes=5)
KEPT = dt.timedelta(days=14)


def import_path(run, name):
    return f"imports/{secrets.token_hex(16)}.csv"


class OrganizationImportQuerySet(models.QuerySet):
    def forgotten_by(self, now):
        """Whose files were sent long ago and never brought in: they hold people's addresses."""
        return self.filter(changed_at__lt=now - KEPT).exclude(file="")


class OrganizationImport(models.Model):
    """One file: which columns are which, what was decided about its lines, how far it is."""

    class Status(models.TextChoices):
        MAPPING = "mapping", "columns not named yet"
        WAITING = "waiting", "waiting"
        RUNNING = "running", "being read"
        TRIED = "tried", "tried, nothing changed"
        DONE = "done", "brought in"
        FAILED = "failed", "not possible"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="organization_imports")
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    file = models.FileField(upload_to=import_path, blank=True)
    file_name = models.CharField(max_length=120)
    encoding = models.CharField(max_length=20)
    header = models.JSONField(default=list)
    # Which of our columns each of its columns is; the next file with the same header has it too.
    mapping = models.JSONField(default=list)
    header_key = models.CharField(max_length=64, db_index=True)
    # {key of a name in the file: "other" for one of its own, "pk:12" or "key:…" for the same one}
    choices = models.JSONField(default=dict)
    for_real = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=Status, default=Status.MAPPING)
    error = models.CharField(max_length=300, blank=True)
    report = models.JSONField(null=True, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField()

    objects = OrganizationImportQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=["mapping", "waiting", "running", "tried", "done", "failed"]
                ),
                name="organization_import_status_known",
            ),
        ]

    def __str__(self):
        return f"{self.file_name} ({self.get_status_display()})"

    @property
    def is_under_way(self):
        return self.status in (self.Status.WAITING, self.Status.RUNNING)

    def is_stuck(self, now):
        """No worker took it, or the one that did is gone."""
        return self.is_under_way and now - self.changed_at > STUCK
