"""The ticket on one sheet that folds into quarters: who, the code, what to bring, whom to call."""

from dataclasses import dataclass

import structlog

from .. import qr
from ..models import Order, OrderLine, Ticket
from . import fonts
from .page import INK, LINE, MARGIN, QUIET, Column, Sheet, fit, paper, width, wrap

log = structlog.get_logger()

BRING = (
    "This ticket, printed or on your phone. One of the two is enough.",
    "Come to any door or desk and show the code; your badge is printed there.",
    "The code lets in one person once. Keep it to yourself and out of pictures.",
)
MOST_ADD_ONS = 9
QR_SIDE = 224.0
QUIET_ZONE = 4  # squares of white that a reader wants around the code


@dataclass(frozen=True)
class TicketFacts:
    """What the sheet shows, as plain values."""

    edition: str
    series: str
    dates: str
    venue: str
    venue_address: str
    currency: str
    accent: str
    name: str
    pronouns: str
    organization: str
    ticket_type: str
    days: str
    add_ons: tuple[str, ...]
    no_photos: bool
    code: str
    spoken_code: str
    order_code: str
    conduct_phone: str
    conduct_email: str
    conduct_url: str


def facts_of(ticket: Ticket) -> TicketFacts:
    """Select conference, ticket_type and order; prefetch lines__add_on and lines__order."""
    conference = ticket.conference
    kind = ticket.ticket_type
    kind.conference = conference  # the same row; it need not be asked for again
    return TicketFacts(
        edition=conference.name,
        series=conference.series,
        dates=conference.dates,
        venue=conference.venue_name,
        venue_address=conference.venue_address,
        currency=conference.currency,
        accent=conference.accent,
        name=ticket.attendee_name,
        pronouns=ticket.pronouns,
        organization=ticket.organization,
        ticket_type=kind.name,
        days=kind.days_words(),
        add_ons=tuple(str(line.add_on) for line in ticket.lines.all() if _is_in_force(line)),
        no_photos=ticket.no_photos,
        code=ticket.code,
        spoken_code=ticket.spoken_code,
        order_code=ticket.order.code if ticket.order else "",
        conduct_phone=conference.conduct_phone,
        conduct_email=conference.conduct_email,
        conduct_url=conference.conduct_url,
    )


def _is_in_force(line: OrderLine) -> bool:
    """An extra that is paid: not one taken back, nor of an upgrade that still waits."""
    live = line.status == OrderLine.Status.LIVE and line.credits_id is None
    return bool(line.add_on_id) and live and line.order.status == Order.Status.PAID


def pdf(ticket: Ticket) -> bytes:
    return draw(facts_of(ticket))


def draw(facts: TicketFacts) -> bytes:
    size = paper(facts.currency)
    sheet = Sheet(size, title=f"Ticket for {facts.edition}", author=facts.edition)
    middle_x, middle_y = sheet.width / 2, sheet.height / 2
    room = middle_x - MARGIN - 24
    top = sheet.height - MARGIN
    _edition(Column(sheet, MARGIN, top, room), facts)
    _attendee(Column(sheet, MARGIN, top - 122, room), facts)
    _code(sheet, facts, middle_x, top)
    _bring(Column(sheet, MARGIN, middle_y - 40, room), facts)
    _help(Column(sheet, middle_x + 24, middle_y - 40, room), facts)
    _folds(sheet)
    footer = " · ".join(filter(None, [facts.edition, facts.dates, facts.venue]))
    for line in wrap(footer, sheet.width - 2 * MARGIN, 8, most=1):
        sheet.text(MARGIN, MARGIN - 14, line, 8, colour=QUIET)
    return sheet.bytes()


def _edition(column: Column, facts: TicketFacts) -> None:
    """The name as on the website: the series in ink, this year's part in the edition's colour."""
    series, year = facts.series, facts.edition.removeprefix(facts.series).strip()
    column.y -= 20
    name = f"{series} {year}"
    if series and year and facts.edition.startswith(series) and width(name, 20, True) < column.room:
        wide = column.sheet.text(column.x, column.y, series, 20, bold=True, spacing=-0.3)
        x = column.x + wide + 5
        column.sheet.text(x, column.y, year, 20, bold=True, colour=facts.accent, spacing=-0.3)
    else:
        column.y += 22
        column.text(facts.edition, 16, bold=True, most=2, leading=1.2)
    column.gap(6)
    column.text(facts.dates, 10, bold=True, most=1)
    column.text(facts.venue, 9.5, colour=QUIET, most=2, leading=1.3)
    column.text(facts.venue_address, 9.5, colour=QUIET, most=2, leading=1.3)


def _attendee(column: Column, facts: TicketFacts) -> None:
    column.label("Admit one")
    column.gap(4)
    size, lines = fit(_name(facts), column.room, (28, 24, 20, 17, 14), 3, bold=True)
    for line in lines:
        column.y -= size * 1.16
        column.sheet.text(column.x, column.y, line, size, bold=True, spacing=-size * 0.012)
    column.gap(9)
    about = " · ".join(filter(None, [facts.pronouns, facts.organization]))
    if about:
        column.text(about, 10, colour=QUIET, most=2)
    column.gap(14)
    column.sheet.box(column.x, column.y, 28, 2.4, facts.accent)
    column.gap(9)
    column.text(facts.ticket_type, 13, bold=True, most=2, leading=1.3)
    column.text(facts.days, 10, most=1)
    if facts.no_photos:
        column.gap(10)
        _no_photos(column)


def _name(facts: TicketFacts) -> str:
    if not facts.name:
        return "Name still open"
    if missing := fonts.missing_scripts(facts.name):
        log.warning("name_not_printed_whole", ticket=facts.code, scripts=sorted(missing))
    return facts.name if fonts.legible(facts.name) else "Name: see the code"


def _no_photos(column: Column) -> None:
    """A frame, a struck-out lens and the words: they survive a bad printer."""
    sheet, words, size = column.sheet, "No photos, please", 9.5
    column.y -= 18
    x, y = column.x, column.y
    wide = width(words, size, bold=True) + 32
    sheet.canvas.addLiteral("0.0863 0.125 0.169 RG 1 w")
    sheet.canvas.roundRect(x, y, wide, 18, 5)
    sheet.canvas.circle(x + 13, y + 9, 4.6)
    sheet.line(x + 8.6, y + 4.6, x + 17.4, y + 13.4, INK, 1)
    sheet.text(x + 24, y + 5.6, words, size, bold=True)


def _code(sheet: Sheet, facts: TicketFacts, left: float, top: float) -> None:
    """One path of squares, so that it is sharp at any size and prints on any machine."""
    count, dark = qr.runs(facts.code)
    side = QR_SIDE / (count + 2 * QUIET_ZONE)
    x = left + (sheet.width - MARGIN - left + 24) / 2 - QR_SIDE / 2
    y = top - QR_SIDE + 24
    squares = " ".join(
        f"{column + QUIET_ZONE} {count + QUIET_ZONE - 1 - row} {many} 1 re"
        for column, row, many in dark
    )
    sheet.canvas.addLiteral(f"q {side:.4f} 0 0 {side:.4f} {x:.2f} {y:.2f} cm 0 g {squares} f Q")
    centre = x + QR_SIDE / 2
    y -= 10
    spoken = facts.spoken_code
    wide = width(spoken, 19, bold=True) + 0.8 * (len(spoken) - 1)
    sheet.text(centre - wide / 2, y, spoken, 19, bold=True, spacing=0.8)
    y -= 4
    for line in ("Show this at the door,", "on paper or on a screen."):
        y -= 15
        sheet.text(centre - width(line, 9.5) / 2, y, line, 9.5, colour=QUIET)


def _bring(column: Column, facts: TicketFacts) -> None:
    if facts.add_ons:
        column.label("Also yours")
        column.gap(2)
        shown = facts.add_ons[:MOST_ADD_ONS]
        for add_on in shown:
            column.text(add_on, 10, bold=True, most=1)
        if len(shown) < len(facts.add_ons):
            more = len(facts.add_ons) - len(shown)
            column.text(f"and {more} more, all on your order’s page", 10)
        column.gap(14)
    column.label("What to bring")
    column.gap(2)
    for sentence in BRING:
        column.text(sentence, 10)
        column.gap(5)


def _help(column: Column, facts: TicketFacts) -> None:
    contacts = [facts.conduct_phone, facts.conduct_email, facts.conduct_url]
    if any(contacts):
        column.label("Code of conduct")
        column.gap(2)
        column.text("You do not feel safe, or saw something wrong? Tell us, at any hour:", 10)
        column.gap(3)
        for contact in filter(None, contacts):
            column.text(contact, 10, bold=contact == facts.conduct_phone, most=2)
        column.gap(14)
    if facts.order_code:
        column.label("Order")
        column.text(facts.order_code, 12, bold=True)
        column.text("Name or shirt wrong? Change it on your order’s page.", 9.5, colour=QUIET)


def _folds(sheet: Sheet) -> None:
    """Where to fold: marks at the edges, a hairline across."""
    x, y = sheet.width / 2, sheet.height / 2
    sheet.canvas.addLiteral("q [2 4] 0 d")
    sheet.line(MARGIN, y, sheet.width - MARGIN, y, LINE, 0.5)
    sheet.canvas.addLiteral("Q")
    for x1, y1, x2, y2 in ((0, y, 14, y), (sheet.width - 14, y, sheet.width, y)):
        sheet.line(x1, y1, x2, y2, QUIET, 0.5)
    for x1, y1, x2, y2 in ((x, 0, x, 14), (x, sheet.height - 14, x, sheet.height)):
        sheet.line(x1, y1, x2, y2, QUIET, 0.5)
