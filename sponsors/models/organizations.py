"""Organizations and the people there; both outlive editions."""

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.urls import reverse

from scale import text
from scale.models import PublicFact, User

from .conversations import FollowUp
from .deals import Sponsorship

WEB_ADDRESS = URLValidator(
    schemes=["http", "https"], message="A web address begins with https:// or http://."
)


class OrganizationQuerySet(models.QuerySet):
    def search(self, words):
        """By the organization's name or a contact's name or address."""
        people = Contact.objects.filter(
            Q(name__icontains=words) | Q(email__icontains=words), organization=OuterRef("pk")
        )
        return self.filter(Q(name__icontains=words) | Exists(people))

    def in_state(self, conference, state):
        """By how far the edition's deal is; `none` for those without any."""
        deals = Sponsorship.objects.filter(conference=conference, organization=OuterRef("pk"))
        if state == "none":
            return self.filter(~Exists(deals))
        if state == Sponsorship.Status.LOST:  # and not begun anew since
            return self.filter(Exists(deals), ~Exists(deals.exclude(status=state)))
        return self.filter(Exists(deals.filter(status=state)))

    def listed(self, conference):
        """With what a line of the list shows: deal, owner, contacts, next follow-up."""
        steps = FollowUp.objects.filter(conversation__organization=OuterRef("pk"), done_at=None)
        return (
            self.select_related("owner")
            .annotate(next_on=Subquery(steps.order_by("due_on").values("due_on")[:1]))
            .prefetch_related(
                models.Prefetch("contacts", Contact.objects.first_to_call()),
                models.Prefetch(
                    "sponsorships",
                    Sponsorship.objects.filter(conference=conference).live_first(),
                    to_attr="deals_here",
                ),
            )
        )

    def with_public_logo(self, name):
        """Whose logo is this file, if an edition that anyone may see thanks them for a deal."""
        deals = Sponsorship.objects.filter(
            organization=OuterRef("pk"),
            status__in=Sponsorship.SIGNED_STATES,
            conference__is_public=True,
        )
        return self.filter(Exists(deals), logo=name)


class Organization(PublicFact):
    """A company, project or media outlet; lives across editions."""

    class Kind(models.TextChoices):
        COMPANY = "company", "company"
        PROJECT = "project", "non-profit project"
        MEDIA = "media", "media outlet"

    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.COMPANY)
    website = models.URLField(blank=True, validators=[WEB_ADDRESS])
    logo = models.ImageField(upload_to="logos/", blank=True)
    address = models.TextField(blank=True)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="organizations"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["company", "project", "media"]),
                name="organization_kind_known",
            ),
        ]

    def __str__(self):
        return self.name

    def shown_in(self):
        signed = self.sponsorships.filter(status__in=Sponsorship.SIGNED_STATES)
        return list(signed.values_list("conference_id", flat=True))

    @property
    def logo_url(self):
        """Where anyone sees the logo once a deal is signed."""
        return reverse("sponsors:logo", args=[(self.logo.name or "").rpartition("/")[2]])


class ContactQuerySet(models.QuerySet):
    def first_to_call(self):
        """The primary contact before the others."""
        return self.order_by(Case(When(role=Contact.Role.PRIMARY, then=0), default=1), "name", "pk")


class Contact(models.Model):
    """A person at an organization."""

    class Role(models.TextChoices):
        PRIMARY = "primary"
        BILLING = "billing"
        LOGISTICS = "logistics"
        MARKETING = "marketing"
        PRESS = "press"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    email = models.EmailField("e-mail", max_length=190, blank=True, db_index=True)
    phone = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=9, choices=Role, default=Role.PRIMARY)
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="contacts", editable=False
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["primary", "billing", "logistics", "marketing", "press"]),
                name="contact_role_known",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.email = text.canonical_email(self.email)
        super().save(*args, **kwargs)
