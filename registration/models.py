"""What is sold, and who holds it."""

import secrets
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from scale import codes, money
from scale.models import Conference, PublicFact, User

FEW_LEFT = 20


class Quota(models.Model):
    """A number of places; shared by every ticket type that names it.

    `taken` moves only by `registration.actions.take` and `give_back`, one
    conditional UPDATE each, so that it never passes `size`.
    """

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="quotas")
    name = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0, editable=False)

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

    @property
    def left(self):
        return self.size - self.taken


class TicketTypeQuerySet(models.QuerySet):
    def on_offer(self, conference):
        """What the tickets page lists, with prices and quotas at hand."""
        return self.filter(conference=conference, is_hidden=False).prefetch_related(
            "prices", "quotas"
        )


class TicketType(PublicFact):
    """One thing for sale that admits its holder on certain days."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="ticket_types")
    code = models.SlugField(max_length=20, help_text="Short name in addresses, such as full.")
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=250, blank=True)
    admits_from = models.DateField("first day it admits", null=True, blank=True)
    admits_until = models.DateField("last day it admits", null=True, blank=True)
    on_sale_from = models.DateTimeField(null=True, blank=True)
    on_sale_until = models.DateTimeField(null=True, blank=True)
    is_hidden = models.BooleanField(default=False, help_text="Not on the tickets page.")
    for_minors = models.BooleanField(default=False, help_text="Asks for a guardian.")
    position = models.PositiveSmallIntegerField(default=0)
    quotas = models.ManyToManyField(Quota, related_name="ticket_types", blank=True)

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

    def price_at(self, now=None):
        """The dated price in force, or None before the first begins."""
        now = now or timezone.now()
        begun = [p for p in self.prices.all() if p.starts_at is None or p.starts_at <= now]
        return max(begun, key=lambda p: (p.starts_at is not None, p.starts_at), default=None)

    def left(self):
        """Places left, None when nothing limits them."""
        return min((quota.left for quota in self.quotas.all()), default=None)

    def state(self, now=None):
        """What the tickets page says: soon, closed, sold_out, few or on_sale."""
        now = now or timezone.now()
        if self.conference.is_closed or (self.on_sale_until and now >= self.on_sale_until):
            return "closed"
        if (self.on_sale_from and now < self.on_sale_from) or self.price_at(now) is None:
            return "soon"
        left = self.left()
        if left is not None and left <= 0:
            return "sold_out"
        return "few" if left is not None and left <= FEW_LEFT else "on_sale"

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

    def shown_in(self):
        return [self.ticket_type.conference_id]


def new_order_code():
    return codes.new_code(6)


def new_ticket_code():
    return codes.new_code(12)


def new_nonce():
    return secrets.token_hex(16)


class OrderQuerySet(models.QuerySet):
    def expired(self, now):
        """Reservations whose time is over but whose places are not given back yet."""
        return self.filter(status=Order.Status.PENDING, expires_at__lt=now)


class Order(models.Model):
    """One purchase. Its totals are summed from its lines, its balance from its payments."""

    class Status(models.TextChoices):
        PENDING = "pending", "waiting for payment"
        PAID = "paid", "paid"
        EXPIRED = "expired", "expired"
        CANCELLED = "cancelled", "cancelled"

    MOVES: ClassVar[dict[str, set]] = {
        Status.PENDING: {Status.PAID, Status.EXPIRED, Status.CANCELLED},
        Status.EXPIRED: {Status.PAID},
        Status.PAID: {Status.CANCELLED},
        Status.CANCELLED: set(),
    }

    conference = models.ForeignKey(Conference, models.PROTECT, related_name="orders")
    code = models.CharField(max_length=12, unique=True, default=new_order_code, editable=False)
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    form_token = models.CharField(max_length=64, unique=True, null=True, editable=False)
    status = models.CharField(max_length=9, choices=Status, default=Status.PENDING)
    buyer_name = models.CharField(max_length=120)
    buyer_email = models.EmailField(max_length=190, db_index=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="orders")
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["status", "expires_at"], name="order_expiry"),
            models.Index(fields=["conference", "status"], name="order_by_edition"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["pending", "paid", "expired", "cancelled"]),
                name="order_status_known",
            ),
        ]

    def __str__(self):
        return self.code

    def get_absolute_url(self):
        return reverse("registration:order", args=[self.conference.slug, self.code, self.secret])

    @property
    def secret(self):
        return codes.secret("order", self.nonce)

    def move_to(self, status):
        """The one way a status changes; the caller holds the row's lock and saves."""
        if status not in self.MOVES[self.status]:
            raise ValueError(f"An order that is {self.status} cannot become {status}.")
        self.status = status

    def total(self):
        return sum((line.price for line in self.lines.all()), money.ZERO)

    def received(self):
        """Money that came in less money that went back."""
        paid = sum((payment.amount for payment in self.payments.all()), money.ZERO)
        return paid - sum((refund.amount for refund in self.refunds.all()), money.ZERO)


class OrderLine(models.Model):
    """One priced row: what was charged, whatever the type costs today."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    ticket_type = models.ForeignKey(TicketType, models.PROTECT, related_name="lines")
    price = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="line_price_not_negative"),
        ]

    def __str__(self):
        return f"{self.order}: {self.ticket_type} {self.price}"


class TicketQuerySet(models.QuerySet):
    def admitting(self):
        """Tickets that let someone in: live, and paid or given."""
        return self.filter(status=Ticket.Status.LIVE).filter(
            Q(line=None) | Q(line__order__status=Order.Status.PAID)
        )


class Ticket(models.Model):
    """One admission, held by the attendee it names."""

    class Status(models.TextChoices):
        LIVE = "live", "live"
        CANCELLED = "cancelled", "cancelled"

    conference = models.ForeignKey(Conference, models.PROTECT, related_name="tickets")
    ticket_type = models.ForeignKey(TicketType, models.PROTECT, related_name="tickets")
    line = models.ForeignKey(
        OrderLine, models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    code = models.CharField(max_length=16, unique=True, default=new_ticket_code, editable=False)
    status = models.CharField(max_length=9, choices=Status, default=Status.LIVE)
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="tickets")
    attendee_name = models.CharField(max_length=120)
    attendee_email = models.EmailField(max_length=190, blank=True, db_index=True)
    organization = models.CharField(max_length=120, blank=True)
    pronouns = models.CharField(max_length=40, blank=True)
    guardian_name = models.CharField(max_length=120, blank=True)
    guardian_phone = models.CharField(max_length=40, blank=True)
    why_free = models.CharField("given because", max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["conference", "attendee_name"], name="ticket_by_name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["live", "cancelled"]), name="ticket_status_known"
            ),
        ]

    def __str__(self):
        return f"{self.attendee_name} ({self.code})"


class AppendOnly(models.Model):
    """Rows of the ledger: written once, never changed, never deleted."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.pk:
            raise ValidationError("A row of the ledger is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise ValidationError("A row of the ledger is never deleted.")


class Payment(AppendOnly):
    """Money in. More than the order's total is for staff to send back."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=20)
    reference = models.CharField(max_length=120)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    received_at = models.DateTimeField(auto_now_add=True)
    refund_due = models.CharField(
        max_length=120, blank=True, help_text="Why this money should go back; empty when it is due."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference"], name="payment_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
        ]

    def __str__(self):
        return f"{self.amount} {self.currency} for {self.order}"


class Refund(AppendOnly):
    """Money out."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    reference = models.CharField(max_length=120, unique=True)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    why = models.CharField(max_length=250)
    by = models.ForeignKey(User, models.PROTECT)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_positive"),
        ]

    def __str__(self):
        return f"{self.amount} back to {self.order}"
