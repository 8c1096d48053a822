"""Talks that one needs a seat for."""

from collections import Counter, defaultdict
from itertools import combinations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from cfp.models import Talk
from registration.models import AddOn, OrderLine, Quota


class WorkshopQuerySet(models.QuerySet):
    def of(self, conference):
        return self.filter(talk__conference=conference)

    def sold(self, conference):
        """Talk → how many seats are taken."""
        return dict(self.of(conference).order_by().values_list("talk", "quota__taken"))

    def in_both(self, conference):
        """Pairs of talks (lower id first) → how many tickets have seats in both."""
        lines = OrderLine.objects.in_force().filter(add_on__workshop__talk__conference=conference)
        by_ticket = defaultdict(set)
        for ticket, talk in lines.values_list("ticket", "add_on__workshop__talk"):
            by_ticket[ticket].add(talk)
        pairs = Counter()
        for talks in by_ticket.values():
            pairs.update(combinations(sorted(talks), 2))
        return dict(pairs)


class Workshop(models.Model):
    """A talk with seats: an extra of the shop, with places of its own.

    `wanted` is how many seats staff want to offer. How many there are is the size of the
    quota: never more than the room holds, and only `schedule.actions.seats` sets it.
    """

    talk = models.OneToOneField(Talk, models.PROTECT, related_name="workshop")
    add_on = models.OneToOneField(AddOn, models.PROTECT, related_name="workshop")
    quota = models.OneToOneField(Quota, models.PROTECT, related_name="workshop")
    wanted = models.PositiveIntegerField("seats to offer", validators=[MinValueValidator(1)])

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(wanted__gte=1), name="workshop_has_seats"),
        ]

    def __str__(self):
        return f"Seats for {self.talk}"

    @property
    def is_reduced(self):
        """The room holds fewer than staff would like to offer."""
        return self.quota.size < self.wanted
