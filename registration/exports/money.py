"""For the treasurer: orders, and each movement of money."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from scale import money
from scale.models import Conference, Role

from ..models import Order, OrderLine, Payment, Refund, Ticket
from .tables import Table, Wanted, between, local, of_keys, pieces

ORDER_FACTS = (
    *("code", "status", "buyer_name", "buyer_email", "buyer_organization", "promo_code__code"),
    *("currency", "created_at", "paid_at", "due_on"),
)
ORDER_COLUMNS = (
    *("Order", "State", "Buyer", "E-mail", "Organization", "Promo code", "Currency", "Ordered"),
    *("Paid", "Invoice due", "Tickets", "Total", "Received", "Sent back"),
)


def select_orders(conference: Conference, wanted: Wanted) -> QuerySet:
    rows = Order.objects.filter(conference=conference)
    if wanted.state:
        rows = rows.filter(status=wanted.state)
    if wanted.ticket_type:
        rows = rows.filter(
            pk__in=Ticket.objects.filter(ticket_type=wanted.ticket_type).values("order")
        )
    return between(rows, "created_at", wanted)


def order_rows(conference: Conference, orders: QuerySet) -> Iterator[Sequence]:
    for piece in pieces(orders, *ORDER_FACTS):
        pks = [row[0] for row in piece]
        of_these = of_keys("order", pks)
        total = sums(OrderLine.objects.filter(of_these), "price")
        received = sums(Payment.objects.filter(of_these), "amount")
        back = sums(Refund.objects.filter(of_these, status="done"), "amount")
        counted = Ticket.objects.filter(of_these).order_by().values_list("order")
        tickets = dict(counted.annotate(n=Count("pk")))
        for pk, *facts in piece:
            facts[7], facts[8] = local(facts[7], conference), local(facts[8], conference)
            yield [*facts, tickets.get(pk, 0), total[pk], received[pk], back[pk]]


def sums(rows: QuerySet, field: str) -> dict[int, Decimal]:
    """Order pk → the sum of a field over its rows."""
    found = rows.order_by().values_list("order").annotate(n=Sum(field))
    # SQLite sums to a number without cents.
    return defaultdict(lambda: money.ZERO, ((pk, money.cents(n)) for pk, n in found))


ORDERS = Table(
    name="orders",
    label="Orders",
    says="One row for each order, paid or not, with what it costs and what came in.",
    filters=("state", "ticket_type", "since", "until"),
    select=select_orders,
    columns=lambda conference: ORDER_COLUMNS,
    rows=order_rows,
)

PAYMENT_COLUMNS = (
    *("When", "Order", "What", "Method", "Reference", "Amount", "Fee", "Currency", "State"),
    *("Of payment", "Drawer", "By", "Why or note"),
)
PAYMENT_FACTS = (
    *("received_at", "order__code", "provider", "reference", "amount", "fee", "currency"),
    *("drawer__name", "by__name", "note"),
)
REFUND_FACTS = (
    *("made_at", "order__code", "payment__provider", "provider_reference", "reference", "amount"),
    *("payment__currency", "status", "payment__reference", "drawer__name", "by__name", "why"),
)


def select_payments(conference: Conference, wanted: Wanted) -> QuerySet:
    rows = Payment.objects.filter(order__conference=conference)
    if wanted.ticket_type:
        held = Q(order__tickets__ticket_type=wanted.ticket_type)
        rows = rows.filter(pk__in=Payment.objects.filter(held).values("pk"))
    return between(rows, "received_at", wanted)


def payment_rows(conference: Conference, payments: QuerySet) -> Iterator[Sequence]:
    """Each payment, followed by what was sent back of it, as negative sums."""
    for piece in pieces(payments, *PAYMENT_FACTS):
        back = defaultdict(list)
        of_these = of_keys("payment", [row[0] for row in piece])
        refunds = Refund.objects.filter(of_these).order_by("pk")
        for payment, *facts in refunds.values_list("payment", *REFUND_FACTS):
            back[payment].append(refund_row(conference, facts))
        for pk, at, order, method, reference, amount, fee, currency, drawer, by, note in piece:
            when = local(at, conference)
            yield [
                *(when, order, "payment", method, reference, amount, "" if fee is None else fee),
                *(currency, "received", "", drawer or "", by or "", note),
            ]
            yield from back[pk]


def refund_row(conference: Conference, facts: Sequence) -> list:
    at, order, method, theirs, ours, amount, currency, status, paid, drawer, by, why = facts
    return [
        *(local(at, conference), order, "refund", method, theirs or ours, -amount, "", currency),
        *(Refund.Status(status).label, paid, drawer or "", by or "", why),
    ]


PAYMENTS = Table(
    name="payments",
    label="Payments and refunds",
    says="For the accountant: every movement of money with order, method, fee and refund.",
    filters=("ticket_type", "since", "until"),
    select=select_payments,
    columns=lambda conference: PAYMENT_COLUMNS,
    rows=payment_rows,
    roles=(Role.FINANCE, Role.REGISTRATION),
)
