"""How one edition sells: what it asks for the badge, until when things may change, its terms."""

from django.db import models
from django.db.models import Max

from scale.models import Conference, User


class Asked(models.TextChoices):
    NO = "no", "not asked"
    OPTIONAL = "optional", "may be left empty"
    REQUIRED = "required", "must be filled in"


class SaleRulesQuerySet(models.QuerySet):
    def of(self, conference):
        """The edition's rules; the defaults, unsaved, where nobody has set any."""
        return self.filter(conference=conference).first() or SaleRules(conference=conference)


class SaleRules(models.Model):
    """One row an edition. Dates are days in the conference's zone, the last day included."""

    conference = models.OneToOneField(Conference, models.CASCADE, related_name="sale_rules")
    ask_title = models.CharField("job title", max_length=8, choices=Asked, default=Asked.NO)
    ask_organization = models.CharField(
        "organization", max_length=8, choices=Asked, default=Asked.OPTIONAL
    )
    ask_pronouns = models.CharField("pronouns", max_length=8, choices=Asked, default=Asked.OPTIONAL)
    ask_postcode = models.CharField("postcode", max_length=8, choices=Asked, default=Asked.NO)
    ask_accessibility = models.BooleanField("ask for accessibility needs", default=True)
    accessibility_readers = models.ManyToManyField(
        User,
        blank=True,
        related_name="+",
        help_text="Only these people see what attendees need; it is erased after the edition.",
    )
    corrections_until = models.DateField(
        "badge facts can be corrected until", null=True, blank=True, help_text="Empty: to the end."
    )
    transfers_until = models.DateField(
        "tickets can be passed on until", null=True, blank=True, help_text="Empty: to the end."
    )
    cancel_until = models.DateField(
        "cancelling can be asked for until", null=True, blank=True, help_text="Empty: to the end."
    )
    invoice_days = models.PositiveSmallIntegerField(
        default=14, help_text="An invoice is due after so many days; 0: no invoices."
    )
    offers_visa_letters = models.BooleanField("visa letters can be asked for", default=False)
    exhibitors_scan = models.BooleanField(
        "exhibitors scan badges",
        default=False,
        help_text="Attendees are asked what an exhibitor who scans their badge may have.",
    )
    seller = models.TextField(
        blank=True, max_length=500, help_text="Name and address that stand on receipts."
    )
    letter_text = models.TextField(
        blank=True, max_length=3000, help_text="What a visa letter says beside the person's data."
    )
    letter_signer = models.CharField(max_length=120, blank=True, help_text="Name and office.")

    objects = SaleRulesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "sale rules"

    def __str__(self):
        return f"Sale rules of {self.conference}"

    def is_read_by(self, user):
        """Whether the user is one of those who see what attendees need."""
        return bool(self.pk) and self.accessibility_readers.filter(pk=user.pk).exists()

    def still(self, until):
        """Whether the day `until` (None: the edition's last) has not passed."""
        conference = self.conference
        return not conference.is_closed and conference.today() <= (until or conference.ends_on)

    def may_correct(self):
        return self.still(self.corrections_until)

    def may_pass_on(self):
        return self.still(self.transfers_until)

    def may_ask_to_cancel(self):
        return self.still(self.cancel_until)


class TermsQuerySet(models.QuerySet["Terms"]):
    def in_force(self, conference):
        """Kind → the newest text of that kind."""
        return {row.kind: row for row in self.filter(conference=conference).order_by("number")}


class Terms(models.Model):
    """One version of a text that buyers accept. A change is a new version; the old one stays."""

    class Kind(models.TextChoices):
        CONDUCT = "conduct", "code of conduct"
        REFUND = "refund", "refund terms"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="terms")
    kind = models.CharField(max_length=8, choices=Kind)
    number = models.PositiveSmallIntegerField(editable=False)
    text = models.TextField(max_length=20_000, help_text="Markdown.")
    written_at = models.DateTimeField(auto_now_add=True)

    objects = TermsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "terms"
        ordering = ["kind", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "kind", "number"], name="terms_once"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, version {self.number}"

    def save(self, *args, **kwargs):
        if not self.number:
            earlier = Terms.objects.filter(conference=self.conference, kind=self.kind)
            self.number = (earlier.aggregate(n=Max("number"))["n"] or 0) + 1
        super().save(*args, **kwargs)
