"""The door: stations, what they may admit to, and every attempt."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, TruncMinute
from django.utils import timezone

from registration.models import (
    AddOn,
    Followed,
    FollowedQuerySet,
    OrderLine,
    RetiredCode,
    Ticket,
    TicketType,
)
from scale import codes
from scale.models import Conference, User

from . import marks
from .badges.models import Badge, BadgeLayout, PrinterReport, PrintJob  # noqa: F401 (tables)

SEEN_EVERY = dt.timedelta(seconds=30)
BY_STAFF = "entered by staff"
VERDICTS = [
    *("admitted", "already", "not_paid", "cancelled", "not_here", "not_today"),
    *("passed_on", "old_badge", "help_desk", "unknown"),
]


class CheckInList(models.Model):
    """What is entered or handed out: the door, a tutorial, T-shirts, the party.

    A ticket qualifies by its type or by one of its extras; if neither is named, every one does.
    """

    class Kind(models.TextChoices):
        ENTRY = "entry", "entry"
        SHIRT = "shirt", "T-shirt"
        TUTORIAL = "tutorial", "tutorial"
        PARTY = "party", "party"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="checkin_lists")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.ENTRY)
    ticket_types = models.ManyToManyField(TicketType, blank=True, related_name="checkin_lists")
    add_ons = models.ManyToManyField(
        AddOn, verbose_name="extras", blank=True, related_name="checkin_lists"
    )
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    once_a_day = models.BooleanField(
        default=False, help_text="Each day's first scan counts; otherwise once in all."
    )

    class Meta:
        verbose_name = "check-in list"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")) | Q(opens_at=None) | Q(closes_at=None),
                name="list_closes_after_opening",
                violation_error_message="It closes before it opens.",
            ),
        ]

    def __str__(self):
        return self.name

    def tickets(self):
        """Those that it may admit: paid or given, of one of its types or with one of its extras."""
        rows = Ticket.objects.admitting().filter(conference=self.conference_id)
        types = list(self.ticket_types.values_list("pk", flat=True))
        extras = list(self.add_ons.values_list("pk", flat=True))
        if not types and not extras:
            return rows
        held = OrderLine.objects.in_force().filter(add_on__in=extras)
        return rows.filter(Q(ticket_type__in=types) | Q(pk__in=held.values("ticket")))

    def is_open(self, now):
        return (self.opens_at is None or now >= self.opens_at) and (
            self.closes_at is None or now < self.closes_at
        )

    def day(self, conference, now):
        """The day that an admission counts for; None where once in all is the rule."""
        return conference.today(now) if self.once_a_day else None


class StationQuerySet(models.QuerySet):
    def live(self):
        return self.filter(revoked_at=None, conference__closed_at=None)

    def holding(self, credential):
        """The live station whose device presents this credential, or None."""
        return (
            self.live()
            .select_related("conference", "checkin_list")
            .filter(credential_hash=codes.digest(credential))
            .first()
        )

    def waiting(self, code, now):
        """Stations that can be paired by this code now: one or none."""
        return self.filter(pairing_hash=codes.digest(code), pairing_ends_at__gt=now)


class Station(models.Model):
    """A device at the door, paired once by a code; it can do what its kind allows."""

    class Kind(models.TextChoices):
        PHONE = "phone", "door phone"
        DESK = "desk", "desk"
        KIOSK = "kiosk", "self-service kiosk"
        PRINTER = "printer", "print station"
        COUNTER = "counter", "counter"
        EXHIBITOR = "exhibitor", "exhibitor"

    # The kinds whose devices scan people in.
    SCANNING = (Kind.PHONE, Kind.DESK, Kind.COUNTER)

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
    # What its device said of itself the last time.
    app_version = models.CharField(max_length=40, blank=True, editable=False)
    queued = models.PositiveIntegerField("scans that wait on it", default=0, editable=False)

    objects = StationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def state(self):
        """revoked, paired, waiting for its device, or new."""
        if self.revoked_at:
            return "revoked"
        if self.pairing_ends_at and self.pairing_ends_at > timezone.now():
            return "waiting"
        return "paired" if self.credential_hash else "new"

    def note_seen(self, now):
        """Kept to half a minute, so that a busy door writes it seldom."""
        late = now - SEEN_EVERY
        if self.last_seen_at is None or self.last_seen_at <= late:
            Station.objects.filter(
                Q(last_seen_at=None) | Q(last_seen_at__lte=late), pk=self.pk
            ).update(last_seen_at=now)

    def note_report(self, version, queued):
        """What the device says of itself; None for what it does not say. Written if it is news."""
        said = {"app_version": version, "queued": queued}
        news = {k: v for k, v in said.items() if v is not None and v != getattr(self, k)}
        if news:
            Station.objects.filter(pk=self.pk).update(**news)


class CheckInQuerySet(FollowedQuerySet):
    def live(self):
        return self.filter(undone_at=None)

    def inside(self, checkin_list, day):
        """Who counts as in: on a list that admits once a day, those of that day."""
        rows = self.live().filter(checkin_list=checkin_list)
        return rows.filter(day=day) if day else rows

    def by_list_and_type(self, conference):
        """(list, ticket type, people) of an edition's live check-ins: each person once."""
        return (
            self.live()
            .filter(checkin_list__conference=conference)
            .values_list("checkin_list", "ticket__ticket_type")
            .annotate(people=Count("ticket", distinct=True))
            .order_by()
        )

    def by_minute(self, conference, since, until):
        """(minute, how many) came through the edition's entry lists: at most 1,440 rows a day."""
        return (
            self.live()
            .filter(
                checkin_list__conference=conference,
                checkin_list__kind=CheckInList.Kind.ENTRY,
                at__gte=since,
                at__lt=until,
            )
            .annotate(minute=TruncMinute("at", tzinfo=dt.UTC))
            .values_list("minute")
            .annotate(n=Count("pk"))
            .order_by("minute")
        )


class CheckIn(Followed):
    """One admission. At most one live row for a ticket, list and, where the list says so, day.

    Without a station it was staff who entered it.
    """

    checkin_list = models.ForeignKey(CheckInList, models.PROTECT, related_name="checkins")
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="checkins")
    # The conference's date, on lists that admit once a day.
    day = models.DateField(null=True, blank=True)
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="checkins"
    )
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

    objects = CheckInQuerySet.as_manager()

    class Meta:
        verbose_name = "check-in"
        indexes = [models.Index(fields=["checkin_list", "at"], name="checkin_by_time")]
        constraints = [models.UniqueConstraint(fields=["live_key"], name="one_live_checkin")]

    def __str__(self):
        return f"{self.ticket} at {self.checkin_list}"

    @property
    def place(self):
        """“at Door 1”, or by staff."""
        return f"at {self.station}" if self.station else BY_STAFF


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


class ChangeCounter(models.Model):
    """How many times changes of followed rows were given their places; one row (checkin.feed)."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self):
        return str(self.number)
