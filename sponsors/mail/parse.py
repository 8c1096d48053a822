"""The bytes of a message as a Letter. Nothing that comes in makes it raise."""

import datetime as dt
import email
import hashlib
import html as html_
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import PurePosixPath
from typing import Any

import nh3

from scale import text as text_
from scale.codes import digest
from scale.uploads import DOCUMENTS

from ..models.mail import ADDRESS
from . import automatic, charsets

TEXT, HTML = 200_000, 500_000  # characters kept
FILES, FILE_BYTES = 25, 10_000_000
PARTS = 300
REFERENCES, PEOPLE = 40, 60
EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
# Beside our own documents: what sponsors send. Each is only ever downloaded.
KINDS = {
    *DOCUMENTS,
    *(".csv", ".ics", ".vcf", ".rtf", ".xlsx", ".ods", ".eml"),
    *(".gif", ".webp", ".heic", ".tif", ".tiff", ".svg", ".eps", ".ai", ".psd"),
}
BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote"}
CLOSED_BY_THEMSELVES = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"),
    *("p", "li", "td", "th", "tr", "dd", "dt", "option", "tbody", "thead", "html", "body", "head"),
}
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
DEEP = 300
MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")


@dataclass
class File:
    name: str
    content_type: str
    size: int
    content: bytes | None  # None where it is not taken, and `refused` says why
    refused: str = ""


@dataclass
class Letter:
    """One message, understood as far as it can be."""

    key: str
    message_id: str = ""
    references: list[str] = field(default_factory=list)  # of the thread, its own not among them
    sender: tuple[str, str] = ("", "")  # name, canonical address
    recipients: list[tuple[str, str]] = field(default_factory=list)
    subject: str = ""
    sent_at: dt.datetime | None = None
    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)
    kind: str = automatic.PERSON
    bounce: automatic.Bounce | None = None
    is_cut: bool = False


def letter(raw: bytes, *, is_cut: bool = False) -> Letter:
    """`is_cut`: the bytes end before the message does."""
    try:
        return read(email.message_from_bytes(raw), raw, is_cut)
    except Exception:  # hostile mail breaks parsers in every imaginable way (depth, headers)
        return headers_alone(raw)


def headers_alone(raw: bytes) -> Letter:
    """Of a message whose parts cannot be read: who, when and what about."""
    try:
        message = BytesHeaderParser().parsebytes(raw[:100_000])
        found = facts(message, raw)
    except Exception:
        found = Letter(key=digest(hashlib.sha256(raw).hexdigest()))
    found.text = "(This message cannot be read here. It is in the mailbox.)"
    found.is_cut = True
    return found


def read(message: Message, raw: bytes, is_cut: bool) -> Letter:
    found = facts(message, raw)
    found.is_cut = is_cut
    found.kind, found.bounce = automatic.judged(message, found.sender[1])
    plain: list[str] = []
    formatted: list[str] = []
    for part in leaves(message):
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and not is_file(part):
            into = formatted if kind == "text/html" else plain
            into.append(charsets.decoded(content_of(part), part.get_content_charset()))
        else:
            found.files.append(file_of(part))
    if is_cut and found.files:  # where the bytes end, the last file does not
        last = found.files[-1]
        last.content, last.refused = None, "too large"
    for one in found.files[FILES:]:
        one.content, one.refused = None, "too many files"
    del found.files[4 * FILES :]
    found.html = "\n".join(formatted)[:HTML]
    found.text = ("\n".join(plain).strip() or plain_of(found.html))[:TEXT]
    if is_deep(found.html):
        found.html = ""
    return found


def facts(message: Message, raw: bytes) -> Letter:
    """What the headers say."""
    own = ids(charsets.raw(message, "message-id"))
    sender = next(iter(people(message, "from")), ("", ""))
    when = charsets.header(message, "date")
    found = Letter(
        key=key_of(own[0] if own else "", sender[1]) or digest(hashlib.sha256(raw).hexdigest()),
        message_id=own[0] if own else "",
        sender=sender,
        recipients=[*people(message, "to"), *people(message, "cc")][:PEOPLE],
        subject=charsets.header(message, "subject"),
        sent_at=date(when),
    )
    thread = ids(charsets.raw(message, "references") + charsets.raw(message, "in-reply-to"))
    found.references = [one for one in thread if one != found.message_id]
    return found


def key_of(message_id: str, address: str) -> str:
    """What makes two copies the same message; empty where nothing can be said.

    With its sender: a broken program that gives everyone one Message-ID hides nobody's mail.
    """
    return digest(f"{message_id}\n{address}") if message_id else ""


def ids(headers: list[str]) -> list[str]:
    """Message-IDs in headers, each once; the first (where a thread began) and the last ones."""
    found = list(dict.fromkeys(one for value in headers for one in MESSAGE_ID.findall(value)))
    return found if len(found) <= REFERENCES else [found[0], *found[1 - REFERENCES :]]


def people(message: Message, name: str) -> list[tuple[str, str]]:
    """(name, canonical address) of a header, those with an address."""
    values = [value[:20_000].replace("\r\n", "") for value in charsets.raw(message, name)]
    found = []
    for called, address in getaddresses(values):
        address = canonical(address)
        if "@" in address:
            found.append((text_.plain(charsets.words(called), 120), address))
    return found


def canonical(address: str) -> str:
    """As a key; empty where it is none or too long for one."""
    with suppress(Exception):
        written = text_.printable(text_.canonical_email(charsets.words(address)))
        if len(written) <= ADDRESS and not set(written) & set(" \t\n<>,;"):
            return written
    return ""


def date(words: str) -> dt.datetime | None:
    """When it says it was sent; None where that cannot be."""
    with suppress(Exception):
        when = parsedate_to_datetime(words)
        when = when.replace(tzinfo=dt.UTC) if when.tzinfo is None else when.astimezone(dt.UTC)
        if when >= EARLIEST:
            return when
    return None


def leaves(message: Message) -> Iterator[Message]:
    """Its parts that hold something, forwarded messages whole; an endless tree is cut."""
    waiting, seen = [message], 0
    while waiting and seen < PARTS:
        part, seen = waiting.pop(), seen + 1
        inside: Any = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            waiting += reversed(inside)
        else:
            yield part


def is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def content_of(part: Message) -> bytes:
    """The bytes of a part, its transfer encoding undone as far as that is possible."""
    inside: Any = part.get_payload()
    if isinstance(inside, list):  # a forwarded message
        return b"\n".join(one.as_bytes() for one in inside)
    with suppress(Exception):
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            return content
    return str(inside or "").encode("utf-8", "surrogateescape")


def file_of(part: Message) -> File:
    kind = text_.plain(charsets.cleaned(part.get_content_type()))[:120]
    name = file_name(part)
    try:
        content = content_of(part)
    except Exception:
        return File(name, kind, 0, None, "cannot be read")
    size = len(content)
    if size > FILE_BYTES:
        return File(name, kind, size, None, f"larger than {FILE_BYTES // 1_000_000} MB")
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in KINDS:
        return File(name, kind, size, None, "this kind of file is not taken")
    if not content.startswith(DOCUMENTS.get(suffix, b"")):
        return File(name, kind, size, None, f"it is no {suffix[1:].upper()} file")
    if not content:
        return File(name, kind, size, None, "it is empty")
    return File(name, kind, size, content)


def file_name(part: Message) -> str:
    """What it is called, in characters that are seen; of a kind where it has no name."""
    given = ""
    with suppress(Exception):
        given = charsets.words(part.get_filename() or "")
    given = "".join(c for c in given if c.isprintable()).replace("\\", "/").rsplit("/", 1)[-1]
    path = PurePosixPath(given.strip(". ") or "file")
    suffix = path.suffix[:12]
    if not path.suffix:
        kind = part.get_content_type()
        endings = {"message/rfc822": ".eml", "text/calendar": ".ics", "text/plain": ".txt"}
        endings |= {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif"}
        suffix = endings.get(kind, "")
    return f"{path.stem[:100]}{suffix}"


def plain_of(html: str) -> str:
    """The words of an HTML text, a line for each block."""
    if is_deep(html):
        flat = html
    else:
        flat = nh3.clean(html, tags=BLOCKS, attributes={}, link_rel=None)[: 3 * TEXT]
    flat = re.sub(r"\s+", " ", flat)
    flat = re.sub(r" ?<(?:br|/p|/div|/li|/tr|/h\d|/pre|/blockquote)> ?", "\n", flat)
    flat = html_.unescape(re.sub(r"<[^>]*>", "", flat)).replace("\xa0", " ")
    return re.sub(r"\n\s*\n\s*", "\n\n", charsets.cleaned(flat)).strip()


def is_deep(html: str) -> bool:
    """Nested as no person writes: cleaning it would take minutes."""
    depth = deepest = 0
    for closing, tag in TAG.findall(html):
        if tag.lower() not in CLOSED_BY_THEMSELVES:
            depth += -1 if closing else 1
            deepest = max(deepest, depth)
    return deepest > DEEP
