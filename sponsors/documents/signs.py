"""A sheet for each booth: its number, who stands there, and a code that leads to their page."""

from collections.abc import Callable, Iterable

from django.urls import reverse
from PIL import Image, UnidentifiedImageError
from reportlab.lib.utils import ImageReader

from registration import qr
from registration.documents.page import INK, LINE, QUIET, Sheet, fit, paper
from scale.models import Conference

from ..models import Booth

MARGIN = 54.0
LOGO_HIGH, QR_SIDE = 150.0, 120.0


def draw(conference: Conference, booths: Iterable[Booth], absolute: Callable[[str], str]) -> bytes:
    """Landscape; `absolute` makes a whole address of a path. Without booths, one empty sheet."""
    high, wide = paper(conference.currency)
    sheet = Sheet((wide, high), title=f"Booths of {conference}", author=conference.name)
    booths = list(booths)
    for booth in booths:
        _sign(sheet, conference, booth, absolute)
        sheet.next_page()
    if not booths:
        sheet.text(MARGIN, high - 2 * MARGIN, "Nobody has a booth yet.", 20)
    return sheet.bytes()


def _sign(sheet: Sheet, conference: Conference, booth: Booth, absolute) -> None:
    room = sheet.width - 2 * MARGIN
    top = sheet.height - MARGIN
    sheet.text(MARGIN, top - 96, booth.number, 120, bold=True, colour=conference.accent)
    sheet.text(sheet.width - MARGIN, top - 12, conference.name, 13, colour=QUIET, right=True)
    sheet.line(MARGIN, top - 132, sheet.width - MARGIN, top - 132, LINE, 1)
    y = top - 150
    organization = booth.organization
    if _logo(sheet, organization, y):
        y -= LOGO_HIGH + 18
    size, lines = fit(organization.name, room, (72, 60, 48, 38, 30, 24), 2, bold=True)
    for line in lines:
        y -= size * 1.15
        sheet.text(MARGIN, y, line, size, bold=True, colour=INK)
    path = reverse("sponsors:exhibitor", args=[conference.slug, organization.named_code])
    _code(sheet, absolute(path))
    sheet.text(
        MARGIN, MARGIN, organization.website.removeprefix("https://").rstrip("/"), 14, colour=QUIET
    )


def _logo(sheet: Sheet, organization, top: float) -> bool:
    """At its own shape, at most as high as there is room; False where there is none to show."""
    try:
        with organization.logo.open("rb") as file:
            picture = Image.open(file).convert("RGBA")
    except (ValueError, FileNotFoundError, UnidentifiedImageError):
        return False
    scale = min(LOGO_HIGH / picture.height, (sheet.width - 2 * MARGIN) / picture.width)
    wide, high = picture.width * scale, picture.height * scale
    sheet.canvas.drawImage(ImageReader(picture), MARGIN, top - high, wide, high, mask="auto")
    return True


def _code(sheet: Sheet, address: str) -> None:
    squares, dark = qr.runs(address)
    one = QR_SIDE / squares
    left = sheet.width - MARGIN - QR_SIDE
    for x, y, length in dark:
        sheet.box(left + x * one, MARGIN + QR_SIDE - (y + 1) * one, length * one, one, "#000000")
