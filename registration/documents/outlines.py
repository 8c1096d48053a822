"""A font of a document's own for letters that Inter lacks, made of their outlines.

reportlab embeds TrueType files only and knows no ligatures or placed marks.
HarfBuzz shapes and draws any font; what it draws becomes the glyphs of a Type 3
font, and the text they stand for its map to Unicode, so it can be searched and copied.
"""

import functools

from reportlab.pdfbase import pdfdoc

from .fonts import Face
from .shaping import Glyph

PER_FONT = 255


class Outlines:
    """Glyphs that one document uses; reportlab asks for the objects when it is saved."""

    def __init__(self, document: pdfdoc.PDFDocument):
        self.codes: dict[tuple[Face, Glyph], int] = {}
        self.glyphs: list[tuple[Face, Glyph]] = []
        document.delayedFonts.append(self)

    def operators(self, face: Face, glyphs: tuple[Glyph, ...], size: float) -> str:
        """PDF operators that show the glyphs at the current place of the text."""
        shown: list[tuple[int, str]] = []
        for glyph in glyphs:
            number, code = divmod(self._code(face, glyph), PER_FONT)
            if shown and shown[-1][0] == number:
                shown[-1] = (number, f"{shown[-1][1]}{code:02x}")
            else:
                shown.append((number, f"{code:02x}"))
        return " ".join(f"/O{number} {size:.2f} Tf <{codes}> Tj" for number, codes in shown)

    def _code(self, face: Face, glyph: Glyph) -> int:
        if (face, glyph) not in self.codes:
            self.codes[face, glyph] = len(self.glyphs)
            self.glyphs.append((face, glyph))
        return self.codes[face, glyph]

    def addObjects(self, document: pdfdoc.PDFDocument) -> None:  # noqa: N802 (reportlab calls it)
        fonts = document.idToObject["BasicFonts"].dict
        for start in range(0, len(self.glyphs), PER_FONT):
            name = f"O{start // PER_FONT}"
            chunk = self.glyphs[start : start + PER_FONT]
            fonts[name] = document.Reference(_font(document, name, chunk), name)


def _font(document, name, chunk):
    names = [pdfdoc.PDFName(f"g{number}") for number in range(len(chunk))]
    procedures = {
        f"g{number}": document.Reference(_stream(_procedure(face, glyph)), f"{name}-g{number}")
        for number, (face, glyph) in enumerate(chunk)
    }
    text = _stream(_to_unicode([glyph.text for _, glyph in chunk]))
    return pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("Font"),
            "Subtype": pdfdoc.PDFName("Type3"),
            "FontBBox": pdfdoc.PDFArray([0, 0, 0, 0]),
            "FontMatrix": pdfdoc.PDFArray([0.001, 0, 0, 0.001, 0, 0]),
            "CharProcs": pdfdoc.PDFDictionary(procedures),
            "Encoding": pdfdoc.PDFDictionary(
                {
                    "Type": pdfdoc.PDFName("Encoding"),
                    "Differences": pdfdoc.PDFArray([0, *names]),
                }
            ),
            "FirstChar": 0,
            "LastChar": len(chunk) - 1,
            "Widths": pdfdoc.PDFArray([glyph.advance for _, glyph in chunk]),
            "Resources": pdfdoc.PDFDictionary({}),
            "ToUnicode": document.Reference(text, f"{name}-text"),
        }
    )


def _stream(content: str) -> pdfdoc.PDFStream:
    return pdfdoc.PDFStream(content=content.encode(), filters=[pdfdoc.PDFZCompress])


def _procedure(face: Face, glyph: Glyph) -> str:
    shapes = "".join(_placed(face, *place) for place in glyph.shapes)
    # A box that is certainly wide enough: some viewers clip by it.
    return f"{glyph.advance} 0 -2000 -2000 4000 4000 d1\n{shapes}"


def _placed(face: Face, number: int, x: int, y: int) -> str:
    operators = drawn(face, number)
    if not operators:
        return ""
    return f"q 1 0 0 1 {x} {y} cm\n{operators}f Q\n" if x or y else f"{operators}f\n"


class _Pen:
    """Writes what HarfBuzz draws as PDF operators; quadratic curves become cubic ones."""

    def __init__(self):
        self.out: list[str] = []
        self.at = (0.0, 0.0)

    def moveTo(self, point):  # noqa: N802 (names of fontTools' pens)
        self.at = point
        self.out.append(f"{point[0]:g} {point[1]:g} m\n")

    def lineTo(self, point):  # noqa: N802
        self.at = point
        self.out.append(f"{point[0]:g} {point[1]:g} l\n")

    def curveTo(self, one, two, point):  # noqa: N802
        self.at = point
        self.out.append("{:.6g} {:.6g} {:.6g} {:.6g} {:g} {:g} c\n".format(*one, *two, *point))

    def qCurveTo(self, control, point):  # noqa: N802
        one = tuple(a + (c - a) * 2 / 3 for a, c in zip(self.at, control, strict=True))
        two = tuple(p + (c - p) * 2 / 3 for p, c in zip(point, control, strict=True))
        self.curveTo(one, two, point)

    def closePath(self):  # noqa: N802
        self.out.append("h\n")

    def endPath(self):  # noqa: N802
        pass


@functools.lru_cache(2000)
def drawn(face: Face, number: int) -> str:
    pen = _Pen()
    face.font.draw_glyph_with_pen(number, pen)
    return "".join(pen.out)


def _to_unicode(texts: list[str]) -> str:
    rows = [f"<{n:02x}> <{text.encode('utf-16-be').hex()}>" for n, text in enumerate(texts)]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Outlines def /CMapType 2 def",
            "1 begincodespacerange <00> <ff> endcodespacerange",
            *(f"{len(one)} beginbfchar\n" + "\n".join(one) + "\nendbfchar" for one in blocks),
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    )
