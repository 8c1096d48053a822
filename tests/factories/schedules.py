"""Small schedule files in the three formats, written here; keywords win."""

import io
import json
from xml.sax.saxutils import escape, quoteattr

from schedule.imports.apply import import_schedule
from schedule.imports.read import read

SIGN = {
    "Name": "Growing tomatoes with cron",
    "Location": "Room 7",
    "StartTime": "2027-03-05T10:00:00-08:00",
    "EndTime": "2027-03-05T11:00:00-08:00",
    "Speakers": "Ada Okafor",
    "Topic": "Gardening",
    "Description": "Water at 05:00, harvest on success.",
}
EVENT = {
    "id": 41,
    "guid": "0b0e0f6a-0000-4000-8000-000000000041",
    "date": "2027-03-05T10:00:00-08:00",
    "start": "10:00",
    "duration": "01:00",
    "room": "Room 7",
    "slug": "demo-41-tomatoes",
    "url": "https://example.org/41",
    "title": "Growing tomatoes with cron",
    "subtitle": "",
    "track": "Gardening",
    "type": "talk",
    "language": "en",
    "abstract": "Water at 05:00, harvest on success.",
    "description": "",
    "persons": [{"id": 7, "public_name": "Ada Okafor"}],
    "links": [],
}


def sign(**fields):
    """One entry of a sign feed; None leaves a field out."""
    return {name: value for name, value in (SIGN | fields).items() if value is not None}


def signs(*entries):
    return json.dumps(list(entries)).encode()


def event(number=41, **fields):
    ids = {"id": number, "guid": f"0b0e0f6a-0000-4000-8000-{number:012d}"}
    found = (EVENT | ids | fields).items()
    return {name: value for name, value in found if value is not None}


def c3voc(*events, **conference):
    rooms = {}
    for one in events:
        rooms.setdefault(one.get("room", ""), []).append(one)
    day = {"index": 1, "date": "2027-03-05", "rooms": rooms}
    day |= {"day_start": "2027-03-05T08:00:00-08:00", "day_end": "2027-03-06T04:00:00-08:00"}
    head = {
        "acronym": "demo27",
        "title": "Demo Days 2027",
        "start": "2027-03-05",
        "end": "2027-03-07",
        "daysCount": 3,
        "timeslot_duration": "00:05",
        "time_zone_name": "America/Los_Angeles",
    } | conference
    head = {name: value for name, value in head.items() if value is not None}
    return json.dumps({"schedule": {"version": "3", "conference": head | {"days": [day]}}}).encode()


def frab(*events, zone="America/Los_Angeles", more=""):
    out = io.StringIO()
    out.write('<?xml version="1.0" encoding="utf-8"?>\n<schedule><version>3</version>')
    out.write("<conference><acronym>demo27</acronym><title>Demo Days 2027</title>")
    out.write("<start>2027-03-05</start><end>2027-03-07</end><days>3</days>")
    out.write(f"<time_zone_name>{zone}</time_zone_name>{more}</conference>")
    out.write('<day index="1" date="2027-03-05"')
    out.write(' start="2027-03-05T08:00:00-08:00" end="2027-03-06T04:00:00-08:00">')
    for one in events:
        out.write(f"<room name={quoteattr(str(one.get('room', '')))}><event")
        for name in ("id", "guid", "code"):
            if name in one:
                out.write(f' {name}="{one[name]}"')
        out.write(">")
        for name, value in one.items():
            if name not in ("id", "guid", "code", "persons", "links") and value is not None:
                out.write(f"<{name}>{escape(str(value))}</{name}>")
        out.write("<persons>")
        for person in one.get("persons", ()):
            out.write(f'<person id="{person["id"]}">{escape(person["public_name"])}</person>')
        out.write("</persons></event></room>")
    out.write("</day></schedule>")
    return out.getvalue().encode()


def load(data, slug="demo27", **options):
    """Read and import; the report."""
    return import_schedule(read(io.BytesIO(data)), slug, **options)


def source(data):
    return read(io.BytesIO(data))


def apply(found, slug="demo27", **options):
    return import_schedule(found, slug, **options)
