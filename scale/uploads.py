"""Files that people send: pictures are decoded and written anew, everything else is checked."""

import io
import secrets

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import FileResponse
from PIL import Image, ImageOps

MAX_BYTES = 5_000_000
MAX_PIXELS = 24_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


def clean_picture(upload, *, size: int) -> ContentFile:
    """A fresh PNG of at most `size` pixels a side, without metadata.

    Raises ValidationError for what is no picture or too large.

    The header is read before anything is decoded, so that a small file that
    claims an enormous picture is refused cheaply.
    """
    if upload.size > MAX_BYTES:
        raise ValidationError(f"The file is larger than {MAX_BYTES // 1_000_000} MB.")
    try:
        picture: Image.Image = Image.open(upload, formats=FORMATS)
        if picture.width * picture.height > MAX_PIXELS:
            raise ValidationError("The picture has too many pixels (24 million at most).")
        # Small first: turning and recolouring a large picture takes four bytes a pixel, twice.
        picture.thumbnail((4 * size, 4 * size))
        picture = ImageOps.exif_transpose(picture).convert("RGBA")
        picture.thumbnail((size, size))
    except ValidationError:
        raise
    except Exception as error:  # decoders stumble over hostile files in every imaginable way
        raise ValidationError("This is not a PNG, JPEG, WebP or GIF picture.") from error
    picture.info.clear()  # colour profiles and the like can tell of people too
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return ContentFile(out.getvalue(), name=f"{secrets.token_hex(12)}.png")


def send_private(field_file, name: str) -> FileResponse:
    """An uploaded file as a download that no browser will run; the view has checked who asks."""
    response = FileResponse(field_file.open("rb"), as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
