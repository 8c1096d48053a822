"""One import from end to end, in one transaction: rows, then the places as one release."""

import copy
from collections.abc import Callable

from django.db import IntegrityError

from scale.db import retry
from scale.models import Conference, User

from . import report
from .edition import find_or_make
from .item import Source
from .moves import Moves
from .report import Report
from .rows import make_rooms
from .talks import Talks


class DryRun(Exception):
    """Rolls back what was only tried."""

    def __init__(self, told: Report):
        self.told = told


def import_schedule(
    source: Source,
    slug: str,
    *,
    name: str = "",
    time_zone: str = "",
    prune: bool = False,
    dry_run: bool = False,
    by: User | None = None,
    label: str = "a file",
    tell: Callable[[str], None] = lambda step: None,
) -> Report:
    """Bring the edition up to what the file says; all or nothing.

    Raises BadFile or EditionClosed, and then nothing has changed.
    """
    wanted = (source, slug, name, time_zone, prune, dry_run, by, label, tell)
    try:
        try:
            return run(*wanted)
        except IntegrityError:
            # Someone made the same edition at the same moment; now it is there.
            return run(*wanted)
    except DryRun as tried:
        return tried.told


@retry
def run(source, slug, name, time_zone, prune, dry_run, by, label, tell) -> Report:
    # A lost race runs this again, and it must find the source as it was read.
    source = copy.deepcopy(source)
    told = Report(format=source.format, dry_run=dry_run)
    broken = [fault for _, fault in source.faults if fault.kind == report.ENTRY]
    told.counts["read"] = len(source.items) + len(broken)
    conference = find_or_make(slug, source, told, name=name, time_zone=time_zone)
    for position, fault in source.faults:
        told.problem(fault.kind, position, "", fault.says, "left out" if fault in broken else "")
    talks = Talks(conference, source, told)
    tell("writing talks and speakers")
    rooms = make_rooms(conference, source, told)
    talks.write()
    prune = prune and may_prune(told, talks)
    if prune:
        talks.cancel_vanished()
    tell("placing")
    Moves(conference, talks, rooms, told, prune).publish(by, label)
    if told.changed_anything and not told.release:
        Conference.objects.touch([conference.pk])
    if dry_run:
        told.release = None
        raise DryRun(told)
    return told


def may_prune(told: Report, talks: Talks) -> bool:
    """Not while an entry could not be read: it may be the one that seems to be missing."""
    unread = told.problem_counts[report.ENTRY] + told.problem_counts[report.AMBIGUOUS]
    unread += sum(not entry.lead.title for entry in talks.entries)
    if unread:
        says = f"nothing was taken off the schedule, because {unread} entries could not be told"
        told.problem(report.ABSENT, "the file", "", says, "correct them first")
    return not unread
