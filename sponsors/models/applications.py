"""Projects that ask for a booth which costs them nothing."""

from typing import ClassVar

from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone

from scale import codes, text
from scale.models import Conference, PublicFact, User

from .deals import Package, Sponsorship
from .organizations import WEB_ADDRESS, Organization


class BoothCall(PublicFact):
    """When projects may ask, and the package in which those that are accepted get their booth."""

    conference = models.OneToOneField(Conference, models.CASCADE, related_name="booth_call")
    package = models.ForeignKey(Package, models.PROTECT, related_name="+")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    introduction = models.TextField(max_length=4000, blank=True, help_text="Markdown.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="booth_call_closes_after_it_opens",
                violation_error_message="It closes before it opens.",
            ),
        ]

    def __str__(self):
        return f"Booth applications of {self.conference}"

    def state(self, now=None):
        """early, open or closed"""
        now = now or timezone.now()
        if self.conference.is_closed or now >= self.closes_at:
            return "closed"
        return "open" if now >= self.opens_at else "early"


def new_nonce():
    return codes.new_code(12)


class BoothApplicationQuerySet(models.QuerySet):
    def numbers(self, conference):
        """{status: how many} of an edition, with every status in it."""
        rows = self.filter(conference=conference).order_by().values_list("status")
        found = dict(rows.annotate(Count("pk")))
        return {status: found.get(status, 0) for status in BoothApplication.Status}

    def search(self, words):
        return self.filter(
            Q(name__icontains=words) | Q(contact_name__icontains=words) | Q(email__icontains=words)
        )


class BoothApplication(models.Model):
    """What a project wrote, and what the committee said."""

    class Status(models.TextChoices):
        NEW = "new", "new"
        ACCEPTED = "accepted", "accepted"
        WAITLISTED = "waitlisted", "on the waiting list"
        DECLINED = "declined", "declined"
        WITHDRAWN = "withdrawn", "withdrawn"

    MOVES: ClassVar[dict[str, set]] = {
        Status.NEW: {Status.ACCEPTED, Status.WAITLISTED, Status.DECLINED, Status.WITHDRAWN},
        Status.WAITLISTED: {Status.ACCEPTED, Status.DECLINED, Status.WITHDRAWN},
        Status.DECLINED: {Status.ACCEPTED, Status.WAITLISTED},
        Status.ACCEPTED: {Status.WITHDRAWN},
        Status.WITHDRAWN: set(),
    }

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="booth_applications")
    nonce = models.CharField(max_length=12, default=new_nonce, editable=False)
    name = models.CharField("name of the project", max_length=160)
    website = models.URLField(blank=True, validators=[WEB_ADDRESS])
    about = models.TextField("what it is", max_length=3000)
    needs = models.TextField("what they need", max_length=1000, blank=True)
    contact_name = models.CharField("who asks", max_length=120)
    email = models.EmailField("e-mail", max_length=190, db_index=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    words = models.TextField("what we wrote", max_length=3000, blank=True)
    sponsorship = models.OneToOneField(
        Sponsorship, models.SET_NULL, null=True, blank=True, related_name="application"
    )

    objects = BoothApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["new", "accepted", "waitlisted", "declined", "withdrawn"]),
                name="application_status_known",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.email = text.canonical_email(self.email)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse(
            "sponsors:application-mine", args=[self.conference.slug, self.pk, self.secret]
        )

    @property
    def secret(self):
        return codes.secret("booth application", self.nonce)

    @property
    def next_steps(self):
        """What the committee can decide now."""
        allowed = self.MOVES[self.status] - {self.Status.WITHDRAWN}
        return [status for status in self.Status if status in allowed]

    def likely(self):
        """Organizations that may be this one: by address, by website, by name."""
        return Organization.objects.like(self.name, self.email, self.website)
