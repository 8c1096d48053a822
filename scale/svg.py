"""Drawings that people send: an SVG is read, and written anew from what an allow-list knows.

What is left can neither run nor fetch anything, nor make a small file an endless drawing.
"""

import re
from xml.etree import ElementTree as ET  # builds and writes; reading is defusedxml's  # nosec B405

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.core.exceptions import ValidationError

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
MAX_BYTES = 2_000_000
MAX_ELEMENTS = 20_000
MAX_DRAWN = 100_000  # with all that is drawn again by <use>, patterns and masks
MAX_DEPTH = 60
LONGEST_SIDE = 100_000
ACCEPT = "image/svg+xml,.svg"
# With which a drawing is served; it is shown by <img> alone, and opened by itself it does no more.
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"

GROUPS = {"svg", "g", "defs", "symbol", "a", "switch"}  # the last two become plain groups
SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
WORDS = {"text", "tspan", "title", "desc"}
PAINT = {"linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern", "marker"}
ELEMENTS = GROUPS | SHAPES | WORDS | PAINT | {"use", "style"}
STYLES = {
    *("clip-path", "clip-rule", "color", "color-interpolation", "display", "dominant-baseline"),
    *("alignment-baseline", "baseline-shift", "fill", "fill-opacity", "fill-rule", "font"),
    *("font-family", "font-size", "font-size-adjust", "font-stretch", "font-style"),
    *("font-variant", "font-weight", "isolation", "letter-spacing", "line-height", "marker-end"),
    *("marker-mid", "marker-start", "mask", "mask-type", "mix-blend-mode", "opacity", "overflow"),
    *("paint-order", "shape-rendering", "stop-color", "stop-opacity", "stroke"),
    *("stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin"),
    *("stroke-miterlimit", "stroke-opacity", "stroke-width", "text-anchor", "text-decoration"),
    *("text-rendering", "transform", "transform-origin", "vector-effect", "visibility"),
    *("white-space", "word-spacing", "writing-mode"),
}
ATTRIBUTES = STYLES | {
    *("clipPathUnits", "cx", "cy", "d", "dx", "dy", "fr", "fx", "fy", "gradientTransform"),
    *("gradientUnits", "height", "lengthAdjust", "markerHeight", "markerUnits", "markerWidth"),
    *("maskContentUnits", "maskUnits", "offset", "orient", "pathLength", "patternContentUnits"),
    *("patternTransform", "patternUnits", "points", "preserveAspectRatio", "r", "refX", "refY"),
    *("rotate", "rx", "ry", "spreadMethod", "textLength", "version", "viewBox", "width", "x"),
    *("x1", "x2", "y", "y1", "y2"),
}
# Whatever looks like a call in a value; CSS fetches by some of them even without url().
FUNCTIONS = {
    *("url", "rgb", "rgba", "hsl", "hsla", "calc", "matrix", "translate", "translateX"),
    *("translateY", "scale", "scaleX", "scaleY", "rotate", "skewX", "skewY"),
}
NAME = re.compile(r"[\w.:-]{1,200}")
CALL = re.compile(r"([\w-]*)\s*\(")
INSIDE = re.compile(r"""url\(\s*["']?#([\w.:-]{1,200})["']?\s*\)""")
RULE = re.compile(r"([^{}]{1,2000})\{([^{}]*)\}")
SELECTOR = re.compile(r"[\w\s.,#>*:-]+")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
LENGTH = re.compile(r"\s*([0-9]{1,6}(?:\.[0-9]{1,12})?)\s*(px|pt|pc|mm|cm|in)?\s*")
UNITS = {None: 1, "px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96}


def clean_svg(upload) -> bytes:
    """The drawing without anything that could run, fetch or never end.

    Raises ValidationError for what is no SVG, is too large, or would not look as drawn.
    """
    if upload.size > MAX_BYTES:
        raise ValidationError(f"The drawing is larger than {MAX_BYTES // 1_000_000} MB.")
    upload.seek(0)
    root = read(upload.read())
    for element in root.iter():
        if element.tag == f"{{{SVG}}}image":
            raise ValidationError(
                "There is a photo inside of this drawing. Save the whole as a PNG instead."
            )
    sheets: dict[str, set[str]] = {}
    drawn = rebuilt(root, sheets)
    width, height = size_of(drawn)
    if len(numbers(drawn.get("viewBox", ""))) != 4:
        drawn.set("viewBox", f"0 0 {width:g} {height:g}")
    sized = {"xmlns": SVG, "width": f"{width:g}", "height": f"{height:g}"}
    drawn.attrib = sized | {name: v for name, v in drawn.attrib.items() if name not in sized}
    refuse_endless(drawn, sheets)
    return ET.tostring(drawn, encoding="utf-8", xml_declaration=True)


def svg_size(drawing: bytes) -> tuple[float, float]:
    """(width, height) in pixels of a drawing that `clean_svg` wrote."""
    return size_of(fromstring(drawing))


def read(content: bytes):
    try:
        root = fromstring(content)
    except (ET.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise ValidationError("This is not a drawing that can be read as SVG.") from error
    if root.tag != f"{{{SVG}}}svg":
        raise ValidationError("This is not an SVG drawing.")
    level, depth, number = [root], 0, 0
    while level:
        depth, number = depth + 1, number + len(level)
        if depth > MAX_DEPTH or number > MAX_ELEMENTS:
            raise ValidationError("This drawing is too complicated. Save it as a PNG instead.")
        level = [child for element in level for child in element]
    return root


def rebuilt(element, sheets):
    """A new element of what is allowed, children included.

    `sheets` collects what style rules refer to, by the words of their selectors.
    """
    tag = element.tag.removeprefix(f"{{{SVG}}}")
    made = ET.Element("g" if tag in ("a", "switch") else tag, attributes(element, tag))
    if tag == "style":
        made.text = rules(element.text or "", sheets)
        return made
    has_words = tag in WORDS
    made.text = element.text if has_words else None
    for child in element:
        name = child.tag
        if isinstance(name, str) and name.removeprefix(f"{{{SVG}}}") in ELEMENTS and "{" in name:
            kept = rebuilt(child, sheets)
            kept.tail = child.tail if has_words else None
            made.append(kept)
        elif has_words and child.tail:  # what stood after something that is left out
            made.text = (made.text or "") + child.tail
    return made


def attributes(element, tag) -> dict[str, str]:
    kept = {}
    for name, value in element.attrib.items():
        if name in ("href", f"{{{XLINK}}}href"):
            if tag != "a" and value.startswith("#") and NAME.fullmatch(value[1:]):
                kept["href"] = value
        elif name == "style":
            if style := declarations(value):
                kept["style"] = style
        elif name == "id":
            if NAME.fullmatch(value):
                kept["id"] = value
        elif name == "class":
            kept["class"] = " ".join(word for word in value.split() if NAME.fullmatch(word))
        elif name in ATTRIBUTES and is_safe(value):
            kept[name] = value
    return kept


def is_safe(value: str) -> bool:
    if "\\" in value or "@" in value or "//" in value or "<" in value:
        return False
    rest = INSIDE.sub("", value)
    return all(name in FUNCTIONS - {"url"} for name in CALL.findall(rest))


def declarations(style: str) -> str:
    kept = []
    for line in COMMENT.sub("", style).split(";"):
        name, _, value = line.partition(":")
        if name.strip() in STYLES and is_safe(value):
            kept.append(f"{name.strip()}:{value.strip()}")
    return ";".join(kept)


def rules(sheet: str, sheets) -> str:
    kept = []
    for selector, block in RULE.findall(COMMENT.sub("", sheet)):
        if SELECTOR.fullmatch(selector) and (style := declarations(block)):
            if names := INSIDE.findall(style):
                for word in re.split(r"[^\w*-]+", selector):
                    sheets.setdefault(word, set()).update(names)
            kept.append(f"{selector.strip()}{{{style}}}")
    return "\n".join(kept)


def size_of(root) -> tuple[float, float]:
    """By width and height where they are lengths, else by the view box."""
    sides = [length(root.get(name, "")) for name in ("width", "height")]
    box = numbers(root.get("viewBox", ""))
    if len(box) == 4 and not all(sides):
        sides = box[2:]
    if not all(side and 0 < side <= LONGEST_SIDE for side in sides):
        raise ValidationError("This drawing does not say how large it is.")
    return sides[0], sides[1]


def length(value: str) -> float:
    found = LENGTH.fullmatch(value)
    return float(found[1]) * UNITS[found[2]] if found else 0


def numbers(value: str) -> list[float]:
    try:
        return [float(part) for part in value.replace(",", " ").split()[:5]]
    except ValueError:
        return []


def refuse_endless(root, sheets) -> None:
    """Count what is drawn, again and again where it is referred to; a circle has no end."""
    by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
    counted: dict[int, int] = {}
    begun: set[int] = set()
    stack: list[tuple] = [(root, None)]
    walked = 0
    while stack:
        element, below = stack.pop()
        key = id(element)
        if below is not None:
            counted[key] = 1 + sum(counted[id(one)] for one in below)
            begun.discard(key)
        elif key in begun:
            raise ValidationError("A part of this drawing contains itself.")
        elif key not in counted:
            begun.add(key)
            names = refers_to(element, sheets)
            below = [*element, *(by_id[name] for name in names if name in by_id)]
            walked += len(below)
            stack.append((element, below))
            stack += [(one, None) for one in below]
        if max(walked, counted.get(key, 0)) > MAX_DRAWN:
            raise ValidationError("This drawing repeats itself too often.")


def refers_to(element, sheets) -> set[str]:
    found = {name for value in element.attrib.values() for name in INSIDE.findall(value)}
    if element.get("href"):
        found.add(element.get("href")[1:])
    for word in {"*", element.tag, element.get("id"), *element.get("class", "").split()}:
        found |= sheets.get(word, set())
    return found
