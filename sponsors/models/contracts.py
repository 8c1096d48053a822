"""What was agreed: an uploaded contract, or terms that somebody there accepted with a click."""

import secrets

from django.db import models
from django.db.models import Case, F, Q, When

from scale.codes import digest
from scale.models import Conference, User

from .deals import Package, Sponsorship


def private_path(contract, name):
    """Where it is kept tells nothing of what it is."""
    return f"contracts/{secrets.token_hex(16)}"


class ContractTermsQuerySet(models.QuerySet["ContractTerms"]):
    def of(self, conference):
        """The terms in force; None where nothing is written yet, or no click is wanted any more."""
        latest = self.filter(conference=conference).order_by("-number").first()
        return latest if latest and latest.text else None


class ContractTerms(models.Model):
    """A text that sponsors of an edition may accept with a click; a change is a new number."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="contract_terms")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, editable=False)
    written_at = models.DateTimeField(auto_now_add=True)
    written_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    objects = ContractTermsQuerySet.as_manager()

    class Meta:
        ordering = ["conference", "-number"]
        verbose_name_plural = "contract terms"
        constraints = [
            models.UniqueConstraint(fields=["conference", "number"], name="one_terms_number"),
        ]

    def __str__(self):
        return f"Terms {self.number}"

    def save(self, *args, **kwargs):
        self.sha256 = digest(self.text)
        super().save(*args, **kwargs)


class ContractQuerySet(models.QuerySet):
    def live(self):
        """What binds now; what a later one replaced, or a lost deal ended, is kept beside it."""
        return self.filter(ended_at=None)

    def end(self, now):
        return self.live().update(ended_at=now)


class Contract(models.Model):
    """One agreement of a deal. Rows are only added; one that binds no more gets its end noted.

    Of a click the row says which package and what they give it was about: when these
    change before the signature, it is ended (`actions.contracts`).
    """

    deal = models.ForeignKey(Sponsorship, models.CASCADE, related_name="contracts")
    package = models.ForeignKey(Package, models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    in_kind_value = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    in_kind_what = models.CharField(max_length=200, blank=True)
    file = models.FileField(upload_to=private_path, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    uploaded_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    terms = models.ForeignKey(
        ContractTerms, models.PROTECT, null=True, blank=True, related_name="contracts"
    )
    accepted_name = models.CharField("accepted by", max_length=120, blank=True)
    accepted_title = models.CharField("their position", max_length=120, blank=True)
    accepted_email = models.EmailField("their e-mail", max_length=190, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    # One that binds a deal.
    live_deal = models.GeneratedField(
        expression=Case(When(ended_at=None, then=F("deal_id"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["live_deal"], name="one_live_contract"),
            models.CheckConstraint(
                condition=~Q(file="") & Q(terms=None, accepted_name="", accepted_email="")
                | Q(file="", terms__isnull=False) & ~Q(accepted_name=""),
                name="contract_is_file_or_click",
            ),
        ]

    def __str__(self):
        return self.file_name or f"{self.terms} accepted"

    @property
    def is_click(self):
        return self.terms_id is not None
