"""What every reader makes of its file."""

import datetime as dt
from dataclasses import dataclass, field


class BadFile(Exception):
    """The file is not a schedule this can read; the message is one line for people."""


@dataclass(frozen=True)
class Person:
    """A speaker as the file names them; `key` is the source's id for them, if it has one."""

    name: str
    key: str = ""
    biography: str = ""


@dataclass(frozen=True)
class Fault:
    """Something about an entry that staff should know; `kind` is one of report.KINDS."""

    kind: str
    says: str


@dataclass
class Item:
    """One entry of the file, cleaned.

    `key` is the source's own id of the entry; `group` an id that several entries
    of one talk may share, and `page` is its page, which they share where no id may.
    Times without an offset are naive until `edition` gives them a zone; an end may
    be given as a length. `day` and `offset` are what the start was written with.
    """

    position: str
    title: str = ""
    key: str = ""
    group: str = ""
    page: str = ""
    people: list[Person] = field(default_factory=list)
    abstract: str = ""
    description: str = ""
    track: str = ""
    room: str = ""
    kind: str = ""
    language: str = ""
    may_record: bool | None = None
    slides_url: str = ""
    recording_url: str = ""
    licence: str = ""
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    lasts: dt.timedelta | None = None
    offset: dt.timedelta | None = None
    day: dt.date | None = None
    faults: list[Fault] = field(default_factory=list)

    BREAKS = {"break", "breaks", "coffee break", "lunch break", "lunch", "pause"}

    @property
    def is_break(self):
        """A pause rather than a talk: only where the file says so and names nobody."""
        return self.kind.casefold() in self.BREAKS and not self.people and bool(self.title)

    @property
    def is_empty(self):
        return not (self.title or self.people or self.abstract or self.description)

    @property
    def has_place(self):
        return self.starts_at is not None and self.ends_at is not None


@dataclass
class Source:
    """A whole file. `tracks` maps names to colours, `rooms` names to seats, where given."""

    format: str
    items: list[Item] = field(default_factory=list)
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    title: str = ""
    venue: str = ""
    time_zone: str = ""
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    tracks: dict[str, str] = field(default_factory=dict)
    rooms: dict[str, int | None] = field(default_factory=dict)
    rooms_in_order: bool = True
