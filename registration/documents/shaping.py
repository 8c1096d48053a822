"""From text as it is stored to spans as they are drawn: direction, typeface, joined letters."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass

import structlog
import uharfbuzz
from bidi import algorithm
from bidi.mirror import MIRRORED
from reportlab.pdfbase import pdfmetrics

from . import fonts
from .fonts import ELLIPSIS, JOINERS, Face

log = structlog.get_logger()


@dataclass(frozen=True)
class Glyph:
    """What one letter (or several that merged) looks like: outlines with their places."""

    text: str
    shapes: tuple[tuple[int, int, int], ...]  # glyph, x, y
    advance: int


@dataclass(frozen=True)
class Span:
    """A piece of one direction. Without a face it is simple text in Inter."""

    text: str
    face: Face | None = None
    is_rtl: bool = False

    def glyphs(self) -> tuple[Glyph, ...]:
        return shape(self.face, self.text, self.is_rtl) if self.face else ()

    def width(self, bold: bool, size: float) -> float:
        if self.face:
            return sum(glyph.advance for glyph in self.glyphs()) * size / 1000
        return pdfmetrics.stringWidth(self.text, fonts.BOLD if bold else fonts.REGULAR, size)


@functools.lru_cache(2000)
def spans(text: str, bold: bool) -> tuple[Span, ...]:
    """The cleaned text in the order in which it is drawn, left to right."""
    fonts.register()
    text = fonts.clean(text)
    if not text:
        return ()
    if fonts.simple(bold).issuperset(text):
        return (Span(text),)
    text = _without_missing(text, bold)
    runs: list[tuple[int, Span]] = []
    for level, piece in _runs_of_one_level(text):
        runs += [(level, span) for span in _by_typeface(piece, bold, is_rtl=bool(level % 2))]
    return tuple(_in_drawing_order(runs))


@functools.lru_cache(500)
def shape(face: Face, text: str, is_rtl: bool) -> tuple[Glyph, ...]:
    """Left to right, whatever the direction."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if is_rtl else "ltr"
    uharfbuzz.shape(face.font, buffer, {"kern": True, "liga": True})
    starts = sorted({info.cluster for info in buffer.glyph_infos}) + [len(text)]
    ends = dict(zip(starts, starts[1:], strict=False))
    glyphs: list[Glyph] = []
    last = None
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        if info.cluster != last:
            letter = text[info.cluster : ends[info.cluster]]
            # A bracket that was turned is read back as what it looks like.
            glyphs.append(Glyph(MIRRORED.get(letter, letter) if is_rtl else letter, (), 0))
            last = info.cluster
        so_far = glyphs[-1]
        where = (info.codepoint, so_far.advance + place.x_offset, place.y_offset)
        shapes, advance = (*so_far.shapes, where), so_far.advance + place.x_advance
        glyphs[-1] = Glyph(so_far.text, shapes, advance)
    return tuple(glyphs)


def _without_missing(text: str, bold: bool) -> str:
    """Symbols that no typeface has go, letters become an ellipsis; the log names their scripts."""
    kept: list[str] = []
    missing = set()
    for cluster in fonts.clusters(text):
        if fonts.face_for(cluster, bold):
            kept.append(cluster)
        elif fonts.face_for(cluster[0], bold):
            kept.append(cluster[0])
        else:
            missing.add(fonts.script(cluster[0]))
            if fonts.is_letter(cluster[0]) and kept[-1:] != [ELLIPSIS]:
                kept.append(ELLIPSIS)
    if missing:
        log.warning("no_font_for_text", scripts=sorted(missing))
    return " ".join("".join(kept).split())


def _runs_of_one_level(text: str) -> list[tuple[int, str]]:
    """The Unicode bidirectional algorithm: pieces with their embedding levels, as they are read."""
    storage = algorithm.get_empty_storage()
    visible = "".join(c for c in text if c not in JOINERS)
    storage["base_level"] = algorithm.get_base_level(visible)
    storage["base_dir"] = "LR"[storage["base_level"]]
    algorithm.get_embedding_levels(visible, storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, debug=False)
    algorithm.resolve_implicit_levels(storage, debug=False)
    levels = iter(char["level"] for char in storage["chars"])
    runs: list[tuple[int, str]] = []
    for c in text:
        level = runs[-1][0] if c in JOINERS and runs else next(levels, 0)
        if runs and runs[-1][0] == level:
            runs[-1] = (level, runs[-1][1] + c)
        else:
            runs.append((level, c))
    return runs


def _by_typeface(text: str, bold: bool, is_rtl: bool) -> list[Span]:
    """One span after the other as they are read; a typeface goes on while it has the letters."""
    found: list[Span] = []
    simple = fonts.simple(bold)
    for cluster in fonts.clusters(text):
        before = found[-1] if found else Span("")
        is_simple = cluster in simple and not is_rtl
        face = None if is_simple else fonts.face_for(cluster, bold, like=before.face)
        if before.text and before.face is face:
            found[-1] = Span(before.text + cluster, face, is_rtl)
        else:
            found.append(Span(cluster, face, is_rtl))
    return found


def _in_drawing_order(runs: list[tuple[int, Span]]) -> Iterable[Span]:
    """Rule L2: from the highest level down, what stands at it or above is turned round."""
    for level in range(max((level for level, _ in runs), default=0), 0, -1):
        start = 0
        while start < len(runs):
            end = start
            while end < len(runs) and runs[end][0] >= level:
                end += 1
            runs[start:end] = reversed(runs[start:end])
            start = end + 1
    return [span for _, span in runs]
