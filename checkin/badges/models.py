"""Badges on paper with codes of their own, the queue to the printers, the look of an edition."""

import datetime as dt

from django.db import models
from django.db.models import Case, Count, F, Q, When

from registration.models import Followed, FollowedQuerySet
from scale import codes
from scale.models import Conference, User

# 65 random bits; a ticket's code has 12 letters, so that neither is ever taken for the other.
CODE_LETTERS = 13


def new_badge_code():
    return codes.new_code(CODE_LETTERS)


class BadgeQuerySet(FollowedQuerySet):
    def live(self):
        return self.filter(status=Badge.Status.LIVE)

    def drawn(self):
        """With all that stands on the paper."""
        return self.select_related("ticket__conference", "ticket__ticket_type").prefetch_related(
            "ticket__ribbons"
        )


class Badge(Followed):
    """One printed card. At most one of a ticket is live; reprinting makes the old one void."""

    class Status(models.TextChoices):
        LIVE = "live", "live"
        VOID = "void", "void"

    ticket = models.ForeignKey("registration.Ticket", models.PROTECT, related_name="badges")
    code = models.CharField(max_length=16, unique=True, default=new_badge_code, editable=False)
    status = models.CharField(max_length=4, choices=Status, default=Status.LIVE)
    # The ticket's nonce when it was made: whoever a ticket is passed on to has another.
    holder = models.CharField(max_length=32, editable=False)
    # Names the sheets that it was printed on together with others.
    run = models.UUIDField(null=True, blank=True, db_index=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    printed_at = models.DateTimeField(null=True, blank=True)
    # Where it came out; None: on sheets, by staff.
    station = models.ForeignKey(
        "checkin.Station", models.PROTECT, null=True, blank=True, related_name="badges"
    )
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    # “Desk 3, AB”: which station asked for it and who stood there, where nobody had an account.
    asked = models.CharField(max_length=110, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    why_void = models.CharField(max_length=120, blank=True)
    live_ticket = models.GeneratedField(
        expression=Case(When(status="live", then=F("ticket_id"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    objects = BadgeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["live_ticket"], name="one_live_badge"),
            models.CheckConstraint(
                condition=Q(status__in=["live", "void"]), name="badge_status_known"
            ),
        ]

    def __str__(self):
        return f"{self.ticket} ({self.status})"


class PrintJobQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status__in=PrintJob.OPEN)

    def waiting_for(self, station, now):
        """What this printer may take, first come first: its own and everybody's."""
        return self.filter(
            Q(wanted=None) | Q(wanted=station),
            conference=station.conference_id,
            status=PrintJob.Status.QUEUED,
        ).order_by("pk")

    def lapsed(self, conference, now):
        """Held by a printer that has said nothing more for the length of a lease."""
        return self.filter(
            conference=conference, status=PrintJob.Status.CLAIMED, lease_ends_at__lte=now
        )

    def backlog(self, conference):
        """{wanted printer's id or None: (waiting or printing, failed)} of an edition."""
        open_now = Count("pk", filter=Q(status__in=PrintJob.OPEN))
        failed = Count("pk", filter=Q(status=PrintJob.Status.FAILED))
        rows = (
            self.filter(conference=conference)
            .exclude(status__in=[PrintJob.Status.PRINTED, PrintJob.Status.DROPPED])
            .values_list("wanted")
            .annotate(open=open_now, failed=failed)
            .order_by()
        )
        return {wanted: (n, bad) for wanted, n, bad in rows}


class PrintJob(models.Model):
    """A badge on its way to paper. Its number is its place in the queue."""

    class Status(models.TextChoices):
        QUEUED = "queued", "waiting"
        CLAIMED = "claimed", "printing"
        PRINTED = "printed", "printed"
        FAILED = "failed", "failed"
        DROPPED = "dropped", "dropped"

    OPEN = ("queued", "claimed")
    MOVES = {
        Status.QUEUED: {Status.CLAIMED, Status.DROPPED},
        Status.CLAIMED: {Status.QUEUED, Status.PRINTED, Status.FAILED, Status.DROPPED},
        Status.FAILED: {Status.QUEUED, Status.DROPPED},
        Status.PRINTED: set(),
        Status.DROPPED: set(),
    }

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="print_jobs")
    badge = models.ForeignKey(Badge, models.PROTECT, related_name="jobs")
    # None: whichever printer is free.
    wanted = models.ForeignKey(
        "checkin.Station", models.PROTECT, null=True, blank=True, related_name="+"
    )
    printer = models.ForeignKey(
        "checkin.Station", models.PROTECT, null=True, blank=True, related_name="print_jobs"
    )
    status = models.CharField(max_length=7, choices=Status, default=Status.QUEUED)
    # Tells the claims of one job apart: what comes late from an earlier one is refused.
    attempt = models.PositiveIntegerField(default=0)
    lease_ends_at = models.DateTimeField(null=True, blank=True)
    # When the printer got the badge: from then on there may be paper with its code.
    fetched_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=200, blank=True)
    queued_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    open_badge = models.GeneratedField(
        expression=Case(When(status__in=["queued", "claimed"], then=F("badge_id"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    objects = PrintJobQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["conference", "status"], name="print_job_by_status")]
        constraints = [
            models.UniqueConstraint(fields=["open_badge"], name="one_open_print_job"),
            models.CheckConstraint(
                condition=Q(status__in=["queued", "claimed", "printed", "failed", "dropped"]),
                name="print_job_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="claimed")
                | Q(printer__isnull=False, lease_ends_at__isnull=False),
                name="claimed_by_a_printer",
            ),
        ]

    def __str__(self):
        return f"job {self.pk} ({self.status})"

    def move(self, status, **values):
        """To the next status with these values, written at once; an illegal move raises."""
        if status not in self.MOVES[PrintJob.Status(self.status)]:
            raise ValueError(f"a print job does not go from {self.status} to {status}")
        self.status = status
        for name, value in values.items():
            setattr(self, name, value)
        self.save(update_fields=["status", *values])


class PrinterReport(models.Model):
    """What a print station last said of its printer: out of paper, jammed, or nothing."""

    station = models.OneToOneField(
        "checkin.Station", models.CASCADE, primary_key=True, related_name="printer_report"
    )
    trouble = models.CharField(max_length=120, blank=True)
    since = models.DateTimeField()

    def __str__(self):
        return self.trouble or "ready"


class BadgeLayout(models.Model):
    """What an edition's badges look like; without a row they have the look of `layouts.DEFAULT`."""

    class Paper(models.TextChoices):
        A4 = "a4", "A4"
        LETTER = "letter", "US Letter"

    conference = models.OneToOneField(Conference, models.CASCADE, related_name="badge_layout")
    width_mm = models.DecimalField("width", max_digits=5, decimal_places=1)
    height_mm = models.DecimalField("height", max_digits=5, decimal_places=1)
    # {piece: {"x", "y", "w", "h" in mm from the top left, "size" in points, "align"}}
    places = models.JSONField(default=dict)
    # {code of a ticket type: "#rrggbb"}
    colours = models.JSONField(default=dict, blank=True)
    logo = models.ImageField(upload_to="badges/", blank=True)
    paper = models.CharField("paper of sheets", max_length=6, choices=Paper, default=Paper.A4)
    gap_mm = models.DecimalField("gap between two", max_digits=4, decimal_places=1, default=0)
    crop_marks = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    width_mm__gte=40, width_mm__lte=200, height_mm__gte=25, height_mm__lte=270
                ),
                name="badge_size_possible",
                violation_error_message="Between 40 × 25 and 200 × 270 mm, please.",
            ),
            models.CheckConstraint(
                condition=Q(paper__in=["a4", "letter"]), name="badge_paper_known"
            ),
            models.CheckConstraint(
                condition=Q(gap_mm__gte=0, gap_mm__lte=30), name="badge_gap_possible"
            ),
        ]

    def __str__(self):
        return f"badges of {self.conference}"


LEASE = dt.timedelta(seconds=120)
