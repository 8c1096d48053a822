"""Going once through things that have a time and perhaps a room, instead of each against each."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")  # with `starts_at`, `ends_at` and `uuid`


def overlapping(items: list[T]) -> Iterable[tuple[T, T]]:
    """Pairs of items that share an instant, the earlier first."""
    running: list[T] = []
    for item in by_time(items):
        running = [other for other in running if other.ends_at > item.starts_at]  # type: ignore[attr-defined]
        for other in running:
            yield other, item
        running.append(item)


def by_time(items: Iterable[T]) -> list[T]:
    return sorted(items, key=lambda one: (one.starts_at, one.ends_at, one.uuid.int))  # type: ignore[attr-defined]


def grouped(items: Iterable[T], keys) -> dict[int, list[T]]:
    """The items under each of the keys that `keys` gives for them."""
    found: dict[int, list[T]] = defaultdict(list)
    for item in items:
        for key in keys(item):
            found[key].append(item)
    return found


def in_rooms(items: Iterable[T], rooms) -> dict[int, list[T]]:
    """By the smallest rooms: what stands in Ballroom GH stands in G and in H."""
    return grouped(items, lambda item: rooms[item.room].leaves if item.room else ())


def minutes(time: dt.timedelta) -> int:
    return round(time.total_seconds() / 60)
