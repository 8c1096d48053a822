"""Organizations outlive editions: what they are, what they are called, whom they became."""

import secrets

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse

from scale import codes, text
from scale.models import PublicFact, User

from ..likeness import domain_of
from .contacts import Contact
from .conversations import FollowUp
from .deals import Sponsorship
from .search import holds, holds_piece, words_of

WEB_ADDRESS = URLValidator(
    schemes=["http", "https"], message="A web address begins with https:// or http://."
)


def new_organization_code():
    return codes.new_code(6)


def pks_with(words, condition):
    """The organizations that have every word; a statement each, whose parts use one index each.

    Within another statement MariaDB would ask the full-text index anew for every row.
    """
    sets = []
    for word in words:
        named = Organization.objects.filter(condition(word, ("name", "website")))
        people = Contact.objects.filter(condition(word, ("name", "email")))
        tags = Tag.objects.filter(name__istartswith=word)
        others = OtherName.objects.filter(name__icontains=word)
        rows = (
            named.order_by()
            .values_list("pk")
            .union(
                people.order_by().values_list("organization"),
                Organization.tags.through.objects.filter(tag__in=tags).values_list("organization"),
                others.order_by().values_list("organization"),
            )
        )
        sets.append({pk for (pk,) in rows})
        if not sets[-1]:
            break
    return set.intersection(*sets) if sets else set()


class OrganizationQuerySet(models.QuerySet):
    def search(self, typed):
        """Every word by a name, the website, a tag, or a person's name or address.

        Words are looked up by their beginnings; only if that finds nothing are pieces of
        what was typed.
        """
        words = words_of(typed)
        found = pks_with(words, holds) or pks_with(words or [typed], holds_piece)
        return self.filter(pk__in=found)  # looked up once, however often the rows are asked

    def like(self, name, email, website):
        """Those that may be the one somebody calls so: by address, by website, by name."""
        same = Q(name__iexact=name)
        people = Contact.objects.filter(email=email) if email else Contact.objects.none()
        same |= Q(pk__in=people.values("organization_id"))
        for host in {domain_of(website), domain_of(email)} - {""}:
            for start in (f"//{host}", f"//www.{host}"):
                same |= Q(website__icontains=f"{start}/") | Q(website__iendswith=start)
        return self.filter(same).order_by("name", "pk")

    def lock(self, pk):
        """Held until the end of the transaction: the row, or the one it was joined with."""
        rows = self.select_for_update()
        if found := rows.filter(pk=pk).first():
            return found
        joined = MergedOrganization.objects.filter(old_pk=pk).values_list("organization", flat=True)
        return rows.filter(pk=joined.first()).first()

    def of_kind(self, kind):
        return self.filter(**{f"is_{Organization.Kind(kind).value}": True})

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

    def in_edition(self, conference):
        """Sponsors and exhibitors: those whose deal in it promises something."""
        deals = Sponsorship.objects.filter(
            Sponsorship.promised(), conference=conference, organization=OuterRef("pk")
        )
        return self.filter(Exists(deals))

    def with_public_logo(self, name):
        """Whose logo is this file, if an edition that anyone may see thanks them for a deal."""
        deals = Sponsorship.objects.filter(
            Sponsorship.promised(), organization=OuterRef("pk"), conference__is_public=True
        )
        return self.filter(Exists(deals), logo=name)


class Organization(PublicFact):
    """A company, project or media outlet, or several of them; lives across editions."""

    class Kind(models.TextChoices):
        COMPANY = "company", "company"
        PROJECT = "project", "non-profit project"
        MEDIA = "media", "media outlet"

    code = models.CharField(
        max_length=6, unique=True, default=new_organization_code, editable=False
    )
    name = models.CharField(max_length=160)
    is_company = models.BooleanField("company", default=False)
    is_project = models.BooleanField("non-profit project", default=False)
    is_media = models.BooleanField("media outlet", default=False)
    website = models.URLField(blank=True, validators=[WEB_ADDRESS])
    logo = models.ImageField(upload_to="logos/", blank=True)
    address = models.TextField(blank=True)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="organizations"
    )
    tags = models.ManyToManyField("sponsors.Tag", blank=True, related_name="organizations")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_company=True) | Q(is_project=True) | Q(is_media=True),
                name="organization_is_of_a_kind",
                violation_error_message="Say what it is: a company, a project, a media outlet.",
            ),
        ]

    def __str__(self):
        return self.name

    def shown_in(self):
        thanked = self.sponsorships.filter(Sponsorship.promised())
        return list(thanked.values_list("conference_id", flat=True))

    @property
    def named_code(self):
        """For its public address: K7QX2M-harbor-db."""
        return f"{self.code}-{text.slug(self.name)}".rstrip("-")

    @property
    def logo_url(self):
        """Where anyone sees the logo once a deal is signed."""
        return reverse("sponsors:logo", args=[(self.logo.name or "").rpartition("/")[2]])

    @property
    def kinds(self):
        return [kind.value for kind in self.Kind if getattr(self, f"is_{kind.value}")]

    @property
    def kind_words(self):
        return ", ".join(self.Kind(kind).label for kind in self.kinds)


class Tag(models.Model):
    """A word of the committee's own to find organizations by."""

    name = models.CharField(max_length=40)
    slug = models.CharField(max_length=60, unique=True, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.slug = tag_slug(self.name)
        super().save(*args, **kwargs)


def tag_slug(name):
    """Canonical ASCII; a name without any Latin letter has a digest in its place."""
    return text.slug(name) or codes.digest(name.casefold())[:20]


class OtherName(models.Model):
    """What else an organization is called in lists; so that no list adds it a second time."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="other_names")
    name = models.CharField(max_length=160)
    # Collations think josé = jose; the digest is of the name as people compare names.
    key = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.key = name_key(self.name)
        super().save(*args, **kwargs)


def name_key(name):
    return codes.digest(text.plain(name).casefold())


def file_path(row, name):
    return f"organizations/{secrets.token_hex(16)}"


class OrganizationFile(models.Model):
    """A document that belongs to an organization: a media kit, a price list, a letter."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="files")
    file = models.FileField(upload_to=file_path)
    name = models.CharField(max_length=120)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-added_at", "-pk"]

    def __str__(self):
        return self.name


class MergedOrganization(models.Model):
    """Where the page of an organization went that became a part of another one."""

    old_pk = models.BigIntegerField(unique=True)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="merged")
    merged_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.old_pk} → {self.organization}"


class Apart(models.Model):
    """Two organizations that look like one and are not: somebody has looked."""

    first = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    second = models.ForeignKey(Organization, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="told_apart_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="apart_in_order"),
        ]

    def __str__(self):
        return f"{self.first} ≠ {self.second}"
