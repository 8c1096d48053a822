"""Files that people send: pictures are decoded and written anew, everything else is checked."""

import io
import secrets
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import FileResponse
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from . import text

MAX_BYTES = 10_000_000
MAX_PIXELS = 25_000_000  # telephones take 24.5 million
# No AVIF: its decoder makes room for whatever is inside, not for the size that the head claims.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "HEIF")
# For the form: what a browser's file picker offers, and the words beside it.
ACCEPT = "image/png,image/jpeg,image/webp,image/gif,image/heic,image/heif,.heic,.heif"
KINDS = "PNG, JPEG, WebP, GIF or HEIC"
PICTURES = f"{KINDS}, at most {MAX_BYTES // 1_000_000} MB."
register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
# What a document may be called, and the bytes that each kind begins with.
_ZIP = b"PK\x03\x04"
DOCUMENTS: dict[str, bytes] = {
    ".pdf": b"%PDF-",
    **dict.fromkeys((".odp", ".pptx", ".key", ".odt", ".docx", ".zip"), _ZIP),
    **dict.fromkeys((".txt", ".md"), b""),
    ".png": b"\x89PNG\r\n",
    **dict.fromkeys((".jpg", ".jpeg"), b"\xff\xd8\xff"),
}
MAX_DOCUMENT_BYTES = 10_000_000


def clean_picture(upload, *, size: int, square: bool = False) -> ContentFile:
    """A fresh PNG of at most `size` pixels a side, without metadata.

    `square` cuts off what is too long, at both ends; a little less above, where heads are.

    Raises ValidationError for what is no picture or too large.

    The header is read before anything is decoded, so that a small file that
    claims an enormous picture is refused cheaply.
    """
    if upload.size > MAX_BYTES:
        raise ValidationError(f"The file is larger than {MAX_BYTES // 1_000_000} MB.")
    try:
        picture: Image.Image = Image.open(upload, formats=FORMATS)
        if picture.width * picture.height > MAX_PIXELS:
            raise ValidationError("The picture has too many pixels (25 million at most).")
        # Small first: turning and recolouring a large picture takes four bytes a pixel, twice.
        picture.thumbnail((4 * size, 4 * size))
        picture = ImageOps.exif_transpose(picture).convert("RGBA")
        if square:
            side = min(picture.size)
            picture = ImageOps.fit(picture, (side, side), centering=(0.5, 0.4))
        picture.thumbnail((size, size))
    except ValidationError:
        raise
    except Exception as error:  # decoders stumble over hostile files in every imaginable way
        raise ValidationError(f"This is not a {KINDS} picture.") from error
    picture.info.clear()  # colour profiles and the like can tell of people too
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return ContentFile(out.getvalue(), name=f"{secrets.token_hex(12)}.png")


def check_document(upload) -> str:
    """The name under which a document is kept; ValidationError for what is none of ours.

    It is never opened here and leaves as a download: a wrong kind can fool nobody's
    browser, and the first bytes catch honest mistakes.
    """
    name = text.plain("".join(c for c in text.printable(upload.name) if c.isprintable()))
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    path = PurePosixPath(name)
    kind = path.suffix.lower()
    if kind not in DOCUMENTS:
        raise ValidationError("This kind of file is not taken.")
    if upload.size > MAX_DOCUMENT_BYTES:
        raise ValidationError(f"The file is larger than {MAX_DOCUMENT_BYTES // 1_000_000} MB.")
    upload.seek(0)
    head = upload.read(4096)
    upload.seek(0)
    is_text = kind in (".txt", ".md")
    if not head.startswith(DOCUMENTS[kind]) or (is_text and b"\0" in head):
        raise ValidationError(f"This is no {kind[1:].upper()} file.")
    return f"{path.stem[:100]}{kind}"


def send_private(field_file, name: str) -> FileResponse:
    """An uploaded file as a download that no browser will run; the view has checked who asks."""
    response = FileResponse(field_file.open("rb"), as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
