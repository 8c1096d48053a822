"""What an edition asks for: tracks, kinds, equipment, and the calls with their dates."""

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format

from registration.models import TicketType
from scale.models import Conference, PublicFact, User
from scale.models.conference import HEX_COLOUR
from scale.time import local


class TrackQuerySet(models.QuerySet):
    def shown(self):
        """Those that the public reads of."""
        return self.filter(is_hidden=False)


class Track(PublicFact):
    """A topical strand; perhaps a partner's event with days of its own."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="tracks")
    name = models.CharField(max_length=120)
    code = models.SlugField(max_length=40, help_text="Short name in addresses.")
    description = models.TextField(blank=True, help_text="Markdown.")
    logo = models.ImageField(upload_to="tracks/", blank=True, editable=False)
    colour = models.CharField(max_length=7, default="#55616e", validators=[HEX_COLOUR])
    position = models.PositiveSmallIntegerField(default=0)
    is_partner_event = models.BooleanField(default=False)
    is_hidden = models.BooleanField(
        "only with an access code", default=False, help_text="The call does not name it."
    )
    may_overlap = models.BooleanField(
        "its talks may run side by side",
        default=False,
        help_text="Otherwise the board warns about two of them at one time.",
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    objects = TrackQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "code"],
                name="track_code_once",
                violation_error_message="Another track of this edition has this code.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="track_ends_after_start",
                violation_error_message="The last day is before the first.",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def logo_name(self):
        """The last part of its logo's address."""
        return (self.logo.name or "").rpartition("/")[2]

    @property
    def days(self):
        """Its days in words, where it has days of its own."""
        first, last = self.starts_on, self.ends_on
        if not first or not last:
            return ""
        if first == last:
            return date_format(first, "l, j F Y")
        return f"{date_format(first, 'l, j F')} – {date_format(last, 'l, j F Y')}"

    def organisers(self):
        """Who runs it: its chairs, by name."""
        chairs = self.roles.filter(role=TrackRole.Role.CHAIR, user__is_active=True)
        return User.objects.filter(pk__in=chairs.values("user")).order_by("name", "pk")


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
    is_plenary = models.BooleanField(
        "for everybody", default=False, help_text="Nothing else should happen meanwhile."
    )
    gap = models.PositiveSmallIntegerField(
        "minutes free after it",
        default=0,
        validators=[MaxValueValidator(240)],
        help_text="In its room, to change over.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "code"],
                name="kind_code_once",
                violation_error_message="Another kind of this edition has this code.",
            ),
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
    speaker_ticket = models.ForeignKey(
        TicketType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="ticket for speakers",
        help_text="Each speaker gets one when a talk is confirmed. Empty: none are given.",
    )
    tickets_a_talk = models.PositiveSmallIntegerField(
        "free tickets a talk at most",
        default=4,
        validators=[MinValueValidator(1)],
        help_text="However many speakers a talk has.",
    )

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

    def clean(self):
        wrong = {
            name: f"This {words} belongs to another edition."
            for name, words in (("track", "track"), ("speaker_ticket", "ticket type"))
            if (row := getattr(self, name)) and row.conference_id != self.conference_id
        }
        if wrong:
            raise ValidationError(wrong)

    def state(self, now):
        if now < self.opens_at:
            return "soon"
        return "open" if now < self.closes_at and not self.conference.is_closed else "closed"

    @property
    def opens(self):
        """Sunday 6 December 2026, 23:59 PST"""
        return in_words(self.opens_at, self.conference)

    @property
    def closes(self):
        return in_words(self.closes_at, self.conference)

    def says(self, now=None):
        """Its state as a sentence."""
        now = now or timezone.now()
        what = f"The call of {self.track}" if self.track else "The call"
        match self.state(now):
            case "soon":
                return f"{what} opens on {self.opens}."
            case "open":
                return f"{what} is open until {self.closes}."
        if now < self.closes_at:
            return f"{self.conference} is over."
        return f"{what} closed on {self.closes}."


def in_words(instant, conference):
    """The instant on the conference's clocks, and which clocks these are on that day."""
    wall = local(instant, conference)
    shape = "l j F Y, H:i:s" if wall.second else "l j F Y, H:i"
    return f"{date_format(wall.replace(tzinfo=None), shape)} {wall.tzname()}"


class Calls:
    """The calls of some editions, read once; a track's own call goes before its edition's."""

    def __init__(self, *conferences, now=None):
        self.now = now or timezone.now()
        self.rows = defaultdict(list)
        for call in Call.objects.filter(conference__in=conferences).select_related(
            "conference", "track"
        ):
            self.rows[call.conference_id, call.track_id].append(call)

    def counting(self, conference, track_id=None):
        """The call a talk of the track is bound to: the open one, else the next, else the last."""
        own = self.rows.get((conference.pk, track_id))
        rows = own or self.rows.get((conference.pk, None)) or []
        return min(rows, key=self._urgency, default=None)

    def is_open(self, conference, track_id=None):
        call = self.counting(conference, track_id)
        return call is not None and call.state(self.now) == "open"

    def open_tracks(self, conference):
        tracks = conference.tracks.shown()
        return [track for track in tracks if self.is_open(conference, track.pk)]

    def takes(self, conference, track=None, access=None):
        """Whether a talk comes in now: by its call, or by an access code."""
        if access and access.opens(track, self.now):
            return True
        if track and track.is_hidden:
            return False
        return self.is_open(conference, track.pk if track else None)

    def tracks_for(self, talk, access=None):
        """The tracks to choose from: those that take submissions now, else all that are shown."""
        everything = list(talk.conference.tracks.all())
        taking = [one for one in everything if self.takes(talk.conference, one, access)]
        taking = taking or [one for one in everything if not one.is_hidden]
        kept = {one.pk for one in taking} | {talk.track_id}
        return [one for one in everything if one.pk in kept]

    def of_tracks(self, conference):
        """The calls that single tracks have of their own, in the tracks' order."""
        owners = {
            track_id for edition, track_id in self.rows if edition == conference.pk and track_id
        }
        calls = [self.counting(conference, track_id) for track_id in owners]
        return sorted(calls, key=lambda call: (call.track.position, call.track.name))

    def with_tickets(self, conference):
        """Which TalkSpeakers speak in talks whose call gives tickets."""
        own = {call.track_id: call.speaker_ticket_id for call in self.of_tracks(conference)}
        giving = [track_id for track_id, ticket_type in own.items() if ticket_type]
        main = self.counting(conference)
        if main and main.speaker_ticket_id:
            others = [track_id for track_id in own if track_id not in giving]
            return Q(talk__track=None) | ~Q(talk__track__in=others)
        return Q(talk__track__in=giving)

    def _urgency(self, call):
        state = call.state(self.now)
        if state == "closed":
            return 2, -call.closes_at.timestamp()
        return (0 if state == "open" else 1), call.opens_at.timestamp()
