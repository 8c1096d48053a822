"""What staff intend: plans, their moves, what can be undone, and what stays where it is."""

import uuid

from django.db import models

from scale import text
from scale.models import Conference, User

from .slots import Placement, placement_constraints


class Plan(models.Model):
    """A named set of intended changes. Each edition's working plan is always there."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="plans")
    name = models.CharField(max_length=80)
    # Set for the one plan of an edition that nobody has to think of.
    working_for = models.OneToOneField(
        Conference, models.CASCADE, null=True, blank=True, related_name="working_plan"
    )
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # Counts what was done to its moves; whoever looks sees by it that somebody was quicker.
    edits = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self):
        return self.name


class Move(Placement):
    """One intended change: the slot it names, and where that goes, or that it goes away."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="moves")
    slot_uuid = models.UUIDField(default=uuid.uuid4)
    goes_away = models.BooleanField(default=False)
    # The slot's version when the move was made; 0 for a slot that does not exist yet.
    made_against = models.PositiveIntegerField(default=0)
    is_stale = models.BooleanField(default=False)
    # Which edit of the plan wrote it last.
    edit = models.PositiveIntegerField(default=0, editable=False)
    why = models.CharField(max_length=250, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            *placement_constraints("move"),
            models.UniqueConstraint(fields=["plan", "slot_uuid"], name="one_move_a_slot"),
        ]

    def __str__(self):
        return text.plain(f"{self.what} → {'away' if self.goes_away else self.where}", 120)


class PlanStep(models.Model):
    """One thing that somebody did to a plan, so that it can be undone and done again.

    `before` and `after` hold for each slot that it touched the move, or null where the
    plan had none: {uuid: {facts of the move}}, instants as ISO 8601 in UTC.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps")
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    what = models.CharField(max_length=160)
    before = models.JSONField()
    after = models.JSONField()
    edit = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return self.what


class SlotLock(models.Model):
    """A slot that stays where it is until somebody takes the lock off."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="slot_locks")
    slot_uuid = models.UUIDField(unique=True)
    why = models.CharField(max_length=250, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"Locked: {self.slot_uuid}"
