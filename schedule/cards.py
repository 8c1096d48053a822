"""The picture of a talk that other sites show beside a link to it."""

import functools
import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont

from cfp.models import Talk
from registration.documents import fonts
from registration.documents.page import width, wrap
from registration.documents.shaping import Span, spans
from scale.codes import digest
from scale.models import Conference
from scale.templatetags.scale import day_clock

from .models import Slot

WIDTH, HEIGHT = 1200, 630  # what every site cuts least from
EDGE, BAR = 72, 28
INK, QUIET, PAPER = "#16202b", "#55616e", "#ffffff"
SIZES = tuple(range(84, 20, -4))
SMALL = 64  # from here on a word may be broken, as in scripts that have no spaces
FEW_COLOURS = 64


@dataclass(frozen=True)
class Card:
    """All that is in the picture: the same facts are the same picture."""

    conference: str
    title: str
    who: str
    where: str
    accent: str
    colour: str
    state: str = ""


def card_of(talk: Talk, slots: Iterable[Slot], conference: Conference) -> Card:
    slots = list(slots)
    first = slots[0] if slots else None
    more = f" and {len(slots) - 1} more" if len(slots) > 1 else ""
    where = f"{day_clock(first.starts_at, conference)} · {first.where}{more}" if first else ""
    return Card(
        conference=conference.name,
        title=talk.title,
        who=", ".join(person.name for person in talk.speakers()),
        where=where,
        accent=conference.accent,
        colour=talk.shown_track.colour if talk.shown_track else conference.accent,
        state="Cancelled" if talk.is_cancelled else "",
    )


def address_of(card: Card, talk: Talk, conference: Conference) -> str:
    """With a mark of what is drawn, so that other sites fetch it anew when that changes."""
    path = reverse("schedule:picture", args=[conference.slug, talk.code])
    return f"{settings.SITE_URL}{path}?v={digest(repr(card))[:8]}"


def draw(card: Card) -> bytes:
    """As PNG. A long title is set smaller until all of it is there."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, BAR, HEIGHT), fill=card.colour)
    x, room = BAR + EDGE, WIDTH - BAR - 2 * EDGE
    write(pen, x, 104, card.conference, 34, card.accent, bold=True)
    size, lines = title_lines(card.title, room, 268 if card.state else 318)
    y = 150.0
    for line in lines:
        y += size * 1.14
        start = x + room - width(line, size, True) if reads_leftwards(card.title) else x
        write(pen, start, y, line, size, INK, bold=True)
    below = HEIGHT - 62
    if card.state:
        write(pen, x, below, card.state, 34, "#b3261e", bold=True)
        below -= 50
    for line in reversed(wrap(card.where, room, 34, False, 1)):
        write(pen, x, below, line, 34, INK)
        below -= 50
    for line in reversed(wrap(card.who, room, 34, False, 1)):
        write(pen, x, below, line, 34, QUIET)
    out = io.BytesIO()
    picture.quantize(FEW_COLOURS).save(out, "PNG", optimize=True)
    return out.getvalue()


def title_lines(title: str, room: float, high: float) -> tuple[float, list[str]]:
    """The largest size in which the title fits above the other lines, whole."""
    for size in SIZES:
        most = int(high // (size * 1.14))
        lines = wrap(title, room, size, True)
        is_broken = any(width(word, size, True) > room for word in fonts.clean(title).split(" "))
        if len(lines) <= most and (not is_broken or size <= SMALL):
            return size, lines
    return SIZES[-1], wrap(title, room, SIZES[-1], True, most)


def reads_leftwards(text: str) -> bool:
    """As its first letter with a direction does."""
    strong = (unicodedata.bidirectional(c) for c in text)
    return next((one for one in strong if one in ("L", "R", "AL")), "L") != "L"


def write(pen, x: float, baseline: float, text: str, size: float, colour: str, *, bold=False):
    """One line, in whatever scripts: each piece in a typeface that has its letters."""
    for span in spans(text, bold):
        font = font_of(span, bold, round(size))
        direction = "rtl" if span.is_rtl else "ltr"
        pen.text((x, baseline), span.text, colour, font, anchor="ls", direction=direction)
        x += font.getlength(span.text, direction=direction)


def font_of(span: Span, bold: bool, size: int) -> ImageFont.FreeTypeFont:
    if span.face is None or span.face.name in fonts.FILES.values():
        return opened(inter_path(bold), size, 0)
    return opened(fonts.installed()[span.face.name], size, fonts.script(span.text[0]) == "Han")


def inter_path(bold: bool) -> str:
    name = fonts.FILES[fonts.BOLD if bold else fonts.REGULAR]
    return str(settings.BASE_DIR / "static" / "vendor" / name)


@functools.lru_cache(64)
def opened(path: str, size: int, is_han: bool) -> ImageFont.FreeTypeFont:
    # Chinese forms stand third in the collection of East Asian fonts.
    index = 2 if is_han and path.endswith("NotoSansCJK-Bold.ttc") else 0
    return ImageFont.truetype(path, size, index=index, layout_engine=ImageFont.Layout.RAQM)
