"""What an edition promises to its sponsors, and what it needs from them for that."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from registration.models import TicketType
from scale.models import Conference, User

from .deals import Package, Sponsorship

LONGEST = 730  # days: nothing is due, and nobody reminded, further away than this
MOST_MARKS = 8


def reminder_days(text):
    """The numbers of `14, 7, 1`, the earliest first; ValueError for anything else."""
    days = sorted({int(part) for part in text.replace(",", " ").split()}, reverse=True)
    if len(days) > MOST_MARKS or any(abs(day) > LONGEST for day in days):
        raise ValueError(text)
    return days


def check_reminder_days(text):
    try:
        reminder_days(text)
    except ValueError as error:
        raise ValidationError(
            f"Numbers of days such as 14, 7, 1 (at most {MOST_MARKS}); -3 is three days late."
        ) from error


class Terms(models.Model):
    """What one promise says: a benefit of the catalogue, and its copy in each signed deal."""

    class Kind(models.TextChoices):
        PASSES = "passes", "passes"
        LOGO = "logo", "logo"
        BOOTH = "booth", "booth"
        TALK = "talk", "talk slot"
        ADVERT = "advert", "advert"
        BAG = "bag", "bag insert"
        TEXT = "text", "text"
        CUSTOM = "custom", "something else"

    class Side(models.TextChoices):
        US = "us", "we owe"
        THEM = "them", "they owe"

    class Wanted(models.TextChoices):
        NOTHING = "", "nothing to send"
        PICTURE = "picture", "logo as SVG or PNG"
        PDF = "pdf", "PDF"
        TEXT = "text", "text"
        NAMES = "names", "names, one a line"

    kind = models.CharField(max_length=6, choices=Kind, default=Kind.CUSTOM)
    side = models.CharField("who owes it", max_length=4, choices=Side, default=Side.US)
    name = models.CharField(max_length=80)
    description = models.TextField("what exactly", max_length=1000, blank=True)
    pass_type = models.ForeignKey(
        TicketType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="ticket of the passes",
    )
    wanted = models.CharField(
        "what they send", max_length=7, choices=Wanted, default=Wanted.NOTHING, blank=True
    )
    min_pixels = models.PositiveIntegerField(
        "PNG at least, pixels",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5000)],
        help_text="Of its longer side. An SVG has no pixels and always fits.",
    )
    page_width = models.PositiveSmallIntegerField(
        "page width, mm", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    page_height = models.PositiveSmallIntegerField(
        "page height, mm", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    reminders = models.CharField(
        "reminders, days before",
        max_length=60,
        blank=True,
        validators=[check_reminder_days],
        help_text="Such as 14, 7, 1. They go out by mail until it has arrived.",
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Lower comes first.")

    class Meta:
        abstract = True

    TERMS = (
        *("kind", "side", "name", "description", "pass_type_id", "wanted", "min_pixels"),
        *("page_width", "page_height", "reminders", "position"),
    )

    @staticmethod
    def rules(prefix):
        """The constraints of both tables; a name is one database-wide."""
        return [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        *("passes", "logo", "booth", "talk"),
                        *("advert", "bag", "text", "custom"),
                    ]
                ),
                name=f"{prefix}_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(side__in=["us", "them"]), name=f"{prefix}_side_known"
            ),
            models.CheckConstraint(
                condition=Q(wanted__in=["", "picture", "pdf", "text", "names"]),
                name=f"{prefix}_wanted_known",
            ),
            models.CheckConstraint(
                condition=Q(wanted="") | Q(side="them"),
                name=f"{prefix}_they_send",
                violation_error_message="What they send is something that they owe.",
            ),
            models.CheckConstraint(
                condition=Q(kind="passes", pass_type__isnull=False)
                | (~Q(kind="passes") & Q(pass_type=None)),
                name=f"{prefix}_passes_are_a_ticket",
                violation_error_message="Passes need their ticket; nothing else has one.",
            ),
            models.CheckConstraint(
                condition=Q(page_width=None, page_height=None)
                | Q(page_width__isnull=False, page_height__isnull=False),
                name=f"{prefix}_page_has_both_sides",
                violation_error_message="A page size has a width and a height.",
            ),
        ]

    @property
    def asks(self):
        """What exactly is to be sent, in words."""
        match self.wanted:
            case self.Wanted.PICTURE if self.min_pixels:
                return f"SVG, or PNG of at least {self.min_pixels:,} pixels on its longer side"
            case self.Wanted.PICTURE:
                return "SVG or PNG"
            case self.Wanted.PDF if self.page_width:
                return f"PDF, one page of {self.page_width} × {self.page_height} mm"
        return self.get_wanted_display() if self.wanted else ""


class BenefitQuerySet(models.QuerySet):
    def listed(self, conference):
        return self.filter(conference=conference).order_by("side", "position", "name", "pk")

    def extras(self, conference):
        """What is sold alone."""
        return self.listed(conference).exclude(price=None)


class Benefit(Terms):
    """A promise in the catalogue; `taken` moves only under the row's conditional UPDATE."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="benefits")
    owner = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who sees to it. Empty: who looks after the deal.",
    )
    days_before = models.SmallIntegerField(
        "due, days before the first day",
        null=True,
        blank=True,
        validators=[MinValueValidator(-60), MaxValueValidator(LONGEST)],
    )
    due_on = models.DateField("or due on", null=True, blank=True)
    price = models.DecimalField(
        "price as an extra",
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Empty: it comes with packages only.",
    )
    size = models.PositiveIntegerField(
        "how many there are",
        null=True,
        blank=True,
        help_text="All packages and extras share them. Empty: any number.",
    )
    taken = models.PositiveIntegerField(default=0, editable=False)
    packages = models.ManyToManyField(
        Package, through="PackageBenefit", related_name="benefits", blank=True
    )

    objects = BenefitQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            *Terms.rules("benefit"),
            models.CheckConstraint(
                condition=Q(size=None) | Q(taken__lte=F("size")),
                name="benefit_not_oversold",
                violation_error_message="More of them than this are promised already.",
            ),
            models.CheckConstraint(
                condition=Q(price=None) | Q(price__gte=0), name="benefit_price_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(days_before=None) | Q(due_on=None),
                name="benefit_due_once",
                violation_error_message="Days before, or a date: not both.",
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

    @property
    def due_day(self):
        """The day by which it is owed; None where no day is set."""
        if self.due_on or self.days_before is None:
            return self.due_on
        return self.conference.starts_on - dt.timedelta(days=self.days_before)


class PackageBenefit(models.Model):
    """So many of a benefit come with a package."""

    package = models.ForeignKey(Package, models.CASCADE, related_name="package_benefits")
    benefit = models.ForeignKey(Benefit, models.CASCADE, related_name="package_benefits")
    quantity = models.PositiveSmallIntegerField(
        "how many", default=1, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["package", "benefit"], name="benefit_once_a_package"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="package_benefit_counts"),
        ]

    def __str__(self):
        return f"{self.package}: {self.quantity} × {self.benefit}"


class BenefitConflict(models.Model):
    """What one deal cannot have together: two benefits (lower id first), or one and a package."""

    benefit = models.ForeignKey(Benefit, models.CASCADE, related_name="conflicts")
    other = models.ForeignKey(
        Benefit, models.CASCADE, null=True, blank=True, related_name="conflicts_back"
    )
    package = models.ForeignKey(
        Package, models.CASCADE, null=True, blank=True, related_name="conflicts"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["benefit", "other"], name="benefits_conflict_once"),
            models.UniqueConstraint(fields=["benefit", "package"], name="package_conflicts_once"),
            models.CheckConstraint(
                condition=Q(other__isnull=False, package=None)
                | Q(other=None, package__isnull=False),
                name="conflict_with_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(other=None) | Q(benefit__lt=F("other")), name="conflict_lower_id_first"
            ),
        ]

    def __str__(self):
        return f"{self.benefit} not with {self.other or self.package}"


class SponsorshipExtra(models.Model):
    """Bought beside the package, at the price agreed for all of them together."""

    deal = models.ForeignKey(Sponsorship, models.CASCADE, related_name="extras")
    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="extras")
    quantity = models.PositiveSmallIntegerField(
        "how many", default=1, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    price = models.DecimalField(max_digits=10, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "benefit"],
                name="extra_once_a_deal",
                violation_error_message="This deal has this extra already.",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="extra_counts"),
            models.CheckConstraint(condition=Q(price__gte=0), name="extra_price_not_negative"),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.benefit}"
