"""What a badge is drawn with: a page of a PDF or a picture for the screen, by the same calls.

Points from the lower left corner of the badge.
"""

from html import escape

from django.core.files.storage import default_storage
from reportlab.lib.utils import ImageReader

from registration import qr
from registration.documents import fonts
from registration.documents.outlines import drawn as glyph_operators
from registration.documents.page import INK, Sheet
from registration.documents.shaping import shape, spans

QUIET_ZONE = 2  # squares of white; the badge is white around it anyway


class PdfPen(Sheet):
    """A sheet on which several badges may lie; `at` says where the next one begins."""

    def __init__(self, size, *, title, author):
        super().__init__(size, title=title, author=author)
        self._logos: dict[str, ImageReader | None] = {}

    def at(self, x: float, y: float, wide: float, high: float) -> None:
        """Everything until `done` is of one badge and stays inside of it."""
        self.canvas.addLiteral(f"q 1 0 0 1 {x:.2f} {y:.2f} cm 0 0 {wide:.2f} {high:.2f} re W n")

    def done(self) -> None:
        self.canvas.addLiteral("Q")

    def squares(self, code: str, x: float, y: float, side: float) -> None:
        self.canvas.addLiteral(_squares(code, x, y, side))

    def ring(self, x: float, y: float, radius: float, colour: str, thick: float) -> None:
        # A dot of ink below a dot of paper draws the same with any printer.
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(thick)
        self.canvas.circle(x, y, radius)

    def picture(self, name: str, x: float, y: float, wide: float, high: float, align: str) -> None:
        if name not in self._logos:
            self._logos[name] = _opened(name)
        image = self._logos[name]
        if image is None:
            return
        x, y, wide, high = _inside(image.getSize(), x, y, wide, high, align)
        self.canvas.drawImage(image, x, y, wide, high, mask="auto")


def _squares(code: str, x: float, y: float, side: float) -> str:
    count, dark = qr.runs(code)
    one = side / (count + 2 * QUIET_ZONE)
    squares = " ".join(
        f"{column + QUIET_ZONE} {count + QUIET_ZONE - 1 - row} {many} 1 re"
        for column, row, many in dark
    )
    return f"q {one:.4f} 0 0 {one:.4f} {x:.2f} {y:.2f} cm 0 g {squares} f Q"


def _opened(name: str) -> ImageReader | None:
    """A logo that is gone must stop nobody's badge."""
    try:
        with default_storage.open(name) as file:
            image = ImageReader(file)
            image.getRGBData()
            return image
    except OSError:
        return None


def _inside(size, x, y, wide, high, align):
    """The largest box of the picture's proportions in the place."""
    scale = min(wide / size[0], high / size[1])
    w, h = size[0] * scale, size[1] * scale
    left = {"left": 0, "center": (wide - w) / 2, "right": wide - w}[align]
    return x + left, y + (high - h) / 2, w, h


class SvgPen:
    """The badge as a picture; letters are outlines, so it looks as it will on paper."""

    def __init__(self, wide: float, high: float, logo_url: str = ""):
        fonts.register()
        self.wide, self.high, self.logo_url = wide, high, logo_url
        self.out: list[str] = []

    def text(self, x, y, text, size=10, *, bold=False, colour=INK, spacing=0, right=False):
        parts = spans(text, bold)
        total = sum(span.width(bold, size) for span in parts)
        at = x - total if right else x
        for span in parts:
            face = span.face or fonts.inter(bold)
            along = 0
            for glyph in span.glyphs() or shape(face, span.text, False):
                for number, dx, dy in glyph.shapes:
                    path = _path(glyph_operators(face, number))
                    if path:
                        self.out.append(
                            f'<path fill="{colour}" transform="matrix({size / 1000:.5f} 0 0 '
                            f"{-size / 1000:.5f} {at + (along + dx) * size / 1000:.2f} "
                            f'{self.high - y - dy * size / 1000:.2f})" d="{path}"/>'
                        )
                along += glyph.advance
            at += span.width(bold, size)
        return total

    def box(self, x, y, wide, high, colour):
        self.out.append(
            f'<rect x="{x:.2f}" y="{self.high - y - high:.2f}" width="{wide:.2f}" '
            f'height="{high:.2f}" fill="{colour}"/>'
        )

    def line(self, x1, y1, x2, y2, colour=INK, thick=0.6):
        self.out.append(
            f'<path stroke="{colour}" stroke-width="{thick:g}" '
            f'd="M{x1:.2f} {self.high - y1:.2f}L{x2:.2f} {self.high - y2:.2f}"/>'
        )

    def ring(self, x, y, radius, colour, thick):
        self.out.append(
            f'<circle cx="{x:.2f}" cy="{self.high - y:.2f}" r="{radius:.2f}" fill="none" '
            f'stroke="{colour}" stroke-width="{thick:g}"/>'
        )

    def squares(self, code, x, y, side):
        count, dark = qr.runs(code)
        one = side / (count + 2 * QUIET_ZONE)
        path = "".join(
            f"M{column + QUIET_ZONE} {row + QUIET_ZONE}h{many}v1h-{many}z"
            for column, row, many in dark
        )
        self.out.append(
            f'<path transform="translate({x:.2f} {self.high - y - side:.2f}) scale({one:.4f})" '
            f'd="{path}"/>'
        )

    def picture(self, name, x, y, wide, high, align):
        """As data: a picture inside a picture may load nothing."""
        if not self.logo_url:
            return
        place = {"left": "xMin", "center": "xMid", "right": "xMax"}[align]
        self.out.append(
            f'<image href="{escape(self.logo_url)}" x="{x:.2f}" y="{self.high - y - high:.2f}" '
            f'width="{wide:.2f}" height="{high:.2f}" preserveAspectRatio="{place}YMid meet"/>'
        )

    def bytes(self) -> bytes:
        w, h = self.wide, self.high
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w:.2f} {h:.2f}" '
            f'width="{w:.2f}pt" height="{h:.2f}pt"><rect width="100%" height="100%" fill="#fff"/>'
            + "".join(self.out)
            + "</svg>"
        ).encode()


def _path(operators: str) -> str:
    """PDF's way of writing outlines, turned into SVG's."""
    found = []
    for line in operators.splitlines():
        *numbers, verb = line.split()
        found.append({"m": "M", "l": "L", "c": "C", "h": "Z"}[verb] + " ".join(numbers))
    return "".join(found)
