"""The letter of invitation that a guest shows when applying for a visa."""

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format

from ..models import SaleRules, VisaRequest
from .page import LINE, QUIET, Column, Flow, Sheet, paged, paper


@dataclass(frozen=True)
class LetterFacts:
    """`sender` is name and address of who invites; `text` what staff add, a blank line between
    paragraphs. Nothing of it is kept here."""

    sender: str
    edition: str
    starts_on: dt.date
    ends_on: dt.date
    venue: str
    venue_address: str
    currency: str
    accent: str
    full_name: str
    nationality: str
    passport_number: str
    born_on: dt.date | None
    written_on: dt.date
    reference: str
    signer_name: str
    signer_title: str = ""
    contact: str = ""
    text: str = ""


def facts_of(request: VisaRequest, rules: SaleRules) -> LetterFacts:
    """Select ticket__conference and ticket__order. It bears the day on which it was approved."""
    ticket = request.ticket
    conference = ticket.conference
    return LetterFacts(
        sender=rules.seller or conference.name,
        edition=conference.name,
        starts_on=conference.starts_on,
        ends_on=conference.ends_on,
        venue=conference.venue_name,
        venue_address=conference.venue_address,
        currency=conference.currency,
        accent=conference.accent,
        full_name=request.full_name,
        nationality=request.nationality,
        passport_number=request.passport_number,
        born_on=request.born_on,
        written_on=conference.today(request.answered_at),
        # Not the ticket's code, which lets in whoever copies it.
        reference=ticket.order.code if ticket.order else f"L{request.pk}",
        signer_name=rules.letter_signer,
        text=rules.letter_text,
    )


def pdf(facts: LetterFacts) -> bytes:
    return paged(lambda pages: _drawn(facts, pages))


def _drawn(facts: LetterFacts, pages: int) -> tuple[Sheet, int]:
    title = f"Letter of invitation to {facts.edition}"
    sheet = Sheet(paper(facts.currency), title=title, author=facts.edition)
    flow = Flow(sheet, f"{title} · {facts.reference}", pages)
    _head(flow, facts)
    flow.text("Letter of invitation", 20, bold=True)
    flow.gap(14)
    flow.text("To whom it may concern,", 10.5)
    flow.gap(8)
    for paragraph in _opening(facts):
        flow.text(paragraph, 10.5, leading=1.5)
        flow.gap(8)
    _person(flow, facts)
    for paragraph in facts.text.replace("\r", "").split("\n\n"):
        if paragraph.strip():
            flow.text(paragraph, 10.5, leading=1.5)
            flow.gap(8)
    if facts.contact:
        flow.text(f"For any question please write to {facts.contact}.", 10.5, leading=1.5)
    _signature(flow, facts)
    flow.end()
    return sheet, flow.page


def _head(flow: Flow, facts: LetterFacts) -> None:
    sender = Column(flow.sheet, flow.x, flow.y, flow.room * 0.6)
    first, _, rest = facts.sender.strip().partition("\n")
    sender.text(first, 12, bold=True, most=2)
    sender.block(rest, 9.5, colour=QUIET, most=7)
    edge = flow.x + flow.room
    for number, text in enumerate((_day(facts.written_on), f"Reference {facts.reference}")):
        colour = QUIET if number else "#16202b"
        flow.sheet.text(edge, flow.y - 12 - 14 * number, text, 9.5, colour=colour, right=True)
    flow.y = min(sender.y, flow.y - 30)
    flow.gap(14)
    flow.sheet.box(flow.x, flow.y, 28, 2.4, facts.accent)
    flow.gap(26)


def _opening(facts: LetterFacts) -> list[str]:
    where = ", ".join(filter(None, [facts.venue, facts.venue_address]))
    place = f" at {where}" if where else ""
    return [
        f"We invite {facts.full_name} to attend {facts.edition}, which takes place from "
        f"{_day(facts.starts_on)} to {_day(facts.ends_on)}{place}.",
        "Our guest holds a ticket to the conference. These are the particulars we were given:",
    ]


def _person(flow: Flow, facts: LetterFacts) -> None:
    flow.need(110)
    rows = (
        ("Name as in the passport", facts.full_name),
        ("Nationality", facts.nationality),
        ("Passport number", facts.passport_number),
        ("Date of birth", _day(facts.born_on) if facts.born_on else ""),
    )
    flow.gap(4)
    for label, value in rows:
        flow.sheet.line(flow.x, flow.y, flow.x + flow.room, flow.y, LINE, 0.5)
        left = Column(flow.sheet, flow.x, flow.y - 4, flow.room * 0.34)
        left.text(label, 10, colour=QUIET)
        right = Column(flow.sheet, flow.x + flow.room * 0.36, flow.y - 4, flow.room * 0.64)
        right.text(value, 10.5, bold=True, most=3)
        flow.y = min(left.y, right.y) - 4
    flow.sheet.line(flow.x, flow.y, flow.x + flow.room, flow.y, LINE, 0.5)
    flow.gap(16)


def _signature(flow: Flow, facts: LetterFacts) -> None:
    flow.need(120)
    flow.gap(14)
    flow.text("Yours sincerely,", 10.5)
    flow.gap(46)
    flow.sheet.line(flow.x, flow.y, flow.x + 190, flow.y, LINE, 0.6)
    flow.gap(2)
    flow.text(facts.signer_name, 10.5, bold=True, most=2)
    flow.text(facts.signer_title, 9.5, colour=QUIET, most=2)


def _day(day: dt.date) -> str:
    return date_format(day, "j F Y")
