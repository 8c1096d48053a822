"""Talks and who gives them: one `Talk` row from draft to stage."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from scale import codes, text
from scale.models import Conference, PublicFact

from ..errors import IllegalMove
from .access_codes import AccessCode
from .call import Equipment, TalkKind, Track
from .speaker import Speaker, verified_addresses

WEB_ADDRESS = URLValidator(schemes=["http", "https"])


def new_talk_code():
    return codes.new_code(6)


def on_the_web(name):
    """Nothing, or an address that a browser may follow."""
    begins = f"{name}__startswith"
    return Q(**{name: ""}) | Q(**{begins: "https://"}) | Q(**{begins: "http://"})


class TalkQuerySet(models.QuerySet):
    def of(self, user):
        """Talks that the user gives or helps to give."""
        return self.filter(talk_speakers__speaker__user=user)

    def own(self, user):
        """Talks of the user as far as addresses tell.

        Also those under an unclaimed profile, and those that they are invited to give. The
        profiles are looked up first: as one statement it would read every talk.
        """
        proven = [row["email"] for row in verified_addresses(user)]
        waiting = Q(invitations__waiting_email__in=proven)
        invited = list(Talk.objects.filter(waiting).values_list("pk", flat=True))
        profiles = Speaker.objects.filter(Q(user=user) | Q(user=None, email__in=proven))
        links = TalkSpeaker.objects.filter(speaker__in=list(profiles.values_list("pk", flat=True)))
        return self.filter(Q(pk__in=links.values("talk")) | Q(pk__in=invited))

    def kept_from(self, user):
        """Talks that the user neither decides on nor reads opinions of: own, and of a conflict."""
        own = list(self.own(user).values_list("pk", flat=True))
        conflicts = Talk.conflicts.field.model._default_manager.filter(user=user)
        declared = list(conflicts.values_list("talk", flat=True))
        return self.filter(pk__in={*own, *declared})

    def seen_by_committee(self):
        """Everything but drafts, and drafts that were thrown away."""
        return self.exclude(status=Talk.Status.DRAFT).exclude(
            status=Talk.Status.WITHDRAWN, submitted_at=None, source_key=None
        )

    def search(self, words):
        """By title, code or speaker."""
        by_speaker = TalkSpeaker.objects.filter(speaker__name__icontains=words).values("talk")
        return self.filter(Q(title__icontains=words) | Q(code__iexact=words) | Q(pk__in=by_speaker))

    def confirmed(self):
        return self.filter(status=Talk.Status.CONFIRMED)

    def placeable(self):
        """What staff may give a room: accepted or confirmed."""
        return self.filter(status__in=[Talk.Status.ACCEPTED, Talk.Status.CONFIRMED])

    def unconfirmed(self):
        """Accepted, told so, and silent; `told_at` is when, also where a chair entered them."""
        told = self.model.decisions.rel.related_model.objects.filter(  # type: ignore[attr-defined]
            talk=OuterRef("pk"), released_at__isnull=False
        ).order_by("-released_at")
        released = Subquery(told.values("released_at")[:1])
        return self.filter(status=Talk.Status.ACCEPTED).annotate(
            told_at=Coalesce(released, "submitted_at", "created_at")
        )

    def in_review(self):
        return self.filter(status__in=[Talk.Status.SUBMITTED, Talk.Status.WAITLISTED])

    def with_scores(self, *, hidden=()):
        """With `opinions`, the number of scores, and `mean`, empty for the ids in `hidden`."""
        # One look into the index for each talk: grouping by all columns takes far longer.
        reviews = Talk.reviews.field.model._default_manager.filter(talk=OuterRef("pk")).values(
            "talk"
        )
        number = Subquery(reviews.annotate(number=models.Count("score")).values("number"))
        shown = reviews.exclude(talk__in=hidden).annotate(mean=models.Avg("score"))
        mean = Subquery(shown.values("mean"))
        return self.annotate(opinions=Coalesce(number, 0), mean=mean)

    def with_speakers(self):
        return self.prefetch_related(
            models.Prefetch(
                "talk_speakers", TalkSpeaker.objects.select_related("speaker").order_by("position")
            )
        )


class Talk(PublicFact):
    """One talk from draft to stage. Where and when it happens is the schedule's fact."""

    class Status(models.TextChoices):
        DRAFT = "draft", "draft"
        SUBMITTED = "submitted", "submitted"
        WAITLISTED = "waitlisted", "on the waiting list"
        ACCEPTED = "accepted", "accepted, not confirmed"
        CONFIRMED = "confirmed", "confirmed"
        REJECTED = "rejected", "not accepted"
        DECLINED = "declined", "declined by the speaker"
        WITHDRAWN = "withdrawn", "withdrawn"
        CANCELLED = "cancelled", "cancelled"

    MOVES: ClassVar[dict[str, set]] = {
        Status.DRAFT: {Status.SUBMITTED, Status.WITHDRAWN},
        Status.SUBMITTED: {
            *(Status.DRAFT, Status.ACCEPTED, Status.WAITLISTED, Status.REJECTED, Status.WITHDRAWN)
        },
        Status.WAITLISTED: {Status.ACCEPTED, Status.REJECTED, Status.WITHDRAWN},
        Status.ACCEPTED: {
            *(Status.CONFIRMED, Status.DECLINED, Status.WITHDRAWN, Status.CANCELLED),
            Status.SUBMITTED,
        },
        Status.CONFIRMED: {Status.CANCELLED, Status.WITHDRAWN},
        Status.REJECTED: {Status.SUBMITTED, Status.ACCEPTED},
        Status.DECLINED: {Status.ACCEPTED},
        Status.WITHDRAWN: {Status.SUBMITTED, Status.CONFIRMED},
        Status.CANCELLED: {Status.CONFIRMED},
    }
    # What its speakers may change until the deadline.
    EDITABLE = {
        Status.DRAFT,
        Status.SUBMITTED,
        Status.WAITLISTED,
        Status.ACCEPTED,
        Status.CONFIRMED,
    }
    WRITTEN = (
        *("title", "abstract", "description", "notes", "track", "kind", "minutes", "level"),
        *("language", "equipment_note", "expected_audience", "may_record", "second_track"),
        *("is_first_time", "links", "equipment", "answers"),
    )
    # What may come after everything else is settled, when the talk was given.
    AFTERWARDS = ("slides_url", "recording_url")
    # Shown in public at its place; the last three as cancelled.
    ON_STAGE = {Status.ACCEPTED, Status.CONFIRMED}
    OFF_STAGE = {Status.CANCELLED, Status.WITHDRAWN, Status.DECLINED}

    class Level(models.TextChoices):
        ANYONE = "anyone", "for anyone"
        BEGINNER = "beginner", "beginner"
        INTERMEDIATE = "intermediate", "intermediate"
        ADVANCED = "advanced", "advanced"

    class Licence(models.TextChoices):
        CC_BY = "cc-by", "CC BY 4.0: anyone may use it and names you"
        CC_BY_SA = "cc-by-sa", "CC BY-SA 4.0: the same, passed on alike"
        CC_BY_ND = "cc-by-nd", "CC BY-ND 4.0: passed on unchanged"
        SHOWN = "shown", "shown by the conference only"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="talks")
    code = models.CharField(max_length=12, unique=True, default=new_talk_code, editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    title = models.CharField(max_length=250)
    abstract = models.TextField("short abstract", blank=True, max_length=1200)
    description = models.TextField(blank=True, help_text="Markdown.")
    notes = models.TextField("notes to the committee", blank=True)
    track = models.ForeignKey(Track, models.PROTECT, null=True, blank=True, related_name="talks")
    second_track = models.ForeignKey(
        Track,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="second choice of track",
    )
    kind = models.ForeignKey(TalkKind, models.PROTECT, null=True, blank=True, related_name="talks")
    minutes = models.PositiveSmallIntegerField(
        "length in minutes",
        default=45,
        validators=[MinValueValidator(5), MaxValueValidator(1440)],
    )
    level = models.CharField(max_length=12, choices=Level, default=Level.ANYONE)
    language = models.CharField(max_length=20, default="English")
    contact = models.ForeignKey(
        Speaker,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text="Whom the committee asks first; empty: the first speaker.",
    )
    equipment = models.ManyToManyField(Equipment, blank=True, related_name="talks")
    equipment_note = models.CharField("other needs", max_length=250, blank=True)
    expected_audience = models.PositiveIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(100_000)]
    )
    may_record = models.BooleanField("may be recorded", default=True)
    licence = models.CharField(
        "licence of the recording", max_length=10, choices=Licence, blank=True
    )
    day_phone = models.CharField("phone for the day", max_length=40, blank=True)
    is_first_time = models.BooleanField("first talk of a speaker", default=False)
    tags = models.ManyToManyField(
        "cfp.ReviewTag",
        blank=True,
        related_name="talks",
        help_text="The committee's own; speakers and reviewers do not see them.",
    )
    links = models.TextField(blank=True, help_text="One address a line.")
    slides_url = models.URLField(
        "link to the slides", max_length=500, blank=True, validators=[WEB_ADDRESS]
    )
    recording_url = models.URLField(
        "link to the recording", max_length=500, blank=True, validators=[WEB_ADDRESS]
    )
    reason = models.TextField(
        blank=True, editable=False, help_text="Why it was declined, withdrawn or cancelled."
    )
    access = models.ForeignKey(
        AccessCode,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="talks",
        help_text="The code with which it came in.",
    )
    source_key = models.CharField(
        max_length=64,
        null=True,
        blank=True,
        editable=False,
        help_text="SHA-256 of the id a schedule file gave it.",
    )
    reminders = models.PositiveSmallIntegerField("reminders to confirm", default=0, editable=False)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = TalkQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        indexes = [models.Index(fields=["conference", "status"], name="talk_by_status")]
        constraints = [
            models.UniqueConstraint(fields=["conference", "source_key"], name="talk_source_once"),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        *("draft", "submitted", "waitlisted", "accepted", "confirmed"),
                        *("rejected", "declined", "withdrawn", "cancelled"),
                    ]
                ),
                name="talk_status_known",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=1440), name="talk_minutes_sane"
            ),
            models.CheckConstraint(condition=on_the_web("slides_url"), name="slides_on_the_web"),
            models.CheckConstraint(
                condition=on_the_web("recording_url"), name="recording_on_the_web"
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        wrong = {
            name: f"This {name} belongs to another edition."
            for name in ("track", "kind")
            if (row := getattr(self, name)) and row.conference_id != self.conference_id
        }
        if wrong and self.conference_id:
            raise ValidationError(wrong)

    def can_become(self, status):
        return status in self.MOVES[self.status]

    def require_move(self, status):
        if not self.can_become(status):
            words = Talk.Status(status).label
            raise IllegalMove(f"A talk that is {self.get_status_display()} cannot become {words}.")

    def move_to(self, status):
        """The one way a status changes; the caller holds the row's lock and saves."""
        self.require_move(status)
        self.was_public = self.was_public or self.is_public
        self.status = status

    # Whether a status that this object has left was one that the public saw.
    was_public = False

    def access_now(self):
        """The code that still lets its speakers write, until the committee decides."""
        is_early = self.status in (self.Status.DRAFT, self.Status.SUBMITTED)
        return self.access if self.access_id and is_early else None

    @property
    def is_public(self):
        return self.status in self.ON_STAGE | self.OFF_STAGE

    def shown_in(self):
        return [self.conference_id] if self.is_public or self.was_public else []

    @property
    def is_cancelled(self):
        return self.status in self.OFF_STAGE

    @property
    def shown_track(self):
        """Its track, where the public reads of that."""
        return None if self.track is None or self.track.is_hidden else self.track

    @property
    def named_code(self):
        return f"{self.code}-{text.slug(self.title)}".rstrip("-")

    def said_of(self, name):
        """What stands in a field, in words."""
        if name == "equipment":
            return ", ".join(str(thing) for thing in self.equipment.all()) or "nothing"
        if name == "level":
            return self.get_level_display()
        if name.startswith("question-"):
            said = self.answers.filter(question=name.removeprefix("question-")).first()
            return said.value if said else "nothing"
        value = getattr(self, name)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "nothing" if value in (None, "") else str(value)

    def content_mark(self, names=WRITTEN):
        """A digest of what its speakers wrote: who edits it at once notices others by it.

        `names` are the fields of one step: who writes in another disturbs nobody.
        """
        return codes.digest(repr([(name, self._written(name)) for name in sorted(names)]))

    def _written(self, name):
        match name:
            case "equipment":
                return sorted(self.equipment.values_list("pk", flat=True))
            case "answers":
                return sorted(self.answers.values_list("question_id", "value"))
        key = f"{name}_id"
        return str(getattr(self, key if hasattr(self, key) else name))

    def speakers(self):
        """In their order; uses `with_speakers`' prefetch."""
        return [link.speaker for link in self.talk_speakers.all()]

    def get_absolute_url(self):
        return reverse("schedule:talk", args=[self.conference.slug, self.named_code])


class TalkSpeaker(PublicFact):
    """Who gives a talk; the order is the order on the page."""

    class Shirt(models.TextChoices):
        XS = "xs", "XS"
        S = "s", "S"
        M = "m", "M"
        L = "l", "L"
        XL = "xl", "XL"
        XXL = "2xl", "2XL"
        XXXL = "3xl", "3XL"
        NONE = "none", "no shirt, thank you"

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="talk_speakers")
    speaker = models.ForeignKey(Speaker, models.PROTECT, related_name="talk_speakers")
    position = models.PositiveSmallIntegerField(default=0)
    shirt = models.CharField("shirt size", max_length=4, choices=Shirt, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["talk", "speaker"], name="speaker_once_a_talk"),
        ]

    def __str__(self):
        return f"{self.speaker}: {self.talk}"

    def shown_in(self):
        return self.talk.shown_in()
