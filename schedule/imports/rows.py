"""Rows that the file names and the edition lacks, found by name or made many at once."""

import re
from collections.abc import Callable

from django.db import models

from cfp.models import TalkKind, Track
from scale import text
from scale.models import Conference
from schedule.models import Room

from .item import Source
from .prose import same
from .report import Report

# Each at least 3 : 1 against the light and the dark paper.
PALETTE = (
    *("#2f6fd0", "#c2410c", "#15803d", "#9333ea", "#b45309", "#0e7490", "#be185d", "#4d7c0f"),
    *("#6d5bd0", "#dc2626", "#0f766e", "#a16207", "#64748b", "#c026d3", "#0369a1"),
)
BATCH = 500


def named_rows(
    model, conference: Conference, wanted: dict[str, dict], code_size: int, told
) -> dict:
    """{name as `same`: row} of every wanted name, found by name or made.

    A row whose name staff changed is still found by its code, which came from the
    name that the file uses.
    """
    here = list(model.objects.filter(conference=conference).order_by("pk"))
    found = {same(row.name): row for row in reversed(here)}
    names = {same(name) for name in wanted}
    renamed = {row.code: row for row in here if same(row.name) not in names}
    codes = {row.code for row in here}
    new = []
    for name, more in wanted.items():
        key = same(name)
        code = text.slug(name)[:code_size].strip("-")
        if key not in found and code and code in renamed:
            found[key] = renamed.pop(code)
        if key in found:
            continue
        row = model(
            conference=conference,
            name=name,
            code=free_code(code or model._meta.model_name, codes, code_size),
            position=len(here) + len(new),
            **more,
        )
        new.append(row)
        found[key] = row
    model.objects.bulk_create(new, batch_size=BATCH)
    told.counts[f"new_{model._meta.model_name.removeprefix('talk')}s"] += len(new)
    saved = {row.code: row for row in reread(model, conference, new)}
    return {key: saved.get(row.code, row) for key, row in found.items() if key in names}


def reread(model, conference, new):
    """Rows with their ids: MySQL does not tell them when many are made at once."""
    if not new:
        return []
    return model.objects.filter(conference=conference, code__in=[row.code for row in new])


def free_code(code: str, taken: set[str], size: int) -> str:
    free, number = code, 2
    while free in taken:
        free = f"{code[: size - 6]}-{number}"
        number += 1
    taken.add(free)
    return free


def make_rooms(conference, source: Source, told: Report) -> dict[str, Room]:
    names = {item.room for item in source.items if item.room}
    if source.rooms_in_order:
        ordered = [*source.rooms, *sorted(names - set(source.rooms), key=natural)]
    else:
        ordered = sorted(names, key=natural)
    return named_rows(
        Room, conference, unlike({n: {"capacity": source.rooms.get(n)} for n in ordered}), 40, told
    )


def make_tracks(conference, source: Source, told: Report) -> dict[str, Track]:
    used = {same(item.track) for item in source.items if item.track}
    names = [name for name in source.tracks if same(name) in used]
    names += sorted({item.track for item in source.items if item.track}, key=natural)
    first = conference.tracks.count()
    return named_rows(
        Track,
        conference,
        {
            name: {"colour": source.tracks.get(name) or PALETTE[(first + n) % len(PALETTE)]}
            for n, name in enumerate(unlike(dict.fromkeys(names)))
        },
        40,
        told,
    )


def make_kinds(conference, source: Source, told: Report) -> dict[str, TalkKind]:
    """Kinds of the file's own making are not offered in the call."""
    names = {item.kind for item in source.items if item.kind and not item.is_break}
    wanted = unlike({name: {"is_offered": False} for name in sorted(names, key=natural)})
    return named_rows(TalkKind, conference, wanted, 30, told)


def unlike(names: dict) -> dict:
    """The first of the names that differ in case and white space alone."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(same(name), name)
    return {name: names[name] for name in first.values()}


def natural(name: str) -> list:
    """Room 9 before Room 10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d{1,9})", same(name))]


def new_codes(model, make: Callable[[], str], number: int) -> list[str]:
    """As many codes as are needed, none of them in use."""
    codes: set[str] = set()
    while len(codes) < number:
        more = {make() for _ in range(number - len(codes))}
        used = model.objects.filter(code__in=more).values_list("code", flat=True)
        codes |= more - set(used)
    return list(codes)


def save_new(model: type[models.Model], rows: list, make: Callable[[], str]) -> None:
    """Make many rows at once; afterwards each has its id."""
    for row, code in zip(rows, new_codes(model, make, len(rows)), strict=True):
        row.code = code
    model._default_manager.bulk_create(rows, batch_size=BATCH)
    ids = dict(
        model._default_manager.filter(code__in=[row.code for row in rows]).values_list("code", "pk")
    )
    for row in rows:
        row.pk = ids[row.code]
