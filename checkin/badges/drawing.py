"""Draws badges: one a page for a badge printer, or many on a sheet with crop marks."""

import base64
import functools
import mimetypes
from collections.abc import Sequence

from django.core.files.storage import default_storage
from reportlab.lib.pagesizes import A4, letter

from registration.documents import fonts
from registration.documents.page import INK, QUIET, width, wrap
from registration.documents.shaping import spans

from .facts import RIBBON_LOOKS, BadgeFacts
from .layouts import MM, Design, Place
from .pens import PdfPen, SvgPen

PAPERS = {"a4": A4, "letter": letter}
SMALLEST = 5.0  # points
LEGIBLE = 0.4  # of the size it should have
WORTH_BREAKING = 1.3  # times as large as with whole words
EDGE, MARK, MARK_GAP = 5 * MM, 4 * MM, 1.2 * MM
WHITE = "#ffffff"


def pdf(badges: Sequence[BadgeFacts], design: Design) -> bytes:
    """One page for each badge, of the badge's size."""
    size = design.width * MM, design.height * MM
    pen = PdfPen(size, title="Badges", author=badges[0].edition if badges else "")
    for number, facts in enumerate(badges):
        if number:
            pen.next_page()
        draw(pen, facts, design)
    return pen.bytes()


def grid(design: Design) -> tuple[int, int]:
    """How many fit beside and below each other; none when the badge is larger than the paper."""
    paper = PAPERS[design.paper]
    gap = design.gap * MM
    return tuple(
        max(0, int((side - 2 * EDGE + gap + 0.01) // (one * MM + gap)))
        for side, one in zip(paper, (design.width, design.height), strict=True)
    )  # type: ignore[return-value]


def sheets(badges: Sequence[BadgeFacts], design: Design) -> bytes:
    """Many to a page, in the middle of it; one a page where no two fit."""
    across, down = grid(design)
    if across * down == 0:
        return pdf(badges, design)
    paper_w, paper_h = PAPERS[design.paper]
    w, h, gap = design.width * MM, design.height * MM, design.gap * MM
    left = (paper_w - across * w - (across - 1) * gap) / 2
    top = (paper_h + down * h + (down - 1) * gap) / 2
    pen = PdfPen(PAPERS[design.paper], title="Badges", author=badges[0].edition if badges else "")
    columns = [left + n * (w + gap) for n in range(across)]
    rows = [top - h - n * (h + gap) for n in range(down)]
    for number, facts in enumerate(badges):
        place = number % (across * down)
        if place == 0:
            if number:
                pen.next_page()
            if design.crop_marks:
                _crop_marks(pen, columns, rows, w, h)
        pen.at(columns[place % across], rows[place // across], w, h)
        draw(pen, facts, design)
        pen.done()
    return pen.bytes()


def svg(facts: BadgeFacts, design: Design) -> bytes:
    pen = SvgPen(design.width * MM, design.height * MM, _data_url(design.logo))
    draw(pen, facts, design)
    return pen.bytes()


def _data_url(name: str) -> str:
    if not name:
        return ""
    try:
        with default_storage.open(name) as file:
            content = base64.b64encode(file.read()).decode()
    except OSError:
        return ""
    return f"data:{mimetypes.guess_type(name)[0] or 'image/png'};base64,{content}"


def _crop_marks(pen, columns, rows, w, h):
    """Around all of them together: where two touch, a mark of one would lie on the other."""
    ends = ((columns[0], -1), (columns[-1] + w, 1))
    for y in sorted({edge for row in rows for edge in (row, row + h)}):
        for x, way in ends:
            pen.line(x + way * MARK_GAP, y, x + way * MARK, y, QUIET, 0.4)
    ends = ((rows[-1], -1), (rows[0] + h, 1))
    for x in sorted({edge for column in columns for edge in (column, column + w)}):
        for y, way in ends:
            pen.line(x, y + way * MARK_GAP, x, y + way * MARK, QUIET, 0.4)


def draw(pen, facts: BadgeFacts, design: Design) -> None:
    box = functools.partial(_box, height=design.height * MM)
    places = design.places
    colour = design.colours.get(facts.type_code) or facts.accent
    if "band" in places:
        pen.box(*box(places["band"]), colour)
    if "logo" in places and design.logo:
        pen.picture(design.logo, *box(places["logo"]), places["logo"].align)
    for key, words, bold in (
        ("edition", facts.edition, True),
        ("name", facts.name, True),
        ("pronouns", facts.pronouns, False),
        ("title", facts.title, False),
        ("organization", facts.organization, False),
        ("type", facts.ticket_type, True),
        ("conduct", facts.conduct and f"Code of conduct: {facts.conduct}", False),
    ):
        if key in places and words:
            ink = _ink_on(colour) if _on_band(places, key) else INK
            _text(pen, words, places[key], box(places[key]), bold=bold, colour=ink)
    if "ribbons" in places and facts.ribbons:
        _ribbons(pen, facts.ribbons, places["ribbons"], box(places["ribbons"]))
    if "no_photos" in places and facts.no_photos:
        _no_photos(pen, box(places["no_photos"]), places["no_photos"].size)
    if "qr" in places:
        x, y, w, h = box(places["qr"])
        side = min(w, h)
        pen.box(x + (w - side) / 2, y + (h - side) / 2, side, side, WHITE)
        pen.squares(facts.code, x + (w - side) / 2, y + (h - side) / 2, side)


def _box(place: Place, height: float) -> tuple[float, float, float, float]:
    return place.x * MM, height - (place.y + place.h) * MM, place.w * MM, place.h * MM


def _on_band(places, key):
    band, one = places.get("band"), places[key]
    middle = one.x + one.w / 2, one.y + one.h / 2
    return band is not None and (
        band.x <= middle[0] <= band.x + band.w and band.y <= middle[1] <= band.y + band.h
    )


def _ink_on(colour: str) -> str:
    """White or ink, whichever is easier to read on it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return WHITE if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.2 else INK


def fit_box(text: str, w: float, h: float, largest: float, bold: bool):
    """(size, distance of lines, lines): the largest that fits the box; whole words if they can be.

    One endless word does not make all of it illegible: it is broken into pieces instead. What
    does not fit at the smallest size ends in “…”: nothing is ever cut by the edge.
    """
    text = fonts.clean(text)
    # Marks above and below letters need more room than Latin does.
    leading = 1.16 if all(span.face is None for span in spans(text, bold)) else 1.36
    widest = max((width(word, 100, bold) for word in text.split()), default=0) / 100
    sizes = [largest * 0.94**n for n in range(60) if largest * 0.94**n > SMALLEST] + [SMALLEST]

    def fitting(sizes):
        for size in sizes:
            most = int(h / (size * leading) + 0.01)
            if most and len(lines := wrap(text, w, size, bold)) <= most:
                return size, size * leading, lines
        return None

    whole = fitting(size for size in sizes if widest * size <= w)
    if whole and whole[0] >= largest * LEGIBLE:
        return whole
    # A word may be broken only into pieces of a readable size.
    broken = fitting(size for size in sizes if size <= max(SMALLEST, largest * 0.7))
    if whole and (broken is None or broken[0] < whole[0] * WORTH_BREAKING):
        return whole
    if broken:
        return broken
    size = min(SMALLEST, h / leading)
    return size, size * leading, wrap(text, w, size, bold, max(1, int(h / (size * leading) + 0.01)))


def _text(pen, text, place, box, *, bold, colour):
    x, y, w, h = box
    size, step, lines = fit_box(text, w, h, place.size, bold)
    # The middle of the lines in the middle of the box.
    base = y + h / 2 + step * len(lines) / 2 - step * 0.5 - size * 0.36
    for number, line in enumerate(lines):
        wide = width(line, size, bold)
        left = {"left": x, "center": x + (w - wide) / 2, "right": x + w - wide}[place.align]
        pen.text(left, base - number * step, line, size, bold=bold, colour=colour)


def _ribbons(pen, ribbons, place, box):
    """One below the other, as many as there is room for; the words tell, the colour helps."""
    x, y, w, h = box
    most = max(1, int(h // (place.size * 1.75)))
    shown = ribbons[:most]
    high = min(h / len(shown), place.size * 1.75)
    for number, role in enumerate(shown):
        words = role.replace("-", " ").upper()
        if number == most - 1 and len(ribbons) > most:
            words += f" +{len(ribbons) - most}"
        bottom = y + h - (number + 1) * high
        colour = RIBBON_LOOKS.get(role, "#3a4653")
        size, _, lines = fit_box(words, w - 12, high * 0.86, place.size, True)
        wide = min(w, width(lines[0], size, True) + 12)
        left = {"left": x, "center": x + (w - wide) / 2, "right": x + w - wide}[place.align]
        pen.box(left, bottom + high * 0.07, wide, high * 0.86, colour)
        pen.text(left + 6, bottom + high / 2 - size * 0.36, lines[0], size, bold=True, colour=WHITE)


def _no_photos(pen, box, size):
    """A struck-out camera and the words, on white: seen from where a picture is taken."""
    x, y, w, h = box
    pen.box(x, y, w, h, WHITE)
    words = "NO PHOTOS"
    size, step, lines = fit_box(words, w - 3, h * 0.42, size, True)
    under = step * len(lines)
    radius = min((h - under - 4) / 2, w / 2 - 2)
    if radius > 3:
        cx, cy = x + w / 2, y + under + (h - under) / 2 - 0.5
        body = radius * 0.56
        pen.box(cx - body, cy - body * 0.7, body * 2, body * 1.3, INK)
        pen.box(cx - body * 0.45, cy + body * 0.5, body * 0.9, body * 0.4, INK)
        pen.ring(cx, cy - body * 0.05, body * 0.38, WHITE, 1.2)
        pen.ring(cx, cy, radius, "#c62828", 1.6)
        slope = radius * 0.7071
        pen.line(cx - slope, cy - slope, cx + slope, cy + slope, "#c62828", 1.6)
    for number, line in enumerate(lines):
        wide = width(line, size, True)
        base = y + under - (number + 1) * step + step * 0.28
        pen.text(x + (w - wide) / 2, base, line, size, bold=True, colour=INK)
