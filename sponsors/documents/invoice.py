"""An invoice or a credit note on paper: what was issued, and nothing that can change later."""

from decimal import Decimal

from django.utils.formats import date_format

from registration.documents.page import (
    INK,
    LINE,
    MARGIN,
    QUIET,
    WASH,
    Column,
    Flow,
    Sheet,
    paged,
    paper,
    wrap,
)
from registration.documents.receipt import exact

from ..models import Invoice

ROW, LEADING = 10, 14.0


def select(rows):
    """With all that `pdf` reads."""
    rows = rows.select_related("sponsorship__conference", "credits")
    return rows.prefetch_related("lines")


def file_name(invoice: Invoice) -> str:
    words = "credit-note" if invoice.is_credit else "invoice"
    return f"{words}-{invoice.label or 'draft'}.pdf"


def pdf(invoice: Invoice) -> bytes:
    """The same bytes whenever it is drawn, once it is issued."""
    return paged(lambda pages: _drawn(invoice, pages))


def title_of(invoice: Invoice) -> str:
    if invoice.is_draft:
        return "Draft, not an invoice"
    return "Credit note" if invoice.is_credit else "Invoice"


def _drawn(invoice: Invoice, pages: int) -> tuple[Sheet, int]:
    conference = invoice.conference
    title = f"{title_of(invoice)} {invoice.label or ''}".strip()
    author = invoice.seller_name or conference.name
    sheet = Sheet(paper(_currency(invoice)), title=title, author=author)
    flow = Flow(sheet, f"{title} · {author}", pages)
    _head(flow, invoice)
    _parties(flow, invoice)
    _lines(flow, invoice)
    _total(flow, invoice)
    _words(flow, invoice)
    flow.end()
    return sheet, flow.page


def _currency(invoice: Invoice) -> str:
    return invoice.currency or invoice.conference.currency


def _head(flow: Flow, invoice: Invoice) -> None:
    sheet, edge = flow.sheet, flow.x + flow.room
    flow.y -= 22
    sheet.text(flow.x, flow.y, title_of(invoice), 24, bold=True, spacing=-0.3)
    if invoice.label:
        sheet.text(edge, flow.y + 1, invoice.label, 16, bold=True, right=True, spacing=0.3)
    flow.gap(10)
    sheet.box(flow.x, flow.y, 28, 2.4, invoice.conference.accent)
    flow.gap(8)
    for words, value in _facts(invoice):
        flow.y -= 14
        sheet.text(flow.x, flow.y, words, 9.5, colour=QUIET)
        for number, one in enumerate(wrap(value, flow.room - 120, 9.5, most=2)):
            flow.y -= 13 * bool(number)
            sheet.text(flow.x + 120, flow.y, one, 9.5)
    flow.gap(20)


def _facts(invoice: Invoice) -> list[tuple[str, str]]:
    facts = []
    if invoice.issued_on:
        facts.append(("Date", _day(invoice.issued_on)))
    if invoice.credits:
        facts.append(("For invoice", invoice.credits.label or ""))
    elif invoice.due_on:
        facts.append(("Due", _day(invoice.due_on)))
    if invoice.po_number:
        facts.append(("Your PO number", invoice.po_number))
    if invoice.seller_tax_id:
        facts.append(("Our tax id", invoice.seller_tax_id))
    return facts


def _parties(flow: Flow, invoice: Invoice) -> None:
    half = flow.room / 2 - 12
    seller = f"{invoice.seller_name}\n{invoice.seller_address}"
    buyer = f"{invoice.bill_name}\n{invoice.bill_address}"
    columns = []
    for x, label, text in ((flow.x, "From", seller), (flow.x + half + 24, "Bill to", buyer)):
        column = Column(flow.sheet, x, flow.y, half)
        column.label(label)
        column.block(text, 10, most=9)
        columns.append(column)
    flow.y = min(column.y for column in columns)
    flow.gap(26)


def _columns(flow: Flow) -> tuple[float, float, float]:
    """Where how many, price and amount end."""
    edge = flow.x + flow.room
    return edge - 190, edge - 95, edge


def _table_head(flow: Flow) -> None:
    y = flow.y - 8
    style = {"bold": True, "colour": QUIET, "spacing": 0.5}
    flow.sheet.text(flow.x, y, "WHAT", 7.5, **style)
    for x, words in zip(_columns(flow), ("HOW MANY", "PRICE", "AMOUNT"), strict=True):
        flow.sheet.text(x, y, words, 7.5, right=True, **style)
    flow.y = y - 7
    flow.sheet.line(flow.x, flow.y, flow.x + flow.room, flow.y, INK, 0.8)
    flow.gap(5)


def _lines(flow: Flow, invoice: Invoice) -> None:
    currency = _currency(invoice)
    _table_head(flow)
    for line in invoice.lines.all():
        words = wrap(line.text, flow.room - 260, ROW, most=4)
        high = len(words) * LEADING + 7
        if flow.need(high):
            _table_head(flow)
        y = flow.y - 11
        for number, text in enumerate(words):
            flow.sheet.text(flow.x, y - number * LEADING, text, ROW)
        figures = (str(line.quantity), _exact(line.unit_price, currency))
        for x, text in zip(_columns(flow), (*figures, _exact(line.amount, currency)), strict=True):
            flow.sheet.text(x, y, text, ROW, right=True)
        flow.y -= high
        flow.sheet.line(flow.x, flow.y, flow.x + flow.room, flow.y, LINE, 0.4)
        flow.gap(3)


def _exact(amount: Decimal, currency: str) -> str:
    return exact(amount, currency)


def _total(flow: Flow, invoice: Invoice) -> None:
    currency = _currency(invoice)
    high = 44.0
    flow.need(high + 20)
    flow.gap(12)
    flow.y -= high
    flow.sheet.box(flow.x, flow.y, flow.room, high, WASH)
    flow.sheet.box(flow.x, flow.y, 3, high, invoice.conference.accent)
    if invoice.is_credit:
        words = "Credited to you"
    elif invoice.due_on:
        words = f"To be paid by {_day(invoice.due_on)}"
    else:
        words = "To be paid"
    y = flow.y + high / 2 - 4
    flow.sheet.text(flow.x + 16, y, words, 11, bold=True)
    total = f"{_exact(invoice.total(), currency)} {currency}"
    flow.sheet.text(MARGIN + flow.room - 16, y - 1, total, 14, bold=True, right=True)
    flow.gap(18)


def _words(flow: Flow, invoice: Invoice) -> None:
    bank = "" if invoice.is_credit else invoice.seller_bank
    for label, text in (("", invoice.note), ("How to pay", bank), ("", invoice.seller_footer)):
        if not text.strip():
            continue
        flow.need(40)
        if label:
            flow.label(label)
        for one in text.splitlines():
            if one.strip():
                flow.text(one, 9.5, colour=INK if label else QUIET)
        flow.gap(12)


def _day(day) -> str:
    return date_format(day, "j F Y")
