"""frab/Pentabarf XML, as text: building elements takes five times as long as writing them."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings

from scale.text import carried
from scale.time import rfc3339

from .days import Day, days, language, licence, slug
from .lines import Line, Schedule


def render(schedule: Schedule) -> bytes:
    return carried(document(schedule), b"\n")


def document(schedule: Schedule) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield "<schedule>"
    yield f'<generator name="scale" system={quoteattr(settings.SITE_URL)}/>'
    yield f"<url>{escape(schedule.page.removesuffix('/'))}.xml</url>"
    yield f"<version>{schedule.release}</version>"
    found = days(schedule)
    yield from about(schedule, found)
    for day in found:
        yield (
            f'<day index="{day.index}" date="{day.date}"'
            f' start="{day.begins.isoformat()}" end="{day.ends.isoformat()}">'
        )
        for name, lines in day.rooms.items():
            yield f"<room name={quoteattr(name)}>"
            for line in lines:
                yield event(line, schedule)
            yield "</room>"
        yield "</day>"
    yield "</schedule>\n"


def about(schedule: Schedule, found: list[Day]) -> Iterator[str]:
    conference = schedule.conference
    yield f"""<conference>
<acronym>{schedule.acronym}</acronym>
<title>{escape(conference.name)}</title>
<start>{conference.starts_on}</start>
<end>{conference.ends_on}</end>
<days>{len(found)}</days>
<timeslot_duration>00:05</timeslot_duration>
<base_url>{escape(settings.SITE_URL)}/</base_url>
<url>{escape(schedule.page)}</url>
<time_zone_name>{escape(conference.time_zone)}</time_zone_name>
<color primary="{conference.accent}"/>"""
    for track in schedule.tracks:
        yield f'<track name={quoteattr(track.name)} color="{track.colour}"/>'
    yield "</conference>"


def event(line: Line, schedule: Schedule) -> str:
    begins = rfc3339(line.starts_at, schedule.conference)
    persons = "".join(
        f'<person id="{person.pk}">{escape(person.name)}</person>'
        for person in schedule.speakers(line)
    )
    return f"""<event guid="{line.uuid}" id="{line.pk}"{code(line, schedule)}>
<date>{begins}</date>
<start>{begins[11:16]}</start>
<duration>{duration(line)}</duration>
<room>{escape(line.where)}</room>
<slug>{slug(line, schedule)}</slug>
<url>{escape(schedule.link(line) or schedule.page)}</url>
<title>{escape(line.said)}</title>
<subtitle></subtitle>
<track>{escape(line.track)}</track>
<type>{escape(line.kind_name or "") if line.talk_id else "break"}</type>
<language>{escape(language(line))}</language>
<abstract>{escape(line.abstract or "")}</abstract>
<description>{escape(line.description or "")}</description>
{recording(line)}{references(line)}{feedback(line, schedule)}<persons>{persons}</persons>
</event>"""


def feedback(line: Line, schedule: Schedule) -> str:
    rating = schedule.rating(line)
    return f"<feedback_url>{escape(rating)}</feedback_url>\n" if rating else ""


def code(line: Line, schedule: Schedule) -> str:
    """The schema wants each code once: a talk's first slot has it."""
    return f' code="{line.code}"' if line.pk in schedule.firsts else ""


def duration(line: Line) -> str:
    """To the second where there are any; the schema ends at 99:59."""
    seconds = int((line.ends_at - line.starts_at).total_seconds())
    if seconds >= 360_000:
        return "99:59"
    rest = f":{seconds % 60:02}" if seconds % 60 else ""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}{rest}"


def recording(line: Line) -> str:
    if not line.talk_id:
        return ""
    optout = "false" if line.may_record else "true"
    url = f"<url>{escape(line.recording_url)}</url>" if line.recording_url else ""
    facts = f"<license>{licence(line)}</license><optout>{optout}</optout>{url}"
    return f"<recording>{facts}</recording>\n"


def references(line: Line) -> str:
    """Readers look for a recording among the links."""
    found = ""
    if line.recording_url:
        href = quoteattr(line.recording_url)
        found += f'<links><link href={href} type="media">Recording</link></links>\n'
    if line.slides_url:
        href = quoteattr(line.slides_url)
        found += f'<attachments><attachment href={href} type="slides">Slides</attachment>'
        found += "</attachments>\n"
    return found
