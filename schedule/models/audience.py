"""How many people came to talks, and what staff say of how many will."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from cfp.models import Talk
from scale.models import Conference, User

from .rooms import Room

MOST = 100_000


class HeadCountQuerySet(models.QuerySet):
    def of(self, conference):
        """The last count of each slot of the edition: {uuid: people}."""
        rows = self.filter(conference=conference).order_by("pk")
        return dict(rows.values_list("slot_uuid", "people"))


class HeadCount(models.Model):
    """Somebody counted the people in a room. Rows are added; the last of a slot counts."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="head_counts")
    slot_uuid = models.UUIDField(db_index=True)
    talk = models.ForeignKey(
        Talk, models.SET_NULL, null=True, blank=True, related_name="head_counts"
    )
    room = models.ForeignKey(
        Room, models.SET_NULL, null=True, blank=True, related_name="head_counts"
    )
    people = models.PositiveIntegerField(validators=[MaxValueValidator(MOST)])
    # How many were in the house then, as far as was known: 90 of 3,000 is not 90 of 200.
    present = models.PositiveIntegerField(null=True, blank=True)
    # How many had been expected, to learn from the error.
    expected = models.PositiveIntegerField(null=True, blank=True)
    counted_at = models.DateTimeField()
    by = models.CharField("who counted", max_length=80, blank=True)

    objects = HeadCountQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(people__lte=MOST), name="head_count_sane"),
        ]

    def __str__(self):
        return f"{self.people} people in {self.room}"


class ExpectedPeople(models.Model):
    """What staff say instead of the projection: people in the talk's main slot."""

    talk = models.OneToOneField(Talk, models.CASCADE, related_name="expected_people")
    people = models.PositiveIntegerField(validators=[MaxValueValidator(MOST)])
    why = models.CharField(max_length=250, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "expected people"
        constraints = [
            models.CheckConstraint(condition=Q(people__lte=MOST), name="expected_people_sane"),
        ]

    def __str__(self):
        return f"{self.talk}: {self.people} people"
