"""What the committee decided, who was told, how much there is room for, and saved views."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone

from scale.models import Conference, User

from .call import TalkKind, Track
from .speaker import Speaker
from .talk import Talk


class DecisionQuerySet(models.QuerySet):
    def pending(self):
        """Made and not yet told to anybody."""
        return self.filter(released_at=None)

    def releasable(self):
        """Pending, of talks that can still become what was decided."""
        fits = Q(pk__in=[])
        for verdict, status in Decision.BECOMES.items():
            before = [one for one, after in Talk.MOVES.items() if status in after]
            fits |= Q(verdict=verdict, talk__status__in=before)
        return self.pending().filter(fits)


class Decision(models.Model):
    """Accept, waitlist or reject, by whom, when; pending until it is released.

    The last one that was released counts.
    """

    class Verdict(models.TextChoices):
        ACCEPT = "accept"
        WAITLIST = "waitlist"
        REJECT = "reject"

    BECOMES = {
        Verdict.ACCEPT: Talk.Status.ACCEPTED,
        Verdict.WAITLIST: Talk.Status.WAITLISTED,
        Verdict.REJECT: Talk.Status.REJECTED,
    }

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="decisions")
    verdict = models.CharField(max_length=8, choices=Verdict)
    by = models.ForeignKey(User, models.PROTECT, related_name="decisions")
    why = models.TextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    pending_talk = models.GeneratedField(
        expression=Case(When(released_at=None, then=F("talk_id"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["pending_talk"], name="one_pending_decision_a_talk"),
        ]

    def __str__(self):
        return f"{self.get_verdict_display()}: {self.talk}"

    @property
    def becomes(self):
        return self.BECOMES[self.Verdict(self.verdict)]


class Notice(models.Model):
    """One speaker was told one decision, in the mail with this key; empty: no address is known."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="notices")
    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="+")
    mail_key = models.CharField(max_length=64, blank=True, db_index=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "speaker"], name="decision_told_once"),
        ]

    def __str__(self):
        return f"{self.speaker}: {self.decision}"


class Budget(models.Model):
    """How many talks of one track or one kind there is room for."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="talk_budgets")
    track = models.OneToOneField(Track, models.CASCADE, null=True, blank=True)
    kind = models.OneToOneField(TalkKind, models.CASCADE, null=True, blank=True)
    slots = models.PositiveSmallIntegerField("talks at most", null=True, blank=True)
    hours = models.DecimalField(
        "hours at most", max_digits=5, decimal_places=1, null=True, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(track=None, kind__isnull=False) | Q(kind=None, track__isnull=False),
                name="budget_of_a_track_or_a_kind",
                violation_error_message="Name a track or a kind, not both.",
            ),
        ]

    def __str__(self):
        return f"Budget of {self.track or self.kind}"

    def clean(self):
        wrong = {
            name: f"This {name} belongs to another edition."
            for name in ("track", "kind")
            if (row := getattr(self, name)) and row.conference_id != self.conference_id
        }
        if wrong:
            raise ValidationError(wrong)


class SavedView(models.Model):
    """Filters and sort of the table of talks, kept by one person under a name."""

    MOST = 20  # each person and edition

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    conference = models.ForeignKey(Conference, models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "conference", "query"], name="view_saved_once"),
        ]

    def __str__(self):
        return self.name
