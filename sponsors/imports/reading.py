"""A file as lines of cells, and which of our columns each of its columns is."""

import csv
import io
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from scale import codes
from scale.text import printable

MOST_LINES = 10_000
MOST_BYTES = 10_000_000
MOST_COLUMNS = 60
SAMPLE = 200_000  # bytes that the guess of the letters reads
ENCODINGS = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "cp1252": "Western European (Windows)",
    "cp1250": "Central European (Windows)",
    "mac-roman": "Western European (old Macintosh)",
    "cp1251": "Cyrillic (Windows)",
    "shift_jis": "Japanese",
    "gb18030": "Chinese",
}
DELIMITERS = ",;\t|"
# What our own files put before a cell that a spreadsheet would run.
GUARD = re.compile(r"^'(?=[=+\-@\t\r])")


class NotReadable(Exception):
    """The file as a whole cannot be taken for such a list."""


@dataclass(frozen=True)
class Column:
    name: str
    label: str
    says: str
    spellings: tuple[str, ...] = ()


COLUMNS = (
    Column(
        *("organization", "Organization", "its name"),
        ("organisation", "company", "company name", "name", "sponsor", "exhibitor", "firm"),
    ),
    Column("kinds", "Kind", "company, project, media", ("kinds", "type", "category")),
    Column("website", "Website", "", ("url", "web", "homepage", "site", "web site")),
    Column("address", "Address", "", ("postal address", "street address")),
    Column("tags", "Tags", "with commas between them", ("tag", "labels", "keywords")),
    Column(
        *("owner", "Looked after by", "name or e-mail address of a colleague"),
        ("owner", "account manager", "handled by"),
    ),
    Column(
        *("contact", "Contact", "a person there"),
        ("contact name", "person", "full name", "contact person"),
    ),
    Column("email", "E-mail", "of the person", ("mail", "e-mail address", "contact email")),
    Column("phone", "Phone", "of the person", ("telephone", "tel", "phone number", "mobile")),
    Column("roles", "Roles", "primary, billing, logistics, marketing, press", ("role",)),
)
LABELS = {column.name: column.label for column in COLUMNS}


@dataclass(frozen=True)
class Table:
    header: list[str]
    lines: list[tuple[int, list[str]]]


def guess_encoding(data: bytes) -> str:
    """UTF-8 where it is, else what looks most like words."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return likeliest(data[:SAMPLE])
    return "utf-8"


def likeliest(data: bytes) -> str:
    """Of letters that are as likely the first of ours: a short list looks like several."""
    found = from_bytes(data, cp_isolation=[name.replace("-", "_") for name in ENCODINGS])
    best = found.best()
    if best is None:
        return "cp1252"
    equal = {one.encoding for one in found if likelihood(one) == likelihood(best)}
    return next(name for name in ENCODINGS if name.replace("-", "_") in equal)


def likelihood(match) -> tuple[float, float]:
    return match.chaos, match.coherence


def decode(data: bytes, encoding: str) -> str:
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        raise NotReadable(
            f"This is no text in {ENCODINGS[encoding]}; choose other letters."
        ) from error
    return printable(text.replace("\r\n", "\n").replace("\r", "\n"))


def read(data: bytes, encoding: str) -> Table:
    """NotReadable when it is no such file."""
    text = decode(data, encoding).strip("\n")
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    # Strict: a stray quote would else swallow the lines that follow into one cell.
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        header = [" ".join(cell.split())[:60] for cell in next(reader, [])]
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise NotReadable(
            f"This is no table of lines with commas: {error}, at or above line {reader.line_num}. "
            "A quote that is part of a text is written twice."
        ) from error
    if not lines:
        raise NotReadable("There is no line below the one that names the columns.")
    if len(lines) > MOST_LINES:
        raise NotReadable(f"{len(lines):,} lines are too many; {MOST_LINES:,} at most.")
    if len(header) > MOST_COLUMNS:
        raise NotReadable(f"{len(header):,} columns are too many; {MOST_COLUMNS} at most.")
    return Table(header, lines)


def letters(words: str) -> str:
    return "".join(c for c in words.lower() if c.isalnum())


def guess_columns(header: list[str]) -> list[str]:
    """Our column for each of theirs, empty for one that is none; each of ours once."""
    found: list[str] = []
    for cell in header:
        match = next((c.name for c in COLUMNS if letters(cell) in spelled(c)), "")
        found.append("" if match in found else match)
    return found


def spelled(column: Column) -> set[str]:
    return {letters(words) for words in (column.name, column.label, *column.spellings)}


def header_key(header: list[str]) -> str:
    return codes.digest("\n".join(letters(cell) for cell in header))


def cells_of(table: Table, mapping: list[str]) -> list[tuple[int, dict[str, str]]]:
    """(line number, our column → cell)"""
    wanted = [(n, name) for n, name in enumerate(mapping) if name]
    return [
        (
            number,
            {name: GUARD.sub("", row[n].strip()) if n < len(row) else "" for n, name in wanted},
        )
        for number, row in table.lines
    ]
