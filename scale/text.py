"""Text that people typed: canonical keys, addresses, markdown."""

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress

import nh3
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
_TAGS = {
    *("a", "b", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre"),
    *("strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}


# Below the blank all but tab and line ends, and the byte for delete. In UTF-8 none of these bytes
# is ever a part of another character.
CONTROLS = bytes({*range(32), 127} - {9, 10, 13})
NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())


def canonical_email(address: str) -> str:
    """The form in which an address is a key: no outer spaces, lower case, ASCII.

    Collations think mail@bücher.example = mail@bucher.example, and those may be two
    people; so the domain is written as the network does, xn--bcher-kva.example.
    """
    address = unicodedata.normalize("NFKC", address.strip()).lower()
    name, at, domain = address.rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return f"{name}{at}{domain}"


def slug(text: str) -> str:
    """ASCII words for the end of an address; empty when there are none (“日本語”)."""
    return slugify(text.replace("_", " "))[:60].strip("-")


def render_markdown(text: str) -> str:
    """Safe HTML of CommonMark text; raw HTML in it is shown as text."""
    html = _markdown.render(text)
    html = re.sub(r"<(/?)h[12]>", r"<\1h3>", html)
    cleaned = nh3.clean(html, tags=_TAGS, link_rel="noopener nofollow")
    return mark_safe(cleaned)  # nh3 leaves only the tags above  # nosec B308 B703


def printable(text: str) -> str:
    """Without control characters (line ends and tabs stay) and halves of characters."""
    text = text.encode("utf-8", "replace").decode()
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


def carried(pieces: Iterable[str], between: bytes = b"") -> bytes:
    """UTF-8 without the characters that XML, calendars and many programs cannot carry.

    Joined as bytes: one emoji makes a string of megabytes four times as large.
    """
    body = between.join(piece.encode(errors="replace") for piece in pieces)
    body = body.translate(None, CONTROLS)
    for noncharacter in NONCHARACTERS:
        body = body.replace(noncharacter, b"")
    return body


def plain(text: str, limit: int = 0) -> str:
    """One line without surplus white space, cut at a word when longer than `limit`."""
    text = " ".join(text.split())
    if not limit or len(text) <= limit:
        return text
    whole = text[limit - 1] == " "  # the cut falls between two words
    return (text[: limit - 1] if whole else text[: limit - 1].rsplit(" ", 1)[0]) + "…"
