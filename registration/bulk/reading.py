"""A text of comma-separated lines as rows of known columns, and what became of each line."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction

from scale.db import again
from scale.models import Conference, User
from scale.text import plain, printable

MOST_LINES = 1000
MOST_BYTES = 1_000_000
LONGEST_CELL = 500


class NotReadable(Exception):
    """The text as a whole cannot be taken for such a file."""


class Refused(Exception):
    """One line cannot be added; the reason is for people."""


@dataclass(frozen=True)
class Column:
    """A column by its name in the file; other spellings are taken for it too.

    A cell that is longer than `longest` is a problem of its line: cut, an address would be
    somebody else's.
    """

    name: str
    says: str
    spellings: tuple[str, ...] = ()
    is_required: bool = False
    # Text of several lines keeps them; who adds it says when it is too long.
    is_prose: bool = False
    longest: int = LONGEST_CELL


@dataclass(frozen=True)
class Sheet:
    """`add` writes one line and says whether it was new; it raises Refused or ValidationError.

    `options` are what the form asks beside the file.
    """

    name: str
    label: str
    says: str
    columns: tuple[Column, ...]
    add: Callable[[Conference, Mapping[str, str], Mapping, User | None], bool]
    options: tuple[str, ...] = ()


@dataclass
class Result:
    added: int = 0
    known: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)

    @property
    def lines(self) -> int:
        return self.added + self.known + len(self.problems)


def rows_of(sheet: Sheet, text: str) -> list[tuple[int, dict[str, str]]]:
    """(line number in the file, column → cell); NotReadable when it is no such file."""
    if len(text.encode()) > MOST_BYTES:
        raise NotReadable("The file is larger than a megabyte. Please split it.")
    text = printable(text.lstrip("\ufeff")).strip("\n")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    # Strict: a stray quote would else swallow the lines that follow into one cell.
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    prose = {column.name for column in sheet.columns if column.is_prose}
    try:
        names = [column_named(sheet, cell) for cell in next(reader, [])]
        if missing := [c.name for c in sheet.columns if c.is_required and c.name not in names]:
            raise NotReadable(
                f"The first line must name the columns; {', '.join(missing)} is not among them."
            )
        if len(set(filter(None, names))) != len(list(filter(None, names))):
            raise NotReadable("The first line names a column twice.")
        found = []
        for cells in reader:
            if any(cell.strip() for cell in cells):
                cells += [""] * (len(names) - len(cells))
                row = {
                    name: cell.strip() if name in prose else plain(cell)
                    for name, cell in zip(names, cells, strict=False)
                    if name
                }
                found.append((reader.line_num, row))
    except csv.Error as error:
        where = f"at or above line {reader.line_num}"
        raise NotReadable(
            f"This is no table of comma-separated lines: {error}, {where}. A quote that is part "
            "of a text is written twice."
        ) from error
    if len(found) > MOST_LINES:
        raise NotReadable(f"{len(found):,} lines are too many for one go; {MOST_LINES:,} at most.")
    if not found:
        raise NotReadable("There is no line below the one that names the columns.")
    return found


def column_named(sheet: Sheet, words: str) -> str:
    """The column that a cell of the first line means, "" for one that is not ours."""
    wanted = "".join(c for c in words.lower() if c.isalnum())
    for column in sheet.columns:
        for spelling in (column.name, *column.spellings):
            if wanted == "".join(c for c in spelling.lower() if c.isalnum()):
                return column.name
    return ""


def run(
    sheet: Sheet, conference: Conference, text: str, options: Mapping, *, by: User | None, dry: bool
) -> Result:
    """Add the good lines, each by itself; a dry run does the same and takes it all back."""
    rows = rows_of(sheet, text)
    if not dry:
        return add_all(sheet, conference, rows, options, by)
    with transaction.atomic():
        result = add_all(sheet, conference, rows, options, by)
        transaction.set_rollback(True)
    return result


def add_all(sheet, conference, rows, options, by) -> Result:
    result = Result()
    limits = {column.name: column.longest for column in sheet.columns if not column.is_prose}

    @again
    def add(row):
        for name, longest in limits.items():
            if len(row.get(name, "")) > longest:
                raise Refused(f"{name} is longer than {longest:,} characters.")
        with transaction.atomic():
            return sheet.add(conference, row, options, by)

    for number, row in rows:
        try:
            if add(row):
                result.added += 1
            else:
                result.known += 1
        except Refused as error:
            result.problems.append((number, str(error)))
        except ValidationError as error:
            result.problems.append((number, " ".join(error.messages)))
    return result
