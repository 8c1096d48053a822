"""What an export is, and how rows are read in pieces so that memory stays small."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

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

    Which rows is asked once, and then what is in them, by pk alone: MySQL's client would
    else hold all rows at once, and the database choose among them anew for each piece.
    """
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for n in range(0, len(keys), PIECE):
        piece = keys[n : n + PIECE]
        found = rows.model._default_manager.filter(of_keys("pk", piece)).order_by("pk")
        wanted = set(piece)
        yield [row for row in found.values_list("pk", *fields) if row[0] in wanted]


def of_keys(field: str, keys: Sequence[int]) -> Q:
    """Rows whose `field` is one of these ascending keys, and perhaps some more in between.

    Where they lie close together a range is asked for: thousands of keys, one by one,
    take as long to write and read as what they find.
    """
    first, last = keys[0], keys[-1]
    if last - first < 2 * len(keys):
        return Q((f"{field}__gte", first), (f"{field}__lte", last))
    return Q((f"{field}__in", keys))


def between(rows: QuerySet, field: str, wanted: Wanted) -> QuerySet:
    """Rows whose instant lies in the days asked for."""
    if wanted.since:
        rows = rows.filter(**{f"{field}__gte": wanted.since})
    if wanted.until:
        rows = rows.filter(**{f"{field}__lt": wanted.until})
    return rows


def local(moment: dt.datetime | None, conference: Conference) -> str:
    """An instant as spreadsheets sort it, in the edition's zone."""
    return moment.astimezone(conference.zone).isoformat(" ", "minutes")[:16] if moment else ""
