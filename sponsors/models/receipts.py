"""Money that came in for invoices or went back: rows that are written once."""

import secrets

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, Sum, When

from scale import money
from scale.models import User

from .invoices import Invoice


class PaymentQuerySet(models.QuerySet):
    def update(self, **fields):
        raise ValidationError("A row of the ledger is never changed.")

    def delete(self):
        raise ValidationError("A row of the ledger is never deleted.")

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class InvoicePayment(models.Model):
    """Money in, or below nothing: money sent back. `by` is None where a provider said so."""

    class Method(models.TextChoices):
        TRANSFER = "transfer", "bank transfer"
        CHEQUE = "cheque", "cheque"
        CASH = "cash", "cash"
        OTHER = "other", "another way"
        STRIPE = "stripe", "card"
        DEMO = "demo", "demo card"

    BY_HAND = (Method.TRANSFER, Method.CHEQUE, Method.CASH, Method.OTHER)

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="payments")
    method = models.CharField(max_length=8, choices=Method)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    received_on = models.DateField("on")
    reference = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=160, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    # A provider's name of the payment, or of the form it was typed in: told twice, it is one row.
    once = models.CharField(max_length=150, unique=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["received_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="invoice_payment_not_zero"),
            models.CheckConstraint(
                condition=Q(method__in=["transfer", "cheque", "cash", "other", "stripe", "demo"]),
                name="invoice_payment_method_known",
            ),
        ]

    def __str__(self):
        return f"{self.amount} {self.currency} for {self.invoice}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise ValidationError("A row of the ledger is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise ValidationError("A row of the ledger is never deleted.")

    @property
    def is_refund(self):
        return self.amount < 0


class CardRefundQuerySet(models.QuerySet):
    def asked(self):
        """Nobody knows whether they went; the oldest first."""
        return self.filter(status=CardRefund.Status.ASKED).order_by("pk")

    def of_invoice(self, invoice):
        """Those of it that are asked for."""
        return self.asked().filter(payment__invoice=invoice)

    def of_edition(self, conference):
        """Those of its invoices that are asked for, with the invoice."""
        rows = self.asked().filter(payment__invoice__sponsorship__conference=conference)
        return rows.select_related("payment__invoice")

    def sum(self):
        return money.cents(self.aggregate(n=Sum("amount"))["n"] or money.ZERO)


class CardRefund(models.Model):
    """Money that goes back to a card: who asked for it, a row before the provider is asked.

    asked → sent, or refused. As long as it is asked, its sum is spoken for; asked again, the
    provider, who knows it as `once`, sends it once. `reference` is the provider's name of it.
    """

    class Status(models.TextChoices):
        ASKED = "asked", "maybe sent"
        SENT = "sent", "sent back"
        REFUSED = "refused", "did not go"

    payment = models.ForeignKey(InvoicePayment, models.PROTECT, related_name="card_refunds")
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    why = models.CharField(max_length=160, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    once = models.CharField(max_length=32, unique=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=7, choices=Status, default=Status.ASKED)
    reference = models.CharField(max_length=120, blank=True)
    problem = models.CharField(max_length=250, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)

    objects = CardRefundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="card_refund_positive"),
            models.CheckConstraint(
                condition=Q(status__in=["asked", "sent", "refused"]), name="card_refund_known"
            ),
        ]

    def __str__(self):
        return f"{self.amount} of payment {self.payment_id} ({self.get_status_display()})"

    @property
    def key(self):
        """The provider keeps the result of a key: a new try has another one."""
        return f"{self.once}-{self.tries}"


def new_key():
    return secrets.token_hex(16)


class CardPageQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def named(self, provider, reference):
        """The one that the provider calls so."""
        if not reference:
            return None
        found = self.select_related("invoice").filter(provider=provider, reference=reference)
        return found.first()


class CardPage(models.Model):
    """A provider's page on which an invoice can be paid: where, how much, until when.

    The row is there before the provider is asked, so that its key makes a second click lead
    to the same page. `url` is empty until the provider has answered.
    """

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="card_pages")
    provider = models.CharField(max_length=20)
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    reference = models.CharField(max_length=120, null=True, blank=True)
    url = models.TextField(blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    # They did their part; the money itself may take days.
    finished_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    open_invoice = models.GeneratedField(
        expression=Case(When(closed_at=None, then=F("invoice_id"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    objects = CardPageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "open_invoice"], name="card_page_one_open"),
            models.UniqueConstraint(fields=["provider", "reference"], name="card_page_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="card_page_positive"),
        ]

    def __str__(self):
        return f"{self.invoice} by {self.provider}"
