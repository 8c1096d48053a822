"""Codes typed at checkout, and how many free tickets others may give."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from scale import codes, money
from scale.models import Conference

from .offer import TicketType


class PromoCodeQuerySet(models.QuerySet["PromoCode"]):
    def typed(self, conference, words):
        """The code that was meant, in whatever case, or None."""
        code = codes.clean_code(words)
        if not code:
            return None
        found = self.filter(conference=conference, code=code).select_related("allowance")
        found = found.prefetch_related("ticket_types")
        promo = found.first()
        if promo and promo.left() == 0:
            lapsed = conference.orders.lapsed_uses(timezone.now())
            promo.lapsed = sum(lapsed[pk] for pk in promo.counted_with())
        return promo


class PromoCode(models.Model):
    """A discount for each ticket of certain types; `uses` moves only by `actions.stock`.

    Hidden types among its ticket types are unlocked by it.
    """

    # Uses of reservations that ran out and are not given back yet: a read fills it in.
    lapsed = 0

    class Kind(models.TextChoices):
        PERCENT = "percent", "percent off"
        AMOUNT = "amount", "amount off the ticket"
        FIXED = "fixed", "fixed ticket price"
        FREE = "free", "free ticket"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="promo_codes")
    code = models.CharField(
        max_length=40, help_text="Letters and digits; people may type it in lower case."
    )
    note = models.CharField(max_length=120, blank=True, help_text="For whom it is; staff see it.")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PERCENT)
    value = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        default=money.ZERO,
        validators=[MinValueValidator(money.ZERO)],
        help_text="Percent, or an amount in the edition's currency; not used for free tickets.",
    )
    is_active = models.BooleanField(default=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    max_uses = models.PositiveIntegerField(
        "tickets at most", null=True, blank=True, help_text="Empty: no limit."
    )
    uses = models.PositiveIntegerField(default=0, editable=False)
    ticket_types = models.ManyToManyField(
        TicketType,
        related_name="promo_codes",
        blank=True,
        help_text="Empty: every type on the tickets page. Hidden types named here are unlocked.",
    )
    # Whose free tickets it gives: each takes from the same count as those that are given by name.
    allowance = models.ForeignKey(
        "CompAllowance",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="promo_codes",
    )
    # Stands as a ribbon on the badges of those who use it.
    role = models.SlugField(max_length=20, blank=True, editable=False)

    objects = PromoCodeQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "code"], name="promo_code_once"),
            models.CheckConstraint(
                condition=Q(max_uses=None) | Q(uses__lte=F("max_uses")),
                name="promo_code_not_overused",
                violation_error_message="It was used more often than this already.",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0) & (~Q(kind="percent") | Q(value__lte=100)),
                name="promo_code_value_possible",
                violation_error_message="Percent goes from 0 to 100.",
            ),
            models.CheckConstraint(
                condition=Q(allowance=None) | Q(kind="free", max_uses=None),
                name="promo_code_of_allowance_free",
            ),
        ]

    def __str__(self):
        return self.code

    def save(self, *args, **kwargs):
        if self.pk and not kwargs.get("update_fields"):
            # A form must not put back a number of uses that is old by now.
            names = [f.name for f in self._meta.concrete_fields if f.name not in ("id", "uses")]
            kwargs["update_fields"] = names
        super().save(*args, **kwargs)

    def clean(self):
        self.code = codes.clean_code(self.code)[:40]
        if not self.code:
            raise ValidationError({"code": "A code has letters or digits."})
        if GroupCode.objects.filter(conference=self.conference_id, code=self.code).exists():
            raise ValidationError({"code": f"{self.code} is a group code already."})
        if self.max_uses is not None and self.max_uses < self.uses:
            raise ValidationError({"max_uses": f"{self.uses} tickets used it already."})

    def problem(self, now=None):
        """Why it has no effect now, as a sentence; empty when it has."""
        now = now or timezone.now()
        if not self.is_active:
            return f"The code {self.code} is not in use."
        if self.starts_at and now < self.starts_at:
            return f"The code {self.code} is not valid yet."
        if self.ends_at and now >= self.ends_at:
            return f"The code {self.code} is no longer valid."
        if self.left() == 0:
            return f"The code {self.code} has been used up."
        return ""

    def left(self):
        """For how many more tickets it is good; None when nothing limits it."""
        if self.allowance:
            return self.allowance.left + max(0, self.lapsed - self.allowance.over)
        if self.max_uses is None:
            return None
        return max(0, self.max_uses - self.uses + self.lapsed)

    def counted_with(self):
        """The codes, itself among them, of which each takes what the others leave."""
        if self.allowance_id is None:
            return [self.pk]
        same = PromoCode.objects.filter(allowance=self.allowance_id)
        return list(same.values_list("pk", flat=True))

    def covers(self, ticket_type):
        types = self.ticket_types.all()
        if types or self.allowance_id:
            return ticket_type in types
        return not ticket_type.is_hidden

    def pay_for(self, types):
        """Tell these types which of them somebody's allowance pays for."""
        for one in types:
            one.is_given = self.allowance_id is not None and self.covers(one)

    def counts_for(self, ticket, ticket_type):
        """Whether the ticket, ordered with it, costs less as that type: in an upgrade or a move.

        A free ticket of somebody's allowance is that one and no other.
        """
        if self.allowance_id:
            same_type = ticket.ticket_type_id == ticket_type.pk
            return same_type and self.covers(ticket_type) and ticket.pass_code == self
        return self.covers(ticket_type)

    def off_ticket(self, price: Decimal) -> Decimal:
        """The ticket's price with this code, exact to the cent (half to even)."""
        if self.kind == self.Kind.PERCENT:
            return self.off_extra(price)
        if self.kind == self.Kind.AMOUNT:
            return max(money.ZERO, money.cents(price - self.value))
        return money.ZERO if self.kind == self.Kind.FREE else min(price, self.value)

    def off_extra(self, price: Decimal) -> Decimal:
        """The price of a discountable add-on with this code."""
        if self.kind != self.Kind.PERCENT:
            return price
        return money.cents(price * (100 - self.value) / 100)

    def words(self):
        """“40 % off”, “$10 off the ticket”."""
        amount = money.show(self.value, self.conference.currency)
        return {
            self.Kind.PERCENT: f"{self.value.normalize():f} % off",
            self.Kind.AMOUNT: f"{amount} off the ticket",
            self.Kind.FIXED: f"the ticket for {amount}",
            self.Kind.FREE: "a free ticket",
        }[self.Kind(self.kind)]


class GroupCode(models.Model):
    """Someone paid for several places; whoever has the code puts a name on one of them.

    The places are the tickets of `order` that have no name yet.
    """

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="group_codes")
    order = models.OneToOneField("Order", models.PROTECT, related_name="group_code")
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120, help_text="Who pays, such as the company's name.")
    ends_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return f"{self.name} ({self.code})"

    def clean(self):
        """People type both kinds of codes into one field."""
        self.code = codes.clean_code(self.code)[:40]
        if PromoCode.objects.filter(conference=self.conference_id, code=self.code).exists():
            raise ValidationError({"code": f"{self.code} is a promo code already."})

    def problem(self, now=None):
        """Why nobody can take a place with it now, as a sentence; empty when one can."""
        now = now or timezone.now()
        if not self.is_active or self.order.status == "cancelled" or self.conference.is_closed:
            return "This code is not in use any more."
        if self.ends_at and now >= self.ends_at:
            return "The time of this code is over."
        invoiced = self.order.status == "pending" and self.order.due_on
        if self.order.status != "paid" and not (invoiced and not self.order.has_run_out(now)):
            return "The places of this code are not paid yet. Please ask who gave it to you."
        return ""

    def places(self):
        """(ticket type, how many are free), and how many places there are in all."""
        live = self.order.tickets.live()
        counted = live.values_list("ticket_type", "attendee_name").order_by("pk")
        free: dict[int, int] = {}
        total = 0
        for ticket_type, name in counted:
            total += 1
            if not name:
                free[ticket_type] = free.get(ticket_type, 0) + 1
        types = TicketType.objects.filter(pk__in=free)
        return [(one, free[one.pk]) for one in types], total


class CompAllowanceQuerySet(models.QuerySet):
    def lock(self, conference):
        """Pass one by one: of two free tickets for one person the second sees the first."""
        gate, _ = self.get_or_create(conference=conference, source="", defaults={"size": 0})
        return self.select_for_update().get(pk=gate.pk)

    def of_sources(self):
        return self.exclude(source="")


class CompAllowance(models.Model):
    """How many free tickets one source (a sponsorship, the speakers) may give; and has given.

    `given` moves only by `actions.allowances`. The row without a source is the gate
    that everyone who gives tickets in the edition passes.
    """

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="comp_allowances")
    source = models.CharField(max_length=60, help_text="Canonical, such as sponsorship:12.")
    size = models.PositiveIntegerField()
    given = models.PositiveIntegerField(default=0)
    # Of `size`, what is there only because it was given before less was promised:
    # each that comes back ends it by one instead of being free.
    over = models.PositiveIntegerField(default=0)

    objects = CompAllowanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conference", "source"], name="comp_allowance_once"),
            models.CheckConstraint(
                condition=Q(given__lte=F("size")), name="comp_allowance_not_exceeded"
            ),
        ]

    def __str__(self):
        return f"{self.source}: {self.given} of {self.size}"

    @property
    def left(self):
        return max(0, self.size - self.given)
