"""Text out of bytes that name a wrong character set, or none."""

import re
from contextlib import suppress
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

import charset_normalizer

from scale import text

# What mail programs call them; what they mean by them, as browsers know it.
MEANT = {
    **dict.fromkeys(("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk"), "gb18030"),
    **dict.fromkeys(("ks_c_5601-1987", "ks_c_5601", "euc-kr"), "cp949"),
    **dict.fromkeys(("shift_jis", "shift-jis", "x-sjis"), "cp932"),
    **dict.fromkeys(("utf8", "utf-8-sig", "unicode-1-1-utf-8"), "utf-8"),
    "iso-8859-9": "cp1254",
    "tis-620": "cp874",
}
GUESS_FROM = 20_000  # bytes: guessing takes long
# Codecs of Python that are no character sets: some of them would unpack a bomb.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
WIDE = re.compile(r"utf-?(16|32|7)|iso-?2022|hz")


def decoded(content: bytes, named: str | None) -> str:
    """The text, always: as UTF-8 if it is, then as it says, then as it looks."""
    named = (named or "").strip().strip("\"'").lower()
    meant = MEANT.get(named, named)
    wide = bool(WIDE.match(meant))  # in these, bytes of ASCII are not the letters they seem
    for charset in (meant, "utf-8") if wide else ("utf-8", meant):
        with suppress(LookupError, ValueError):
            return cleaned(content.decode(charset))
    piece = content[:GUESS_FROM]
    # Few bytes beyond ASCII are a Western language; where most are, it is another script.
    if sum(byte > 127 for byte in piece) * 3 > len(piece):
        with suppress(Exception):  # a guess only, on hostile bytes
            best = charset_normalizer.from_bytes(piece).best()
            if best:
                return cleaned(content.decode(best.encoding, "replace"))
    return cleaned(content.decode("cp1252", "replace"))


def cleaned(words: str) -> str:
    """As the database takes it: no control characters, no halves of characters."""
    words = words.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    return text.printable(words) if UNPRINTABLE.search(words) else words


def header(message: Message, name: str) -> str:
    """A header as one line of text; empty where there is none."""
    return words(next(iter(raw(message, name)), ""))


def raw(message: Message, name: str) -> list[str]:
    """All headers of a name, as they came; bytes beyond ASCII are surrogates.

    `message.get` would decode them, and stumbles over some.
    """
    return [str(value) for key, value in message.raw_items() if key.lower() == name]


def words(value: str) -> str:
    """Encoded words (=?…?=) and bytes beyond ASCII as one line of text."""
    value = value[:20_000].replace("\r", "").replace("\n", "")
    try:
        parts = decode_header(value) if "=?" in value else [(value, None)]
    except (HeaderParseError, ValueError):
        parts = [(value, None)]
    whole = ""
    for part, named in parts:
        content = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        whole += decoded(content, named)
    return text.plain(whole)
