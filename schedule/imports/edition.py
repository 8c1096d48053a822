"""The edition a file goes into, made if it is absent, and the file's times as instants."""

import datetime as dt
import re
import statistics
import zoneinfo

from django.core.exceptions import ValidationError

from scale.editions import require_open
from scale.models import Conference, Role, StaffRole

from . import report
from .item import BadFile, Fault, Item, Source
from .prose import one_line

USUAL_ZONE = "America/Los_Angeles"
# What is this far from the edition's days is a slip of the pen, not a long conference.
FAR = dt.timedelta(days=30)
LONGEST = dt.timedelta(days=7)


def find_or_make(
    slug: str, source: Source, told: report.Report, *, name: str = "", time_zone: str = ""
) -> Conference:
    """The edition, locked: one import or publish of an edition at a time.

    The items of the source are on instants afterwards, or have a fault that says why not.
    """
    if time_zone and not known_zone(time_zone):
        raise BadFile(f"“{one_line(time_zone)[:64]}” is not a time zone such as {USUAL_ZONE}.")
    stated = known_zone(time_zone) or known_zone(source.time_zone)
    if source.time_zone and not known_zone(source.time_zone):
        told.problem(report.ZONE, "the file", "", f"“{source.time_zone}” is no known time zone")
    conference = Conference.objects.select_for_update().filter(slug=slug).first()
    if conference:
        require_open(conference)
    for item in source.items:
        settle(item, stated or (conference.zone if conference else None))
    if conference is None:
        conference = make(slug, source, stated, told, name)
    told.edition = conference.name
    for item in source.items:
        keep_near(item, conference)
    refuse_another_edition(source, conference)
    compare_offsets(source, conference, told)
    return conference


def known_zone(name: str) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def settle(item: Item, zone: zoneinfo.ZoneInfo | None) -> None:
    """Make the item's times instants in UTC; one without a usable end has no place."""
    item.day = item.starts_at.date() if item.starts_at else None
    item.offset = item.starts_at.utcoffset() if item.starts_at else None
    start = item.starts_at = instant(item, item.starts_at, zone)
    end = instant(item, item.ends_at, zone)
    if start and item.lasts is not None:
        end = start + item.lasts
    item.ends_at = None
    if start is None or end is None:
        return
    if end <= start:
        says = "its end is its start" if end == start else "it ends before it starts"
        item.faults.append(Fault(report.ORDER, f"{says} ({start:%Y-%m-%d %H:%M} UTC)"))
    elif end - start > LONGEST:
        item.faults.append(Fault(report.TIME, f"it would last {(end - start).days} days"))
    else:
        item.ends_at = end


def instant(item: Item, time: dt.datetime | None, zone) -> dt.datetime | None:
    """The instant in UTC. A time without an offset is one of the zone's clocks."""
    if time is None:
        return None
    if time.tzinfo:
        return time.astimezone(dt.UTC)
    written = f"{time:%Y-%m-%d %H:%M}"
    if zone is None:
        says = f"{written} has no offset, and the file names no time zone that is known"
        item.faults.append(Fault(report.ZONE, says))
        return None
    found = time.replace(tzinfo=zone).astimezone(dt.UTC)
    if found.astimezone(zone).replace(tzinfo=None) != time.replace(fold=0):
        says = f"{written} does not exist, the clocks of {zone.key} skip it"
        item.faults.append(Fault(report.TIME, says))
        return None
    if found != time.replace(tzinfo=zone, fold=1).astimezone(dt.UTC):
        says = f"{written} comes twice on the clocks of {zone.key}, read as the first"
        item.faults.append(Fault(report.TIME, says))
    return found


def make(slug, source, stated, told, name) -> Conference:
    zone = stated or fitting_zone(source, told)
    days = days_of(source, zone)
    if not days:
        raise BadFile("No entry has a time that can be read, so the edition would have no days.")
    name = name or source.title
    if not name:
        name = f"SCALE {slug}" if re.fullmatch(r"\d+x", slug) else slug
    elif " " not in name and not re.search(r"\d", name):
        name = f"{name} {days[0].year}"
    conference = Conference(
        slug=slug,
        name=name,
        series=series_of(name),
        time_zone=zone.key,
        starts_on=days[0],
        ends_on=days[-1],
        venue_name=source.venue,
    )
    try:
        conference.full_clean(validate_unique=False)
    except ValidationError as error:
        raise BadFile(f"The edition “{slug}” cannot be made: {error.messages[0]}") from error
    conference.save()
    give_chairs(conference)
    told.made_edition = True
    return conference


def give_chairs(conference: Conference) -> None:
    """Who chairs the latest edition chairs this one too; else nobody could open its staff pages."""
    others = Conference.objects.exclude(pk=conference.pk).order_by("-starts_on")
    latest = others.filter(staff_roles__role=Role.CHAIR).first()
    StaffRole.objects.bulk_create(
        StaffRole(user_id=chair.user_id, conference=conference, role=Role.CHAIR)
        for chair in StaffRole.objects.filter(conference=latest, role=Role.CHAIR)
    )


def series_of(name: str) -> str:
    """The part that stays from year to year: “SCALE” of “SCALE 22x”."""
    series = ""
    for word in name.split(" ")[:-1]:
        if len(series) + len(word) >= 40:
            break
        series = f"{series} {word}".strip()
    return series or name[:40]


def fitting_zone(source: Source, told: report.Report) -> zoneinfo.ZoneInfo:
    """A zone whose clocks agree with every offset in the file; the report says it is a guess."""
    aware = [item for item in source.items if item.starts_at and item.offset is not None]
    local = [item for item in aware if item.offset]  # plain UTC says nothing of the place
    usual = zoneinfo.ZoneInfo(USUAL_ZONE)
    fits = all(item.starts_at.astimezone(usual).utcoffset() == item.offset for item in local)
    if fits and (local or not aware):
        return usual
    hours = {item.offset.total_seconds() / 3600 for item in local}
    zone = zoneinfo.ZoneInfo("UTC")
    if len(hours) == 1 and min(hours) % 1 == 0:
        # The names of the fixed zones have the sign the other way round.
        zone = zoneinfo.ZoneInfo(f"Etc/GMT{-min(hours):+.0f}")
    told.problem(
        report.ZONE,
        "the file",
        "",
        "it does not name its time zone, and its offsets are not those of Los Angeles",
        f"the edition is on {zone.key}, the instants are exact: set its zone",
    )
    return zone


def days_of(source: Source, zone) -> list[dt.date]:
    """The local days on which something starts, without the ones far from the rest."""
    days = [item.starts_at.astimezone(zone).date() for item in source.items if item.starts_at]
    days = days or [item.day for item in source.items if item.day]
    if not days:
        return []
    middle = statistics.median_low(days)
    days += [day for day in (source.first_day, source.last_day) if day]
    return sorted({day for day in days if abs(day - middle) < FAR})


def keep_near(item: Item, conference: Conference) -> None:
    if not item.starts_at:
        return
    day = item.starts_at.astimezone(conference.zone).date()
    if conference.starts_on <= day <= conference.ends_on:
        return
    says = f"{day} is not a day of the edition"
    if is_far(item, conference):
        says = f"{day} is far from the days of the edition"
        item.ends_at = None
    item.faults.append(Fault(report.FAR, says))


def refuse_another_edition(source: Source, conference: Conference) -> None:
    """When nothing fits the days, it is the wrong file or the wrong edition, not 900 mistakes."""
    dated = [item for item in source.items if item.starts_at]
    if dated and all(is_far(item, conference) for item in dated):
        raise BadFile(
            f"Not one entry is near the days of {conference.name}, {conference.dates}:"
            " this is another edition's file."
        )


def is_far(item: Item, conference: Conference) -> bool:
    day = item.starts_at.astimezone(conference.zone).date()
    return not conference.starts_on - FAR < day < conference.ends_on + FAR


def compare_offsets(source: Source, conference: Conference, told: report.Report) -> None:
    """Offsets that are not the zone's keep their instant; a file in plain UTC is nothing odd."""
    odd = [
        item
        for item in source.items
        if item.starts_at
        and item.offset
        and item.offset != item.starts_at.astimezone(conference.zone).utcoffset()
    ]
    if odd and not told.problem_counts[report.ZONE]:
        told.problem(
            report.ZONE,
            odd[0].position,
            odd[0].title,
            f"the offset is not the one of {conference.time_zone} on that day"
            + (f", as with {len(odd) - 1} more entries" if len(odd) > 1 else ""),
            "the instants of the file are kept",
        )
