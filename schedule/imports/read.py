"""Looks at a file's content and lets the right reader have it."""

import codecs
import json
import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

from . import c3voc, frab, signs
from .item import BadFile, Source

LARGEST = 50_000_000
# Brackets and commas: what makes JSON large in memory, whatever its size on disk.
MOST_VALUES = 4_000_000


def read_path(path: Path) -> Source:
    """The schedule in a file. Raises BadFile with one line for people."""
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            raise BadFile("This is not a file.")
        check_size(found.st_size)
        with open(path, "rb") as stream:
            return read(stream)
    except FileNotFoundError as error:
        raise BadFile("There is no such file.") from error
    except OSError as error:
        raise BadFile(f"The file cannot be read: {error.strerror}.") from error


def check_size(size: int) -> None:
    if size > LARGEST:
        raise BadFile(
            f"The file has {size / 1e6:,.0f} MB; a schedule of more than"
            f" {LARGEST // 1_000_000} MB is not read."
        )


def read(stream: BinaryIO) -> Source:
    data = stream.read(LARGEST + 1)
    check_size(len(data))
    shape = sniff(data)
    source = frab.read(data) if shape == "xml" else read_json(data)
    if not source.items:
        raise BadFile("There is not one entry in the file.")
    return source


def sniff(head: bytes) -> str:
    """“xml” or “json”, by the first character that is not blank. Raises BadFile."""
    start = head[:4096]
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if start.startswith(mark):
            text = start.decode(encoding, "ignore").lstrip("\ufeff")
            break
    else:
        text = start.decode("utf-8", "ignore").replace("\x00", "")
    text = text.lstrip()
    if not head.strip():
        raise BadFile("The file is empty.")
    if text.startswith("<"):
        return "xml"
    if text.startswith(("{", "[")):
        return "json"
    raise BadFile("This is neither JSON nor XML, so no schedule that can be read here.")


def read_json(data: bytes) -> Source:
    if sum(data.count(mark) for mark in (b",", b"[", b"{")) > MOST_VALUES:
        raise BadFile("The file has millions of values: this is no schedule.")
    try:
        found = json.loads(data)
    except json.JSONDecodeError as error:
        raise BadFile(
            f"The JSON is broken or cut off at line {error.lineno}, column {error.colno}."
        ) from error
    except (UnicodeDecodeError, LookupError) as error:
        raise BadFile("The text is not in UTF-8.") from error
    except RecursionError as error:
        raise BadFile("The JSON is nested too deeply: this is no schedule.") from error
    except ValueError as error:  # such as a number of ten thousand digits
        raise BadFile(f"The JSON cannot be read: {re.sub(r';.*', '', str(error))}.") from error
    if isinstance(found, list):
        return signs.read(found)
    return c3voc.read(found)
