"""Typefaces: Inter for most of the world, the machine's own for the scripts it lacks.

A character that no typeface has is never printed as an empty box: a symbol is
left out, letters become “…”, and the log says which scripts were missing.
"""

import functools
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import structlog
import uharfbuzz
from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from scale.health import Finding

log = structlog.get_logger()

REGULAR, BOLD = "Inter", "Inter-SemiBold"
FILES = {REGULAR: "inter-400.ttf", BOLD: "inter-600.ttf"}
FOLDERS = (
    *("/usr/share/fonts", "/usr/share/fonts-droid-fallback", "/usr/local/share/fonts"),
    *("~/.local/share/fonts", "~/.fonts"),
)
KINDS = (".ttf", ".otf", ".ttc")
ELLIPSIS = "…"
JOINERS = "\u200c\u200d"  # they shape Persian and Indian words and draw nothing
# How the characters of some scripts are named in Unicode, where that is not the script's name.
NAMED = {"CJK": "Han", "IDEOGRAPHIC": "Han", "KATAKANA": "Kana", "HIRAGANA": "Kana"}
EAST_ASIA = {"Han", "Kana", "Hangul"}
ANY_SCRIPT = (
    *("DejaVuSans-Bold.ttf", "DejaVuSans.ttf", "NotoSans-Bold.ttf", "NotoSans-Regular.ttf"),
    *("NotoEmoji-Regular.ttf", "Symbola.ttf", "Symbola_hint.ttf"),
    *("NotoSansSymbols2-Regular.ttf", "NotoSansMath-Regular.ttf"),
)
# What names of guests are likely to need, with a letter to try.
EXPECTED = {
    "Arabic": "م",
    "Hebrew": "ש",
    "Devanagari": "क",
    "Thai": "ก",
    "Chinese, Japanese": "山",
    "Korean": "김",
}
MOST_MARKS = 3
MOST_TEXT = 20_000
PACKAGES = "fonts-noto-core fonts-droid-fallback fonts-symbola"


@dataclass(frozen=True, eq=False)
class Face:
    """One font file as HarfBuzz reads it: TrueType or CFF."""

    name: str
    font: uharfbuzz.Font
    characters: frozenset[int]

    def has(self, text: str) -> bool:
        return all(ord(c) in self.characters or c in JOINERS for c in text)


@functools.cache
def register() -> None:
    """Make Inter known to reportlab, once a process."""
    for name, file in FILES.items():
        path = settings.BASE_DIR / "static" / "vendor" / file
        pdfmetrics.registerFont(TTFont(name, str(path), asciiReadable=False))


@functools.cache
def installed() -> dict[str, str]:
    """File name → path of every font of the machine that can be drawn."""
    found: dict[str, str] = {}
    for folder in FOLDERS:
        for parent, _, names in os.walk(os.path.expanduser(folder)):
            found |= {name: os.path.join(parent, name) for name in names if name.endswith(KINDS)}
    return found


@functools.cache
def opened(path: str, index: int = 0, embolden: bool = False) -> Face | None:
    try:
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path), index)
        characters = frozenset(face.unicodes)
    except (OSError, ValueError, uharfbuzz.HarfBuzzError):
        log.warning("font_cannot_be_read", file=os.path.basename(path))
        return None
    font = uharfbuzz.Font(face)
    font.scale = (1000, 1000)
    if embolden:
        font.synthetic_bold = (0.025, 0.025, False)
    return Face(Path(path).name, font, characters)


def inter(bold: bool) -> Face:
    """Inter for HarfBuzz: for what reportlab cannot place, such as n̈ or a word between Hebrew."""
    face = opened(str(settings.BASE_DIR / "static" / "vendor" / FILES[BOLD if bold else REGULAR]))
    if face is None:
        raise FileNotFoundError("static/vendor/ lacks Inter: make vendor")
    return face


@functools.cache
def simple(bold: bool) -> frozenset[str]:
    """The characters that one after the other, left to right, are all there is to writing."""
    return frozenset(
        c
        for c in map(chr, inter(bold).characters)
        if unicodedata.category(c) not in ("Mn", "Mc", "Me", "Cf", "Cc")
        and unicodedata.bidirectional(c) not in ("R", "AL", "AN")
    )


@functools.lru_cache(1000)
def script(character: str) -> str:
    """“Arabic”, “Han”, “Emoji”: what kind of font the character needs."""
    if unicodedata.category(character) in ("So", "Sk", "Sm"):
        return "Emoji"
    words = unicodedata.name(character, "UNKNOWN").replace("-", " ").split()
    return NAMED.get(words[0], words[0].capitalize())


@functools.cache
def faces(script: str, bold: bool) -> tuple[Face, ...]:
    """Where to look for a character of the script, best first."""
    weights = ("Bold", "Regular") if bold else ("Regular",)
    names = [f"NotoSans{script}-{weight}.ttf" for weight in weights]
    names += [f"NotoSans{script}[{axes}].ttf" for axes in ("wght", "wdth,wght")]
    index = 0
    if script in EAST_ASIA:
        # One collection for Japan, Korea, China; Chinese forms where nothing says otherwise.
        index = {"Kana": 0, "Hangul": 1, "Han": 2}[script]
        names = [f"NotoSansCJK-{weight}.ttc" for weight in weights]
        names += ["DroidSansFallbackFull.ttf", "DroidSansFallback.ttf", "wqy-microhei.ttc"]
    general = [name for name in ANY_SCRIPT if bold or "Bold" not in name]
    if script == "Emoji":
        general.sort(key=lambda name: "Emoji" not in name and "Symbola" not in name)
    found = [inter(bold)]
    for name in names + general:
        if path := installed().get(name):
            embolden = bold and name in names and "Bold" not in name
            face = opened(path, index if "NotoSansCJK" in name else 0, embolden)
            found += [face] if face else []
    return tuple(found)


def face_for(cluster: str, bold: bool, like: Face | None = None) -> Face | None:
    """A typeface that has the letter with all its marks; `like` where it will do."""
    if like is not None and like.has(cluster):
        return like
    return next((face for face in faces(script(cluster[0]), bold) if face.has(cluster)), None)


def missing_scripts(text: str) -> set[str]:
    """The scripts of the text that this machine has no font for."""
    return {script(one[0]) for one in clusters(clean(text)) if not face_for(one, bold=False)}


def is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNC"


def legible(text: str) -> bool:
    """Whether anything that can be read is left of the text on paper."""
    return any(is_letter(one[0]) and face_for(one, bold=False) for one in clusters(clean(text)))


def finding() -> Finding:
    """For the health page: whose names would come out as dots. Nobody is called at night for it."""
    lacking = [name for name, letter in EXPECTED.items() if missing_scripts(letter)]
    if not lacking:
        return Finding(True, "names in every script we expect can be printed")
    return Finding(
        True, f"no font for names in {', '.join(lacking)}: install {PACKAGES} and restart"
    )


def clean(text: str) -> str:
    """One line that is safe to set: composed, without controls, overrides and heaps of marks."""
    if len(text) > MOST_TEXT:
        text = text[:MOST_TEXT] + ELLIPSIS
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    marks = 0
    for c in text:
        category = unicodedata.category(c)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        dropped = category in ("Cc", "Cf", "Cs", "Co") and c not in JOINERS
        skin_or_style = "\ufe00" <= c <= "\ufe0f" or "\U0001f3fb" <= c <= "\U0001f3ff"
        if not dropped and not skin_or_style and marks <= MOST_MARKS:
            kept.append(c)
    return "".join(kept).strip()


def clusters(text: str) -> list[str]:
    """Letters, each with the marks and joiners that belong to it."""
    found: list[str] = []
    for c in text:
        if found and (c in JOINERS or unicodedata.category(c)[0] == "M"):
            found[-1] += c
        else:
            found.append(c)
    return found
