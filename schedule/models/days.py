"""What is true of a day: its hours, the times that talks snap to, and how full the house is."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from scale.models import Conference


class DayHours(models.Model):
    """When the house is open on one day, on the clocks of the conference.

    One that closes earlier than it opens closes on the next day.
    """

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="day_hours")
    date = models.DateField("day")
    opens_at = models.TimeField()
    closes_at = models.TimeField()

    class Meta:
        ordering = ["date"]
        verbose_name_plural = "hours of the days"
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "date"],
                name="hours_once_a_day",
                violation_error_message="This day has its hours already.",
            ),
        ]

    def __str__(self):
        return f"{self.date}: {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"


class SlotTemplate(models.Model):
    """Times of one day that talks snap to, such as 10 × 45 minutes with 15 minutes between."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="slot_templates")
    date = models.DateField("day")
    first_at = models.TimeField("first begins at")
    number = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(100)], help_text="How many."
    )
    minutes = models.PositiveSmallIntegerField(
        "minutes each", validators=[MinValueValidator(5), MaxValueValidator(1440)]
    )
    gap = models.PositiveSmallIntegerField(
        "minutes between", default=0, validators=[MaxValueValidator(1440)]
    )

    class Meta:
        ordering = ["date", "first_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=100, minutes__gte=5, minutes__lte=1440),
                name="template_sane",
            ),
        ]

    def __str__(self):
        return f"{self.date}: {self.number} × {self.minutes} min from {self.first_at:%H:%M}"


class PresenceHour(models.Model):
    """Of the people who may come that day, how many are in the house in one hour of the clock."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="presence")
    hour = models.PositiveSmallIntegerField("hour of the clock", validators=[MaxValueValidator(23)])
    percent = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])

    class Meta:
        ordering = ["hour"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "hour"],
                name="presence_once_an_hour",
                violation_error_message="This hour is there already.",
            ),
            models.CheckConstraint(
                condition=Q(hour__lte=23, percent__lte=100), name="presence_sane"
            ),
        ]

    def __str__(self):
        return f"{self.hour:02}:00 {self.percent} %"
