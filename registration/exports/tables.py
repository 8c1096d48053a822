"""What an export is, and how rows are read in pieces so that memory stays small."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from scale.models import Conference, Role

PIECE = 5000
Cell = Any


@dataclass(frozen=True)
class Wanted:
    """What the form above an export asked for; empty means all."""

    ticket_type: Any = None
    add_on: Any = None
    state: str = ""
    consent: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True)
class Table:
    """`filters` are the names in Wanted that it heeds; `select` narrows, `rows` reads in pieces."""

    name: str
    label: str
    says: str
    filters: tuple[str, ...]
    select: Callable[[Conference, Wanted], QuerySet]
    columns: Callable[[Conference], Sequence[str]]
    rows: Callable[[Conference, QuerySet], Iterator[Sequence[Cell]]]
    roles: tuple[str, ...] = (Role.REGISTRATION, Role.FINANCE)


def pieces(rows: QuerySet, *fields: str) -> Iterator[list[tuple]]:
    """Values of the rows in order of their pk, some thousand at a time; the first is the pk.

    Each piece is a statement of its own: MySQL's client would else hold all rows at once.
    """
    last = 0
    found = rows.order_by("pk").values_list("pk", *fields)
    while piece := list(found.filter(pk__gt=last)[:PIECE]):
        yield piece
        last = piece[-1][0]


def between(rows: QuerySet, field: str, wanted: Wanted) -> QuerySet:
    """Rows whose instant lies in the days asked for."""
    if wanted.since:
        rows = rows.filter(**{f"{field}__gte": wanted.since})
    if wanted.until:
        rows = rows.filter(**{f"{field}__lt": wanted.until})
    return rows


def local(moment: dt.datetime | None, conference: Conference) -> str:
    """An instant as spreadsheets sort it, in the edition's zone."""
    return moment.astimezone(conference.zone).strftime("%Y-%m-%d %H:%M") if moment else ""
