"""Where and when: the placement, and the slot, which is the public truth."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from cfp.models import Talk, TalkSpeaker
from scale.models import Conference

from .bofs import BofClaim
from .rooms import Room


class Kind(models.TextChoices):
    """What a slot is to its talk."""

    MAIN = "main", "main"
    REPEAT = "repeat", "repeat"
    OVERFLOW = "overflow", "overflow"
    PART = "part", "part"
    BOF = "bof", "place for a BoF"


OPEN_BOF = "Open for a BoF"  # how a place for a BoF is called while nobody has it


class Placement(models.Model):
    """Where and when: what a slot is, what a move wants, and what a change did."""

    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True)
    place = models.CharField("place outside the rooms", max_length=120, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    talk = models.ForeignKey(Talk, models.PROTECT, null=True, blank=True)
    title = models.CharField("own title, without a talk", max_length=250, blank=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.MAIN)
    part = models.PositiveSmallIntegerField(
        "which part",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )

    FIELDS = ("room_id", "place", "starts_at", "ends_at", "talk_id", "title", "kind", "part")

    class Meta:
        abstract = True

    def placement(self):
        """The eight facts as a dict, to compare or to write elsewhere."""
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
            condition=Q(kind__in=["main", "repeat", "overflow", "part", "bof"]),
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

    def for_bofs(self, conference):
        """Places for BoFs, open ones and taken ones."""
        return self.filter(conference=conference, kind=Kind.BOF)

    def open(self):
        """Of those, what has no BoF and nobody asks for."""
        asked = Exists(BofClaim.objects.filter(live_slot=OuterRef("uuid")))
        return self.filter(~asked, kind=Kind.BOF, talk=None)


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
    def is_open(self):
        """A place for a BoF without one; whether somebody asks for it is their claim's fact."""
        return self.kind == Kind.BOF and self.talk_id is None

    @property
    def speaker_names(self):
        """Uses the prefetch of `shown`."""
        return ", ".join(speaker.name for speaker in self.talk.speakers()) if self.talk else ""
