import datetime as dt
import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

RESERVED_SLUGS = {
    *("account", "accounts", "admin", "after-login", "api", "dev", "door", "files", "healthz"),
    *("media", "metrics", "my", "new", "payments", "robots-txt", "staff", "static"),
}
LONGEST_DAYS = 31
CURRENCIES = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$", "AUD": "A$", "CHF": "CHF "}
ZONE_NAMES = {
    "America/Los_Angeles": "Pacific",
    "America/Denver": "Mountain",
    "America/Chicago": "Central",
    "America/New_York": "Eastern",
    "UTC": "UTC",
}
HEX_COLOUR = RegexValidator(r"^#[0-9a-f]{6}\Z", "Six hexadecimal digits after #, such as #b4400a.")


def validate_slug_free(slug):
    if slug in RESERVED_SLUGS:
        raise ValidationError(f"“{slug}” is an address the site itself uses.")


def validate_zone(name):
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(
            f"“{name}” is not a time zone name such as America/Los_Angeles."
        ) from error


def utc(offset):
    """UTC−8, UTC+5:45"""
    hours, minutes = divmod(abs(round((offset or dt.timedelta()).total_seconds() / 60)), 60)
    sign = "−" if offset and offset < dt.timedelta() else "+"
    return f"UTC{sign}{hours}:{minutes:02}" if minutes else f"UTC{sign}{hours}"


class ConferenceQuerySet(models.QuerySet["Conference"]):
    def touch(self, ids):
        """Raise the version of these editions: every cached public answer of theirs is now old."""
        wanted = sorted(pk for pk in ids if pk)
        return self.filter(pk__in=wanted).update(version=F("version") + 1) if wanted else 0

    def current(self, now=None):
        """The edition on today, else the next one, else the latest; None without any."""
        now = now or timezone.now()
        shown = list(self.filter(is_public=True).order_by("starts_on"))
        return next((c for c in shown if c.ends_on >= now.astimezone(c.zone).date()), None) or (
            shown[-1] if shown else None
        )


class Conference(models.Model):
    """One edition, such as SCALE 24x; everything dated belongs to one."""

    slug = models.CharField(
        max_length=20,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z0-9][a-z0-9-]*\Z", "Lower-case letters, digits and hyphens."),
            validate_slug_free,
        ],
        help_text="The first part of every address of this edition, such as 24x.",
    )
    series = models.CharField(max_length=40, default="SCALE", help_text="The name it keeps.")
    name = models.CharField(max_length=80, help_text="The edition's full name, such as SCALE 24x.")
    tagline = models.CharField(max_length=160, blank=True)
    introduction = models.CharField(max_length=300, blank=True)
    time_zone = models.CharField(
        max_length=64, default="America/Los_Angeles", validators=[validate_zone]
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    venue_name = models.CharField("venue", max_length=120, blank=True)
    venue_address = models.CharField(max_length=200, blank=True)
    currency = models.CharField(
        max_length=3, default="USD", choices=[(code, code) for code in CURRENCIES]
    )
    accent = models.CharField(
        "accent colour", max_length=7, default="#b4400a", validators=[HEX_COLOUR]
    )
    accent_dark = models.CharField(
        "accent colour on dark", max_length=7, default="#ffa366", validators=[HEX_COLOUR]
    )
    conduct_url = models.URLField("code of conduct", blank=True)
    conduct_phone = models.CharField(max_length=30, blank=True)
    conduct_email = models.EmailField("conduct e-mail", blank=True)
    is_public = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    erase_personal_data_on = models.DateField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveBigIntegerField(default=1, editable=False)

    objects = ConferenceQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="conference_ends_after_start",
                violation_error_message="The last day is before the first.",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        if self.pk and not kwargs.get("update_fields"):
            # The version is only ever raised in the database; a form must not put an old one back.
            fields = [f.name for f in self._meta.concrete_fields if f.name not in ("id", "version")]
            kwargs["update_fields"] = fields
        super().save(*args, **kwargs)
        Conference.objects.touch([self.pk])

    def get_absolute_url(self):
        return reverse("pages:front", args=[self.slug])

    def clean(self):
        first, last = self.starts_on, self.ends_on
        for name, day in (("starts_on", first), ("ends_on", last)):
            if day and not 1990 <= day.year <= 2100:
                raise ValidationError({name: "This year cannot be meant."})
        if first and last and (last - first).days > LONGEST_DAYS:
            raise ValidationError({"ends_on": f"An edition has at most {LONGEST_DAYS} days."})

    @property
    def zone(self):
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def is_closed(self):
        return self.closed_at is not None

    @property
    def edition(self):
        """The part of the name after the series: “24x” of “SCALE 24x”."""
        return self.name.removeprefix(self.series).strip() or self.name

    @property
    def dates(self):
        """March 4–7 · February 27 – March 2, 2027"""
        first, last = self.starts_on, self.ends_on
        if first == last:
            return f"{first:%B} {first.day}, {first.year}"
        if (first.year, first.month) == (last.year, last.month):
            return f"{first:%B} {first.day}–{last.day}, {last.year}"
        return f"{first:%B} {first.day} – {last:%B} {last.day}, {last.year}"

    @property
    def zone_words(self):
        """“Berlin time (UTC+1)” or “Pacific (UTC−8, from 14 March UTC−7)”."""
        days = self.days() if self.ends_on else [self.starts_on]
        said: list[str] = []
        before = None
        for day in days:
            offset = dt.datetime.combine(day, dt.time(12), self.zone).utcoffset()
            if offset != before:
                said.append(f"from {day.day} {day:%B} {utc(offset)}" if said else utc(offset))
            before = offset
        return f"{self.zone_name} ({', '.join(said)})"

    @property
    def zone_name(self):
        city = self.time_zone.rpartition("/")[2].replace("_", " ")
        return ZONE_NAMES.get(self.time_zone, f"{city} time")

    def zone_at(self, instant):
        """The same for one instant, which may be long before the days of the conference."""
        return f"{self.zone_name} ({utc(instant.astimezone(self.zone).utcoffset())})"

    def today(self, now=None):
        """Today's date in the conference's zone."""
        return (now or timezone.now()).astimezone(self.zone).date()

    def is_on(self, now=None):
        return self.starts_on <= self.today(now) <= self.ends_on

    def is_over(self, now=None):
        return self.today(now) > self.ends_on

    def days(self):
        return [
            self.starts_on + dt.timedelta(days=n)
            for n in range((self.ends_on - self.starts_on).days + 1)
        ]

    def day_bounds(self, day):
        """The instants at which `day` begins and ends in the conference's zone (23–25 h apart)."""
        midnight = dt.time(0)
        return (
            dt.datetime.combine(day, midnight, self.zone),
            dt.datetime.combine(day + dt.timedelta(days=1), midnight, self.zone),
        )


class PublicFact(models.Model):
    """A row that public pages show: saving or deleting it makes the cached pages new.

    QuerySet.update and bulk_create pass this by; who uses them on public facts
    calls `Conference.objects.touch` in the same transaction.
    """

    conference_id: int

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with transaction.atomic():
            # The edition first: an insert takes a shared lock on it for its foreign key, and two
            # that both want to raise the version after that would wait for each other for ever.
            known = self.pk or hasattr(self, "conference_id")
            told = set(self.shown_in()) if known else set()
            Conference.objects.touch(told)
            super().save(*args, **kwargs)
            Conference.objects.touch(set(self.shown_in()) - told)

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            Conference.objects.touch(self.shown_in())
            return super().delete(*args, **kwargs)

    def shown_in(self):
        """Ids of the editions whose public pages show this row."""
        return [self.conference_id]
