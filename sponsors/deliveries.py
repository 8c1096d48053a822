"""Whether what was sent is what a promise asked for; what is, comes back clean."""

import io
import secrets

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from scale import uploads
from scale.svg import clean_svg
from scale.text import plain, printable

from .models import Deliverable

MILLIMETRE = 72 / 25.4  # points
SLACK = 2  # millimetres
LONGEST_TEXT, LONGEST_NAME = 5_000, 120
PROOF_PIXELS = 1600
ACCEPT = {
    Deliverable.Wanted.PICTURE: ".svg,.png,image/svg+xml,image/png",
    Deliverable.Wanted.PDF: ".pdf,application/pdf",
}
Wanted = Deliverable.Wanted


def checked_file(wanted: Deliverable, upload) -> ContentFile:
    """The file under a name that nobody can guess; ValidationError says what is wrong with it."""
    if wanted.wanted == Wanted.PDF:
        data, kind = checked_pdf(upload, wanted.page_width, wanted.page_height), "pdf"
    elif upload.name.lower().endswith(".svg"):
        data, kind = clean_svg(upload), "svg"
    else:
        data, kind = checked_png(upload, wanted.min_pixels or 1), "png"
    return ContentFile(data, name=f"{secrets.token_hex(12)}.{kind}")


def checked_proof(upload) -> ContentFile:
    """A picture of what was done, written anew without where it was taken; or a PDF."""
    if upload.name.lower().endswith(".pdf"):
        return ContentFile(checked_pdf(upload, None, None), name=f"{secrets.token_hex(12)}.pdf")
    return uploads.clean_picture(upload, size=PROOF_PIXELS)


def shown_name(upload, stored: ContentFile) -> str:
    """What they called it, with the ending that it has."""
    name = plain("".join(c for c in printable(upload.name) if c.isprintable()))
    stem = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or "file"
    return f"{stem[:100]}.{(stored.name or '').rpartition('.')[2]}"


def checked_png(upload, min_pixels: int) -> bytes:
    """Decoded once and written anew, at its full size."""
    if upload.size > uploads.MAX_BYTES:
        raise ValidationError(f"The file is larger than {uploads.MAX_BYTES // 1_000_000} MB.")
    upload.seek(0)
    try:
        picture = Image.open(upload, formats=("PNG",))
        wide, high = picture.size
        if wide * high > uploads.MAX_PIXELS:
            raise ValidationError("The picture has too many pixels (25 million at most).")
        picture.load()
    except ValidationError:
        raise
    except Exception as error:  # decoders stumble over hostile files in every imaginable way
        raise ValidationError("Send the logo as SVG or PNG: this is neither.") from error
    if max(wide, high) < min_pixels:
        raise ValidationError(
            f"The picture is {wide} × {high} pixels: its longer side needs at least {min_pixels:,}."
        )
    picture.info.clear()
    out = io.BytesIO()
    picture.convert("RGBA").save(out, "PNG")
    return out.getvalue()


def checked_pdf(upload, width: int | None, height: int | None) -> bytes:
    """As it came: printers want their own bytes. It leaves as a download only."""
    uploads.check_document(upload)
    if not upload.name.lower().endswith(".pdf"):
        raise ValidationError("Send a PDF.")
    upload.seek(0)
    data = upload.read()
    # Six megabytes that a process does not need before the first PDF comes.
    from pypdf import PdfReader  # noqa: PLC0415

    try:
        reader = PdfReader(io.BytesIO(data))
        locked, number = reader.is_encrypted, 0 if reader.is_encrypted else len(reader.pages)
        sizes = page_sizes(reader.pages[0]) if number else []
    except Exception as error:  # a reader stumbles like a decoder
        raise ValidationError("This PDF cannot be read: export it once more.") from error
    if locked:
        raise ValidationError("This PDF is locked with a password: send it without one.")
    if not number:
        raise ValidationError("This PDF has no page.")
    if width and height:
        check_page(number, sizes, width, height)
    return data


def page_sizes(page) -> list[tuple[float, float]]:
    """Of the page and, where there is a bleed, of what is left when it is cut off."""
    turned = page.rotation % 180 != 0
    found = []
    for box in (page.mediabox, page.trimbox):
        sides = (abs(float(box.width)) / MILLIMETRE, abs(float(box.height)) / MILLIMETRE)
        found.append((sides[1], sides[0]) if turned else sides)
    return found


def check_page(number: int, sizes: list[tuple[float, float]], width: int, height: int) -> None:
    if number != 1:
        raise ValidationError(f"This PDF has {number} pages: send one page.")
    if not any(abs(w - width) <= SLACK and abs(h - height) <= SLACK for w, h in sizes):
        wide, high = sizes[-1]
        raise ValidationError(
            f"The page is {wide:.0f} × {high:.0f} mm: it needs {width} × {height} mm."
        )


def checked_text(wanted: Deliverable, text: str) -> str:
    """Their words, or names one a line and not more than were promised."""
    text = printable(text).replace("\r\n", "\n").strip()
    if not text:
        raise ValidationError("Write something.")
    if len(text) > LONGEST_TEXT:
        raise ValidationError(f"At most {LONGEST_TEXT:,} characters: these are {len(text):,}.")
    if wanted.wanted != Wanted.NAMES:
        return text
    names = [plain(line) for line in text.split("\n") if line.strip()]
    if len(names) > wanted.quantity:
        raise ValidationError(f"{len(names)} names: there is room for {wanted.quantity}.")
    if too_long := [name for name in names if len(name) > LONGEST_NAME]:
        raise ValidationError(f"“{too_long[0][:30]}…” is too long for a name: one a line.")
    return "\n".join(names)
