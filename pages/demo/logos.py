"""Simple marks for a few sponsors, so that the pages have pictures to show."""

import io

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageFont

from scale.text import slug

from .dice import Dice

# Middle tones, legible on white and on near-black.
COLOURS = ("#2f7d5b", "#3b76c4", "#b3541e", "#7a5bd0", "#a8455f", "#5f7a1f", "#1f7f8c", "#8a6a1f")
HEIGHT = 96


def draw_logo(name: str, dice: Dice, folder: str = "logos") -> str:
    """Stores a transparent PNG, mark and name; returns its name in the storage."""
    font = ImageFont.load_default(46)
    colour = dice.choice(COLOURS)
    width = 120 + round(font.getlength(name)) + 12
    picture = Image.new("RGBA", (width, HEIGHT), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    dice.choice(MARKS)(draw, colour)
    draw.text((114, HEIGHT // 2), name, fill=colour, font=font, anchor="lm")
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    path = f"{folder}/demo-{slug(name)}.png"
    if default_storage.exists(path):
        default_storage.delete(path)
    return default_storage.save(path, ContentFile(out.getvalue()))


def rings(draw, colour):
    draw.ellipse((8, 8, 88, 88), outline=colour, width=12)
    draw.ellipse((34, 34, 62, 62), fill=colour)


def bars(draw, colour):
    for n, top in enumerate((52, 30, 8)):
        draw.rounded_rectangle((8 + n * 28, top, 28 + n * 28, 88), 6, fill=colour)


def leaf(draw, colour):
    draw.rounded_rectangle((8, 8, 88, 88), 40, fill=colour, corners=(False, True, False, True))
    draw.line((22, 74, 66, 30), fill=(0, 0, 0, 0), width=7)


def blocks(draw, colour):
    for x, y in ((8, 8), (52, 8), (8, 52)):
        draw.rounded_rectangle((x, y, x + 36, y + 36), 8, fill=colour)
    draw.ellipse((52, 52, 88, 88), fill=colour)


MARKS = (rings, bars, leaf, blocks)
