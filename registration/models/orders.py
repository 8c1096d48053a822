"""What was bought, who holds it, and the money."""

import secrets
from collections import Counter
from typing import ClassVar

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from scale import codes, money
from scale.models import Conference, User

from .offer import TicketType


def new_order_code():
    return codes.new_code(8)


def new_ticket_code():
    return codes.new_code(12)


def new_nonce():
    return secrets.token_hex(16)


def verified_addresses(user):
    """Read first, so that the database can use the index of addresses."""
    owned = EmailAddress.objects.filter(user=user, verified=True)
    return list(owned.values_list("email", flat=True))


class OrderQuerySet(models.QuerySet):
    def expired(self, now):
        """Reservations whose time is over but whose places are not given back yet."""
        return self.filter(status=Order.Status.PENDING, expires_at__lt=now)

    def made_by(self, form_token):
        """The order that a sent form has made already, if any."""
        if not form_token:
            return None
        return self.select_related("conference").filter(form_token=form_token).first()

    def lock(self, code):
        return self.select_for_update().filter(code=code).first()

    def lapsed_places(self, now):
        """Quota pk → how many places wait to be given back."""
        counted = (
            self.expired(now)
            .filter(lines__tickets__status="live")
            .values_list("lines__tickets__ticket_type__quotas")
            .annotate(n=Count("lines__tickets"))
        )
        return Counter({quota: n for quota, n in counted.order_by() if quota})

    def search(self, words):
        """By order or ticket code, or by a piece of a name or an address."""
        if not words:
            return self
        code = codes.clean_code(words)
        tickets = Ticket.objects.filter(
            Q(code=code) | Q(attendee_name__icontains=words) | Q(attendee_email__icontains=words)
        )
        return self.filter(
            Q(code=code)
            | Q(buyer_name__icontains=words)
            | Q(buyer_email__icontains=words)
            | Q(pk__in=tickets.values("line__order"))
        )

    def collected_by(self, user):
        """What a signed-in person bought: by account, or by an address that is proven theirs."""
        return self.filter(Q(user=user) | Q(buyer_email__in=verified_addresses(user)))


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

    def has_run_out(self, now=None):
        """Expired, whether or not someone has come by and given its places back."""
        if self.status == Order.Status.PENDING and self.expires_at:
            return self.expires_at < (now or timezone.now())
        return self.status == Order.Status.EXPIRED

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

    def holding(self):
        """Tickets that hold a place: live, and paid, reserved or given."""
        return self.live().filter(
            Q(line=None) | Q(line__order__status__in=[Order.Status.PENDING, Order.Status.PAID])
        )

    def live(self):
        return self.filter(status=Ticket.Status.LIVE)

    def places(self):
        """Quota pk → how many places these tickets hold in it."""
        counted = self.live().values_list("ticket_type__quotas").annotate(n=Count("pk"))
        return Counter({quota: n for quota, n in counted.order_by() if quota})

    def held_by(self, user):
        """Tickets in the name of a signed-in person, by a proven address."""
        return self.filter(Q(user=user) | Q(attendee_email__in=verified_addresses(user)))


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

    @property
    def spoken_code(self):
        """The code in groups of four, as people read it aloud."""
        return " ".join(self.code[n : n + 4] for n in range(0, len(self.code), 4))


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


class PaymentQuerySet(models.QuerySet):
    def to_give_back(self, conference):
        """Money we owe back: a payment too many, or one of an order that was cancelled."""
        return self.filter(order__conference=conference, refunds=None).filter(
            ~Q(refund_due="") | Q(order__status=Order.Status.CANCELLED)
        )


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

    objects = PaymentQuerySet.as_manager()

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
