"""One read of the public slots for all feeds: plain rows, because objects cost three times more."""

import datetime as dt
import re
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.conf import settings
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.urls import reverse

from cfp.models import Talk, TalkSpeaker, Track
from scale import text
from scale.models import Conference

from ..models import Change, Release, Room, Slot

# Where a format has no word for it, the title says it: on a sign, too.
CANCELLED = "Cancelled: "
BEFORE_ALL_RELEASES = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class Line(NamedTuple):
    """One public slot with its room and its talk. What belongs to no talk has none of its facts."""

    pk: int
    uuid: uuid.UUID
    version: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    own_title: str
    room_id: int | None
    room_name: str | None
    room_changed_at: dt.datetime | None
    talk_id: int | None
    code: str | None
    talk_title: str | None
    abstract: str | None
    description: str | None
    status: str | None
    language: str | None
    may_record: bool | None
    licence: str | None
    slides_url: str | None
    recording_url: str | None
    talk_changed_at: dt.datetime | None
    track_name: str | None
    track_is_hidden: bool | None
    kind_name: str | None
    released_at: dt.datetime | None

    @property
    def what(self) -> str:
        return self.talk_title if self.talk_id else self.own_title  # type: ignore[return-value]

    @property
    def said(self) -> str:
        """The title, for formats that cannot say otherwise that a talk is cancelled."""
        return CANCELLED + self.what if self.is_cancelled else self.what

    @property
    def where(self) -> str:
        return self.room_name or self.place

    @property
    def track(self) -> str:
        return "" if self.track_is_hidden else self.track_name or ""

    @property
    def is_cancelled(self) -> bool:
        return self.status in Talk.OFF_STAGE

    @property
    def changed_at(self) -> dt.datetime:
        """When its time, its room, that room's name or its talk last changed."""
        moments = (self.released_at, self.room_changed_at, self.talk_changed_at)
        return max((moment for moment in moments if moment), default=BEFORE_ALL_RELEASES)


# In the order of Line's fields.
COLUMNS = (
    *("pk", "uuid", "version", "starts_at", "ends_at", "place", "title"),
    *("room_id", "room__name", "room__changed_at"),
    *("talk_id", "talk__code", "talk__title", "talk__abstract", "talk__description"),
    *("talk__status", "talk__language", "talk__may_record", "talk__licence"),
    *("talk__slides_url", "talk__recording_url", "talk__changed_at"),
    *("talk__track__name", "talk__track__is_hidden", "talk__kind__name", "released_at"),
)
# The same facts of a `Change`, which is how a slot is told of that is there no more.
OF_CHANGE = {
    "uuid": "slot_uuid",
    "version": "release__number",
    "released_at": "release__made_at",
}


def past(changes: QuerySet[Change]) -> list[Line]:
    """What releases said of slots, oldest first; titles and names are today's."""
    columns = [OF_CHANGE.get(name, name) for name in COLUMNS]
    return list(map(Line._make, changes.order_by("release__number").values_list(*columns)))


class Person(NamedTuple):
    """A speaker of one talk."""

    talk_id: int
    pk: int
    code: str
    name: str
    photo: str
    biography: str


@dataclass
class Schedule:
    """What a feed prints: the lines in order of time and room, and who speaks."""

    conference: Conference
    release: int
    lines: list[Line]
    people: dict[int, list[Person]]
    rooms: list[Room] = field(default_factory=list)
    tracks: list[Track] = field(default_factory=list)

    def __post_init__(self):
        slug = self.conference.slug
        self.talk_address = address("talk", slug)
        self.rating_address = address("rate", slug)
        self.speaker_address = address("speaker", slug)
        self.photo_address = address("photo")
        self.acronym = acronym(self.conference)
        seen = {line.talk_id: line.pk for line in reversed(self.lines)}
        self.firsts = {seen[talk] for talk in seen if talk}
        self.page = settings.SITE_URL + reverse("schedule:schedule", args=[slug])

    def speakers(self, line: Line) -> list[Person]:
        return self.people.get(line.talk_id, []) if line.talk_id else []

    def names(self, line: Line) -> str:
        return ", ".join(person.name for person in self.speakers(line))

    def link(self, line: Line) -> str:
        """Without the words behind the code, so that it stays when a talk is renamed."""
        return self.talk_address(line.code) if line.code else ""

    def rating(self, line: Line) -> str:
        """Where visitors say how it was; a cancelled talk is not rated."""
        return self.rating_address(line.code) if line.code and not line.is_cancelled else ""

    def photo(self, line: Line) -> str:
        """The first picture of a speaker that there is."""
        shown = (person for person in self.speakers(line) if person.photo)
        return next((self.photo_address(person.code) for person in shown), "")


def acronym(conference: Conference) -> str:
    """scale24x: at least four letters, digits or underscores."""
    short = re.sub(r"[^a-z0-9]+", "_", conference.slug)
    series = text.slug(conference.series).replace("-", "")
    if not short.startswith(series):
        short = series + short
    return short.ljust(4, "_")


def address(name: str, *args: str) -> Callable[[str], str]:
    """Makes addresses from codes; asking `reverse` for each would cost more than the rest."""
    before, _, after = reverse(f"schedule:{name}", args=[*args, "XXXXXX"]).partition("XXXXXX")
    before = settings.SITE_URL + before
    return lambda code: f"{before}{code}{after}"


def read(
    conference: Conference,
    only: Q | None = None,
    *,
    descriptions: bool = False,
    biographies: bool = False,
) -> Schedule:
    """As many statements for three slots as for thousands.

    `only` picks slots; long texts are fetched for whom prints them.
    """
    slots = Slot.objects.filter(only or Q(), conference=conference)
    release = Release.objects.filter(conference=OuterRef("conference"), number=OuterRef("version"))
    columns = [
        F(name) if descriptions or name != "talk__description" else Value("") for name in COLUMNS
    ]
    rows = (
        slots.annotate(released_at=Subquery(release.values("made_at")))
        .order_by("starts_at", "room__position", "room__name", "uuid")
        .values_list(*columns)
    )
    links = (
        TalkSpeaker.objects.filter(talk__in=slots.exclude(talk=None).values("talk"))
        .order_by("talk_id", "position", "pk")
        .values_list(
            *("talk_id", "speaker_id", "speaker__code", "speaker__name", "speaker__photo"),
            F("speaker__biography") if biographies else Value(""),
        )
    )
    people = defaultdict(list)
    for person in map(Person._make, links.iterator(2000)):
        people[person.talk_id].append(person)
    return Schedule(conference, latest(conference), list(map(Line._make, rows)), people)


def latest(conference: Conference) -> int:
    """The number of the release that the public sees; 0 before the first."""
    return conference.releases.values_list("number", flat=True).first() or 0


def read_whole(conference: Conference) -> Schedule:
    """With all texts, rooms and tracks, for what is also read into other systems."""
    found = read(conference, descriptions=True, biographies=True)
    found.rooms = list(Room.objects.filter(conference=conference))
    found.tracks = list(conference.tracks.shown())
    return found
