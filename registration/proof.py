"""Proves that orders, money, places and codes agree, and says where they do not.

Each check is a function from an edition (None: all of them) to what is wrong:
pairs of what it is about and a sentence with the figures. The database does
the sums, so a hundred thousand tickets take seconds and little memory.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Round

from scale import money
from scale.db import snapshot
from scale.models import Conference

from .models import (
    CashDrawer,
    CompAllowance,
    Order,
    OrderLine,
    Payment,
    PromoCode,
    Quota,
    Refund,
    Ticket,
)

Found = Iterator[tuple[str, str]]
Line = OrderLine.Status
PAID, PENDING = Order.Status.PAID, Order.Status.PENDING
EXPIRED, CANCELLED = Order.Status.EXPIRED, Order.Status.CANCELLED
AMOUNT = DecimalField(max_digits=12, decimal_places=2)
A_THING = Q(ticket_type__isnull=False) | Q(add_on__isnull=False)


@dataclass(frozen=True)
class Error:
    """One thing that is wrong: which check found it, where, and what it is."""

    check: str
    where: str
    says: str

    def __str__(self) -> str:
        return f"{self.check}: {self.where}: {self.says}"


def register(name: str, check: Callable[[Conference | None], Found]) -> None:
    """Floors above whose money is proved too tell it here in `ready`."""
    CHECKS[name] = check


def errors(conference: Conference | None = None) -> Iterator[Error]:
    """All that is wrong at one moment, in one edition or in all."""
    with snapshot():
        for name, check in CHECKS.items():
            for where, says in check(conference):
                yield Error(name, where, says)


def _within(rows: Any, conference: Conference | None, path: str = "conference") -> Any:
    return rows if conference is None else rows.filter(**{path: conference})


def _sum_of(rows: Any, field: str, by: str) -> Coalesce:
    """The sum of `field` over the rows that belong to the outer row."""
    mine = rows.filter(**{by: OuterRef("pk")}).order_by().values(by)
    sums = mine.annotate(sum=Sum(field)).values("sum")
    return Coalesce(Subquery(sums, output_field=AMOUNT), Value(money.ZERO), output_field=AMOUNT)


# --- money -----------------------------------------------------------------------------------


def _money(conference: Conference | None) -> Found:
    """What an order is charged is what was received for it."""
    owed = _sum_of(OrderLine.objects.exclude(status=Line.LAPSED), "price", "order")
    back = Refund.objects.exclude(status=Refund.Status.FAILED)
    failed = Refund.objects.filter(status=Refund.Status.FAILED)
    orders = _within(Order.objects.order_by("pk"), conference).annotate(
        charged_sum=Case(
            When(status__in=[PAID, CANCELLED], then=owed),
            default=Value(money.ZERO),
            output_field=AMOUNT,
        ),
        received_sum=_sum_of(Payment.objects.all(), "amount", "order")
        - _sum_of(back, "amount", "order"),
        failed_sum=_sum_of(failed, "amount", "order"),
    )
    # SQLite sums decimals as floating numbers; rounded they are exact again.
    wrong = orders.alias(gap=Round(F("received_sum") - F("charged_sum"), 2)).exclude(gap=0)
    for code, status, currency, charged, received, failed_refunds in wrong.values_list(
        "code", "status", "currency", "charged_sum", "received_sum", "failed_sum"
    ):
        says = f"{status}, charged {charged:.2f}, received {received:.2f} {currency}"
        if failed_refunds:
            says += f"; refunds of {failed_refunds:.2f} failed"
        yield f"order {code}", says


def _currency(conference: Conference | None) -> Found:
    rows = Payment.objects.exclude(currency=F("order__currency")).order_by("pk")
    for code, pk, paid_in, currency in _within(rows, conference, "order__conference").values_list(
        "order__code", "pk", "currency", "order__currency"
    ):
        yield f"order {code}", f"payment {pk} is in {paid_in}, the order in {currency}"


def _refunds(conference: Conference | None) -> Found:
    rows = _within(Refund.objects.order_by("pk"), conference, "order__conference")
    foreign = rows.exclude(order=F("payment__order"))
    for code, pk, other in foreign.values_list("order__code", "pk", "payment__order__code"):
        yield f"order {code}", f"refund {pk} is of a payment of order {other}"
    by_payment = rows.exclude(status=Refund.Status.FAILED).order_by("payment").values("payment")
    too_much = by_payment.annotate(back=Round(Sum("amount"), 2)).filter(
        back__gt=F("payment__amount")
    )
    for code, pk, back, amount in too_much.values_list(
        "payment__order__code", "payment", "back", "payment__amount"
    ):
        yield f"order {code}", f"{back:.2f} went back of payment {pk}, which was {amount:.2f}"


def _paid(conference: Conference | None) -> Found:
    """A paid order says when, and one that cost something was paid for."""
    orders = _within(Order.objects.filter(status=PAID).order_by("pk"), conference)
    for code in orders.filter(paid_at=None).values_list("code", flat=True):
        yield f"order {code}", "is paid, but nothing says when"
    cost = _sum_of(OrderLine.objects.exclude(status=Line.LAPSED), "price", "order")
    unpaid = orders.filter(payments=None).annotate(cost=cost).filter(cost__gt=0)
    for code, price in unpaid.values_list("code", "cost"):
        yield f"order {code}", f"is paid and costs {price:.2f}, but there is no payment"


def _drawers(conference: Conference | None) -> Found:
    """Money moves through a drawer while it is open, in its own edition, and adds up."""
    drawers = _within(CashDrawer.objects.order_by("pk"), conference)
    for model, moment in ((Payment, "received_at"), (Refund, "sent_at")):
        rows = _within(model.objects.exclude(drawer=None), conference, "drawer__conference")
        late = Q(**{f"{moment}__gt": F("drawer__closed_at")})
        early = Q(**{f"{moment}__lt": F("drawer__opened_at")})
        outside = ~Q(order__conference=F("drawer__conference"))
        for name, code, amount in (
            rows.filter(late | early | outside)
            .order_by("pk")
            .values_list("drawer__name", "order__code", "amount")
        ):
            kind = "payment" if model is Payment else "refund"
            yield (
                f"drawer {name}",
                f"a {kind} of {amount:.2f} for {code} outside its hours or edition",
            )
    for drawer in drawers.exclude(closed_at=None):
        if drawer.expected() < 0:
            yield f"drawer {drawer.name}", f"{drawer.expected():.2f} should lie in it"


# --- tickets and lines -----------------------------------------------------------------------


def _tickets(conference: Conference | None) -> Found:
    """A live ticket of an order has one line in force, of its own type."""
    mine = OrderLine.objects.filter(
        ticket=OuterRef("pk"),
        ticket_type__isnull=False,
        status=Line.LIVE,
        credits=None,
        order__status=OuterRef("order__status"),
    )
    per_ticket = mine.order_by().values("ticket").annotate(n=Count("pk")).values("n")
    live = _within(Ticket.objects.live().order_by("pk"), conference)
    counted = live.filter(order__status__in=[PAID, PENDING]).annotate(
        n=Coalesce(Subquery(per_ticket), 0)
    )
    for code, order, n in counted.exclude(n=1).values_list("code", "order__code", "n"):
        yield f"order {order}", f"ticket {code} has {n or 'no'} lines in force"
    for code, order in live.filter(order__status=CANCELLED).values_list("code", "order__code"):
        yield f"order {order}", f"is cancelled, but its ticket {code} is not"
    other = OrderLine.objects.in_force().filter(ticket__order__status=PAID, ticket__status="live")
    other = _within(other, conference, "order__conference").exclude(ticket_type=None)
    for order, code, paid_for in (
        other.exclude(ticket_type=F("ticket__ticket_type"))
        .order_by("pk")
        .values_list("order__code", "ticket__code", "ticket_type__name")
    ):
        yield f"order {order}", f"paid for {paid_for}, but ticket {code} is of another type"
    twice = OrderLine.objects.holding().filter(ticket__order=None, ticket__status="live")
    twice = _within(twice, conference, "order__conference").exclude(ticket_type=None)
    for order, pk, code in twice.order_by("pk").values_list("order__code", "pk", "ticket__code"):
        yield f"order {order}", f"line {pk} holds a place of ticket {code}, which was given"


def _lines(conference: Conference | None) -> Found:
    """Only live tickets of paid and waiting orders hold places."""
    rows = _within(OrderLine.objects.order_by("pk"), conference, "order__conference")
    things = rows.filter(A_THING, status=Line.LIVE, credits=None)
    about = ("order__code", "pk", "ticket__code")
    holding = things.filter(order__status__in=[PAID, PENDING])
    for order, pk, _ in holding.filter(ticket=None, ticket_type__isnull=False).values_list(*about):
        yield f"order {order}", f"line {pk} holds a place and has no ticket"
    for order, pk, code in holding.filter(ticket__status="cancelled").values_list(*about):
        yield f"order {order}", f"line {pk} holds a place of ticket {code}, which is cancelled"
    for order, pk, _ in things.filter(order__status=CANCELLED).values_list(*about):
        yield f"order {order}", f"is cancelled, but its line {pk} is in force"
    own = Q(ticket__order=F("order")) | Q(ticket=F("order__upgrades"))
    for order, pk, code in holding.exclude(ticket=None).exclude(own).values_list(*about):
        yield f"order {order}", f"line {pk} is for ticket {code}, which is not the order's"
    kept = rows.filter(order__status=EXPIRED).exclude(status=Line.LAPSED)
    for order, pk, _ in kept.values_list(*about):
        yield f"order {order}", f"ran out, but its line {pk} did not"


def _credits(conference: Conference | None) -> Found:
    """What was taken back has ended, and for no more than it cost; what ended was taken back."""
    rows = _within(OrderLine.objects.order_by("pk"), conference, "order__conference")
    credits = rows.exclude(credits=None).exclude(status=Line.LAPSED)
    live = credits.filter(order__status__in=[PAID, CANCELLED]).exclude(credits__status=Line.ENDED)
    for order, pk in live.values_list("credits__order__code", "credits"):
        yield f"order {order}", f"line {pk} was taken back, but is in force"
    over = credits.filter(price__lt=money.ZERO - F("credits__price"))
    for order, pk, cost, back in over.values_list(
        "order__code", "credits", "credits__price", "price"
    ):
        yield f"order {order}", f"line {pk} cost {cost:.2f}, and {-back:.2f} was taken back"
    ended = rows.filter(A_THING, status=Line.ENDED, ticket__status="live", credits=None)
    replaced = OrderLine.objects.exclude(live_credit=None).values("live_credit")
    same = OrderLine.objects.filter(order=OuterRef("order"), ticket=OuterRef("ticket"))
    silent = ended.exclude(price=0).exclude(pk__in=replaced)
    silent = silent.exclude(Exists(same.filter(price__lt=0).exclude(words="")))
    for order, pk, code in silent.values_list("order__code", "pk", "ticket__code"):
        yield f"order {order}", f"line {pk} of live ticket {code} ended, and nothing says why"


# --- what is scarce --------------------------------------------------------------------------


def _quotas(conference: Conference | None) -> Found:
    """`taken` is what orders and given tickets hold; reservations count until they are freed."""
    held = OrderLine.objects.holding().places() + Ticket.objects.given().places()
    for quota in _within(Quota.objects.order_by("pk"), conference):
        if quota.taken != held[quota.pk]:
            yield (
                f"quota {quota.name} ({quota.pk})",
                f"{quota.taken} places are counted as taken, {held[quota.pk]} are held",
            )


def _promo_codes(conference: Conference | None) -> Found:
    used = OrderLine.objects.all().uses()
    for promo in _within(PromoCode.objects.order_by("pk"), conference):
        if promo.uses != used[promo.pk]:
            yield f"code {promo.code}", f"{promo.uses} uses are counted, {used[promo.pk]} are there"


def _allowances(conference: Conference | None) -> Found:
    rows = Ticket.objects.holding().exclude(allowance=None).values_list("allowance")
    given: Counter[int] = Counter(dict(rows.annotate(n=Count("pk")).order_by()))
    for one in _within(CompAllowance.objects.order_by("pk"), conference):
        if one.given != given[one.pk]:
            yield f"allowance {one.source}", f"{one.given} counted as given, {given[one.pk]} are"


def _editions(conference: Conference | None) -> Found:
    """Orders, tickets and types that belong together are of one edition."""
    tickets = _within(Ticket.objects.order_by("pk"), conference)
    strange = ~Q(ticket_type__conference=F("conference")) | (
        Q(order__isnull=False) & ~Q(order__conference=F("conference"))
    )
    for code in tickets.filter(strange).values_list("code", flat=True):
        yield f"ticket {code}", "is of another edition than its type or its order"
    upgrades = _within(Order.objects.exclude(upgrades=None).order_by("pk"), conference)
    strange = upgrades.exclude(conference=F("upgrades__conference"))
    for code in strange.values_list("code", flat=True):
        yield f"order {code}", "is of another edition than the ticket that it upgrades"


CHECKS: dict[str, Callable[[Conference | None], Found]] = {
    "money": _money,
    "currency": _currency,
    "refunds": _refunds,
    "paid orders": _paid,
    "cash drawers": _drawers,
    "tickets": _tickets,
    "lines": _lines,
    "credits": _credits,
    "places": _quotas,
    "promo codes": _promo_codes,
    "allowances": _allowances,
    "editions": _editions,
}
