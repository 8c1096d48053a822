"""What is for sale: types, their dated prices, and the places they share."""

from itertools import zip_longest

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property

from scale import money
from scale.models import Conference, PublicFact

FEW_LEFT = 20
MOST_AT_ONCE = 20


class Quota(PublicFact):
    """A number of places; shared by every ticket type that names it.

    `taken` moves only by `registration.actions.take` and `give_back`, one
    conditional UPDATE each, so that it never passes `size`.
    """

    # Places of reservations that ran out and are not given back yet: a read fills it in.
    lapsed = 0

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="quotas")
    name = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0, editable=False)
    # Of `size`, what is there only because it was taken before the room became too small:
    # each place that comes back ends it by one instead of being free.
    over = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name_plural = "quotas"
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__lte=F("size")),
                name="quota_not_oversold",
                violation_error_message="More places than this are taken already.",
            ),
            models.CheckConstraint(condition=Q(taken__gte=0), name="quota_taken_not_negative"),
        ]

    def __str__(self):
        return f"{self.name} ({self.taken} of {self.size})"

    def clean(self):
        # A form that does not show `taken` leaves the constraint to the database.
        if self.size is not None and self.size < self.taken:
            raise ValidationError({"size": f"{self.taken} places are taken already."})

    def save(self, *args, **kwargs):
        if self.pk and not kwargs.get("update_fields"):
            # A form must not put back a number of taken places that is old by now.
            kwargs["update_fields"] = ["conference", "name", "size"]
        super().save(*args, **kwargs)

    @property
    def left(self):
        return self.size - self.taken + max(0, self.lapsed - self.over)

    def nearly_full(self):
        """From how many taken places on the staff's meter warns."""
        return max(0, self.size - FEW_LEFT)


class Lapsed:
    """Places of reservations that ran out count as free: whoever buys next frees them.

    Read once for all that a page shows, and only if few places are left of something.
    """

    def __init__(self, conference, now=None):
        self.conference, self.now = conference, now or timezone.now()

    @cached_property
    def places(self):
        return self.conference.orders.lapsed_places(self.now)

    def count_in(self, things):
        quotas = [quota for one in things for quota in one.quotas.all()]
        if any(quota.size - quota.taken <= FEW_LEFT for quota in quotas):
            for quota in quotas:
                quota.lapsed = self.places[quota.pk]


class TicketTypeQuerySet(models.QuerySet):
    def on_offer(self, conference, now=None, *, promo=None, lapsed=None):
        """The types that the tickets page lists, with prices and quotas at hand.

        Hidden ones are there for who has a promo code that names them.
        """
        shown = Q(is_hidden=False)
        if promo:
            shown |= Q(pk__in=[one.pk for one in promo.ticket_types.all()])
        found = self.filter(shown, conference=conference)
        types: list = list(found.prefetch_related("prices", "quotas"))
        (lapsed or Lapsed(conference, now)).count_in(types)
        for one in types:
            one.conference = conference
        if promo:
            promo.pay_for(types)
            types.sort(key=lambda one: not one.is_given)  # what they came for is on top
        return types

    def sold(self):
        """With the numbers `paid`, `waiting` and `given`, and the `revenue` of what is paid.

        A ticket of an order that is free for a reason is given, as at the desk.
        """
        paid = Q(lines__order__status="paid")
        held = Q(lines__status="live", lines__credits=None)
        for_money = Q(lines__ticket__why_free="")
        for_a_reason = Q(tickets__order__status="paid", tickets__why_free__gt="")
        given = (
            TicketType.objects.filter(pk=OuterRef("pk"))
            .filter(Q(tickets__order=None) | for_a_reason, tickets__status="live")
            .order_by()
            .values("pk")
            .annotate(n=Count("tickets"))
        )
        # All that tickets of the type brought: their extras, less what was taken back or waived.
        brought = (
            TicketType.objects.filter(pk=OuterRef("pk"))
            .filter(tickets__lines__order__status="paid")
            .order_by()
            .values("pk")
            .annotate(n=Sum("tickets__lines__price"))
        )
        return self.annotate(
            paid=Count("lines", filter=paid & held & for_money),
            waiting=Count("lines", filter=held & Q(lines__order__status="pending")),
            revenue=Coalesce(Subquery(brought.values("n")), money.ZERO),
            given=Coalesce(Subquery(given.values("n")), 0),
        )


class TicketType(PublicFact):
    """One thing for sale that admits its holder on certain days."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="ticket_types")
    code = models.SlugField(max_length=20, help_text="Short name in addresses, such as full.")
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=250, blank=True)
    included = models.TextField(
        "what is included", max_length=1000, blank=True, help_text="One thing a line."
    )
    admits_from = models.DateField("first day it admits", null=True, blank=True)
    admits_until = models.DateField("last day it admits", null=True, blank=True)
    on_sale_from = models.DateTimeField(null=True, blank=True)
    on_sale_until = models.DateTimeField(null=True, blank=True)
    is_hidden = models.BooleanField(default=False, help_text="Not on the tickets page.")
    for_minors = models.BooleanField(default=False, help_text="Asks for a guardian.")
    position = models.PositiveSmallIntegerField(default=0)
    quotas = models.ManyToManyField(Quota, related_name="ticket_types", blank=True)

    # Somebody's allowance pays for it: it needs no price and no sale. `PromoCode.pay_for` says so.
    is_given = False

    objects = TicketTypeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "code"], name="ticket_type_code_once"),
            models.CheckConstraint(
                condition=Q(admits_until__gte=F("admits_from"))
                | Q(admits_from=None)
                | Q(admits_until=None),
                name="ticket_type_admits_in_order",
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        if self.on_sale_from and self.on_sale_until and self.on_sale_until <= self.on_sale_from:
            raise ValidationError({"on_sale_until": "The sale would end before it begins."})

    def price_at(self, now=None):
        """The dated price in force, or None before the first begins."""
        now = now or timezone.now()
        begun = [p for p in self.prices.all() if p.starts_at is None or p.starts_at <= now]
        nothing = TicketPrice(amount=money.ZERO) if self.is_given else None
        return max(begun, key=TicketPrice.begins, default=nothing)

    def next_price(self, now=None):
        """The price that comes after the one in force, if any."""
        now = now or timezone.now()
        later = [p for p in self.prices.all() if p.starts_at and p.starts_at > now]
        return min(later, key=TicketPrice.begins, default=None)

    def price_steps(self, now=None):
        """(price, until when) of what is charged now and later; the last one stays."""
        now = now or timezone.now()
        later = [p for p in self.prices.all() if p.starts_at and p.starts_at > now]
        later.sort(key=TicketPrice.begins)
        first = self.price_at(now)
        steps = [*([first] if first else []), *later]
        ends = [one.starts_at for one in steps[1:]]
        return list(zip_longest(steps, ends))

    def shown_price(self):
        return self.price_at() or self.next_price()

    def opens_at(self, now=None):
        """When a sale that has not begun begins; None when nobody has said."""
        now = now or timezone.now()
        first = None if self.price_at(now) else self.next_price(now)
        moments = [self.on_sale_from, first and first.starts_at]
        return max((moment for moment in moments if moment and moment > now), default=None)

    def left(self):
        """Places left, None when nothing limits them."""
        return min((quota.left for quota in self.quotas.all()), default=None)

    def choices(self):
        """How many one may choose at once."""
        left = self.left()
        return range(min(MOST_AT_ONCE, MOST_AT_ONCE if left is None else left) + 1)

    def state(self, now=None):
        """What the tickets page says: soon, closed, sold_out, few or on_sale."""
        now = now or timezone.now()
        over = self.admits_until and self.conference.today(now) > self.admits_until
        ended = self.on_sale_until and now >= self.on_sale_until and not self.is_given
        if over or ended or self.conference.is_closed:
            return "closed"
        early = self.on_sale_from and now < self.on_sale_from and not self.is_given
        if early or self.price_at(now) is None:
            return "soon"
        left = self.left()
        if left is not None and left <= 0:
            return "sold_out"
        return "few" if left is not None and left <= FEW_LEFT else "on_sale"

    def days_words(self):
        """The days it admits: “Sat 6 March”, “Fri 5 – Sun 7 March”."""
        first = self.admits_from or self.conference.starts_on
        last = self.admits_until or self.conference.ends_on
        if first == last:
            return date_format(first, "D j F")
        begins = "D j" if (first.year, first.month) == (last.year, last.month) else "D j F"
        return f"{date_format(first, begins)} – {date_format(last, 'D j F')}"

    def included_things(self):
        return [line.strip() for line in self.included.splitlines() if line.strip()]

    def admits_on(self, day):
        return (self.admits_from is None or day >= self.admits_from) and (
            self.admits_until is None or day <= self.admits_until
        )


class TicketPrice(PublicFact):
    """What a type costs from an instant on (early bird, regular, at the door)."""

    ticket_type = models.ForeignKey(TicketType, models.CASCADE, related_name="prices")
    label = models.CharField(max_length=40, blank=True, help_text="Such as early bird.")
    starts_at = models.DateTimeField(null=True, blank=True, help_text="Empty: from the beginning.")
    amount = models.DecimalField(
        max_digits=10, decimal_places=2, validators=[MinValueValidator(money.ZERO)]
    )

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="price_not_negative"),
        ]

    def __str__(self):
        return f"{self.amount} {self.label}"

    def begins(self):
        """What prices are put in order by; the one without an instant comes first."""
        return (self.starts_at is not None, self.starts_at or timezone.now(), self.pk)

    def shown_in(self):
        return [self.ticket_type.conference_id]
