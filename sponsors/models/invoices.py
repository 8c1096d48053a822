"""Invoices and credit notes: drafts that may change, and numbered papers that never do."""

import secrets
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse

from scale import codes, money
from scale.models import Conference, User

from .deals import Sponsorship

AMOUNT = DecimalField(max_digits=14, decimal_places=2)
# SQLite sums decimals as floating numbers: what is less than half a cent is nothing.
HALF_A_CENT = Decimal("0.005")
BILL_CODE = "INVOICE-"
OF_LINES = F("quantity") * F("unit_price")


def new_nonce():
    return secrets.token_hex(16)


class Biller(models.Model):
    """Who sends an edition's invoices, and the one sequence their numbers come from.

    `last_number` moves only under this row's lock, in the transaction that issues.
    """

    conference = models.OneToOneField(Conference, models.PROTECT, related_name="biller")
    name = models.CharField("our name", max_length=160)
    address = models.TextField("our address", max_length=500)
    tax_id = models.CharField("our tax id", max_length=60, blank=True)
    bank = models.TextField("bank details", max_length=500, blank=True)
    email = models.EmailField("questions go to", max_length=190, blank=True)
    terms_days = models.PositiveSmallIntegerField(
        "days to pay",
        default=30,
        validators=[MaxValueValidator(365)],
        help_text="How long after its date an invoice is due.",
    )
    footer = models.TextField(
        "at the foot",
        max_length=500,
        blank=True,
        help_text="Such as why no tax is charged.",
    )
    last_number = models.PositiveIntegerField(default=0, editable=False)

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        if self.pk and kwargs.get("update_fields") is None:
            # A form that was open while somebody issued must not put an old number back.
            fields = [f.name for f in self._meta.concrete_fields]
            kwargs["update_fields"] = [n for n in fields if n not in ("id", "last_number")]
        super().save(*args, **kwargs)


class Unchanging(models.QuerySet):
    """Rows of issued papers are neither updated nor deleted, many at once either."""

    issued: dict[str, bool]

    def _refuse_issued(self):
        if self.filter(**self.issued).exists():
            raise ValidationError("What was issued is never changed.")

    def update(self, **fields):
        self._refuse_issued()
        return super().update(**fields)

    def delete(self):
        self._refuse_issued()
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class InvoiceQuerySet(Unchanging):
    issued = {"number__isnull": False}

    def of(self, conference):
        return self.filter(sponsorship__conference=conference)

    def bills(self):
        """Issued invoices: what somebody owes or owed us."""
        return self.filter(kind=Invoice.Kind.INVOICE, number__isnull=False)

    def with_sums(self):
        """Each with total_sum, credited_sum, paid_sum and open_sum, summed by the database."""
        credited = InvoiceLine.objects.filter(invoice__credits=OuterRef("pk"))
        return self.annotate(
            total_sum=_sum(InvoiceLine.objects.filter(invoice=OuterRef("pk")), OF_LINES),
            credited_sum=_sum(credited, OF_LINES),
            paid_sum=_sum(Invoice.objects.filter(pk=OuterRef("pk")), F("payments__amount")),
        ).annotate(open_sum=F("total_sum") - F("credited_sum") - F("paid_sum"))

    def unsettled(self):
        """Issued, and something is still to be paid; rows come with sums."""
        return self.bills().with_sums().filter(open_sum__gt=HALF_A_CENT)

    def overdue(self, today):
        return self.unsettled().filter(due_on__lt=today)


def _sum(rows, what):
    grouped = rows.order_by().values(one=Value(1)).annotate(sum=Sum(what, output_field=AMOUNT))
    return Coalesce(
        Subquery(grouped.values("sum"), output_field=AMOUNT),
        Value(money.ZERO),
        output_field=AMOUNT,
    )


class Invoice(models.Model):
    """What an organization is to pay for one deal, or a credit note that takes back of it.

    Everything on the paper is copied at issue: our side from the Biller, the number from its
    sequence. From then on the row and its lines are only read; mistakes are mended by credit.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", "invoice"
        CREDIT = "credit", "credit note"

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        OPEN = "open", "open"
        OVERDUE = "overdue", "overdue"
        PAID = "paid", "paid"
        CREDITED = "credited", "credited"
        OVERPAID = "overpaid", "we owe them"
        NOTE = "note", "credit note"

    sponsorship = models.ForeignKey(Sponsorship, models.PROTECT, related_name="invoices")
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.INVOICE)
    credits = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="credit_notes"
    )
    code = models.CharField(max_length=8, unique=True, default=codes.new_code, editable=False)
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    bill_name = models.CharField("bill to", max_length=160)
    bill_address = models.TextField("address", max_length=500, blank=True)
    bill_email = models.EmailField("mailed to", max_length=190, blank=True)
    po_number = models.CharField("their PO number", max_length=60, blank=True)
    note = models.TextField("words on the invoice", max_length=500, blank=True)
    due_on = models.DateField("due on", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Made with the form that asks for a credit note, so that sent twice it makes one.
    once = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)

    biller = models.ForeignKey(Biller, models.PROTECT, null=True, related_name="+", editable=False)
    number = models.PositiveIntegerField(null=True, editable=False)
    label = models.CharField(max_length=32, unique=True, null=True, editable=False)
    issued_on = models.DateField(null=True, editable=False)
    issued_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", editable=False
    )
    currency = models.CharField(max_length=3, blank=True, editable=False)
    seller_name = models.CharField(max_length=160, blank=True, editable=False)
    seller_address = models.TextField(max_length=500, blank=True, editable=False)
    seller_tax_id = models.CharField(max_length=60, blank=True, editable=False)
    seller_bank = models.TextField(max_length=500, blank=True, editable=False)
    seller_footer = models.TextField(max_length=500, blank=True, editable=False)
    # One draft a deal: a form sent twice, or by two people, does not bill twice.
    draft_of = models.GeneratedField(
        expression=Case(When(number=None, then=F("sponsorship_id"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    # From `with_sums`.
    total_sum: Decimal
    credited_sum: Decimal
    paid_sum: Decimal
    open_sum: Decimal

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_on"], name="invoice_due")]
        constraints = [
            models.UniqueConstraint(fields=["biller", "number"], name="invoice_number_once"),
            models.UniqueConstraint(
                fields=["draft_of"],
                name="one_draft_a_deal",
                violation_error_message="This deal has a draft already.",
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice", credits=None)
                | Q(kind="credit", credits__isnull=False, number__isnull=False),
                name="credit_note_credits",
            ),
            models.CheckConstraint(
                condition=Q(number=None, label=None, issued_on=None, biller=None, currency="")
                | Q(
                    number__isnull=False,
                    number__gte=1,
                    label__isnull=False,
                    issued_on__isnull=False,
                    biller__isnull=False,
                    due_on__isnull=False,
                )
                & ~Q(currency="")
                & ~Q(seller_name=""),
                name="issued_whole",
            ),
        ]

    def __str__(self):
        return self.label or f"draft for {self.bill_name}"

    def save(self, *args, **kwargs):
        """Issuing is the last time that an invoice is written."""
        if self.pk and Invoice.objects.filter(pk=self.pk, number__isnull=False).exists():
            raise ValidationError("What was issued is never changed.")
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        """The public page behind the secret link."""
        return reverse("sponsors:bill", args=[self.conference.slug, self.code, self.secret])

    def delete(self, *args, **kwargs):
        if self.pk and Invoice.objects.filter(pk=self.pk, number__isnull=False).exists():
            raise ValidationError("What was issued is never deleted.")
        return super().delete(*args, **kwargs)

    @property
    def conference(self):
        return self.sponsorship.conference

    @property
    def conference_id(self):
        return self.sponsorship.conference_id

    @property
    def secret(self):
        return codes.secret("invoice", self.nonce)

    @property
    def bill_code(self):
        """How providers and mails call it: never like an order."""
        return BILL_CODE + self.code

    @property
    def is_draft(self):
        return self.number is None

    @property
    def is_credit(self):
        return self.kind == self.Kind.CREDIT

    def total(self):
        return sum((line.amount for line in self.lines.all()), money.ZERO)

    @property
    def total_is(self):
        return money.cents(self.total_sum)

    @property
    def credited(self):
        return money.cents(self.credited_sum)

    @property
    def paid(self):
        return money.cents(self.paid_sum)

    @property
    def balance(self):
        """What is still to be paid; below nothing: what we owe them."""
        return money.cents(self.open_sum)

    @property
    def credit_balance(self):
        """What we owe them."""
        return max(-self.balance, money.ZERO)

    def state(self, today):
        """Derived from the sums of `with_sums`, never stored."""
        if self.is_draft:
            return self.State.DRAFT
        if self.is_credit:
            return self.State.NOTE
        if self.balance < 0:
            return self.State.OVERPAID
        if self.balance == 0:
            return self.State.PAID if self.paid else self.State.CREDITED
        return self.State.OVERDUE if self.due_on < today else self.State.OPEN


class LineQuerySet(Unchanging):
    issued = {"invoice__number__isnull": False}


def with_invoices(deals):
    """Each deal with how many invoices it has (`bills`), whether one is a draft, and what is open;
    in the same statement, for pages that count theirs."""
    lines = InvoiceLine.objects.filter(
        invoice__sponsorship=OuterRef("pk"), invoice__number__isnull=False
    )
    mine = Invoice.objects.filter(sponsorship=OuterRef("pk"), kind=Invoice.Kind.INVOICE)
    counted = mine.order_by().values(one=Value(1)).annotate(n=Count("pk")).values("n")
    return deals.annotate(
        bills=Coalesce(Subquery(counted), 0),
        has_draft=Exists(mine.filter(number=None)),
        to_pay=_sum(lines.filter(invoice__kind="invoice"), OF_LINES)
        - _sum(lines.filter(invoice__kind="credit"), OF_LINES)
        - _sum(mine, F("payments__amount")),
    )


class InvoiceLine(models.Model):
    """What is charged, or on a credit note: taken back. A discount has a price below nothing."""

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")
    text = models.CharField("what", max_length=200)
    quantity = models.PositiveSmallIntegerField(
        "how many", default=1, validators=[MinValueValidator(1), MaxValueValidator(9999)]
    )
    unit_price = models.DecimalField("price of one", max_digits=10, decimal_places=2)

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="invoice_line_has_some")
        ]

    def __str__(self):
        return self.text

    def save(self, *args, **kwargs):
        self._refuse_issued()
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        self._refuse_issued()
        return super().delete(*args, **kwargs)

    def _refuse_issued(self):
        if Invoice.objects.filter(pk=self.invoice_id, number__isnull=False).exists():
            raise ValidationError("What was issued is never changed.")

    @property
    def amount(self):
        return money.cents(self.quantity * self.unit_price)
