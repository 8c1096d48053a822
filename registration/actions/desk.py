"""What the desk does to an order: sell, take money, take back, make free, correct.

A form tells with `seen` which state of the order its user was looking at. Under the
order's lock that must still be its state: so a double click does nothing twice, and of
two people who act on one order the second looks again.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial

import structlog
from django.db import IntegrityError
from django.db.models import Sum

from scale import money
from scale.db import retry
from scale.editions import require_open
from scale.models import AuditEntry, Conference, User
from scale.text import canonical_email

from ..models import (
    CashDrawer,
    Order,
    OrderLine,
    OrderNote,
    Payment,
    PromoCode,
    Ticket,
)
from .comps import lock_orders
from .mails import mail_tickets
from .money import even_out, owe_back, record_payment
from .order_errors import ChangedMeanwhile
from .orders import Attendee, Buyer, place_order
from .stock import expire_upgrades, give_back
from .tickets import correct_attendee
from .upgrades import refuse_waiting

log = structlog.get_logger()


class NotPossible(Exception):
    """Why this cannot be done to this order, as a sentence."""


# --- selling ----------------------------------------------------------------------------------


def sell(
    conference: Conference,
    buyer: Buyer,
    attendees: Sequence[Attendee],
    *,
    provider: str,
    drawer: CashDrawer,
    by: User | None,
    form_token: str,
    shown: Decimal,
    promo: PromoCode | None = None,
    reference: str = "",
    note: str = "",
    at: str = "",
) -> Order:
    """Sell and take the money; the same form again leads to the same order, paid once.

    PriceChanged when it costs something else than the total that was `shown`.
    Without `by` it was a station, and `at` tells which and which volunteer.

    Two transactions: should the second be lost, the places stay kept for half an hour
    and the same form finishes the sale; unless the price shown since is another: then
    the order still waits for its money.
    """
    order, is_new = place_order(
        conference, buyer, attendees, form_token=form_token, promo=promo, shown=shown
    )
    if is_new:
        AuditEntry.objects.tell(order, "sold at the desk", why=at or str(drawer), by=by)
    if order.status == Order.Status.PENDING and (is_new or order.total() == shown):
        take_money(
            order,
            provider=provider,
            drawer=drawer,
            by=by,
            token=form_token,
            reference=reference,
            note=note,
        )
        order.refresh_from_db()
    return order


def take_money(
    order: Order,
    *,
    provider: str,
    by: User | None,
    token: str,
    drawer: CashDrawer | None = None,
    reference: str = "",
    note: str = "",
    seen: str = "",
) -> Payment:
    """Write down cash, a cheque or a bank transfer of just the order's price.

    With `seen` only while the order is as it was seen, and has a use for the money.
    """
    require_open(order.conference)
    record = partial(
        record_payment,
        order.code,
        provider=provider,
        reference=reference or token,
        amount=order.total(),
        currency=order.currency,
        drawer=drawer,
        by=by,
        note=note,
        seen=seen,
    )
    try:
        return record()
    except IntegrityError:  # somebody has just written down this reference: now it is seen
        return record()


# --- taking back -----------------------------------------------------------------------------


def _hold(order: Order, seen: str) -> Order:
    locked = Order.objects.lock(order.code)
    require_open(locked.conference)
    if locked.state_key() != seen:
        raise ChangedMeanwhile
    return locked


def hold_paid(order: Order, seen: str) -> Order:
    locked = _hold(order, seen)
    if locked.status != Order.Status.PAID:
        raise NotPossible("Only an order that is paid can be changed like this.")
    return locked


@retry
def end_extra(order: Order, line: OrderLine, *, seen: str, why: str, by: User) -> None:
    """Take one extra back: its place is free, its price is owed back."""
    if line.ticket_id:  # an earlier order of the ticket may owe what a later one took back
        lock_orders(Order.objects.filter(lines__ticket=line.ticket_id).values_list("pk", flat=True))
    locked = hold_paid(order, seen)
    old = locked.lines.filter(
        pk=line.pk, status=OrderLine.Status.LIVE, credits=None, ticket_type=None
    )
    found = old.exclude(add_on=None).first()
    if found is None:
        raise NotPossible("Only an extra that is still in force can be taken back by itself.")
    if found.ticket:
        expire_upgrades(found.ticket)
        refuse_waiting(Ticket.objects.select_for_update().get(pk=found.ticket.pk))
    places = old.places()
    credit(found)
    give_back(locked.conference, places)
    words = f"Took back {found.thing()}: {why}"
    for one in even_out(found.ticket, words) if found.ticket else [locked]:
        owe_back(one, why=why, by=by)
    AuditEntry.objects.tell(locked, f"took back {found.thing()}", why=why, by=by)


@retry
def give_in_kindness(order: Order, amount: Decimal, *, seen: str, why: str, by: User) -> None:
    """Owe back some of what was paid while all tickets stay good."""
    locked = hold_paid(order, seen)
    if not money.ZERO < amount <= locked.charged():
        most = money.show(locked.charged(), locked.currency)
        raise NotPossible(f"Between one cent and {most} can be given back.")
    OrderLine.objects.create(order=locked, words=f"Given back: {why}"[:120], price=-amount)
    owe_back(locked, why=why, by=by)
    words = f"gave back {money.show(amount, locked.currency)}"
    AuditEntry.objects.tell(locked, words, why=why, by=by)


@retry
def make_free(order: Order, ticket: Ticket, *, seen: str, why: str, by: User) -> None:
    """A bought ticket becomes a given one: it stays good and keeps its place and code."""
    hold_paid(order, seen)
    held = lock_ticket(order, ticket)
    lines = OrderLine.objects.filter(ticket=held, order__status=Order.Status.PAID)
    pks = set(lines.values_list("order", flat=True))
    for one in Order.objects.filter(pk__in=pks).order_by("pk"):
        kept = one.lines.filter(ticket=held).exclude(status=OrderLine.Status.LAPSED)
        cost = kept.aggregate(n=Sum("price"))["n"] or money.ZERO
        if cost:
            OrderLine.objects.create(
                order=one, ticket=held, words=f"Free of charge: {why}"[:120], price=-cost
            )
            owe_back(one, why=why, by=by)
    held.why_free = why[:120]
    held.save(update_fields=["why_free"])
    AuditEntry.objects.tell(held, "made free of charge", why=why, by=by)


def lock_ticket(order: Order, ticket: Ticket) -> Ticket:
    """With the orders of its upgrades, which come after its own."""
    list(Order.objects.select_for_update().filter(upgrades=ticket).order_by("pk"))
    own = Ticket.objects.select_for_update().filter(pk=ticket.pk, order=order)
    held = own.filter(status=Ticket.Status.LIVE).first()
    if held is None:
        raise NotPossible("The ticket is not one of this order's, or it is cancelled.")
    return held


def credit(line: OrderLine) -> None:
    """End a line; one of its own takes off what it cost."""
    OrderLine.objects.filter(pk=line.pk).update(status=OrderLine.Status.ENDED)
    OrderLine.objects.create(
        order=line.order,
        ticket=line.ticket,
        ticket_type=line.ticket_type,
        add_on=line.add_on,
        credits=line,
        price=-line.price,
    )


# --- words ------------------------------------------------------------------------------------


@retry
def correct_by_staff(
    ticket: Ticket, facts: Mapping[str, object], *, why: str, by: User | None, seen: str = ""
) -> list[str]:
    """Correct what stands on the badge; the code stays. Returns what was changed.

    Without `by` it was a station, which `why` names.
    Raises ChangedMeanwhile when the ticket's holder is not the one that was `seen`.
    """
    held = Ticket.objects.select_for_update().get(pk=ticket.pk)
    require_open(held.conference)
    if seen and held.holder_key() != seen:
        raise ChangedMeanwhile
    changed = [name for name, value in facts.items() if getattr(held, name) != value]
    for name in changed:
        setattr(held, name, facts[name])
    if changed:
        correct_attendee(held)
        AuditEntry.objects.tell(held, "corrected", why=why, by=by)
    return changed


@retry
def correct_buyer(order: Order, *, name: str, email: str, seen: str, why: str, by: User) -> None:
    """Who bought, and where the mails go. Another address ends the link to an account."""
    locked = _hold(order, seen)
    address = canonical_email(email)
    if address != locked.buyer_email:
        locked.user = None
    locked.buyer_name, locked.buyer_email = name, address
    locked.save(update_fields=["buyer_name", "buyer_email", "user"])
    AuditEntry.objects.tell(locked, "corrected the buyer", why=why, by=by)


@retry
def add_note(order: Order, text: str, *, by: User) -> OrderNote:
    """What staff want each other to know; the same words of one person stand there once."""
    locked = Order.objects.lock(order.code)
    if locked.notes.filter(text=text, by=by).exists():
        raise ChangedMeanwhile
    return OrderNote.objects.create(order=locked, text=text, by=by)


@retry
def send_again(order: Order, *, token: str, why: str, by: User) -> None:
    """The mail with the tickets once more, to the address the order has now; once for a form."""
    locked = Order.objects.lock(order.code)
    require_open(locked.conference)
    own = locked.tickets.live().filter(retired_codes=None)  # others are their new holders'
    tickets = list(own.select_related("ticket_type").order_by("pk"))
    if locked.status != Order.Status.PAID or not tickets:
        raise NotPossible("Only an order that is paid has tickets to send.")
    if not locked.buyer_email:
        raise NotPossible("The order has no e-mail address. Correct the buyer first.")
    mail_tickets(locked, tickets, total=locked.total(), again=token)
    AuditEntry.objects.tell(locked, "sent the tickets again", why=why, by=by)
