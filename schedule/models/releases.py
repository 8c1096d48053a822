"""The numbered moments at which plans became public."""

from django.db import models

from scale.models import Conference, User

from .plans import Plan
from .slots import Placement, placement_constraints


class Release(models.Model):
    """The numbered moment at which a plan became public."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="releases")
    number = models.PositiveIntegerField()
    plan = models.ForeignKey(Plan, models.SET_NULL, null=True, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    override_reason = models.CharField(max_length=250, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "number"], name="release_number_once"),
        ]

    def __str__(self):
        return f"Version {self.number}"


class Change(Placement):
    """What a release did to one slot: its placement after, and the change it follows."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="changes")
    slot_uuid = models.UUIDField(db_index=True)
    removed = models.BooleanField(default=False)
    before = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="after"
    )

    class Meta:
        constraints = [
            *placement_constraints("change"),
            models.UniqueConstraint(fields=["release", "slot_uuid"], name="one_change_a_slot"),
        ]

    def __str__(self):
        return f"{self.what}: {self.where}"
