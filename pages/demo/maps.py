"""A plan of the house for each room, so that room pages have a map to show."""

import io
from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageFont

from scale.text import slug

WIDTH, HEIGHT, EDGE, HALL = 1200, 560, 30, 110
INK, LINE, HERE, PALE = "#26313d", "#93a1ae", "#c9541c", "#eef2f5"


def draw_map(name: str, names: Sequence[str], marked: Sequence[str]) -> str:
    """Stores the plan of a floor with a room or its parts marked; returns its storage name."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(picture)
    upper, lower = names[: -(-len(names) // 2)], names[-(-len(names) // 2) :]
    middle = HEIGHT // 2
    draw.rectangle((EDGE, EDGE, WIDTH - EDGE, HEIGHT - EDGE), outline=INK, width=4)
    draw_row(draw, upper, marked, EDGE, middle - HALL // 2)
    draw_row(draw, lower, marked, middle + HALL // 2, HEIGHT - EDGE)
    font = ImageFont.load_default(26)
    draw.text((EDGE + 24, middle), "Entrance and registration", fill=INK, font=font, anchor="lm")
    draw.text((WIDTH - EDGE - 24, middle), "Lifts", fill=INK, font=font, anchor="rm")
    out = io.BytesIO()
    picture.quantize(32).save(out, "PNG", optimize=True)
    path = f"rooms/demo-{slug(name)}.png"
    if default_storage.exists(path):
        default_storage.delete(path)
    return default_storage.save(path, ContentFile(out.getvalue()))


def draw_row(draw, names: Sequence[str], marked: Sequence[str], top: int, bottom: int) -> None:
    step = (WIDTH - 2 * EDGE) / max(1, len(names))
    for n, name in enumerate(names):
        left, right = EDGE + n * step, EDGE + (n + 1) * step
        is_here = name in marked
        draw.rectangle(
            (left, top, right, bottom), outline=LINE, width=3, fill=HERE if is_here else PALE
        )
        words = "\n".join(name.split())
        size = min(26, round(step / max(map(len, words.split("\n"))) * 1.5))
        middle = ((left + right) / 2, (top + bottom) / 2)
        colour = "white" if is_here else INK
        font = ImageFont.load_default(max(9, size))
        draw.multiline_text(middle, words, fill=colour, font=font, anchor="mm", align="center")
