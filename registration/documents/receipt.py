"""What was bought, for whom, and what was paid: a receipt, or an invoice while it is open."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import date_format

from scale import money
from scale.models.conference import CURRENCIES
from scale.time import local

from ..models import Order, OrderLine, Payment, Refund
from .page import INK, LINE, MARGIN, QUIET, WASH, Column, Flow, Sheet, paged, paper, wrap

METHODS = {
    "stripe": "Card",
    "demo": "Card (demo)",
    "cash": "Cash",
    "cheque": "Cheque",
    "invoice": "Bank transfer",
    "bank": "Bank transfer",
}


@dataclass(frozen=True)
class LineFacts:
    what: str
    who: str
    price: Decimal


@dataclass(frozen=True)
class MoneyFacts:
    """Money that moved; what went back is negative."""

    on: dt.date
    how: str
    amount: Decimal


@dataclass(frozen=True)
class ReceiptFacts:
    """`status` is paid, pending, expired or cancelled; `due` is what the order costs by now."""

    edition: str
    dates: str
    currency: str
    accent: str
    order_code: str
    ordered_on: dt.date
    status: str
    open_until: str
    seller: str
    buyer_name: str
    buyer_organization: str
    buyer_address: str
    lines: tuple[LineFacts, ...]
    moves: tuple[MoneyFacts, ...]
    due: Decimal

    @property
    def total(self) -> Decimal:
        return sum((line.price for line in self.lines), money.ZERO)

    @property
    def received(self) -> Decimal:
        return sum((one.amount for one in self.moves), money.ZERO)

    @property
    def balance(self) -> Decimal:
        """What is still to be paid; below nothing: what we owe."""
        return self.due - self.received


def facts_of(order: Order, *, seller: str) -> ReceiptFacts:
    """Select conference; prefetch lines with ticket, ticket_type and add_on, payments, and
    refunds with their payment."""
    conference = order.conference
    pending = order.status == Order.Status.PENDING and not order.has_run_out()
    lines = order.lines.all()
    kept = [line for line in lines if line.status != OrderLine.Status.LAPSED] or lines
    return ReceiptFacts(
        edition=conference.name,
        dates=conference.dates,
        currency=order.currency,
        accent=conference.accent,
        order_code=order.code,
        ordered_on=local(order.created_at, conference).date(),
        status="expired" if order.has_run_out() else order.status,
        open_until=_until(order) if pending else "",
        seller=seller,
        buyer_name=order.buyer_name,
        buyer_organization=order.buyer_organization,
        buyer_address=order.buyer_address,
        lines=tuple(_line(line) for line in kept),
        moves=_moves(order),
        due=order.total() if pending else order.charged(),
    )


def _line(line: OrderLine) -> LineFacts:
    credit = "Credit: " if line.credits_id and not line.words else ""
    who = line.ticket.attendee_name if line.ticket else ""
    return LineFacts(what=credit + line.thing(), who=who, price=line.price)


def _moves(order: Order) -> tuple[MoneyFacts, ...]:
    """What came in, and what was sent back; a refund that waits has not moved yet."""
    moved = [(one.received_at, _method(one), one.amount) for one in order.payments.all()]
    for one in order.refunds.all():
        if one.status == Refund.Status.DONE:
            how = f"Refund: {_method(one.payment).lower()}"
            moved.append((one.sent_at or one.made_at, how, -one.amount))
    return tuple(
        MoneyFacts(local(at, order.conference).date(), how, amount)
        for at, how, amount in sorted(moved, key=lambda move: move[0])
    )


def _method(payment: Payment) -> str:
    return METHODS.get(payment.provider, payment.provider.capitalize())


def _until(order: Order) -> str:
    conference = order.conference
    if order.due_on:
        return _day(order.due_on)
    if not order.expires_at:
        return ""
    shown = date_format(local(order.expires_at, conference).replace(tzinfo=None), "j F Y, H:i")
    return f"{shown} {conference.zone_words}"


def pdf(order: Order, *, seller: str) -> bytes:
    return draw(facts_of(order, seller=seller))


def draw(facts: ReceiptFacts) -> bytes:
    return paged(lambda pages: _drawn(facts, pages))


def exact(amount: Decimal, currency: str) -> str:
    """Always with cents, as accountants read it: $90.00, −$5.00, $0.00."""
    sign = "−" if amount < 0 else ""
    return f"{sign}{CURRENCIES.get(currency, currency + ' ')}{abs(amount):,.2f}"


def _drawn(facts: ReceiptFacts, pages: int) -> tuple[Sheet, int]:
    kind = "Invoice" if facts.status == "pending" else "Receipt"
    title = f"{kind} {facts.order_code}"
    sheet = Sheet(paper(facts.currency), title=title, author=facts.edition)
    flow = Flow(sheet, f"{title} · {facts.edition} · {facts.dates}", pages)
    _head(flow, facts, kind)
    _parties(flow, facts)
    _lines(flow, facts)
    _totals(flow, facts)
    _money(flow, facts)
    _state(flow, facts)
    flow.end()
    return sheet, flow.page


def _head(flow: Flow, facts: ReceiptFacts, kind: str) -> None:
    sheet, edge = flow.sheet, flow.x + flow.room
    flow.y -= 22
    sheet.text(flow.x, flow.y, kind, 24, bold=True, spacing=-0.3)
    sheet.text(edge, flow.y + 9, facts.order_code, 14, bold=True, right=True, spacing=0.4)
    ordered = f"Ordered {_day(facts.ordered_on)}"
    sheet.text(edge, flow.y - 5, ordered, 9.5, colour=QUIET, right=True)
    flow.gap(10)
    sheet.box(flow.x, flow.y, 28, 2.4, facts.accent)
    flow.gap(10)
    flow.text(facts.edition, 11, bold=True, most=1)
    flow.text(facts.dates, 9.5, colour=QUIET, most=1)
    flow.gap(18)


def _parties(flow: Flow, facts: ReceiptFacts) -> None:
    half = flow.room / 2 - 12
    buyer = (facts.buyer_name, facts.buyer_organization, facts.buyer_address)
    columns = []
    for x, label, text in (
        (flow.x, "From", facts.seller),
        (flow.x + half + 24, "To", "\n".join(filter(None, buyer))),
    ):
        column = Column(flow.sheet, x, flow.y, half)
        column.label(label)
        column.block(text, 10, most=9)
        columns.append(column)
    flow.y = min(column.y for column in columns)
    flow.gap(26)


def _table_head(flow: Flow, *words: str) -> None:
    y = flow.y - 8
    what, who, amount = words
    flow.sheet.text(flow.x, y, what.upper(), 7.5, bold=True, colour=QUIET, spacing=0.5)
    flow.sheet.text(_second(flow), y, who.upper(), 7.5, bold=True, colour=QUIET, spacing=0.5)
    _amount(flow, y, amount.upper(), 7.5, bold=True, colour=QUIET, spacing=0.5)
    flow.y = y - 7
    flow.sheet.line(flow.x, flow.y, flow.x + flow.room, flow.y, INK, 0.8)
    flow.gap(5)


def _second(flow: Flow) -> float:
    return flow.x + flow.room * 0.46


def _amount(flow: Flow, y: float, text: str, size: float = 10, **style) -> None:
    flow.sheet.text(flow.x + flow.room, y, text, size, right=True, **style)


def _lines(flow: Flow, facts: ReceiptFacts) -> None:
    heads = ("What", "For", "Price")
    _table_head(flow, *heads)
    for line in facts.lines:
        _row(flow, heads, line.what, line.who, exact(line.price, facts.currency))


def _row(flow: Flow, heads: tuple[str, ...], what: str, who: str, amount: str) -> None:
    size, leading = 10, 14.0
    left = wrap(what, flow.room * 0.46 - 14, size, most=2)
    middle = wrap(who, flow.room * 0.54 - 90, size, most=2) if who else []
    high = max(len(left), len(middle), 1) * leading + 7
    if flow.need(high):
        _table_head(flow, *heads)
    y = flow.y - 11
    for column, x in ((left, flow.x), (middle, _second(flow))):
        for number, text in enumerate(column):
            colour = INK if column is left else QUIET
            flow.sheet.text(x, y - number * leading, text, size, colour=colour)
    _amount(flow, y, amount, size)
    flow.y -= high
    flow.sheet.line(flow.x, flow.y, flow.x + flow.room, flow.y, LINE, 0.4)
    flow.gap(3)


def _totals(flow: Flow, facts: ReceiptFacts) -> None:
    flow.need(60)
    charged = sum((line.price for line in facts.lines if line.price > 0), money.ZERO)
    credited = facts.total - charged
    flow.gap(4)
    if credited:
        _sum(flow, "Charged", charged, facts.currency)
        _sum(flow, "Credited", credited, facts.currency)
    _sum(flow, "Total", facts.total, facts.currency, size=12, bold=True)
    flow.gap(18)


def _sum(flow: Flow, words: str, amount: Decimal, currency: str, size=10.0, bold=False) -> None:
    flow.y -= size * 1.6
    flow.sheet.text(_second(flow), flow.y, words, size, bold=bold)
    _amount(flow, flow.y, exact(amount, currency), size, bold=bold)


def _money(flow: Flow, facts: ReceiptFacts) -> None:
    if not facts.moves:
        return
    flow.need(70)
    heads = ("Paid on", "How", "Amount")
    _table_head(flow, *heads)
    for one in facts.moves:
        _row(flow, heads, _day(one.on), one.how, exact(one.amount, facts.currency))
    flow.gap(4)
    _sum(flow, "Received", facts.received, facts.currency)
    flow.gap(18)


def _state(flow: Flow, facts: ReceiptFacts) -> None:
    """One sentence that nobody can misread, in a quiet band."""
    high = 44.0
    flow.need(high + 6)
    sheet = flow.sheet
    flow.y -= high
    sheet.box(flow.x, flow.y, flow.room, high, WASH)
    sheet.box(flow.x, flow.y, 3, high, facts.accent)
    words, amount = state(facts)
    room = flow.room - 150
    lines = wrap(words, room, 11, bold=True, most=2)
    y = flow.y + high / 2 - 4 + 7 * (len(lines) - 1)
    for line in lines:
        sheet.text(flow.x + 16, y, line, 11, bold=True)
        y -= 14
    right = MARGIN + flow.room - 16
    sheet.text(right, flow.y + high / 2 - 5, amount, 14, bold=True, right=True)


def state(facts: ReceiptFacts) -> tuple[str, str]:
    """How the order stands, and the amount that matters for it."""
    balance = facts.balance
    if balance < 0:
        return "We owe you", exact(-balance, facts.currency)
    ended: dict[str, Callable[[], str]] = {
        "cancelled": lambda: "Cancelled: nothing is to be paid",
        "expired": lambda: "Ran out unpaid: nothing is to be paid",
    }
    if facts.status in ended:
        return ended[facts.status](), exact(balance, facts.currency)
    if balance > 0 or facts.status == "pending":
        until = f"Open until {facts.open_until}" if facts.open_until else "Open"
        return until, exact(balance, facts.currency)
    return "Paid in full", exact(balance, facts.currency)


def _day(day: dt.date) -> str:
    return date_format(day, "j F Y")
