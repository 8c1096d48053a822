"""What can be bought with a ticket: shirts by size, tutorials, the party."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property

from scale import money
from scale.models import Conference, PublicFact

from .. import seats
from .offer import FEW_LEFT, Lapsed, Quota, TicketType


class AddOnQuerySet(models.QuerySet):
    def on_offer(self, conference, *, lapsed=None):
        """Those shown beside the types, with `type_ids` and quotas at hand."""
        # One row for each type that an extra goes with: saves a statement.
        rows = self.filter(conference=conference, is_hidden=False)
        found: dict[int, Any] = {}
        row: Any
        for row in rows.annotate(type_id=F("ticket_types")).prefetch_related("quotas"):
            one = found.setdefault(row.pk, row)
            one.conference = conference
            one.type_ids = (set() if one is row else one.type_ids) | ({row.type_id} - {None})
        add_ons = list(found.values())
        (lapsed or Lapsed(conference)).count_in(add_ons)
        return add_ons


def by_choice(add_ons):
    """(words, extras): those that exclude each other together, where the first of them stands."""
    groups: dict[object, list] = {}
    for one in add_ons:
        groups.setdefault(one.choice or one.pk, []).append(one)
    return [(ones[0].choice, ones) for ones in groups.values()]


class AddOn(PublicFact):
    """One extra, for one ticket. Those of one `choice` (a shirt's sizes) exclude each other."""

    class Kind(models.TextChoices):
        SHIRT = "shirt", "shirt"
        TUTORIAL = "tutorial", "tutorial"
        PARTY = "party", "party"
        OTHER = "other", "other"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="add_ons")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.OTHER)
    choice = models.CharField(
        max_length=80,
        blank=True,
        help_text="Extras with the same words here exclude each other: “T-shirt” for all sizes.",
    )
    name = models.CharField(max_length=80, help_text="Such as “Size M” or “Kubernetes tutorial”.")
    description = models.CharField(max_length=250, blank=True)
    price = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        default=money.ZERO,
        validators=[MinValueValidator(money.ZERO)],
    )
    replaces_ticket_price = models.BooleanField(
        default=False, help_text="Whoever takes it pays nothing for the ticket itself."
    )
    is_discountable = models.BooleanField(
        default=True, help_text="A promo code in percent lowers its price too."
    )
    on_sale_from = models.DateTimeField(null=True, blank=True)
    on_sale_until = models.DateTimeField(null=True, blank=True)
    is_hidden = models.BooleanField(default=False, help_text="Not for sale; staff can give it.")
    position = models.PositiveSmallIntegerField(default=0)
    ticket_types = models.ManyToManyField(
        TicketType, related_name="add_ons", blank=True, help_text="Empty: with every ticket."
    )
    quotas = models.ManyToManyField(Quota, related_name="add_ons", blank=True)

    objects = AddOnQuerySet.as_manager()

    class Meta:
        verbose_name = "add-on"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="add_on_price_not_negative"),
        ]

    def __str__(self):
        return f"{self.choice} {self.name}".strip()

    @cached_property
    def type_ids(self):
        return {one.pk for one in self.ticket_types.all()}

    def clean(self):
        if self.pk and self.kind != self.Kind.TUTORIAL and seats.is_seat(self.pk):
            raise ValidationError(
                {"kind": "It is the seats of a workshop, so it stays a tutorial."}
            )

    def goes_with(self, ticket_type):
        return not self.type_ids or ticket_type.pk in self.type_ids

    def left(self):
        """Pieces left, None when nothing limits them."""
        return min((quota.left for quota in self.quotas.all()), default=None)

    def state(self, now=None):
        """soon, closed, sold_out, few or on_sale."""
        now = now or timezone.now()
        if self.conference.is_closed or (self.on_sale_until and now >= self.on_sale_until):
            return "closed"
        if self.on_sale_from and now < self.on_sale_from:
            return "soon"
        left = self.left()
        if left is not None and left <= 0:
            return "sold_out"
        return "few" if left is not None and left <= FEW_LEFT else "on_sale"
