"""Read schedule facts back from what the public gets: the eyes of the drift test."""

import csv
import datetime as dt
import io
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from xml.etree import ElementTree

import icalendar
from pypdf import PdfReader

ZONE = r"(?:P[SD]T|CES?T|\+\d+)"
BESIDE = rf"^(?:\d+–\d+ people|{ZONE}(?:–{ZONE})?) ?"
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass(frozen=True)
class Fact:
    """One slot as an output shows it; None is what this output does not say.

    Times without a zone are those of the venue's clocks.
    """

    slot: str | None
    title: str | None
    where: str | None
    starts_at: dt.datetime | None
    speakers: str | None
    cancelled: bool
    ends_at: dt.datetime | None = None
    links: tuple[str, str] | None = None  # to the slides and to the recording


class Page(HTMLParser):
    """Collects elements with data-slot, all links, and the visible text."""

    def __init__(self, html):
        super().__init__()
        self.facts, self.links, self.text = [], [], []
        self.times = []  # (instant, words) of every moment that the page shows
        self.open = []  # (tag, attributes, text pieces)
        self.last_time = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if attrs.get("href"):
            self.links.append(attrs["href"])
        if tag == "time" and "T" in attrs.get("datetime", ""):
            self.last_time = attrs["datetime"]
            for _, outer, _ in self.open:
                if "data-slot" in outer:
                    outer.setdefault("until" if "time" in outer else "time", self.last_time)
        if tag not in VOID:
            self.open.append((tag, attrs, []))

    def handle_data(self, data):
        self.text.append(data)
        for _, _, pieces in self.open:
            pieces.append(data)

    def handle_endtag(self, tag):
        while self.open:
            name, attrs, pieces = self.open.pop()
            text = " ".join("".join(pieces).split())
            self.close_element(name, attrs, text)
            if name == tag:
                break

    def close_element(self, name, attrs, text):
        classes = (attrs.get("class") or "").split()
        if name == "time" and "T" in attrs.get("datetime", ""):
            self.times.append((dt.datetime.fromisoformat(attrs["datetime"]), text))
        inside = next((outer for _, outer, _ in reversed(self.open) if "data-slot" in outer), None)
        if inside is not None:
            if name == "h3" or "title" in classes:
                inside["title"] = text
            if "place" in classes or "place-wide" in classes:
                inside["where"] = text
            if "speakers" in classes:
                inside["speakers"] = text
        if "data-slot" in attrs:
            when, until = attrs.get("time", self.last_time), attrs.get("until")
            self.facts.append(
                Fact(
                    slot=attrs["data-slot"],
                    title=attrs.get("title") or (text if "pause" in classes else None),
                    where=attrs.get("where"),
                    starts_at=dt.datetime.fromisoformat(when) if when else None,
                    ends_at=dt.datetime.fromisoformat(until) if until else None,
                    speakers=attrs.get("speakers"),
                    cancelled="Cancelled" in text or "cancelled" in classes,
                )
            )


def html(body):
    return Page(body.decode()).facts


def ics(body):
    found = []
    for event in icalendar.Calendar.from_ical(body).walk("VEVENT"):
        title, speakers = str(event["summary"]), ""
        if title.endswith(")"):
            title, _, speakers = title.removesuffix(")").rpartition(" (")
        assert event["status"] in ("CONFIRMED", "CANCELLED")
        found.append(
            Fact(
                slot=str(event["uid"]),
                title=title,
                where=str(event["location"]),
                starts_at=event.decoded("dtstart").astimezone(dt.UTC),
                ends_at=event.decoded("dtend").astimezone(dt.UTC),
                speakers=speakers,
                cancelled=event["status"] == "CANCELLED",
            )
        )
    return found


def of_title(said):
    """(title, whether cancelled) in formats that know no other way to say so."""
    return said.removeprefix("Cancelled: "), said.startswith("Cancelled: ")


def strings(body):
    """A JSON array of objects whose values are all strings."""
    rows = json.loads(body)
    assert isinstance(rows, list)
    assert all(isinstance(value, str) for row in rows for value in row.values())
    return rows


def signs(body):
    found = []
    for row in strings(body):
        title, cancelled = of_title(row["Name"])
        found.append(
            Fact(
                slot=None,
                title=title,
                where=row["Location"],
                starts_at=dt.datetime.fromisoformat(row["StartTime"]),
                ends_at=dt.datetime.fromisoformat(row["EndTime"]),
                speakers=row["Speakers"],
                cancelled=cancelled,
            )
        )
    return found


def app(body):
    rows = strings(body)
    assert len({row["nid"] for row in rows}) == len(rows)
    return signs(body)


def tracks(body):
    """Says nothing of slots."""
    assert all(set(row) == {"name", "color"} for row in strings(body))
    return []


def frab(body):
    found = []
    for day in ElementTree.fromstring(body).iter("day"):
        for room in day.iter("room"):
            for event in room.iter("event"):
                text = {child.tag: child.text or "" for child in event}
                assert text["room"] == room.get("name")
                begins = dt.datetime.fromisoformat(text["date"])
                assert as_apps_read(day.attrib, text["start"], begins)
                parts = [int(part) for part in text["duration"].split(":")]
                length = dt.timedelta(**dict(zip(("hours", "minutes", "seconds"), parts)))  # noqa: B905
                title, cancelled = of_title(text["title"])
                found.append(
                    Fact(
                        slot=event.get("guid"),
                        title=title,
                        where=text["room"],
                        starts_at=begins.astimezone(dt.UTC),
                        # An hour is an hour, also in the night when the clocks change.
                        ends_at=begins.astimezone(dt.UTC) + length,
                        speakers=", ".join(one.text for one in event.iter("person")),
                        cancelled=cancelled,
                        links=frab_links(event),
                    )
                )
    return found


def frab_links(event):
    def the(path, kind):
        """The first: a talk has one, and what else the files of others name is told in words."""
        found = [one.get("href") for one in event.findall(path) if one.get("type") == kind]
        return found[0] if found else ""

    recording = the("links/link", "media")
    assert (event.findtext("recording/url") or recording) == recording
    return the("attachments/attachment", "slides"), recording


def c3voc_links(event):
    found = {one["type"]: one["url"] for one in [*event["links"], *event["attachments"]]}
    return found.pop("slides", ""), found.pop("media", "")


def as_apps_read(day, clock, begins):
    """Apps go by the date of the day and a clock; before six it is the night after that day.

    Others take the clock at which the day ends for that; both must find what the event's own
    date says, as far as clocks can tell it.
    """
    first, last = (dt.datetime.fromisoformat(day[name]) for name in ("start", "end"))
    clock, date = dt.time.fromisoformat(clock), dt.date.fromisoformat(day["date"])
    for change in (dt.time(6), last.time()):
        shift = dt.timedelta(days=clock < change)
        if dt.datetime.combine(date + shift, clock) != begins.replace(tzinfo=None, second=0):
            return False
    return first <= begins < last


def c3voc(body):
    found = []
    for day in json.loads(body)["schedule"]["conference"]["days"]:
        for room, events in day["rooms"].items():
            for event in events:
                assert event["room"] == room
                begins, ends = (dt.datetime.fromisoformat(event[key]) for key in ("date", "end"))
                bounds = {"date": day["date"], "start": day["day_start"], "end": day["day_end"]}
                assert as_apps_read(bounds, event["start"], begins)
                hours, minutes = map(int, event["duration"].split(":"))
                assert ends - begins == dt.timedelta(hours=hours, minutes=minutes)
                title, cancelled = of_title(event["title"])
                found.append(
                    Fact(
                        slot=event["guid"],
                        title=title,
                        where=room,
                        starts_at=begins,
                        ends_at=ends,
                        speakers=", ".join(person["name"] for person in event["persons"]),
                        cancelled=cancelled,
                        links=c3voc_links(event),
                    )
                )
    return found


def guidebook(body):
    found = []
    for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")):
        title, cancelled = of_title(row["Session Title"].removeprefix("'"))
        begins, ends = (
            dt.datetime.strptime(f"{row[day]} {row[clock]}", "%m/%d/%Y %I:%M %p")  # noqa: DTZ007
            if row[day]
            else None
            for day, clock in (
                ("Date", "Time Start"),
                ("End Date (Optional)", "Time End (Optional)"),
            )
        )
        found.append(
            Fact(
                slot=None,
                title=title,
                where=row["Room/Location"].removeprefix("'"),
                starts_at=begins,
                ends_at=ends,
                speakers=None,
                cancelled=cancelled,
            )
        )
        assert ends is None or ends > begins  # by the clocks, which is all that Guidebook reads
    return found


def slots(body):
    return [
        Fact(
            slot=row["uuid"],
            title=row["title"],
            where=row["place"],
            starts_at=dt.datetime.fromisoformat(row["starts_at"]),
            ends_at=dt.datetime.fromisoformat(row["ends_at"]),
            speakers=None,
            cancelled=row["is_cancelled"],
        )
        for row in json.loads(body)["results"]
    ]


def rooms(body):
    """Says nothing of slots."""
    assert all(row["code"] and row["name"] for row in json.loads(body)["results"])
    return []


ENTRY = re.compile(r"(\d\d):(\d\d)–(\d\d):(\d\d) (.+)")
RECORDING = {"May be recorded", "DO NOT RECORD"}  # said of every talk


def sheet(body):
    """A crew's sheet on paper: under its day, each entry begins with its times."""
    lines = [
        line.strip()
        for page in PdfReader(io.BytesIO(body)).pages
        for line in page.extract_text().splitlines()
    ]
    date = next(day for line in lines if (day := date_of(line)))
    found = []
    entries = [n for n, line in enumerate(lines) if ENTRY.fullmatch(line)]
    for n, after in zip(entries, [*entries[1:], len(lines)], strict=False):
        *hours, title = ENTRY.fullmatch(lines[n]).groups()
        hours = [int(part) for part in hours]
        # Beside them, under the times: which of two hours it is, and how many people will come.
        is_twice = bool(re.match(rf"{ZONE}\b", lines[n + 1]))
        where, *more = (re.sub(BESIDE, "", one) for one in lines[n + 1 : after])
        speakers = more[0] if RECORDING & set(more) else None  # a break has nobody
        begins, ends = (
            dt.datetime.combine(date, dt.time(*pair)) for pair in (hours[:2], hours[2:])
        )
        if ends <= begins:  # after midnight, or the clocks were put back meanwhile
            ends = None if is_twice else ends + dt.timedelta(days=1)
        found.append(
            Fact(
                slot=None,
                title=title.removeprefix("CANCELLED: "),
                where=where,
                starts_at=begins,
                ends_at=ends,
                speakers=speakers,
                cancelled=title.startswith("CANCELLED: "),
            )
        )
    return found


def date_of(line):
    with suppress(ValueError):
        return dt.datetime.strptime(line, "%A, %d %B %Y").date()  # noqa: DTZ007
    return None


ALL = (html, ics, signs, app, tracks, frab, c3voc, guidebook, slots, rooms, sheet)
READERS = {reader.__name__: reader for reader in ALL}
