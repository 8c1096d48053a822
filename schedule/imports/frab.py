"""frab/Pentabarf schedule XML, read event by event so that a large file stays small in memory."""

import datetime as dt
import io
from xml.etree.ElementTree import Element, ParseError  # parsing is defusedxml's  # nosec B405

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from .c3voc import colour, day
from .fields import Fields
from .item import BadFile, Source
from .prose import one_line
from .signs import MOST_ENTRIES

MOST_ELEMENTS = 1_000_000
DEEPEST = 60


def read(data: bytes) -> Source:
    reader = Reader()
    try:
        for event, element in iterparse(
            io.BytesIO(data), events=("start", "end"), forbid_dtd=False
        ):
            if event == "start":
                reader.start(element)
            else:
                reader.end(element)
    except DefusedXmlException as error:
        raise BadFile(
            "The XML declares entities or outside files, which no schedule needs: not read."
        ) from error
    except ParseError as error:
        line, column = error.position
        raise BadFile(
            f"The XML is broken or cut off at line {line}, column {column + 1}."
        ) from error
    except (LookupError, UnicodeError, ValueError) as error:
        raise BadFile(f"The XML cannot be read: {error}.") from error
    return reader.source


def tag_of(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


class Reader:
    """Follows the elements; each finished event becomes an item and is let go."""

    def __init__(self):
        self.source = Source("Schedule XML")
        self.path: list[str] = []
        self.elements = 0
        self.day: dt.date | None = None
        self.day_change = dt.time(0)
        self.room = ""
        self.fields = Fields("the file")

    def start(self, element):
        tag = tag_of(element)
        if not self.path and tag != "schedule":
            raise BadFile(f"The XML's root is <{one_line(tag)[:40]}>, not <schedule>.")
        self.path.append(tag)
        self.elements += 1
        if len(self.path) > DEEPEST or self.elements > MOST_ELEMENTS:
            raise BadFile("The XML is nested too deeply or too long: this is no schedule.")
        if self.path == ["schedule", "day"]:
            self.day = day(element.get("date"))
        elif self.path == ["schedule", "day", "room"]:
            self.room = self.fields.line("a room", element.get("name"), 120)
            if self.room:
                self.source.rooms.setdefault(self.room, None)

    def end(self, element):
        path = self.path[:]
        self.path.pop()
        if path[-1] == "event" and "event" not in self.path:
            if len(self.source.items) >= MOST_ENTRIES:
                raise BadFile(f"The file has more than {MOST_ENTRIES:,} events.")
            self.source.items.append(self.item(element))
        elif path == ["schedule", "conference"]:
            self.conference(element)
        elif path[-1] == "track" and path[-2] in ("tracks", "conference"):
            self.track(element)
            return  # the conference's are let go with it
        if "event" not in self.path and self.path[:2] != ["schedule", "conference"]:
            element.clear()
        if path == ["schedule"]:
            self.source.faults += [("the file", fault) for fault in self.fields.item.faults]

    def track(self, element):
        name = self.fields.line("a track", element.get("name") or element.text, 120)
        if name:
            self.source.tracks[name] = colour(element.get("color"))

    def conference(self, element):
        source, text = self.source, texts(element)
        source.title = self.fields.line("the title", text.get("title"), 80)
        places = [text.get("venue"), text.get("city")]
        source.venue = self.fields.line("the venue", ", ".join(filter(None, places)), 120)
        source.time_zone = self.fields.line("the time zone", text.get("time_zone_name"), 64)
        source.first_day, source.last_day = day(text.get("start")), day(text.get("end"))
        if change := clock_of(text.get("day_change")):
            self.day_change = change

    def item(self, element):
        text = texts(element)
        identity = element.get("id") or element.get("guid") or element.get("code")
        number = len(self.source.items) + 1
        fields = Fields(f"event {one_line(identity)[:40]}" if identity else f"event no. {number}")
        made = fields.item
        fields.identity(guid=element.get("guid"), id=element.get("id"), code=element.get("code"))
        fields.title(text.get("title"))
        made.page = fields.line("the address", text.get("url"), 500)
        for person in within(element, "persons", "person"):
            key = person.get("guid") or person.get("code") or person.get("id")
            fields.person(person.text, fields.line("a person's id", key, 100))
        links = [
            ("".join(one.itertext()), one.get("href") or one.get("url"), one.get("type"))
            for one in (
                *within(element, "links", "link"),
                *within(element, "attachments", "attachment"),
            )
        ]
        fields.texts(
            text.get("subtitle"),
            text.get("abstract"),
            text.get("description"),
            fields.references(links),
        )
        made.track = fields.line("the track", text.get("track"), 120)
        made.room = fields.line("the room", text.get("room") or self.room, 120)
        made.kind = fields.line("the type", text.get("type"), 60)
        fields.language(text.get("language"))
        made.may_record = self.may_record(element)
        for found in within(element, "recording", "license"):
            fields.licence(found.text)
        made.starts_at = self.starts_at(fields, text)
        made.lasts = fields.length(text.get("duration"))
        return made

    def starts_at(self, fields, text):
        """The event's date is an instant; older files have the day and a clock time."""
        date, clock = (text.get("date") or "").strip(), clock_of(text.get("start"))
        if len(date) > 10 or not clock:
            return fields.instant("the date", date)
        on = day(date) or self.day
        if on is None:
            return fields.instant("the date", date)
        if not date and clock < self.day_change:
            on += dt.timedelta(days=1)  # after midnight, but still of the evening before
        return dt.datetime.combine(on, clock)

    @staticmethod
    def may_record(element) -> bool | None:
        for optout in within(element, "recording", "optout"):
            return (optout.text or "").strip().lower() not in ("true", "1")
        return None


def clock_of(value) -> dt.time | None:
    try:
        return dt.time.fromisoformat((value or "").strip()).replace(tzinfo=None)
    except ValueError:
        return None


def texts(element) -> dict[str, str]:
    """{tag: text} of the children that hold text; the first of each."""
    found: dict[str, str] = {}
    for child in element:
        found.setdefault(tag_of(child), child.text or "")
    return found


def within(element, *path):
    """The elements at the end of the path, whatever their namespace."""
    for child in element:
        if tag_of(child) == path[0]:
            if len(path) == 1:
                yield child
            else:
                yield from within(child, *path[1:])
