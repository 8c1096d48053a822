"""Journalists who ask for a pass, what we announce to them, and what they published."""

from typing import ClassVar

from django.db import models
from django.db.models import Case, Count, F, Q, When
from django.urls import reverse
from django.utils import timezone

from registration import bindings
from registration.models import Ticket, TicketType
from scale import codes, text
from scale.models import Conference, PublicFact, User

from .applications import new_nonce
from .contacts import Contact
from .organizations import WEB_ADDRESS, Organization


class PressCall(models.Model):
    """When journalists may ask, whom they can write to, and what pass they get."""

    conference = models.OneToOneField(Conference, models.CASCADE, related_name="press_call")
    pass_type = models.ForeignKey(
        TicketType, models.PROTECT, related_name="+", verbose_name="press pass"
    )
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    contact = models.EmailField("e-mail of the press team", max_length=190)
    introduction = models.TextField(max_length=4000, blank=True, help_text="Markdown.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="press_call_closes_after_it_opens",
                violation_error_message="It closes before it opens.",
            ),
        ]

    def __str__(self):
        return f"Press of {self.conference}"

    def state(self, now=None):
        """early, open or closed"""
        now = now or timezone.now()
        if self.conference.is_closed or now >= self.closes_at:
            return "closed"
        return "open" if now >= self.opens_at else "early"


class PressRequestQuerySet(models.QuerySet):
    def numbers(self, conference):
        """{status: how many} of an edition, with every status in it."""
        rows = self.filter(conference=conference).order_by().values_list("status")
        found = dict(rows.annotate(Count("pk")))
        return {status: found.get(status, 0) for status in PressRequest.Status}

    def search(self, words):
        return self.filter(
            Q(outlet__icontains=words) | Q(name__icontains=words) | Q(email__icontains=words)
        )

    def of_outlet(self, row):
        """Of every edition: of the same organization, or of the same person."""
        same = Q(pk=row.pk)
        if row.organization_id:
            same |= Q(organization=row.organization_id)
        if row.email:
            same |= Q(email=row.email)
        return self.filter(same).order_by("-conference__starts_on", "-pk")

    def to_be_told(self, announcement, now):
        """Who is approved and wants our news; before its embargo ends only who keeps embargoes."""
        rows = self.filter(
            conference=announcement.conference_id,
            status=PressRequest.Status.APPROVED,
            wants_news=True,
            email__gt="",
        ).order_by("pk")
        return rows if announcement.is_free(now) else rows.filter(keeps_embargo=True)


class PressRequest(models.Model):
    """What a journalist wrote, and what the press team said; one a person and edition."""

    class Status(models.TextChoices):
        NEW = "new", "new"
        APPROVED = "approved", "approved"
        DECLINED = "declined", "declined"
        ENDED = "ended", "taken back"
        WITHDRAWN = "withdrawn", "withdrawn"

    MOVES: ClassVar[dict[str, set]] = {
        Status.NEW: {Status.APPROVED, Status.DECLINED, Status.WITHDRAWN},
        Status.DECLINED: {Status.APPROVED},
        Status.APPROVED: {Status.ENDED, Status.WITHDRAWN},
        Status.ENDED: {Status.APPROVED},
        Status.WITHDRAWN: {Status.NEW},  # who asks again
    }
    ROLE = "press"  # the ribbon on the badge

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="press_requests")
    nonce = models.CharField(max_length=12, default=new_nonce, editable=False)
    outlet = models.CharField("for whom they work", max_length=160)
    website = models.URLField(blank=True, validators=[WEB_ADDRESS])
    name = models.CharField(max_length=120)
    email = models.EmailField("e-mail", max_length=190, db_index=True, blank=True)
    role = models.CharField("what they do there", max_length=80, blank=True)
    covering = models.TextField("what they will cover", max_length=3000)
    links = models.TextField("earlier work", max_length=2000, blank=True)
    wishes = models.TextField("days and equipment", max_length=1000, blank=True)
    keeps_embargo = models.BooleanField("keeps embargoes", default=False)
    wants_news = models.BooleanField("wants our announcements", default=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.NEW)
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    words = models.TextField("what we wrote", max_length=3000, blank=True)
    organization = models.ForeignKey(
        Organization, models.SET_NULL, null=True, blank=True, related_name="press_requests"
    )
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="+")
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, blank=True, related_name="+")
    # Empty where the person was erased, so that two of those do not stand in each other's way.
    person = models.GeneratedField(
        expression=Case(When(email__gt="", then=F("email"))),
        output_field=models.CharField(max_length=190, null=True),
        db_persist=True,
    )

    objects = PressRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "person"], name="press_asks_once"),
            models.CheckConstraint(
                condition=Q(status__in=["new", "approved", "declined", "ended", "withdrawn"]),
                name="press_request_status_known",
            ),
        ]

    def __str__(self):
        return self.outlet

    def save(self, *args, **kwargs):
        self.email = text.canonical_email(self.email)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("sponsors:press-mine", args=[self.conference.slug, self.pk, self.secret])

    @property
    def news_url(self):
        """Where they say whether they want our announcements."""
        return reverse("sponsors:press-news", args=[self.conference.slug, self.pk, self.secret])

    @property
    def secret(self):
        return codes.secret("press request", self.nonce)

    @property
    def source(self):
        """Under which registration counts the pass."""
        return f"press:{self.pk}"

    @property
    def next_steps(self):
        """What the press team can decide now."""
        allowed = self.MOVES[self.status] & {self.Status.APPROVED, self.Status.DECLINED}
        return [status for status in self.Status if status in allowed]

    @property
    def work(self):
        return [line for line in self.links.split("\n") if line]

    def likely(self):
        """Outlets and others that may be this one: by address, by website, by name."""
        return Organization.objects.like(self.outlet, self.email, self.website)


def with_use(requests):
    """`came` for each: whether the pass was used at the door; in one statement, or none."""
    requests = list(requests)
    used = bindings.used([row.ticket for row in requests if row.ticket])
    for row in requests:
        row.came = row.ticket_id in used
    return requests


def new_announcement_code():
    return codes.new_code(6)


class AnnouncementQuerySet(models.QuerySet):
    def public(self, conference, now=None):
        """What everyone may read by now, the latest first."""
        now = now or timezone.now()
        rows = self.filter(conference=conference, status=Announcement.Status.SENT)
        return rows.filter(embargo_until__lte=now).order_by("-embargo_until", "-pk")


class Announcement(PublicFact):
    """News for the press; everybody's from the minute in which its embargo ends."""

    class Status(models.TextChoices):
        DRAFT = "draft", "draft"
        SENT = "sent", "sent"
        PULLED = "pulled", "pulled back"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="announcements")
    code = models.CharField(
        max_length=6, unique=True, default=new_announcement_code, editable=False
    )
    title = models.CharField(max_length=160)
    text = models.TextField(max_length=20_000, help_text="Markdown.")
    # On the minute: public pages are rendered anew with each of them.
    embargo_until = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=6, choices=Status, default=Status.DRAFT)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # When the last of the press was written to; from then on nobody is.
    told_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "sent", "pulled"]),
                name="announcement_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="sent") | Q(sent_at__isnull=False, embargo_until__isnull=False),
                name="sent_announcement_has_its_minute",
            ),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        if self.embargo_until:
            self.embargo_until = self.embargo_until.replace(second=0, microsecond=0)
        super().save(*args, **kwargs)

    @property
    def seen(self):
        """What somebody has before them; another one when anything of it has changed."""
        return codes.digest(f"{self.title}\0{self.text}\0{self.embargo_until}\0{self.status}")[:16]

    def get_absolute_url(self):
        return reverse("sponsors:announcement", args=[self.conference.slug, self.named_code])

    @property
    def named_code(self):
        return f"{self.code}-{text.slug(self.title)}".rstrip("-")

    def is_free(self, now=None):
        """Whether its embargo is over."""
        return self.embargo_until is not None and self.embargo_until <= (now or timezone.now())

    @property
    def is_public(self):
        return self.status == self.Status.SENT and self.is_free()

    @property
    def is_held(self):
        """Sent, and still under its embargo."""
        return self.status == self.Status.SENT and not self.is_free()


class Coverage(models.Model):
    """What an outlet published about an edition."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="coverage")
    conference = models.ForeignKey(Conference, models.CASCADE, related_name="+")
    url = models.URLField("address", max_length=300, validators=[WEB_ADDRESS])
    title = models.CharField(max_length=200)
    published_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-published_on", "-pk"]
        verbose_name_plural = "coverage"

    def __str__(self):
        return self.title
