"""The devices at the door: what each is for, and whether it may do it."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils import timezone

from registration.models import CashDrawer
from scale import codes
from scale.models import Conference
from scale.prepared import Prepared
from sponsors.models import Organization

from .lists import CheckInList

SEEN_EVERY = dt.timedelta(seconds=30)
# Who said nothing for so long is offline or switched off: scanners and printers ask all the time.
SILENT = dt.timedelta(minutes=2)


def how_long(time):
    """“4 min”, “3 h”, “2 days”."""
    minutes = int(time / dt.timedelta(minutes=1))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"


class StationQuerySet(models.QuerySet):
    def live(self):
        return self.filter(revoked_at=None, conference__closed_at=None)

    def holding(self, credential):
        """The live station whose device presents this credential, or None."""
        return next(iter(HOLDING.instances(digest=codes.digest(credential))), None)

    def in_state(self, state, now):
        """paired, silent, queue, new or revoked: what the list of stations can be asked for."""
        paired = self.filter(revoked_at=None).exclude(credential_hash=None)
        return {
            "paired": paired,
            "silent": paired.filter(Q(last_seen_at=None) | Q(last_seen_at__lt=now - SILENT)),
            "queue": self.filter(queued__gt=0),
            "new": self.filter(revoked_at=None, credential_hash=None),
            "revoked": self.exclude(revoked_at=None),
        }[state]

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
    # None: an exhibitor's, who checks nobody in.
    checkin_list = models.ForeignKey(
        CheckInList, models.PROTECT, null=True, blank=True, related_name="stations"
    )
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        verbose_name="exhibitor",
        null=True,
        blank=True,
        related_name="stations",
    )
    # None: whichever is free.
    printer = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name="badges come out of",
        null=True,
        blank=True,
        related_name="prints_for",
    )
    pairing_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)
    pairing_ends_at = models.DateTimeField(null=True, editable=False)
    credential_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)
    paired_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    last_seen_at = models.DateTimeField(null=True, editable=False)
    # What its device said of itself the last time.
    app_version = models.CharField(max_length=40, blank=True, editable=False)
    queued = models.PositiveIntegerField("scans that wait on it", default=0, editable=False)
    # The box of cash that a desk sells from; it stays named here after it was counted.
    drawer = models.OneToOneField(
        CashDrawer, models.PROTECT, null=True, blank=True, editable=False, related_name="station"
    )

    objects = StationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="exhibitor", organization__isnull=False, checkin_list=None)
                | (~Q(kind="exhibitor") & Q(organization=None, checkin_list__isnull=False)),
                name="station_for_a_list_or_an_exhibitor",
                violation_error_message="An exhibitor’s station names the exhibitor, every other "
                "one a list.",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def scans_for(self):
        """The list that it checks people in to, or the exhibitor who scans with it.

        None for a printer: it has a list in the database only.
        """
        return None if self.kind == self.Kind.PRINTER else self.checkin_list or self.organization

    @property
    def state(self):
        """revoked, paired, waiting for its device, or new."""
        if self.revoked_at:
            return "revoked"
        if self.pairing_ends_at and self.pairing_ends_at > timezone.now():
            return "waiting"
        return "paired" if self.credential_hash else "new"

    @property
    def open_drawer(self):
        return self.drawer if self.drawer and self.drawer.closed_at is None else None

    def silence(self, now):
        """For how long it said nothing, in words, where that is long; else empty."""
        seen = self.last_seen_at
        return how_long(now - seen) if seen and now - seen > SILENT else ""

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


# Every request of every device begins with this, and making its SQL costs more than its answer.
HOLDING = Prepared(
    lambda digest: (
        Station.objects.live()
        .select_related("conference", "checkin_list")
        .filter(credential_hash=digest)
    ),
    digest=(Station._meta.get_field("credential_hash"), "of the device that asks"),
)
