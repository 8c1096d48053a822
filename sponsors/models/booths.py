"""Where exhibitors stand: numbered places on the floor plans of an edition."""

import re
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse

from scale.models import Conference, PublicFact

from .catalogue import Benefit
from .deals import Sponsorship
from .promises import Deliverable

ACROSS = 1000  # how wide a plan is in the units of what is drawn over it
NUMBER = RegexValidator(
    r"^[A-Z0-9][A-Z0-9-]{0,9}\Z", "Letters, digits and hyphens, at most 10, such as 12 or A-3."
)


class FloorPlan(PublicFact):
    """A picture of a hall, on which the booths have their places."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="floor_plans")
    name = models.CharField(max_length=60)
    picture = models.FileField(upload_to="plans/")
    width = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    height = models.PositiveIntegerField(validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(width__gte=1, height__gte=1), name="plan_has_sides"),
        ]

    def __str__(self):
        return self.name

    @property
    def file_name(self):
        return (self.picture.name or "").rpartition("/")[2]

    @property
    def picture_url(self):
        """Where anyone sees the plan of a public edition."""
        return reverse("sponsors:plan-picture", args=[self.file_name])

    @property
    def down(self):
        """How high it is where it is ACROSS wide."""
        return round(ACROSS * self.height / self.width)


class BoothQuerySet(models.QuerySet):
    def listed(self, conference):
        return self.filter(conference=conference).select_related(
            "plan", "sponsorship__organization", "sponsorship__package"
        )

    def free(self):
        return self.filter(sponsorship=None)


def share(label):
    """A part of the plan's width or height, from 0 to 1."""
    return models.DecimalField(
        label,
        max_digits=5,
        decimal_places=4,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )


class Booth(PublicFact):
    """A numbered place; whoever has it stands in this one row, so it is never given twice.

    Where it lies on the plan is kept in shares of the plan's sides.
    """

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="booths")
    plan = models.ForeignKey(FloorPlan, models.CASCADE, related_name="booths")
    number = models.CharField(max_length=10, validators=[NUMBER])
    x, y = share("from the left"), share("from the top")
    w, h = share("width"), share("height")
    size = models.CharField(max_length=40, blank=True, help_text="Such as 10 × 10 ft.")
    power = models.CharField(max_length=60, blank=True, help_text="Such as 5 A. Empty: none.")
    internet = models.CharField(max_length=60, blank=True, help_text="Such as wired. Empty: none.")
    notes = models.TextField("notes of the committee", max_length=1000, blank=True)
    sponsorship = models.ForeignKey(
        Sponsorship, models.SET_NULL, null=True, blank=True, related_name="booths"
    )

    objects = BoothQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "number"],
                name="one_booth_a_number",
                violation_error_message="There is a booth of this number already.",
            ),
            models.CheckConstraint(
                condition=Q(x__gte=0, y__gte=0, w__gt=0, h__gt=0)
                # Sums, which floats of SQLite get right at the edge; 1 - 0.9 they do not.
                & Q(LessThanOrEqual(F("x") + F("w"), Decimal(1)))
                & Q(LessThanOrEqual(F("y") + F("h"), Decimal(1))),
                name="booth_on_its_plan",
                violation_error_message="A booth lies on its plan as a whole.",
            ),
        ]

    def __str__(self):
        return f"Booth {self.number}"

    @property
    def natural(self):
        """For sorting as people do: 9 before 10 before A."""
        parts = re.split(r"(\d+)", self.number)
        return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part]

    @property
    def organization(self):
        return self.sponsorship.organization if self.sponsorship else None

    @property
    def facts(self):
        """10 × 10 ft, power 5 A, internet wired"""
        named = (("", self.size), ("power ", self.power), ("internet ", self.internet))
        return ", ".join(f"{name}{value}" for name, value in named if value)

    @property
    def drawn(self):
        """Its corner and sides, and its number's middle and size, in the units of the drawing."""
        down = self.plan.down
        x, w = float(self.x) * ACROSS, float(self.w) * ACROSS
        y, h = float(self.y) * down, float(self.h) * down
        letters = min(0.5 * h, 1.5 * w / max(2, len(self.number)), 40)
        sides = {"x": x, "y": y, "w": w, "h": h}
        label = {"cx": x + w / 2, "cy": y + h / 2 + letters * 0.36, "letters": letters}
        return {name: f"{value:.1f}" for name, value in (sides | label).items()}


def in_order(booths):
    """As a list, by number."""
    return sorted(booths, key=lambda booth: booth.natural)


def promised_booths(deal):
    """How many booths a deal may have: as many as it promises.

    One, where the edition's catalogue knows no booths.
    """
    rows = deal.deliverables.filter(kind=Deliverable.Kind.BOOTH, taken_back_at=None)
    promised = rows.filter(side=Deliverable.Side.US).aggregate(n=Sum("quantity"))["n"] or 0
    sold = Benefit.objects.filter(conference=deal.conference_id, kind=Benefit.Kind.BOOTH)
    return promised if promised or sold.exists() else 1


def exhibitors(conference):
    """Signed deals that have a place on a plan, or were accepted as a project."""
    placed = Exists(Booth.objects.filter(sponsorship=OuterRef("pk")))
    return Sponsorship.objects.public(conference).filter(placed)


def waiting_for_booths(conference):
    """Signed deals with fewer booths than `promised_booths`, by name; with `placed`, `promised`."""
    booths = Deliverable.objects.booths(conference).filter(deal=OuterRef("pk"), taken_back_at=None)
    quantity = booths.order_by().values("deal").annotate(n=Sum("quantity")).values("n")
    sold = Benefit.objects.filter(conference=conference, kind=Benefit.Kind.BOOTH)
    signed = Sponsorship.objects.public(conference)
    return (
        signed.annotate(
            placed=Count("booths"),
            promised=Coalesce(Subquery(quantity), Case(When(Exists(sold), then=0), default=1)),
        )
        .filter(placed__lt=F("promised"))
        .order_by("organization__name", "pk")
    )
