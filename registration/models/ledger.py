"""Money in and money out: rows that are written once."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Sum

from scale import money
from scale.models import Conference, User

from .orders import Order


class CashDrawerQuerySet(models.QuerySet):
    def open_in(self, conference):
        return self.filter(conference=conference, closed_at=None)

    def with_sums(self):
        """Newest first, with `sums` of what went in and out, read in two queries."""
        rows: list = list(self.select_related("opened_by", "closed_by"))
        pks = [one.pk for one in rows]
        taken = Payment.objects.filter(drawer__in=pks, provider="cash")
        back = Refund.objects.filter(drawer__in=pks, payment__provider="cash")
        came, went = (
            dict(found.order_by().values_list("drawer").annotate(n=Sum("amount")))
            for found in (taken, back)
        )
        for one in rows:
            one.sums = came.get(one.pk, money.ZERO), went.get(one.pk, money.ZERO)
        return rows


class CashDrawer(models.Model):
    """One volunteer's box of cash, from its opening float to its closing count."""

    conference = models.ForeignKey(Conference, models.PROTECT, related_name="cash_drawers")
    name = models.CharField(max_length=40, help_text="Such as “Desk 2”.")
    volunteer = models.CharField(max_length=80, help_text="Who sits there.")
    opening_float = models.DecimalField(max_digits=10, decimal_places=2)
    opened_at = models.DateTimeField(auto_now_add=True)
    # None: the volunteer did, at a station without an account; whoever closes it has one.
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closing_count = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=250, blank=True)

    # (cash in, cash out), where a read has summed them for many drawers at once.
    sums = None

    objects = CashDrawerQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opening_float__gte=0)
                & (Q(closing_count=None) | Q(closing_count__gte=0)),
                name="cash_drawer_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closing_count=None)
                | Q(closed_at__isnull=False, closing_count__isnull=False),
                name="cash_drawer_closed_with_count",
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.volunteer}" if self.volunteer else self.name

    def expected(self):
        """What should lie in it: the float, and the cash taken less the cash given back."""
        if self.sums:
            return self.opening_float + self.sums[0] - self.sums[1]
        taken = self.payments.filter(provider="cash").aggregate(n=Sum("amount"))["n"]
        back = self.refunds.filter(payment__provider="cash").aggregate(n=Sum("amount"))["n"]
        return self.opening_float + (taken or money.ZERO) - (back or money.ZERO)

    def difference(self):
        """Counted less expected; None while it is open."""
        return None if self.closing_count is None else self.closing_count - self.expected()


class AppendOnly(models.Model):
    """Rows of the ledger: written once, never changed, never deleted.

    What becomes of a refund is the one thing that moves, through `update`.
    """

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.pk:
            raise ValidationError("A row of the ledger is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise ValidationError("A row of the ledger is never deleted.")


class Payment(AppendOnly):
    """Money in."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=20)
    reference = models.CharField(max_length=120)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    received_at = models.DateTimeField(auto_now_add=True)
    fee = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    drawer = models.ForeignKey(
        CashDrawer, models.PROTECT, null=True, blank=True, related_name="payments"
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference"], name="payment_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
        ]

    def __str__(self):
        return f"{self.amount} {self.currency} for {self.order}"


class RefundQuerySet(models.QuerySet):
    def to_send(self, conference):
        """Money that we owe back: decided, and not sent yet."""
        return self.filter(order__conference=conference).exclude(status=Refund.Status.DONE)


class Refund(AppendOnly):
    """Money out, decided or sent. Every cent received beyond an order's lines has one."""

    class Status(models.TextChoices):
        WAITING = "waiting", "to be sent"
        DONE = "done", "sent"
        FAILED = "failed", "refused by the provider"

    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    reference = models.CharField(max_length=120, unique=True)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    why = models.CharField(max_length=250)
    # None: the system itself, for money that no order had a use for.
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    status = models.CharField(max_length=7, choices=Status, default=Status.WAITING)
    sent_at = models.DateTimeField(null=True, blank=True)
    # How often the provider was to be asked; 0 until someone decides to send it.
    tries = models.PositiveSmallIntegerField(default=0)
    provider_reference = models.CharField(max_length=120, blank=True)
    problem = models.CharField(max_length=250, blank=True)
    drawer = models.ForeignKey(
        CashDrawer, models.PROTECT, null=True, blank=True, related_name="refunds"
    )

    objects = RefundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_positive"),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "done", "failed"]), name="refund_status_known"
            ),
        ]

    def __str__(self):
        return f"{self.amount} back to {self.order}"


class LedgerCheck(models.Model):
    """One night's run of `check_ledger` over everything, and what it found."""

    ran_at = models.DateTimeField(auto_now_add=True)
    errors = models.PositiveIntegerField()
    report = models.TextField(blank=True, help_text="The first errors, one a line.")

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.errors} errors at {self.ran_at:%Y-%m-%d %H:%M}"
