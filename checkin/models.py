"""The door: stations, what they may admit to, and every attempt."""

import uuid

from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from registration.models import Ticket, TicketType
from scale.models import Conference, User


class CheckInList(models.Model):
    """What is entered or handed out: the door, a tutorial, T-shirts, the party."""

    class Kind(models.TextChoices):
        ENTRY = "entry", "entry"
        SHIRT = "shirt", "T-shirt"
        TUTORIAL = "tutorial", "tutorial"
        PARTY = "party", "party"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="checkin_lists")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.ENTRY)
    ticket_types = models.ManyToManyField(
        TicketType, blank=True, related_name="checkin_lists", help_text="Empty: all of them."
    )
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    once_a_day = models.BooleanField(
        default=False, help_text="Each day's first scan counts; otherwise once in all."
    )

    class Meta:
        verbose_name = "check-in list"
        ordering = ["pk"]

    def __str__(self):
        return self.name


class StationQuerySet(models.QuerySet):
    def live(self):
        return self.filter(revoked_at=None, conference__closed_at=None)


class Station(models.Model):
    """A device at the door, paired once by a code; it can do what its kind allows."""

    class Kind(models.TextChoices):
        PHONE = "phone", "door phone"
        DESK = "desk", "desk"
        KIOSK = "kiosk", "self-service kiosk"
        PRINTER = "printer", "print station"
        COUNTER = "counter", "counter"
        EXHIBITOR = "exhibitor", "exhibitor"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="stations")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.PHONE)
    checkin_list = models.ForeignKey(CheckInList, models.PROTECT, related_name="stations")
    pairing_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)
    pairing_ends_at = models.DateTimeField(null=True, editable=False)
    credential_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)
    paired_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    last_seen_at = models.DateTimeField(null=True, editable=False)

    objects = StationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class CheckIn(models.Model):
    """One admission. At most one live row for a ticket, list and, where the list says so, day."""

    checkin_list = models.ForeignKey(CheckInList, models.PROTECT, related_name="checkins")
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="checkins")
    # The conference's date, on lists that admit once a day.
    day = models.DateField(null=True, blank=True)
    station = models.ForeignKey(Station, models.PROTECT, related_name="checkins")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    undone_why = models.CharField(max_length=200, blank=True)
    live_key = models.GeneratedField(
        expression=Case(
            When(
                undone_at=None,
                then=Concat(
                    Cast("checkin_list_id", models.CharField(max_length=20)),
                    Value(":"),
                    Cast("ticket_id", models.CharField(max_length=20)),
                    Value(":"),
                    Coalesce(Cast("day", models.CharField(max_length=10)), Value("")),
                ),
            )
        ),
        output_field=models.CharField(max_length=60, null=True),
        db_persist=True,
    )

    class Meta:
        verbose_name = "check-in"
        indexes = [models.Index(fields=["checkin_list", "at"], name="checkin_by_time")]
        constraints = [models.UniqueConstraint(fields=["live_key"], name="one_live_checkin")]

    def __str__(self):
        return f"{self.ticket} at {self.checkin_list}"


class Scan(models.Model):
    """Every attempt with its verdict, the failed ones too. A scan id is taken once."""

    class Verdict(models.TextChoices):
        ADMITTED = "admitted", "Admitted"
        ALREADY = "already", "Already in"
        NOT_PAID = "not_paid", "Not paid"
        CANCELLED = "cancelled", "Cancelled"
        NOT_HERE = "not_here", "Not valid here"
        NOT_TODAY = "not_today", "Not today"
        UNKNOWN = "unknown", "Unknown code"

    scan_id = models.UUIDField(unique=True, default=uuid.uuid4)
    station = models.ForeignKey(Station, models.PROTECT, related_name="scans")
    checkin_list = models.ForeignKey(CheckInList, models.PROTECT, related_name="scans")
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="scans")
    checkin = models.ForeignKey(
        CheckIn, models.SET_NULL, null=True, blank=True, related_name="scans"
    )
    verdict = models.CharField(max_length=9, choices=Verdict)
    volunteer = models.CharField(max_length=40, blank=True)
    scanned_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["station", "received_at"], name="scan_by_station")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    verdict__in=[
                        *("admitted", "already", "not_paid", "cancelled", "not_here"),
                        *("not_today", "unknown"),
                    ]
                ),
                name="scan_verdict_known",
            ),
        ]

    def __str__(self):
        return f"{self.get_verdict_display()} at {self.station}"
