"""Rows as a file: CSV that streams, XLSX for those whose program opens nothing else."""

import csv
import datetime as dt
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO

import xlsxwriter

BOM = "\ufeff"  # without it a spreadsheet takes UTF-8 for its own old encoding
BYTES_AT_ONCE = 64_000
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
# Where people write commas in numbers, a spreadsheet takes “;” for the end of a cell, and a
# line break for the end of a row: a formula may begin there too. A Markdown list does not.
WITHIN = re.compile(r"([;\t\r\n] *)(?=[=@]|[+-]\S)")
# A cell that begins so; one with a line break is always quoted.
SUSPECT = re.compile(r'(?:^|,)(?:[=+\-@\t]|"[=+\-@\t\r])|[;\t\r\n] *(?:[=@]|[+-]\S)')


class Echo:
    """Gives back what the csv module writes."""

    def write(self, text: str) -> str:
        return text


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence]) -> Iterator[bytes]:
    """The file in pieces of some kilobytes."""
    line = csv.writer(Echo()).writerow
    waiting, size = [BOM, line([harmless(name) for name in columns])], 0
    for row in rows:
        text = line(row)
        if SUSPECT.search(text):  # asking each cell takes three times as long
            text = line([harmless(cell) for cell in row])
        waiting.append(text)
        size += len(text)
        if size > BYTES_AT_ONCE:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()


def harmless(cell):
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if not isinstance(cell, str):
        return cell
    cell = WITHIN.sub(r"\1'", cell)
    return "'" + cell if cell.startswith(DANGEROUS) else cell


def xlsx(columns: Sequence[str], rows: Iterable[Sequence]) -> IO[bytes]:
    """A temporary file, written row by row; text stays text, whatever it begins with."""
    out = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
    for n, row in enumerate(rows, 1):
        sheet.write_row(n, 0, [plain(cell) for cell in row])
    book.close()
    out.seek(0)
    return out


def plain(cell):
    if isinstance(cell, Decimal):
        return float(cell)  # a spreadsheet knows no other numbers
    return cell.isoformat() if isinstance(cell, dt.date) else cell
