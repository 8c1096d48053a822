"""Pictures are decoded and written anew; what is none is refused."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from scale.uploads import MAX_BYTES, clean_picture


def upload(content, name="picture.png"):
    return SimpleUploadedFile(name, content)


def picture(size=(900, 600), kind="PNG", **more):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **more)
    return out.getvalue()


def claims(width, height):
    """A PNG of a few bytes whose head claims an enormous picture."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
        + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_picture_becomes_a_small_png(kind):
    made = Image.open(clean_picture(upload(picture(kind=kind)), size=300))
    assert (made.format, made.size) == ("PNG", (300, 200))


def test_where_it_was_taken_is_removed():
    exif = Image.Exif()
    exif[0x010E] = "at my house"
    made = clean_picture(upload(picture(kind="JPEG", exif=exif.tobytes())), size=300)
    assert b"my house" not in made.read()


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"",
        b"GIF89a but not really",
        picture()[:200],
        claims(100_000, 100_000),
        claims(5000, 5000),
    ],
    ids=["svg", "empty", "lies", "truncated", "bomb", "too many pixels"],
)
def test_what_is_no_picture_or_too_large_is_refused(content):
    with pytest.raises(ValidationError):
        clean_picture(upload(content), size=300)


def test_heavy_file_is_refused_unread():
    with pytest.raises(ValidationError, match="larger than 5 MB"):
        clean_picture(upload(b"x" * (MAX_BYTES + 1)), size=300)
