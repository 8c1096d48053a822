"""From an idea to a confirmed talk: one `Talk` row from draft to stage."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from scale import codes, text
from scale.models import Conference, PublicFact, User
from scale.models.conference import HEX_COLOUR


class Track(PublicFact):
    """A topical strand; perhaps a partner's event with days of its own."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="tracks")
    name = models.CharField(max_length=120)
    code = models.SlugField(max_length=40, help_text="Short name in addresses.")
    description = models.TextField(blank=True)
    colour = models.CharField(max_length=7, default="#55616e", validators=[HEX_COLOUR])
    position = models.PositiveSmallIntegerField(default=0)
    is_partner_event = models.BooleanField(default=False)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "code"], name="track_code_once"),
        ]

    def __str__(self):
        return self.name


class TrackRole(models.Model):
    """A right in one track: its chair decides, its reviewers review."""

    class Role(models.TextChoices):
        CHAIR = "chair"
        REVIEWER = "reviewer"

    user = models.ForeignKey(User, models.CASCADE, related_name="track_roles")
    track = models.ForeignKey(Track, models.CASCADE, related_name="roles")
    role = models.CharField(max_length=8, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "track", "role"], name="track_role_once"),
        ]

    def __str__(self):
        return f"{self.user}: {self.get_role_display()} of {self.track}"


class TalkKind(PublicFact):
    """Talk, workshop, keynote, BoF: data, not subclasses."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="talk_kinds")
    name = models.CharField(max_length=60)
    code = models.SlugField(max_length=30)
    minutes = models.PositiveSmallIntegerField(
        "usual length in minutes", default=45, validators=[MinValueValidator(5)]
    )
    is_offered = models.BooleanField("can be submitted", default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "code"], name="kind_code_once"),
            models.CheckConstraint(condition=Q(minutes__gte=5), name="kind_minutes_sane"),
        ]

    def __str__(self):
        return self.name


class Equipment(models.Model):
    """A thing a talk can need and a room can have."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="equipment")
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "equipment"
        ordering = ["position", "name"]

    def __str__(self):
        return self.name


class Call(PublicFact):
    """When an edition (or one partner's track) takes submissions."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="calls")
    track = models.ForeignKey(
        Track, models.CASCADE, null=True, blank=True, help_text="Empty: for the whole edition."
    )
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    text = models.TextField("what is expected", blank=True, help_text="Markdown.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="call_closes_after_it_opens",
                violation_error_message="The call closes before it opens.",
            ),
        ]

    def __str__(self):
        return f"Call of {self.track or self.conference}"

    def state(self, now):
        if now < self.opens_at:
            return "soon"
        return "open" if now < self.closes_at and not self.conference.is_closed else "closed"


def new_speaker_code():
    return codes.new_code(6)


class Speaker(PublicFact):
    """A person's public profile, once for all editions; `user` is empty until claimed.

    `email` is how staff reach them before that; it is never shown in public.
    """

    code = models.CharField(max_length=12, unique=True, default=new_speaker_code, editable=False)
    user = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="speaker"
    )
    email = models.EmailField(max_length=190, null=True, blank=True, unique=True)
    name = models.CharField(max_length=200)
    pronouns = models.CharField(max_length=40, blank=True)
    organization = models.CharField(max_length=160, blank=True)
    biography = models.TextField(blank=True, help_text="Markdown.")
    website = models.URLField(blank=True)
    photo = models.ImageField(upload_to="speakers/", blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.email = text.canonical_email(self.email) if self.email else None
        super().save(*args, **kwargs)

    def shown_in(self):
        return list(
            Conference.objects.filter(talks__talk_speakers__speaker=self)
            .values_list("pk", flat=True)
            .distinct()
        )

    @property
    def named_code(self):
        """The last part of the speaker's address: the code, and words for people."""
        return f"{self.code}-{text.slug(self.name)}".rstrip("-")


def new_talk_code():
    return codes.new_code(6)


class TalkQuerySet(models.QuerySet):
    def of(self, user):
        """Talks that the user gives or helps to give."""
        return self.filter(talk_speakers__speaker__user=user)

    def confirmed(self):
        return self.filter(status=Talk.Status.CONFIRMED)

    def placeable(self):
        """What staff may give a room: accepted or confirmed."""
        return self.filter(status__in=[Talk.Status.ACCEPTED, Talk.Status.CONFIRMED])

    def in_review(self):
        return self.filter(status__in=[Talk.Status.SUBMITTED, Talk.Status.WAITLISTED])

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
    # Shown in public at its place; the last three as cancelled.
    ON_STAGE = {Status.ACCEPTED, Status.CONFIRMED}
    OFF_STAGE = {Status.CANCELLED, Status.WITHDRAWN, Status.DECLINED}

    class Level(models.TextChoices):
        ANYONE = "anyone", "for anyone"
        BEGINNER = "beginner", "beginner"
        INTERMEDIATE = "intermediate", "intermediate"
        ADVANCED = "advanced", "advanced"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="talks")
    code = models.CharField(max_length=12, unique=True, default=new_talk_code, editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    title = models.CharField(max_length=250)
    abstract = models.TextField("short abstract", blank=True, max_length=1200)
    description = models.TextField(blank=True, help_text="Markdown.")
    notes = models.TextField("notes to the committee", blank=True)
    track = models.ForeignKey(Track, models.PROTECT, null=True, blank=True, related_name="talks")
    kind = models.ForeignKey(TalkKind, models.PROTECT, null=True, blank=True, related_name="talks")
    minutes = models.PositiveSmallIntegerField(
        "length in minutes",
        default=45,
        validators=[MinValueValidator(5), MaxValueValidator(1440)],
    )
    level = models.CharField(max_length=12, choices=Level, default=Level.ANYONE)
    language = models.CharField(max_length=20, default="English")
    equipment = models.ManyToManyField(Equipment, blank=True, related_name="talks")
    equipment_note = models.CharField("other needs", max_length=250, blank=True)
    expected_audience = models.PositiveIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(100_000)]
    )
    may_record = models.BooleanField("may be recorded", default=True)
    source_key = models.CharField(
        max_length=64,
        null=True,
        blank=True,
        editable=False,
        help_text="SHA-256 of the id a schedule file gave it.",
    )
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
        ]

    def __str__(self):
        return self.title

    def move_to(self, status):
        """The one way a status changes; the caller holds the row's lock and saves."""
        if status not in self.MOVES[self.status]:
            words = Talk.Status(status).label
            raise ValueError(f"A talk that is {self.get_status_display()} cannot become {words}.")
        self.status = status

    @property
    def is_cancelled(self):
        return self.status in self.OFF_STAGE

    @property
    def named_code(self):
        return f"{self.code}-{text.slug(self.title)}".rstrip("-")

    def speakers(self):
        """In their order; uses `with_speakers`' prefetch."""
        return [link.speaker for link in self.talk_speakers.all()]

    def get_absolute_url(self):
        return reverse("schedule:talk", args=[self.conference.slug, self.named_code])


class TalkSpeaker(PublicFact):
    """Who gives a talk; the order is the order on the page."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="talk_speakers")
    speaker = models.ForeignKey(Speaker, models.PROTECT, related_name="talk_speakers")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["talk", "speaker"], name="speaker_once_a_talk"),
        ]

    def __str__(self):
        return f"{self.speaker}: {self.talk}"

    def shown_in(self):
        return [self.talk.conference_id]


class SpeakerAvailability(models.Model):
    """When a speaker can *not* be there."""

    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="absences")
    conference = models.ForeignKey(Conference, models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "speaker availabilities"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="absence_ends_after_start"
            ),
        ]

    def __str__(self):
        return f"{self.speaker} away {self.starts_at:%Y-%m-%d %H:%M}"


class Review(models.Model):
    """One reviewer's score and comment."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="reviews")
    score = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    comment = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["talk", "reviewer"], name="one_review_each"),
            models.CheckConstraint(
                condition=Q(score__gte=1, score__lte=5), name="review_score_1_to_5"
            ),
        ]

    def __str__(self):
        return f"{self.score} for {self.talk}"


class Decision(models.Model):
    """Accept, waitlist or reject, by whom, when. The last one counts."""

    class Verdict(models.TextChoices):
        ACCEPT = "accept"
        WAITLIST = "waitlist"
        REJECT = "reject"

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="decisions")
    verdict = models.CharField(max_length=8, choices=Verdict)
    by = models.ForeignKey(User, models.PROTECT, related_name="decisions")
    why = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self):
        return f"{self.get_verdict_display()}: {self.talk}"
