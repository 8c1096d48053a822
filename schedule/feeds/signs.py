"""JSON for screens and apps: arrays of objects whose values are all strings."""

from cfp.models import Track
from scale.models import Conference
from scale.text import plain, render_markdown
from scale.time import rfc3339

from .as_json import as_json
from .lines import Line, Schedule

LONGEST = 1200


def signs(schedule: Schedule) -> bytes:
    """For the screens in front of the rooms."""
    return as_json(
        [
            {
                **place(line, schedule),
                "Topic": line.track,
                "Description": line.abstract or plain(line.description or "", LONGEST),
                "Photo": schedule.photo(line),
                "Link": schedule.link(line),
            }
            for line in schedule.lines
        ]
    )


def app(schedule: Schedule) -> bytes:
    """For apps that people install: `nid` is the entry's number, LongAbstract is HTML."""
    return as_json(
        [
            {
                "nid": str(line.pk),
                **place(line, schedule),
                "Track": line.track,
                "LongAbstract": long_abstract(line),
                "Photo": schedule.photo(line),
                "Link": schedule.link(line),
            }
            for line in schedule.lines
        ]
    )


def place(line: Line, schedule: Schedule) -> dict[str, str]:
    return {
        "Name": line.said,
        "Location": line.where,
        "StartTime": rfc3339(line.starts_at, schedule.conference),
        "EndTime": rfc3339(line.ends_at, schedule.conference),
        "Speakers": schedule.names(line),
    }


def long_abstract(line: Line) -> str:
    return render_markdown(line.description or line.abstract or "").strip()


def tracks(conference: Conference) -> bytes:
    """The colours of what `app` calls Track."""
    shown = Track.objects.filter(conference=conference).shown().order_by("position", "pk")
    return as_json([{"name": t.name, "color": t.colour} for t in shown.only("name", "colour")])
