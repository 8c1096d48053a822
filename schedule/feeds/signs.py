"""JSON for screens and apps: arrays of objects whose values are all strings."""

from django.core.cache import cache

from cfp.models import Track
from scale.codes import digest
from scale.models import Conference
from scale.text import plain, render_markdown
from scale.time import rfc3339

from .as_json import as_json
from .lines import Line, Schedule

LONGEST = 1200
KEEP_SECONDS = 86_400


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
    texts = [line.description or line.abstract or "" for line in schedule.lines]
    html = as_html(texts)
    return as_json(
        [
            {
                "nid": str(line.pk),
                **place(line, schedule),
                "Track": line.track,
                "LongAbstract": html[text],
                "Photo": schedule.photo(line),
                "Link": schedule.link(line),
            }
            for line, text in zip(schedule.lines, texts, strict=True)
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


def as_html(texts: list[str]) -> dict[str, str]:
    """{text: HTML}, kept by what the text is: a release changes places, hardly ever words."""
    keys = {f"html:1:{digest(text)}": text for text in texts}
    html = cache.get_many(keys)
    made = {key: render_markdown(text).strip() for key, text in keys.items() if key not in html}
    cache.set_many(made, KEEP_SECONDS)
    html |= made
    return {text: html[key] for key, text in keys.items()}


def tracks(conference: Conference) -> bytes:
    """The colours of what `app` calls Track."""
    shown = Track.objects.filter(conference=conference).shown().order_by("position", "pk")
    return as_json([{"name": t.name, "color": t.colour} for t in shown.only("name", "colour")])
