"""Buildings, rooms, and what is true of a room on one day."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from cfp.models import Equipment
from scale import codes
from scale.models import Conference, PublicFact


class Venue(PublicFact):
    """A building."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="venues")
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Walk(models.Model):
    """How long it takes from one building to another; the same both ways."""

    one = models.ForeignKey(Venue, models.CASCADE, related_name="+")
    other = models.ForeignKey(Venue, models.CASCADE, related_name="+")
    minutes = models.PositiveSmallIntegerField(validators=[MaxValueValidator(240)])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="walk_once"),
            # Stored one way only, so that there can be no second answer.
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="walk_in_order"),
        ]

    def __str__(self):
        return f"{self.one} – {self.other}: {self.minutes} min"

    def save(self, *args, **kwargs):
        self._put_in_order()
        super().save(*args, **kwargs)

    def clean(self):
        if self.one_id and self.other_id:
            if self.one_id == self.other_id:
                raise ValidationError({"other": "Choose two different buildings."})
            if self.one.conference_id != self.other.conference_id:
                raise ValidationError({"other": "The buildings belong to different editions."})
            self._put_in_order()

    def _put_in_order(self):
        if self.one_id > self.other_id:
            self.one, self.other = self.other, self.one


def count_nonce():
    return codes.new_code(16)


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
    map = models.ImageField(upload_to="rooms/", blank=True, editable=False)
    map_alt = models.CharField(
        "the map in words",
        max_length=250,
        blank=True,
        help_text="For who cannot see it: “second floor, the door opposite the main stairs”.",
    )
    position = models.PositiveSmallIntegerField(default=0)
    # Calendars fetch an entry anew when its place has another name.
    changed_at = models.DateTimeField(auto_now=True)
    # A new one makes every printed QR code for head counts dead.
    count_nonce = models.CharField(max_length=24, default=count_nonce, editable=False)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "code"], name="room_code_once"),
        ]

    def __str__(self):
        return self.name

    @property
    def map_name(self):
        """The last part of its map's address."""
        return (self.map.name or "").rpartition("/")[2]

    @property
    def count_secret(self):
        """Opens this room's list of head counts; it is printed on the crew's sheets."""
        return codes.secret("head count", f"{self.count_nonce}:{self.pk}")

    def counts_with(self, secret):
        return codes.secret_matches("head count", f"{self.count_nonce}:{self.pk}", secret)


class RoomSetup(models.Model):
    """How a room is furnished on one day, where that is not as usual."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="setups")
    date = models.DateField("day")
    name = models.CharField(max_length=80, blank=True, help_text="Such as tables for workshops.")
    capacity = models.PositiveIntegerField(
        validators=[MinValueValidator(1)], help_text="Seats on this day."
    )

    class Meta:
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "date"],
                name="one_setup_a_day",
                violation_error_message="This room has a set-up for that day already.",
            ),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="setup_has_seats"),
        ]

    def __str__(self):
        return f"{self.room} on {self.date}: {self.capacity} seats"


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
