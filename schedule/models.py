"""Rooms and times. `Slot` is the public truth; only publishing a `Plan` changes it."""

import datetime as dt
import secrets
import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from cfp.models import Equipment, Talk, TalkSpeaker
from scale import codes, text
from scale.models import Conference, PublicFact, User


class Venue(PublicFact):
    """A building."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="venues")
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Room(PublicFact):
    """A bookable space. A room may consist of rooms: using one blocks its parts and wholes."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="rooms")
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, blank=True, related_name="rooms")
    code = models.SlugField(max_length=40, help_text="Short name in addresses, such as room-104.")
    name = models.CharField(max_length=120)
    capacity = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)], help_text="Seats."
    )
    equipment = models.ManyToManyField(Equipment, blank=True, related_name="rooms")
    parts = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="wholes")
    note = models.TextField(
        "how to find it",
        blank=True,
        max_length=1200,
        help_text="Markdown, on the room's page: which stairs, which lift, beside what.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "code"], name="room_code_once"),
        ]

    def __str__(self):
        return self.name


class RoomClosure(models.Model):
    """When nothing can happen in a room."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="closures")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    why = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="closure_ends_after_start"
            ),
        ]

    def __str__(self):
        return f"{self.room} closed from {self.starts_at:%Y-%m-%d %H:%M}"


class Kind(models.TextChoices):
    """What a slot is to its talk."""

    MAIN = "main", "main"
    REPEAT = "repeat", "repeat"
    OVERFLOW = "overflow", "overflow"
    PART = "part", "part"


class Placement(models.Model):
    """Where and when: what a slot is, what a move wants, and what a change did."""

    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True)
    place = models.CharField("place outside the rooms", max_length=120, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    talk = models.ForeignKey(Talk, models.PROTECT, null=True, blank=True)
    title = models.CharField("own title, without a talk", max_length=250, blank=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.MAIN)

    FIELDS = ("room_id", "place", "starts_at", "ends_at", "talk_id", "title", "kind")

    class Meta:
        abstract = True

    def placement(self):
        """The seven facts as a dict, to compare or to write elsewhere."""
        return {name: getattr(self, name) for name in self.FIELDS}

    @property
    def where(self):
        return self.room.name if self.room else self.place

    @property
    def what(self):
        """Today's title, whenever it was placed."""
        return self.talk.title if self.talk else self.title


def placement_constraints(name):
    """What holds for every placement; `name` begins the constraints' names."""
    return [
        models.CheckConstraint(
            condition=Q(ends_at__gt=F("starts_at")),
            name=f"{name}_ends_after_start",
            violation_error_message="It ends before it starts.",
        ),
        models.CheckConstraint(
            condition=Q(talk__isnull=False) | ~Q(title=""),
            name=f"{name}_has_talk_or_title",
            violation_error_message="Choose a talk or give it a title.",
        ),
        models.CheckConstraint(
            condition=Q(kind__in=["main", "repeat", "overflow", "part"]),
            name=f"{name}_kind_known",
        ),
    ]


class SlotQuerySet(models.QuerySet):
    def shown(self, conference):
        """Every public slot with what a page prints of it, in three statements."""
        return (
            self.filter(conference=conference)
            .select_related("room", "talk", "talk__track", "talk__kind")
            .prefetch_related(
                models.Prefetch(
                    "talk__talk_speakers", TalkSpeaker.objects.select_related("speaker")
                )
            )
            .order_by("starts_at", "room__position", "room__name", "uuid")
        )


class Slot(Placement):
    """One line of the public schedule. Only `schedule.actions.publish` writes here."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    conference = models.ForeignKey(Conference, models.CASCADE, related_name="slots")
    # Number of the release that last changed it: it only grows, and tells "moved in version 12".
    version = models.PositiveIntegerField()

    objects = SlotQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["conference", "starts_at"], name="slot_by_time")]
        constraints = placement_constraints("slot")

    def __str__(self):
        return f"{self.what}, {self.where}"

    @property
    def speaker_names(self):
        """Uses the prefetch of `shown`."""
        return ", ".join(speaker.name for speaker in self.talk.speakers()) if self.talk else ""


class Plan(models.Model):
    """A named set of intended changes. Each edition's working plan is always there."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="plans")
    name = models.CharField(max_length=80)
    # Set for the one plan of an edition that nobody has to think of.
    working_for = models.OneToOneField(
        Conference, models.CASCADE, null=True, blank=True, related_name="working_plan"
    )
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return self.name


class Move(Placement):
    """One intended change: the slot it names, and where that goes, or that it goes away."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="moves")
    slot_uuid = models.UUIDField(default=uuid.uuid4)
    goes_away = models.BooleanField(default=False)
    # The slot's version when the move was made; 0 for a slot that does not exist yet.
    made_against = models.PositiveIntegerField(default=0)
    is_stale = models.BooleanField(default=False)
    why = models.CharField(max_length=250, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            *placement_constraints("move"),
            models.UniqueConstraint(fields=["plan", "slot_uuid"], name="one_move_a_slot"),
        ]

    def __str__(self):
        return text.plain(f"{self.what} → {'away' if self.goes_away else self.where}", 120)


class Release(models.Model):
    """The numbered moment at which a plan became public."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="releases")
    number = models.PositiveIntegerField()
    plan = models.ForeignKey(Plan, models.SET_NULL, null=True, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    override_reason = models.CharField(max_length=250, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "number"], name="release_number_once"),
        ]

    def __str__(self):
        return f"Version {self.number}"


class Change(Placement):
    """What a release did to one slot: its placement after, and the change it follows."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="changes")
    slot_uuid = models.UUIDField(db_index=True)
    removed = models.BooleanField(default=False)
    before = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="after"
    )

    class Meta:
        constraints = [
            *placement_constraints("change"),
            models.UniqueConstraint(fields=["release", "slot_uuid"], name="one_change_a_slot"),
        ]

    def __str__(self):
        return f"{self.what}: {self.where}"


def import_path(run, name):
    """A name nobody chose and nobody can guess."""
    return f"imports/{secrets.token_hex(16)}"


class ScheduleImport(models.Model):
    """One upload of a schedule file: what was asked, how far it is, what it did."""

    class Status(models.TextChoices):
        WAITING = "waiting", "waiting"
        RUNNING = "running", "being read"
        DONE = "done", "done"
        FAILED = "failed", "not possible"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="imports")
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    # Kept until it is really imported: what was only tried can be run again for real.
    file = models.FileField(upload_to=import_path, blank=True)
    file_name = models.CharField(max_length=120)
    dry_run = models.BooleanField(default=False)
    prune = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    error = models.CharField(max_length=300, blank=True)
    report = models.JSONField(null=True, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "running", "done", "failed"]),
                name="import_status_known",
            ),
        ]

    def __str__(self):
        return f"{self.file_name} ({self.get_status_display()})"

    @property
    def is_under_way(self):
        return self.status in (self.Status.WAITING, self.Status.RUNNING)

    def is_stuck(self, now):
        """No worker took it, or the one that did is gone."""
        return self.is_under_way and now - self.changed_at > dt.timedelta(minutes=5)


def new_nonce():
    return secrets.token_hex(16)


class FavouriteList(models.Model):
    """One visitor's own schedule of an edition: of an account, or of a browser without one.

    A browser is known by the SHA-256 of a random key that it keeps; nobody else knows whose it is.
    """

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="favourite_lists")
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="favourite_lists"
    )
    browser = models.CharField(max_length=64, null=True, blank=True)
    # The link of the private calendar: a new nonce makes every earlier one dead.
    code = models.CharField(max_length=12, unique=True, default=codes.new_code)
    nonce = models.CharField(max_length=32, default=new_nonce)
    made_at = models.DateTimeField(auto_now_add=True)

    MOST = 400  # talks on one list

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conference", "user"], name="one_list_a_user"),
            models.UniqueConstraint(fields=["conference", "browser"], name="one_list_a_browser"),
            models.CheckConstraint(
                condition=Q(user=None, browser__isnull=False) | Q(user__isnull=False, browser=None),
                name="list_has_one_owner",
            ),
        ]

    def __str__(self):
        return f"Own schedule {self.code}"

    @property
    def secret(self):
        return codes.secret("favourites", self.nonce)

    def opens_with(self, secret):
        return codes.secret_matches("favourites", self.nonce, secret)


class FavouriteQuerySet(models.QuerySet):
    def counts(self, conference):
        """{talk id: how many have starred it}; talks that nobody starred are missing."""
        rows = self.filter(list__conference=conference).order_by().values_list("talk")
        return dict(rows.annotate(models.Count("pk")))


class Favourite(models.Model):
    """A star on a talk. Nothing public shows it, so it makes no page old."""

    list = models.ForeignKey(FavouriteList, models.CASCADE, related_name="favourites")
    talk = models.ForeignKey(Talk, models.CASCADE, related_name="favourites")

    objects = FavouriteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "talk"], name="favourite_once"),
        ]

    def __str__(self):
        return f"★ {self.talk_id}"
