"""Read schedule facts back from what the public gets: the eyes of the drift test."""

import datetime as dt
import json
from dataclasses import dataclass
from html.parser import HTMLParser

import icalendar

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass(frozen=True)
class Fact:
    """One slot as an output shows it; None is what this output does not say."""

    slot: str | None
    title: str | None
    where: str | None
    starts_at: dt.datetime | None
    speakers: str | None
    cancelled: bool


class Page(HTMLParser):
    """Collects elements with data-slot, all links, and the visible text."""

    def __init__(self, html):
        super().__init__()
        self.facts, self.links, self.text = [], [], []
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
                    outer.setdefault("time", self.last_time)
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
        inside = next((outer for _, outer, _ in reversed(self.open) if "data-slot" in outer), None)
        if inside is not None:
            if name == "h3":
                inside["title"] = text
            if "place" in classes or "place-wide" in classes:
                inside["where"] = text
            if "speakers" in classes:
                inside["speakers"] = text
        if "data-slot" in attrs:
            when = attrs.get("time", self.last_time)
            self.facts.append(
                Fact(
                    slot=attrs["data-slot"],
                    title=attrs.get("title") or (text if "pause" in classes else None),
                    where=attrs.get("where"),
                    starts_at=dt.datetime.fromisoformat(when) if when else None,
                    speakers=attrs.get("speakers"),
                    cancelled="Cancelled" in text or "cancelled" in classes,
                )
            )


def html(body):
    return Page(body.decode()).facts


def ics(body):
    return [
        Fact(
            slot=str(event["uid"]),
            title=str(event["summary"]).rpartition(" (")[0] or str(event["summary"]),
            where=str(event["location"]),
            starts_at=event.decoded("dtstart"),
            speakers=str(event["summary"]).rpartition(" (")[2].removesuffix(")")
            if str(event["summary"]).endswith(")")
            else None,
            cancelled=event.get("status") == "CANCELLED",
        )
        for event in icalendar.Calendar.from_ical(body).walk("VEVENT")
    ]


def signs(body):
    rows = json.loads(body)
    assert isinstance(rows, list)
    assert all(isinstance(value, str) for row in rows for value in row.values())
    return [
        Fact(
            slot=None,
            title=row["Name"].removeprefix("Cancelled: "),
            where=row["Location"],
            starts_at=dt.datetime.fromisoformat(row["StartTime"]),
            speakers=row["Speakers"],
            cancelled=row["Name"].startswith("Cancelled: "),
        )
        for row in rows
    ]


READERS = {"html": html, "ics": ics, "signs": signs}
