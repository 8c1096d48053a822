"""Who is in, and how often that changed."""

import datetime as dt

from django.db import models
from django.db.models import Case, Count, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, TruncMinute

from registration.models import Followed, FollowedQuerySet, Ticket
from scale.models import User

from .lists import CheckInList
from .stations import Station

BY_STAFF = "entered by staff"


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
        """(minute, ticket type, how many) came through the edition's entry lists."""
        return (
            self.live()
            .filter(
                checkin_list__conference=conference,
                checkin_list__kind=CheckInList.Kind.ENTRY,
                at__gte=since,
                at__lt=until,
            )
            .annotate(minute=TruncMinute("at", tzinfo=dt.UTC))
            .values_list("minute", "ticket__ticket_type")
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


class ChangeCounter(models.Model):
    """How many times changes of followed rows were given their places; one row (checkin.feed)."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self):
        return str(self.number)
