"""Pages of payment providers that were opened for an order."""

import secrets

from django.db import models
from django.db.models import Case, F, Q, When

from .orders import Order


def new_key():
    return secrets.token_hex(16)


class PaymentSessionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def named(self, provider, reference):
        """The one that the provider calls so."""
        if not reference:
            return None
        return self.filter(provider=provider, reference=reference).first()

    def needless(self):
        """Open, though their order is paid or cancelled."""
        done = [Order.Status.PAID, Order.Status.CANCELLED]
        return self.open().exclude(reference=None).filter(order__status__in=done)

    def lapsed(self, now):
        """Nobody has told us what became of these, though their time is over."""
        return self.open().exclude(reference=None).filter(expires_at__lt=now)


class PaymentSession(models.Model):
    """One way to pay an order, begun: where, for how much, and until when.

    The row is there before the provider is asked, so that its key makes a
    second click or an answer that was lost lead to the same page. `url` is
    empty until the provider has answered.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="payment_sessions")
    provider = models.CharField(max_length=20)
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    reference = models.CharField(max_length=120, null=True, blank=True)
    url = models.TextField(blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    # The buyer did their part; the money itself may take days.
    finished_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    open_order = models.GeneratedField(
        expression=Case(When(closed_at=None, then=F("order_id"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    objects = PaymentSessionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["closed_at", "expires_at"], name="payment_session_lapse")]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "open_order"], name="payment_session_one_open"
            ),
            models.UniqueConstraint(fields=["provider", "reference"], name="payment_session_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_session_positive"),
        ]

    def __str__(self):
        return f"{self.order} by {self.provider}"

    def still_asks_for(self, amount, currency, at):
        """Whether it can be used for just this sum at that instant."""
        return (self.amount, self.currency) == (amount, currency) and self.expires_at > at
