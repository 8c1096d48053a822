"""What releases changed, in words for everyone."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.utils import timezone

from scale.models import Conference

from .models import Change, Release

SHOWN_FOR = dt.timedelta(hours=24)
LATEST = 20  # releases on the page
MANY = 30  # more new talks than this are a number, not a list


def moved_lately(conference: Conference, now: dt.datetime | None = None) -> dict[uuid.UUID, int]:
    """{slot: the version that moved it}, for what moved in the last 24 hours."""
    since = (now or timezone.now()) - SHOWN_FOR
    moved = Change.objects.filter(
        release__conference=conference,
        release__made_at__gte=since,
        before__isnull=False,
        before__removed=False,
        removed=False,
    )
    return dict(moved.order_by("release__number").values_list("slot_uuid", "release__number"))


@dataclass
class Told:
    """One release: what moved or went (from, to), and what is new."""

    release: Release
    moved: list[Change]
    gone: list[Change]
    new: list[Change]

    @property
    def is_first(self) -> bool:
        return self.release.number == 1

    @property
    def has_many(self) -> bool:
        return len(self.new) > MANY


def told(conference: Conference) -> list[Told]:
    """The latest releases, newest first, each with its changes in the order of the days."""
    releases = list(Release.objects.filter(conference=conference)[:LATEST])
    found = {release.pk: Told(release, [], [], []) for release in releases}
    changes = Change.objects.filter(release__in=releases).select_related(
        "room", "talk", "before", "before__room"
    )
    for change in changes.order_by("starts_at", "room__position", "slot_uuid"):
        if change.talk:
            change.talk.conference = conference
        entry = found[change.release_id]
        if change.removed:
            entry.gone.append(change)
        elif change.before is None or change.before.removed:
            entry.new.append(change)
        elif same_place(change, change.before):
            continue
        else:
            entry.moved.append(change)
    return [found[release.pk] for release in releases]


def same_place(one: Change, other: Change) -> bool:
    names = ("room_id", "place", "starts_at", "ends_at")
    return all(getattr(one, name) == getattr(other, name) for name in names)
