"""The people at an organization, and where they went."""

from django.db import models
from django.db.models import Case, F, Q, When

from scale import text
from scale.models import User

LONGEST_WAY = 20  # organizations of one person; more than that are a slip


class ContactQuerySet(models.QuerySet):
    def first_to_call(self):
        """The primary contact before the others, who left last."""
        left, first = When(left_on__isnull=False, then=2), When(is_primary=True, then=0)
        return self.order_by(Case(left, first, default=1), "name", "pk")

    def present(self):
        return self.filter(left_on=None)

    def dealing(self):
        """Whom a sponsor's affairs concern: journalists who only asked for a pass are no such."""
        others = Q(is_primary=True) | Q(is_billing=True) | Q(is_logistics=True)
        return self.present().filter(others | Q(is_marketing=True) | Q(is_press=False))

    def bounced(self):
        """Those whose present address took no mail the last time."""
        return self.filter(bounced_at__isnull=False, email=F("bounced_address"))

    def with_role(self, role):
        """Who is there and asked about this: `with_role(Contact.Role.BILLING)`."""
        return self.present().filter(**{f"is_{Contact.Role(role).value}": True})


class Contact(models.Model):
    """A person at an organization; who moved to another one has a row there too.

    What was said stays with the row to whom it was said.
    """

    class Role(models.TextChoices):
        PRIMARY = "primary"
        BILLING = "billing"
        LOGISTICS = "logistics"
        MARKETING = "marketing"
        PRESS = "press"

    organization = models.ForeignKey(
        "sponsors.Organization", models.CASCADE, related_name="contacts"
    )
    name = models.CharField(max_length=120)
    email = models.EmailField("e-mail", max_length=190, blank=True, db_index=True)
    phone = models.CharField(max_length=40, blank=True)
    is_primary = models.BooleanField("primary", default=False)
    is_billing = models.BooleanField("billing", default=False)
    is_logistics = models.BooleanField("logistics", default=False)
    is_marketing = models.BooleanField("marketing", default=False)
    is_press = models.BooleanField("press", default=False)
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="contacts", editable=False
    )
    left_on = models.DateField(null=True, blank=True)
    moved_to = models.OneToOneField(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="moved_from",
        editable=False,
    )
    # The address that mail came back from; once another one stands above, it says nothing.
    bounced_address = models.CharField(max_length=190, blank=True, editable=False)
    bounced_at = models.DateTimeField(null=True, blank=True, editable=False)
    bounce_why = models.CharField(max_length=200, blank=True, editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(moved_to=None) | Q(left_on__isnull=False),
                name="who_moved_has_left",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.email = text.canonical_email(self.email)
        super().save(*args, **kwargs)

    @property
    def bounces(self):
        return self.bounced_at is not None and self.bounced_address == self.email

    @property
    def roles(self):
        return [role.value for role in self.Role if getattr(self, f"is_{role.value}")]

    @property
    def role_words(self):
        return ", ".join(self.roles)

    def way(self):
        """The rows of this person, from the first organization to the latest."""
        rows = Contact.objects.select_related("organization", "moved_to", "moved_from")
        found = [rows.get(pk=self.pk)]
        while len(found) < LONGEST_WAY and (before := came_from(found[0])):
            found.insert(0, rows.get(pk=before))
        while len(found) < LONGEST_WAY and found[-1].moved_to_id:
            found.append(rows.get(pk=found[-1].moved_to_id))
        return found


def came_from(contact):
    before = getattr(contact, "moved_from", None)
    return before.pk if before else None
