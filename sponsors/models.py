"""Organizations, the people there, what was said, and what was promised."""

from typing import ClassVar

from django.db import models
from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from scale import money, text
from scale.models import Conference, PublicFact, User


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
    website = models.URLField(blank=True)
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
        return list(self.sponsorships.values_list("conference_id", flat=True))

    @property
    def logo_url(self):
        """Where anyone sees the logo once a deal is signed."""
        return reverse("sponsors:logo", args=[self.logo.name.rpartition("/")[2]])


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
    email = models.EmailField(max_length=190, blank=True, db_index=True)
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


class ConversationQuerySet(models.QuerySet):
    def latest_first(self):
        """What is not done before what is, each by its newest note."""
        return self.annotate(
            latest_at=Coalesce(Max("notes__written_at"), F("created_at")),
        ).order_by(
            Case(When(state=Conversation.State.DONE, then=1), default=0), "-latest_at", "-pk"
        )


class Conversation(models.Model):
    """A thread of dealings with one organization."""

    class State(models.TextChoices):
        OPEN = "open", "open"
        WAITING_FOR_THEM = "them", "waiting for them"
        WAITING_FOR_US = "us", "waiting for us"
        DONE = "done", "done"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="conversations")
    conference = models.ForeignKey(
        Conference, models.SET_NULL, null=True, blank=True, related_name="conversations"
    )
    subject = models.CharField(max_length=200)
    state = models.CharField(max_length=4, choices=State, default=State.OPEN)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="conversations"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "them", "us", "done"]),
                name="conversation_state_known",
            ),
        ]

    def __str__(self):
        return self.subject


class Note(models.Model):
    """One entry of a conversation."""

    class Kind(models.TextChoices):
        NOTE = "note", "note"
        CALL = "call", "call"
        MEETING = "meeting", "meeting"
        MAIL_IN = "mail_in", "mail from them"
        MAIL_OUT = "mail_out", "mail to them"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.NOTE)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="notes")
    text = models.TextField()
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["note", "call", "meeting", "mail_in", "mail_out"]),
                name="note_kind_known",
            ),
        ]

    def __str__(self):
        return text.plain(self.text, 60)


class FollowUpQuerySet(models.QuerySet):
    def due(self, user, today):
        """What the user should have done by the end of `today`, oldest first."""
        return (
            self.filter(owner=user, done_at=None, due_on__lte=today)
            .select_related("conversation__organization")
            .order_by("due_on", "pk")
        )


class FollowUp(models.Model):
    """What to do next in a conversation, by whom and when."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="follow_ups")
    owner = models.ForeignKey(User, models.CASCADE, related_name="follow_ups")
    due_on = models.DateField(db_index=True)
    what = models.CharField(max_length=200)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self):
        return self.what


class Package(PublicFact):
    """A tier sold in one edition; `taken` moves only under the row's conditional UPDATE."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="packages")
    name = models.CharField(max_length=60)
    price = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    size = models.PositiveIntegerField("how many", null=True, blank=True)
    taken = models.PositiveIntegerField(default=0, editable=False)
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Lower comes first and larger on the sponsors page."
    )

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size=None) | Q(taken__lte=F("size")),
                name="package_not_oversold",
                violation_error_message="More of them than this are signed already.",
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="package_price_not_negative"),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        if self.pk and kwargs.get("update_fields") is None:
            # What is taken moves in the database alone; a form must not put an old figure back.
            fields = [f.name for f in self._meta.concrete_fields if f.name not in ("id", "taken")]
            kwargs["update_fields"] = fields
        super().save(*args, **kwargs)

    @property
    def left(self):
        return None if self.size is None else self.size - self.taken


class SponsorshipQuerySet(models.QuerySet):
    def public(self, conference):
        """Signed ones, in the order of the sponsors page."""
        return (
            self.filter(conference=conference, status__in=Sponsorship.SIGNED_STATES)
            .select_related("organization", "package")
            .order_by(
                *("package__position", "package__name", "package_id"),
                *("organization__name", "organization_id"),
            )
        )

    def open(self, conference):
        """Neither signed nor lost: what the committee still works on."""
        return self.filter(conference=conference).exclude(
            status__in=[*Sponsorship.SIGNED_STATES, Sponsorship.Status.LOST]
        )

    def live_first(self):
        """The deal that counts before lost ones, the newest of those first."""
        lost_last = Case(When(status=Sponsorship.Status.LOST, then=1), default=0)
        return self.select_related("package", "owner").order_by(lost_last, "-pk")

    def by_status(self, conference):
        """{status: (how many, their sum)} of an edition, with every status in it."""
        rows = (
            self.filter(conference=conference)
            .order_by()
            .values_list("status")
            .annotate(Count("pk"), Sum("amount"))
        )
        empty = dict.fromkeys(Sponsorship.Status, (0, money.ZERO))
        return empty | {status: (number, total) for status, number, total in rows}


class Sponsorship(PublicFact):
    """Organization + Conference + Package: one deal and how far it is."""

    class Status(models.TextChoices):
        LEAD = "lead", "lead"
        ASKED = "asked", "asked"
        INTERESTED = "interested", "interested"
        CONTRACT = "contract", "contract sent"
        SIGNED = "signed", "signed"
        PAID = "paid", "paid"
        LOST = "lost", "lost"

    SIGNED_STATES = (Status.SIGNED, Status.PAID)
    _onwards = {Status.ASKED, Status.INTERESTED, Status.CONTRACT, Status.SIGNED, Status.LOST}
    MOVES: ClassVar[dict[str, set]] = {
        Status.LEAD: _onwards,
        Status.ASKED: {Status.LEAD, *_onwards} - {Status.ASKED},
        Status.INTERESTED: {Status.LEAD, *_onwards} - {Status.INTERESTED},
        Status.CONTRACT: {Status.LEAD, *_onwards} - {Status.CONTRACT},
        Status.SIGNED: {Status.PAID, Status.CONTRACT, Status.LOST},
        Status.PAID: {Status.SIGNED},
        Status.LOST: {Status.LEAD},
    }

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="sponsorships")
    conference = models.ForeignKey(Conference, models.PROTECT, related_name="sponsorships")
    package = models.ForeignKey(Package, models.PROTECT, related_name="sponsorships")
    status = models.CharField(max_length=10, choices=Status, default=Status.LEAD)
    amount = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="sponsorships"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField("signed for them by", max_length=120, blank=True)
    # One deal an organization and edition, as long as it is not lost.
    live_key = models.GeneratedField(
        expression=Case(When(~Q(status="lost"), then=F("organization_id"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    objects = SponsorshipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "live_key"],
                name="one_live_sponsorship",
                violation_error_message="This organization has a deal in this edition already.",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        *("lead", "asked", "interested", "contract", "signed", "paid", "lost")
                    ]
                ),
                name="sponsorship_status_known",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="amount_not_negative"),
            models.CheckConstraint(
                condition=Q(status__in=["signed", "paid"], signed_at__isnull=False)
                | (~Q(status__in=["signed", "paid"]) & Q(signed_at=None)),
                name="signed_has_a_date",
            ),
        ]

    def __str__(self):
        return f"{self.organization}, {self.package}"

    def move_to(self, status):
        """The one way a status changes; the caller holds the row's lock and saves."""
        if status not in self.MOVES[self.status]:
            words = Sponsorship.Status(status).label
            raise ValueError(f"A deal that is {self.get_status_display()} cannot become {words}.")
        self.status = status

    @property
    def is_signed(self):
        return self.status in self.SIGNED_STATES
