"""What one deal promised: copied from the catalogue when it was signed."""

import datetime as dt

from django.db import models
from django.db.models import Q

from cfp.models import Talk
from scale.models import PublicFact, User

from .catalogue import Benefit, Terms, reminder_days
from .deals import Sponsorship
from .organizations import WEB_ADDRESS

SOON = 14  # days


class DeliverableQuerySet(models.QuerySet):
    def standing(self):
        """Of deals that promise; not what was taken back."""
        return self.filter(Sponsorship.promised("deal__"), taken_back_at=None)

    def of(self, conference):
        return self.standing().filter(deal__conference=conference)

    def owed_by_them(self):
        """What they still have to send."""
        return self.filter(side=Deliverable.Side.THEM, status=Deliverable.Status.OPEN)

    def public_texts(self):
        """What stands under their logo: the words that we have looked at."""
        return self.filter(
            kind=Deliverable.Kind.TEXT,
            wanted=Deliverable.Wanted.TEXT,
            status=Deliverable.Status.DONE,
            taken_back_at=None,
        ).order_by("position", "pk")

    def passes(self):
        return self.filter(kind=Deliverable.Kind.PASSES, taken_back_at=None)

    def booths(self, conference):
        """Of signed deals, which booths are to be placed."""
        return self.of(conference).filter(kind=Deliverable.Kind.BOOTH, side=Deliverable.Side.US)


class Deliverable(PublicFact, Terms):
    """One promise of one deal, by whichever side owes it; the catalogue no longer touches it.

    What was used stays when the deal is taken back (`taken_back_at`), and is taken up
    again when the deal is signed anew.
    """

    class Status(models.TextChoices):
        OPEN = "open", "open"
        ARRIVED = "arrived", "arrived"
        DONE = "done", "done"
        WAIVED = "waived", "waived"

    deal = models.ForeignKey(Sponsorship, models.CASCADE, related_name="deliverables")
    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="deliverables")
    quantity = models.PositiveSmallIntegerField("how many", default=1)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="deliverables"
    )
    due_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=7, choices=Status, default=Status.OPEN)
    arrived_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField("why it is waived", max_length=200, blank=True)
    file = models.FileField(upload_to="promises/", blank=True)
    file_name = models.CharField(max_length=110, blank=True)
    text = models.TextField(blank=True)
    talks = models.ManyToManyField(Talk, blank=True, related_name="deliverables")
    # What shows them that we kept it: stands in their report.
    proof_words = models.CharField("in words", max_length=300, blank=True)
    proof_link = models.URLField("link", max_length=500, blank=True, validators=[WEB_ADDRESS])
    proof_file = models.FileField("picture or PDF", upload_to="proofs/", blank=True)
    proof_name = models.CharField(max_length=110, blank=True, editable=False)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = DeliverableQuerySet.as_manager()

    class Meta:
        ordering = ["side", "position", "name"]
        constraints = [
            *Terms.rules("deliverable"),
            models.UniqueConstraint(fields=["deal", "benefit"], name="promised_once_a_deal"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="deliverable_counts"),
            models.CheckConstraint(
                condition=Q(status__in=["open", "arrived", "done", "waived"]),
                name="deliverable_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="waived") | ~Q(why=""), name="waived_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(status="arrived", arrived_at__isnull=False) | ~Q(status="arrived"),
                name="arrived_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False)
                | (~Q(status="done") & Q(done_at=None)),
                name="done_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(proof_link="")
                | Q(proof_link__startswith="https://")
                | Q(proof_link__startswith="http://"),
                name="proof_is_on_the_web",
            ),
        ]

    def __str__(self):
        return self.name

    def shown_in(self):
        return [self.deal.conference_id] if self.kind == self.Kind.TEXT else []

    def late(self, today):
        return self.status == self.Status.OPEN and self.due_on is not None and self.due_on < today

    def marks_reached(self, today):
        """The days of its reminders that have come, also those on which nobody was here."""
        if self.due_on is None:
            return []
        days = (self.due_on - dt.timedelta(days=n) for n in reminder_days(self.reminders))
        return [day for day in days if day <= today]

    @property
    def asks(self):
        if self.wanted != self.Wanted.NAMES:
            return super().asks
        return f"at most {self.quantity} names, one a line" if self.quantity > 1 else "one name"

    @property
    def is_proved(self):
        return bool(self.proof_words or self.proof_link or self.proof_file)

    @property
    def proof_is_picture(self):
        return (self.proof_file.name or "").endswith(".png")

    @property
    def is_used(self):
        """Whether something of it happened already that taking it back would destroy."""
        return self.status != self.Status.OPEN or bool(self.file or self.text)


class Reminder(models.Model):
    """They were reminded of it for this day; so nobody reminds them for it again."""

    deliverable = models.ForeignKey(Deliverable, models.CASCADE, related_name="reminded")
    for_day = models.DateField()
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["-for_day"]
        constraints = [
            models.UniqueConstraint(fields=["deliverable", "for_day"], name="reminded_once_a_day"),
        ]

    def __str__(self):
        return f"{self.deliverable}: {self.for_day}"
