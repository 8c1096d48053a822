"""What stands where on a badge: plain values, whether an edition has set anything up or not."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .models import BadgeLayout

MM = 72 / 25.4


@dataclass(frozen=True)
class Place:
    """A box in mm from the top left corner; `size` in points is the largest that is tried."""

    x: float
    y: float
    w: float
    h: float
    size: float = 10
    align: str = "center"


# piece: what people call it on the layout's page
PIECES = {
    "band": "Band in the ticket type’s colour",
    "logo": "Logo",
    "edition": "Conference",
    "name": "Name",
    "pronouns": "Pronouns",
    "title": "Job title",
    "organization": "Organization",
    "type": "Ticket type",
    "ribbons": "Ribbons (speaker, exhibitor …)",
    "no_photos": "No photos mark",
    "qr": "QR code",
    "conduct": "Code of conduct contact",
}
ALIGNS = ("left", "center", "right")
# Size in mm and the places: a hanging badge, a label, a card for a plastic holder.
PRESETS: dict[str, tuple[str, float, float, dict[str, Place]]] = {
    "badge": (
        "Badge, 96 × 134 mm",
        96,
        134,
        {
            "band": Place(0, 110, 96, 24),
            "logo": Place(8, 15, 22, 12, align="left"),
            "edition": Place(8, 15, 80, 12, 15),
            "name": Place(7, 33, 82, 30, 34),
            "pronouns": Place(7, 63, 82, 6, 11),
            "title": Place(7, 69, 82, 6, 11),
            "organization": Place(7, 75, 82, 9, 14),
            "ribbons": Place(7, 88, 54, 18, 11, "left"),
            "qr": Place(65, 84, 25, 25),
            "type": Place(7, 113, 60, 9, 18, "left"),
            "conduct": Place(7, 123, 60, 8, 7, "left"),
            "no_photos": Place(70, 113, 19, 18, 8),
        },
    ),
    "label": (
        "Label, 100 × 62 mm",
        100,
        62,
        {
            "name": Place(4, 4, 92, 24, 32, "left"),
            "organization": Place(4, 29, 66, 8, 13, "left"),
            "pronouns": Place(4, 37, 66, 5, 9, "left"),
            "ribbons": Place(4, 43, 48, 7, 9, "left"),
            "no_photos": Place(54, 41, 15, 10, 7),
            "qr": Place(74, 30, 22, 22),
            "band": Place(0, 53, 100, 9),
            "type": Place(4, 54, 92, 7, 12, "left"),
        },
    ),
    "card": (
        "Card for a holder, 4 × 3 in",
        101.6,
        76.2,
        {
            "edition": Place(5, 4, 60, 7, 10, "left"),
            "logo": Place(78, 3, 19, 9, align="right"),
            "name": Place(5, 13, 91, 26, 32),
            "pronouns": Place(5, 39, 66, 5, 9),
            "organization": Place(5, 44, 66, 8, 12),
            "ribbons": Place(5, 54, 48, 8, 9, "left"),
            "no_photos": Place(55, 52, 16, 10, 7),
            "qr": Place(74, 41, 23, 23),
            "band": Place(0, 65.2, 101.6, 11),
            "type": Place(5, 66, 46, 9, 13, "left"),
            "conduct": Place(52, 66.5, 46, 8.5, 6, "right"),
        },
    ),
}


@dataclass(frozen=True)
class Design:
    """The look of an edition's badges, and how they lie on a sheet."""

    width: float
    height: float
    places: Mapping[str, Place]
    colours: Mapping[str, str] = field(default_factory=dict)
    logo: str = ""  # path of a picture
    paper: str = "a4"
    gap: float = 0
    crop_marks: bool = True


def preset(name: str, conference) -> Design:
    _, width, height, places = PRESETS[name]
    return Design(width, height, places, paper=usual_paper(conference))


def usual_paper(conference) -> str:
    return "letter" if conference.currency == "USD" else "a4"


def design_of(conference) -> Design:
    """The edition's own look, else one that needs no set-up."""
    row = BadgeLayout.objects.filter(conference=conference).first()
    return from_row(row) if row else preset("badge", conference)


def from_row(row: BadgeLayout) -> Design:
    return Design(
        width=float(row.width_mm),
        height=float(row.height_mm),
        places={key: Place(**place) for key, place in row.places.items() if key in PIECES},
        colours=row.colours,
        logo=row.logo.name or "",
        paper=row.paper,
        gap=float(row.gap_mm),
        crop_marks=row.crop_marks,
    )


def as_json(places: Mapping[str, Place]) -> dict[str, dict]:
    return {key: vars(place).copy() for key, place in places.items()}
