"""Birds of a feather: who asks for an open place, and what became of it."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, When

from cfp.models import Talk
from registration.models import Ticket
from scale.models import Conference, User

from ..errors import Refused

MOST_PEOPLE = 2_000


class BofClaimQuerySet(models.QuerySet):
    def of(self, conference):
        return self.filter(conference=conference)

    def live(self):
        """Those that hold their place."""
        return self.filter(status__in=BofClaim.LIVE)

    def asked(self):
        return self.filter(status=BofClaim.Status.ASKED)

    def search(self, words):
        by_words = Q(title__icontains=words) | Q(name__icontains=words)
        return self.filter(by_words | Q(email__icontains=words) | Q(ticket__code__iexact=words))


class BofClaim(models.Model):
    """Somebody with a ticket asks for a place that is open for a BoF.

    The place is a slot of the kind `bof`: where and when is that slot's fact. The BoF itself
    is a talk, made when the claim is approved; from then on its title is the talk's.
    """

    class Status(models.TextChoices):
        ASKED = "asked", "asked for"
        APPROVED = "approved", "approved"
        DECLINED = "declined", "declined"
        WITHDRAWN = "withdrawn", "withdrawn"

    LIVE = (Status.ASKED, Status.APPROVED)
    MOVES: ClassVar[dict[str, set]] = {
        Status.ASKED: {Status.APPROVED, Status.DECLINED, Status.WITHDRAWN},
        Status.APPROVED: {Status.DECLINED, Status.WITHDRAWN},
        Status.DECLINED: set(),
        Status.WITHDRAWN: set(),
    }

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="bof_claims")
    slot_uuid = models.UUIDField("place")
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="bof_claims")
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField("your name, as it is announced", max_length=120)
    email = models.EmailField("where we reach you", max_length=190)
    title = models.CharField(max_length=120)
    abstract = models.TextField("what it is about", max_length=1200)
    expected = models.PositiveSmallIntegerField(
        "how many people may come",
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PEOPLE)],
    )
    status = models.CharField(max_length=9, choices=Status, default=Status.ASKED)
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    answer = models.CharField("why not", max_length=500, blank=True)
    talk = models.OneToOneField(
        Talk, models.PROTECT, null=True, blank=True, related_name="bof_claim"
    )
    live_slot = models.GeneratedField(
        expression=Case(When(status__in=["asked", "approved"], then=F("slot_uuid"))),
        output_field=models.UUIDField(null=True),
        db_persist=True,
    )
    live_ticket = models.GeneratedField(
        expression=Case(When(status__in=["asked", "approved"], then=F("ticket_id"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    objects = BofClaimQuerySet.as_manager()

    class Meta:
        verbose_name = "BoF claim"
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["conference", "status"], name="bof_claim_by_status")]
        constraints = [
            models.UniqueConstraint(fields=["live_slot"], name="one_live_claim_a_place"),
            models.UniqueConstraint(fields=["live_ticket"], name="one_live_claim_a_ticket"),
            models.CheckConstraint(
                condition=Q(status__in=["asked", "approved", "declined", "withdrawn"]),
                name="bof_claim_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(talk__isnull=False),
                name="approved_claim_has_talk",
            ),
            models.CheckConstraint(
                condition=Q(expected__gte=1, expected__lte=MOST_PEOPLE),
                name="bof_claim_people_sane",
            ),
        ]

    def __str__(self):
        return self.what

    @property
    def what(self):
        """Today's title."""
        return self.talk.title if self.talk else self.title

    @property
    def is_live(self):
        return self.status in self.LIVE

    @property
    def is_called_off(self):
        """Approved, and its talk was taken back or cancelled since."""
        return bool(self.status == self.Status.APPROVED and self.talk and self.talk.is_cancelled)

    def move_to(self, status):
        """The one way a status changes; the caller holds the row's lock and saves."""
        if status not in self.MOVES[self.status]:
            raise Refused(f"This BoF is {self.get_status_display()} already.")
        self.status = status
