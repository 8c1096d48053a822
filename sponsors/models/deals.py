"""What an edition sells, and how far each deal is."""

from typing import ClassVar

from django.db import models
from django.db.models import Case, Count, F, Q, Sum, When

from registration.models import TicketType
from scale import money
from scale.models import Conference, PublicFact, User


class Package(PublicFact):
    """A tier sold in one edition; `taken` moves only under the row's conditional UPDATE."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="packages")
    name = models.CharField(max_length=60)
    price = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    size = models.PositiveIntegerField("how many", null=True, blank=True)
    taken = models.PositiveIntegerField(default=0, editable=False)
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Lower comes first and larger on the sponsors page."
    )
    passes = models.PositiveSmallIntegerField(
        "free passes", default=0, help_text="How many people of the sponsor get in."
    )
    pass_type = models.ForeignKey(
        TicketType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="ticket of the passes",
    )

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size=None) | Q(taken__lte=F("size")),
                name="package_not_oversold",
                violation_error_message="More of them than this are signed already.",
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="package_price_not_negative"),
            models.CheckConstraint(
                condition=Q(passes=0) | Q(pass_type__isnull=False),
                name="passes_have_a_ticket",
                violation_error_message="Say which ticket the passes are.",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        if self.pk and kwargs.get("update_fields") is None:
            # What is taken moves in the database alone; a form must not put an old figure back.
            fields = [f.name for f in self._meta.concrete_fields if f.name not in ("id", "taken")]
            kwargs["update_fields"] = fields
        super().save(*args, **kwargs)

    @property
    def left(self):
        return None if self.size is None else self.size - self.taken


class SponsorshipQuerySet(models.QuerySet):
    def public(self, conference):
        """Signed ones, in the order of the sponsors page."""
        return (
            self.filter(conference=conference, status__in=Sponsorship.SIGNED_STATES)
            .select_related("organization", "package")
            .order_by(
                *("package__position", "package__name", "package_id"),
                *("organization__name", "organization_id"),
            )
        )

    def open(self, conference):
        """Neither signed nor lost: what the committee still works on."""
        return self.filter(conference=conference).exclude(
            status__in=[*Sponsorship.SIGNED_STATES, Sponsorship.Status.LOST]
        )

    def live_first(self):
        """The deal that counts before lost ones, the newest of those first."""
        lost_last = Case(When(status=Sponsorship.Status.LOST, then=1), default=0)
        return self.select_related("package", "owner").order_by(lost_last, "-pk")

    def by_status(self, conference):
        """{status: (how many, their sum)} of an edition, with every status in it."""
        rows = (
            self.filter(conference=conference)
            .order_by()
            .values_list("status")
            .annotate(Count("pk"), Sum("amount"))
        )
        empty = dict.fromkeys(Sponsorship.Status, (0, money.ZERO))
        return empty | {status: (number, total) for status, number, total in rows}


class Sponsorship(PublicFact):
    """Organization + Conference + Package: one deal and how far it is."""

    class Status(models.TextChoices):
        LEAD = "lead", "lead"
        ASKED = "asked", "asked"
        INTERESTED = "interested", "interested"
        CONTRACT = "contract", "contract sent"
        SIGNED = "signed", "signed"
        PAID = "paid", "paid"
        LOST = "lost", "lost"

    SIGNED_STATES = (Status.SIGNED, Status.PAID)
    _onwards = {Status.ASKED, Status.INTERESTED, Status.CONTRACT, Status.SIGNED, Status.LOST}
    MOVES: ClassVar[dict[str, set]] = {
        Status.LEAD: _onwards,
        Status.ASKED: {Status.LEAD, *_onwards} - {Status.ASKED},
        Status.INTERESTED: {Status.LEAD, *_onwards} - {Status.INTERESTED},
        Status.CONTRACT: {Status.LEAD, *_onwards} - {Status.CONTRACT},
        Status.SIGNED: {Status.PAID, Status.CONTRACT, Status.LOST},
        Status.PAID: {Status.SIGNED},
        Status.LOST: {Status.LEAD},
    }

    organization = models.ForeignKey(
        "sponsors.Organization", models.PROTECT, related_name="sponsorships"
    )
    conference = models.ForeignKey(Conference, models.PROTECT, related_name="sponsorships")
    package = models.ForeignKey(Package, models.PROTECT, related_name="sponsorships")
    status = models.CharField(max_length=10, choices=Status, default=Status.LEAD)
    amount = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="sponsorships"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField("signed for them by", max_length=120, blank=True)
    # One deal an organization and edition, as long as it is not lost.
    live_key = models.GeneratedField(
        expression=Case(When(~Q(status="lost"), then=F("organization_id"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    objects = SponsorshipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "live_key"],
                name="one_live_sponsorship",
                violation_error_message="This organization has a deal in this edition already.",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        *("lead", "asked", "interested", "contract", "signed", "paid", "lost")
                    ]
                ),
                name="sponsorship_status_known",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="amount_not_negative"),
            models.CheckConstraint(
                condition=Q(status__in=["signed", "paid"], signed_at__isnull=False)
                | (~Q(status__in=["signed", "paid"]) & Q(signed_at=None)),
                name="signed_has_a_date",
            ),
        ]

    def __str__(self):
        return f"{self.organization}, {self.package}"

    def move_to(self, status):
        """The one way a status changes; the caller holds the row's lock and saves."""
        if status not in self.MOVES[self.status]:
            words = Sponsorship.Status(status).label
            raise ValueError(f"A deal that is {self.get_status_display()} cannot become {words}.")
        self.status = status

    @property
    def is_signed(self):
        return self.status in self.SIGNED_STATES

    @property
    def source(self):
        """What counts the free passes of this deal."""
        return f"sponsorship:{self.pk}"
