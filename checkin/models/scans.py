"""Every attempt to get in, and what became of it."""

import uuid

from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, When

from registration.models import RetiredCode, Ticket
from scale.models import User

from .. import marks
from ..badges.models import Badge
from .checkins import BY_STAFF, CheckIn
from .lists import CheckInList
from .stations import Station

VERDICTS = [
    *("admitted", "already", "not_paid", "cancelled", "not_here", "not_today"),
    *("passed_on", "old_badge", "help_desk", "unknown"),
]


class ScanQuerySet(models.QuerySet):
    def told(self):
        """With all that a verdict's screen says."""
        return self.select_related(
            *("station", "checkin_list__conference", "ticket__ticket_type"),
            *("checkin__station", "retired", "badge"),
        ).annotate(**marks.of_tickets(OuterRef("ticket")))

    def of_edition(self, conference):
        return self.filter(checkin_list__conference=conference)

    def open_conflicts(self, conference):
        """Whom a device let in although the answer is another one; until staff settle it."""
        lists = list(conference.checkin_lists.values_list("pk", flat=True))
        return self.filter(conflict_list__in=lists)

    def failed(self, lists, bounds=None):
        """What let nobody in, in some lists; `bounds` are the two ends of a time."""
        rows = self.filter(checkin_list__in=lists).exclude(verdict=Scan.Verdict.ADMITTED)
        return rows.filter(scanned_at__gte=bounds[0], scanned_at__lt=bounds[1]) if bounds else rows

    def last_of(self, stations):
        """The stations with `scanned_at`, and `volunteer`: who scanned with each last."""
        scans = self.filter(station=OuterRef("pk")).order_by("-received_at")
        return stations.annotate(
            scanned_at=scans.values("scanned_at")[:1], volunteer=scans.values("volunteer")[:1]
        )

    def by_station(self, conference):
        """{station id: (scans, admitted)} of an edition."""
        admitted = Count("pk", filter=Q(verdict=Scan.Verdict.ADMITTED))
        rows = (
            self.filter(station__conference=conference)
            .values_list("station")
            .annotate(scans=Count("pk"), admitted=admitted)
            .order_by()
        )
        return {station: (scans, admitted) for station, scans, admitted in rows}


class Scan(models.Model):
    """Every attempt with its verdict, the failed ones too. A scan id is taken once.

    Without a station it was staff: `by` whom and `why`.
    """

    class Verdict(models.TextChoices):
        ADMITTED = "admitted", "Admitted"
        ALREADY = "already", "Already in"
        NOT_PAID = "not_paid", "Not paid"
        CANCELLED = "cancelled", "Cancelled"
        NOT_HERE = "not_here", "Not valid here"
        NOT_TODAY = "not_today", "Not today"
        PASSED_ON = "passed_on", "Passed on"
        OLD_BADGE = "old_badge", "Old badge"
        HELP_DESK = "help_desk", "To the help desk"
        UNKNOWN = "unknown", "Unknown code"

    scan_id = models.UUIDField(unique=True, default=uuid.uuid4)
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="scans"
    )
    checkin_list = models.ForeignKey(CheckInList, models.PROTECT, related_name="scans")
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="scans")
    checkin = models.ForeignKey(
        CheckIn, models.SET_NULL, null=True, blank=True, related_name="scans"
    )
    # The code that was shown, where it was the ticket's before it was passed on.
    retired = models.ForeignKey(
        RetiredCode, models.PROTECT, null=True, blank=True, related_name="scans"
    )
    # The badge that was shown in place of the ticket.
    badge = models.ForeignKey(Badge, models.PROTECT, null=True, blank=True, related_name="scans")
    verdict = models.CharField(max_length=9, choices=Verdict)
    # What a device had shown when it sent the scan; empty where the server was asked.
    said = models.CharField(max_length=9, choices=Verdict, blank=True)
    was_offline = models.BooleanField(default=False)
    volunteer = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=200, blank=True)
    # Corrected by the error of the device's clock.
    scanned_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    # The scan that owns the check-in, where two devices let the same ticket in.
    conflict_with = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="conflicts"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    conflict_list = models.GeneratedField(
        expression=Case(
            When(
                Q(said="admitted") & ~Q(verdict="admitted") & Q(settled_at=None),
                then=F("checkin_list_id"),
            )
        ),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    objects = ScanQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["station", "received_at"], name="scan_by_station"),
            models.Index(fields=["conflict_list"], name="scan_open_conflict"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=VERDICTS), name="scan_verdict_known"),
            models.CheckConstraint(condition=Q(said__in=["", *VERDICTS]), name="scan_said_known"),
        ]

    def __str__(self):
        return f"{self.get_verdict_display()} {self.place}"

    @property
    def place(self):
        """“at Door 1”, or by staff."""
        return f"at {self.station}" if self.station else BY_STAFF

    @property
    def is_conflict(self):
        """The device let somebody in whom the answer turns away."""
        return self.said == Scan.Verdict.ADMITTED and self.verdict != Scan.Verdict.ADMITTED
