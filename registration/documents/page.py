"""Paper, ink and measures: what the documents are drawn with."""

import io
import threading
from collections.abc import Callable, Iterable, Sequence

from reportlab import rl_config
from reportlab.lib.pagesizes import A4, letter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from . import fonts
from .outlines import Outlines
from .shaping import spans

# Streams are packed, not written as letters on top of that: smaller, and a third of the time.
rl_config.useA85 = 0

INK, QUIET, LINE, WASH = "#16202b", "#55616e", "#c9d0d8", "#f5f6f8"
MARGIN = 48.0
# reportlab moves a cursor in the font file while it cuts out what a document needs.
_one_at_a_time = threading.Lock()


def paper(currency: str) -> tuple[float, float]:
    """Width and height in points: Letter where one pays in US dollars, A4 elsewhere."""
    return letter if currency == "USD" else A4


def width(text: str, size: float, bold: bool = False) -> float:
    return sum(span.width(bold, size) for span in spans(text, bold))


def wrap(text: str, room: float, size: float, bold: bool = False, most: int = 0) -> list[str]:
    """Lines no wider than `room`; with `most`, the last of so many ends in … where it must."""
    lines: list[str] = []
    so_far = room + 1
    space = width("x x", size, bold) - 2 * width("x", size, bold)
    for word in fonts.clean(text).split(" "):
        for piece in _pieces(word, room, size, bold):
            needed = width(piece, size, bold)
            if so_far + space + needed <= room:
                lines[-1] += f" {piece}"
                so_far += space + needed
            else:
                lines.append(piece)
                so_far = needed
    if most and len(lines) > most:
        lines = [*lines[: most - 1], shorten(" ".join(lines[most - 1 :]), room, size, bold)]
    return lines


def shorten(text: str, room: float, size: float, bold: bool = False) -> str:
    """As much of the text as fits, and … in place of the rest."""
    text = fonts.clean(text)
    if width(text, size, bold) <= room:
        return text
    kept, used = "", width(fonts.ELLIPSIS, size, bold)
    for cluster in fonts.clusters(text):
        used += width(cluster, size, bold) if cluster != " " else size / 4
        if used > room:
            break
        kept += cluster
    return kept.rstrip() + fonts.ELLIPSIS


def fit(
    text: str, room: float, sizes: Sequence[float], most: int, bold: bool = False
) -> tuple[float, list[str]]:
    """The largest size in which the text takes at most so many lines without breaking a word."""
    for size in sizes:
        lines = wrap(text, room, size, bold)
        whole = all(width(word, size, bold) <= room for word in fonts.clean(text).split(" "))
        if whole and len(lines) <= most:
            return size, lines
    return sizes[-1], wrap(text, room, sizes[-1], bold, most)


def _pieces(word: str, room: float, size: float, bold: bool) -> Iterable[str]:
    """The word, or parts of one that is wider than a line."""
    if width(word, size, bold) <= room:
        return [word]
    parts, used = [""], 0.0
    for cluster in fonts.clusters(word):
        needed = width(cluster, size, bold)
        if used + needed > room and parts[-1]:
            parts.append("")
            used = 0.0
        parts[-1] += cluster
        used += needed
    return parts


class Sheet:
    """A document while it is drawn. Points from the lower left, as in any PDF."""

    def __init__(self, size: tuple[float, float], *, title: str, author: str):
        fonts.register()
        self.width, self.height = size
        self.file = io.BytesIO()
        # Invariant: the same facts are the same bytes, whenever they are drawn.
        self.canvas = Canvas(
            self.file, pagesize=size, invariant=1, lang="en", initialFontName=fonts.REGULAR
        )
        self.canvas.setPageCompression(1)
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)
        self.canvas.setCreator("scale")
        self.canvas.setViewerPreference("DisplayDocTitle", "true")
        self.outlines: Outlines | None = None

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 10,
        *,
        bold: bool = False,
        colour: str = INK,
        spacing: float = 0,
        right: bool = False,
    ) -> float:
        """One line from `x` on, or up to it where `right`; returns how wide it is."""
        parts = spans(text, bold)
        wide = sum(span.width(bold, size) for span in parts) + spacing * max(0, len(text) - 1)
        shown = " ".join(self._operators(span, size, bold) for span in parts)
        if shown:
            x = x - wide if right else x
            self.canvas.addLiteral(
                f"BT {_rgb(colour)} rg {spacing:g} Tc {x:.2f} {y:.2f} Td {shown} ET"
            )
        return wide

    def _operators(self, span, size, bold):
        document = self.canvas._doc
        if span.face:
            if self.outlines is None:
                self.outlines = Outlines(document)
            return self.outlines.operators(span.face, span.glyphs(), size)
        font = pdfmetrics.getFont(fonts.BOLD if bold else fonts.REGULAR)
        return " ".join(
            f"{font.getSubsetInternalName(subset, document)} {size:.2f} Tf <{codes.hex()}> Tj"
            for subset, codes in font.splitString(span.text, document)
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, colour=LINE, thick=0.6) -> None:
        self.canvas.addLiteral(
            f"{_rgb(colour)} RG {thick:g} w {x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l S"
        )

    def box(self, x: float, y: float, wide: float, high: float, colour: str) -> None:
        self.canvas.addLiteral(f"{_rgb(colour)} rg {x:.2f} {y:.2f} {wide:.2f} {high:.2f} re f")

    def next_page(self) -> None:
        self.canvas.showPage()

    def bytes(self) -> bytes:
        with _one_at_a_time:
            self.canvas.save()
        return self.file.getvalue()


class Column:
    """Text that runs down a sheet from a top edge."""

    def __init__(self, sheet: Sheet, x: float, top: float, room: float):
        self.sheet, self.x, self.y, self.room = sheet, x, top, room

    def gap(self, points: float) -> None:
        self.y -= points

    def label(self, text: str) -> None:
        """A small heading in capitals."""
        self.y -= 8
        self.sheet.text(self.x, self.y, text.upper(), 7.5, bold=True, colour=QUIET, spacing=0.5)
        self.y -= 5

    def text(
        self, text: str, size: float = 10, *, most: int = 0, leading: float = 1.4, **style
    ) -> None:
        bold = style.get("bold", False)
        for one in wrap(text, self.room, size, bold, most):
            self.y -= size * leading
            self.sheet.text(self.x, self.y + size * (leading - 1) / 2, one, size, **style)

    def block(self, text: str, size: float = 10, *, most: int = 0, **style) -> None:
        """Text of several lines, such as an address; every line may wrap."""
        for number, one in enumerate(line for line in text.splitlines() if line.strip()):
            if most and number == most:
                break
            self.text(one, size, most=2, **style)


def _rgb(colour: str) -> str:
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return f"{red:.3g} {green:.3g} {blue:.3g}"


class Flow(Column):
    """A column that goes on on the next sheet, with a line at the foot of each.

    How many there are is known at the end only: `paged` draws again when it guessed wrong.
    """

    bottom = MARGIN + 24

    def __init__(self, sheet: Sheet, foot: str, pages: int):
        super().__init__(sheet, MARGIN, sheet.height - MARGIN, sheet.width - 2 * MARGIN)
        self.foot, self.pages, self.page = foot, pages, 1

    def need(self, points: float) -> bool:
        """Goes to the next sheet unless so much is left on this one; says whether it went."""
        if self.y - points >= self.bottom:
            return False
        self._foot()
        self.sheet.next_page()
        self.page += 1
        self.y = self.sheet.height - MARGIN
        return True

    def text(
        self, text: str, size: float = 10, *, most: int = 0, leading: float = 1.4, **style
    ) -> None:
        for one in wrap(text, self.room, size, style.get("bold", False), most):
            self.need(size * leading)
            super().text(one, size, leading=leading, **style)

    def end(self) -> None:
        self._foot()

    def _foot(self) -> None:
        number = f"Page {self.page} of {self.pages}"
        room = self.room - width(number, 8) - 12
        foot = shorten(self.foot, room, 8)
        self.sheet.text(MARGIN, MARGIN - 14, foot, 8, colour=QUIET)
        edge = self.sheet.width - MARGIN
        self.sheet.text(edge, MARGIN - 14, number, 8, colour=QUIET, right=True)


def paged(draw: Callable[[int], tuple[Sheet, int]]) -> bytes:
    """`draw` takes how many sheets there are and says how many it needed."""
    sheet, pages = draw(1)
    if pages > 1:
        sheet, _ = draw(pages)
    return sheet.bytes()
