"""What an edition sells, and how far each deal is."""

from typing import ClassVar

from django.db import models
from django.db.models import Case, Count, F, FilteredRelation, OuterRef, Q, Subquery, Sum, When
from django.utils import timezone

from scale import money
from scale.models import Conference, PublicFact, User

from .conversations import FollowUp


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
        """Those that promise, in the order of the sponsors page."""
        return (
            self.filter(Sponsorship.promised(), conference=conference)
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

    def with_contract(self):
        """`binding`: the contract that binds a deal now, in the same statement; unset if none."""
        live = FilteredRelation("contracts", condition=Q(contracts__ended_at=None))
        return self.annotate(binding=live).select_related("binding__terms")

    def signed(self, conference):
        return self.filter(conference=conference, status__in=Sponsorship.SIGNED_STATES)

    def by_status(self, conference):
        """{status: (how many, their sum, worth in kind)} of an edition, with every status."""
        rows = (
            self.filter(conference=conference)
            .order_by()
            .values_list("status")
            .annotate(Count("pk"), Sum("amount"), Sum("in_kind_value"))
        )
        empty = dict.fromkeys(Sponsorship.Status, (0, money.ZERO, money.ZERO))
        return empty | {status: tuple(figures) for status, *figures in rows}

    def before(self, conference):
        """Signed ones of an earlier edition, in the order of its packages."""
        return (
            self.signed(conference)
            .select_related("organization", "package", "owner")
            .order_by("package__position", "package__name", "organization__name", "pk")
        )

    def cards(self, conference):
        """With what a card of the board shows; what waited longest in its column first."""
        steps = FollowUp.objects.filter(
            conversation__organization=OuterRef("organization"), done_at=None
        )
        return (
            self.filter(conference=conference)
            .select_related("organization", "package", "owner")
            .annotate(next_on=Subquery(steps.order_by("due_on").values("due_on")[:1]))
            .order_by("moved_at", "pk")
        )


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

    class Why(models.TextChoices):
        """Why a deal came to nothing."""

        PRICE = "price", "too expensive"
        BUDGET = "budget", "no money for it this year"
        SILENCE = "silence", "they never answered"
        FIT = "fit", "not their audience"
        TIME = "time", "too late for them"
        US = "us", "we said no"
        OTHER = "other", "something else"

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

    organization = models.ForeignKey(
        "sponsors.Organization", models.PROTECT, related_name="sponsorships"
    )
    conference = models.ForeignKey(Conference, models.PROTECT, related_name="sponsorships")
    package = models.ForeignKey(Package, models.PROTECT, related_name="sponsorships")
    status = models.CharField(max_length=10, choices=Status, default=Status.LEAD)
    amount = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    in_kind_value = models.DecimalField(
        "worth of what they give in kind", max_digits=10, decimal_places=2, default=0
    )
    in_kind_what = models.CharField("what they give in kind", max_length=200, blank=True)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="sponsorships"
    )
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    lost_why = models.CharField("lost because", max_length=8, choices=Why, blank=True)
    lost_words = models.CharField("what they said", max_length=300, blank=True)
    # For the committee of the next edition.
    outcome = models.TextField("how it went", max_length=1000, blank=True)
    previous = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="next_deals", editable=False
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField("signed for them by", max_length=120, blank=True)
    released_at = models.DateTimeField("released early", null=True, blank=True, editable=False)
    released_why = models.CharField(max_length=200, blank=True, editable=False)
    released_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
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
            models.CheckConstraint(
                condition=Q(in_kind_value=0) | Q(in_kind_value__gt=0) & ~Q(in_kind_what=""),
                name="in_kind_is_named",
                violation_error_message="Say what they give.",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="lost",
                    lost_why__in=["price", "budget", "silence", "fit", "time", "us", "other"],
                )
                | ~Q(status="lost") & Q(lost_why="", lost_words=""),
                name="lost_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, released_why="")
                | (Q(released_at__isnull=False) & ~Q(released_why="")),
                name="released_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None) | ~Q(status="lost"), name="lost_promises_nothing"
            ),
        ]

    def __str__(self):
        return f"{self.organization}, {self.package}"

    # What of its promises was used when they were taken back, in words.
    told: tuple[str, ...] | list[str] = ()

    def move_to(self, status):
        """The one way a status changes; the caller holds the row's lock and saves."""
        if status not in self.MOVES[self.status]:
            words = Sponsorship.Status(status).label
            raise ValueError(f"A deal that is {self.get_status_display()} cannot become {words}.")
        self.status, self.moved_at = status, timezone.now()
        self.lost_why = self.lost_words = ""

    @property
    def is_signed(self):
        return self.status in self.SIGNED_STATES

    @staticmethod
    def promised(prefix=""):
        """Signed, or released before that: its promises are out and the public sees it."""
        return Q(**{f"{prefix}status__in": Sponsorship.SIGNED_STATES}) | Q(
            **{f"{prefix}released_at__isnull": False}
        )

    @property
    def is_promised(self):
        return self.is_signed or self.released_at is not None

    def source_of(self, pass_type):
        """What counts the free passes of one kind (the id of their ticket type)."""
        return f"sponsorship:{self.pk}:{pass_type}"
