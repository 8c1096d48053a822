"""When the tutorials among the extras take place: a floor above knows, and tells it in `ready`.

Nothing of it is kept here. A seat in a workshop is an extra like any other; only that a
ticket cannot have two seats at once, and none in what does not take place, is asked for.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from scale.time import local

if TYPE_CHECKING:
    from .models import AddOn

TUTORIAL = "tutorial"


@dataclass(frozen=True)
class Time:
    starts_at: dt.datetime
    ends_at: dt.datetime
    where: str

    def meets(self, other: "Time") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Session:
    """What a seat lets its holder into; without `times` nobody knows yet when."""

    times: tuple[Time, ...] = ()
    is_off: bool = False  # it does not take place
    link: str = ""


Sessions = Callable[[Collection[int]], Mapping[int, Session]]
SESSIONS: list[Sessions] = []
SIZED: list[Callable[[int], bool]] = []


def register(sessions: Sessions, is_sized: Callable[[int], bool]) -> None:
    """`sessions(add_on_ids)`: those that are seats; `is_sized(quota_id)`: it follows a room."""
    SESSIONS.append(sessions)
    SIZED.append(is_sized)


def sessions(add_ons: Iterable["AddOn"]) -> dict[int, Session]:
    """Add-on pk → when it takes place, of those that are seats in something."""
    ids = {one.pk for one in add_ons if one.kind == TUTORIAL}
    found: dict[int, Session] = {}
    for ask in SESSIONS if ids else ():
        found.update(ask(ids))
    return found


def is_seat(add_on_id: int) -> bool:
    return any(ask({add_on_id}) for ask in SESSIONS)


def is_sized(quota_id: int) -> bool:
    """Whether a floor above says how large the quota is, so that nobody types it."""
    return any(ask(quota_id) for ask in SIZED)


@dataclass(frozen=True)
class Problem:
    """Why a ticket cannot have a seat: the extra to say it beside, and the sentence."""

    add_on: "AddOn"
    says: str


def problem(wanted: Iterable["AddOn"], has: Iterable["AddOn"] = ()) -> Problem | None:
    """The first of the `wanted` seats that a ticket cannot have beside the others.

    What it `has` already is not judged: a workshop may have been moved since.
    """
    wanted, has = list(wanted), list(has)
    found = sessions([*wanted, *has]) if any(one.kind == TUTORIAL for one in wanted) else {}
    held = [one for one in has if one.pk in found]
    for add_on in wanted:
        if (session := found.get(add_on.pk)) is None:
            continue
        if session.is_off:
            return Problem(add_on, f"{add_on} does not take place.")
        for other in held:
            if pair := meeting(session, found[other.pk]):
                return Problem(add_on, _both(add_on, other, *pair))
        held.append(add_on)
    return None


def meeting(one: Session, other: Session) -> tuple[Time, Time] | None:
    """The first times at which somebody would have to be in both."""
    if one.is_off or other.is_off:
        return None
    pairs = ((mine, theirs) for mine in one.times for theirs in other.times)
    return next(((mine, theirs) for mine, theirs in pairs if mine.meets(theirs)), None)


def clashes(
    add_ons: Sequence["AddOn"], found: Mapping[int, Session]
) -> list[tuple["AddOn", "AddOn"]]:
    """Pairs of seats that are at the same time, of those whose sessions are `found`."""
    known = [one for one in add_ons if one.pk in found]
    return [
        (one, other)
        for one, other in combinations(known, 2)
        if meeting(found[one.pk], found[other.pk])
    ]


def _both(add_on: "AddOn", other: "AddOn", time: Time, other_time: Time) -> str:
    when, then = (words(one, add_on.conference) for one in (time, other_time))
    return (
        f"“{add_on}” ({when}) and “{other}” ({then}) take place at the same time. "
        "One ticket can have a seat in one of them."
    )


def words(time: Time, conference) -> str:
    """Fri 5 March 10:00–13:00"""
    begins, ends = local(time.starts_at, conference), local(time.ends_at, conference)
    return f"{begins:%a %-d %B %H:%M}–{ends:%H:%M}"
