"""What the builders share: the whole demo, and one edition of it."""

import datetime as dt
from dataclasses import dataclass, field

from cfp.models import Equipment, Speaker, Talk, TalkKind, Track
from registration.models import TicketType
from scale.models import Conference, User
from schedule.models import Plan, Room
from sponsors.models import Organization

from .dice import Dice
from .names import Names
from .progress import Progress
from .sizes import Size
from .writer import Writer


@dataclass
class World:
    """The demo: everything that editions have in common."""

    seed: int
    size: Size
    now: dt.datetime
    writer: Writer
    progress: Progress
    names: Names
    codes: dict[str, set[str]] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    committee: list[User] = field(default_factory=list)
    # (organization, name of the package it usually takes)
    organizations: list[tuple[Organization, str]] = field(default_factory=list)
    # Media that ask for press passes.
    outlets: list[Organization] = field(default_factory=list)
    # Organization → name of whom to call first.
    contacts: dict[int, str] = field(default_factory=dict)

    def dice(self, *purpose) -> Dice:
        """Chance of its own for each purpose: a change in one builder leaves the others alone."""
        return Dice(self.seed, *purpose)

    def taken(self, what: str) -> set[str]:
        return self.codes.setdefault(what, set())


@dataclass
class Edition:
    """One edition while it is made; `phase` is over, on or open."""

    world: World
    conference: Conference
    phase: str
    tracks: dict[str, Track] = field(default_factory=dict)
    kinds: dict[str, TalkKind] = field(default_factory=dict)
    equipment: dict[str, Equipment] = field(default_factory=dict)
    rooms: list[Room] = field(default_factory=list)
    # Room → names of its equipment; whole → its parts, by pk.
    fitted: dict[int, set[str]] = field(default_factory=dict)
    parts: dict[int, list[int]] = field(default_factory=dict)
    plan: Plan | None = None
    # What speakers, sponsors and crew are given.
    guest: TicketType | None = None
    on_stage: dict[int, Speaker] = field(default_factory=dict)
    # Speakers of talks that were confirmed, each with the first of them.
    confirmed: dict[int, tuple[Speaker, Talk]] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return self.conference.slug

    def dice(self, purpose: str) -> Dice:
        return self.world.dice(self.slug, purpose)

    def moment(self, day: int, hour: int, minute: int = 0) -> dt.datetime:
        """The instant on the clocks of the conference, `day` days after its first."""
        date = self.conference.starts_on + dt.timedelta(days=day)
        wall = dt.datetime.combine(date, dt.time(hour, minute), self.conference.zone)
        return wall.astimezone(dt.UTC)

    def add(self, row):
        return self.world.writer.add(row)
