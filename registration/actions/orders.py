"""Orders: places kept, names given, paid or free; made once for each form that was sent."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from allauth.account.models import EmailAddress
from auditlog.context import disable_auditlog
from django.db import IntegrityError
from django.utils import timezone

from scale import money
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User
from scale.text import canonical_email

from .. import seats
from ..models import (
    AddOn,
    Answer,
    Order,
    OrderLine,
    PromoCode,
    Terms,
    Ticket,
    TicketType,
    WaitlistEntry,
)
from ..pricing import price_ticket
from .groups import keep_group_code
from .mails import mail_tickets
from .order_errors import BeingPaid, NoSeat, NotOnSale, NotOpen
from .people import Attendee, Buyer
from .stock import (
    SoldOut,
    UsedUp,
    expire_orders_of,
    free_places,
    leave_to_waiting,
    places_of,
    settle,
    take,
)

RESERVED_FOR = dt.timedelta(minutes=30)
NOT_FOR_SALE = ("soon", "closed")


def reserve(
    conference: Conference,
    types: Sequence[TicketType],
    *,
    form_token: str,
    promo: PromoCode | None = None,
    user: User | None = None,
) -> tuple[Order, bool]:
    """Keep a place of each type for half an hour; the order, and whether it is new.

    The same form sent again (double click, reload, back and send) leads to the
    order that it made the first time. Raises SoldOut, NotOnSale or UsedUp.
    """
    require_open(conference)

    @retry
    def attempt(free_lapsed: bool) -> Order:
        now = timezone.now()
        order = _new_order(conference, form_token, promo, user, now)
        _keep_places(order, types, now, free_lapsed=free_lapsed)
        tickets = add_tickets(order, [Ticket(ticket_type=one) for one in types])
        lines = [line for ticket in tickets for line in _priced(order, ticket, (), now)]
        OrderLine.objects.bulk_create(lines)
        return order

    return _once(form_token, attempt)


def place_order(
    conference: Conference,
    buyer: Buyer,
    attendees: Sequence[Attendee],
    *,
    form_token: str,
    promo: PromoCode | None = None,
    terms: Mapping[str, Terms] | None = None,
) -> tuple[Order, bool]:
    """Reserve and fill in at once: desks, imports and group codes know the names already."""
    require_open(conference)

    @retry
    def attempt(free_lapsed: bool) -> Order:
        now = timezone.now()
        order = _new_order(conference, form_token, promo, buyer.user, now)
        _name(order, buyer, terms or {}, now)
        tickets = [Ticket(ticket_type=one.ticket_type, **one.badge_facts(now)) for one in attendees]
        types = [attendee.ticket_type for attendee in attendees]
        extras = [extra for attendee in attendees for extra in attendee.add_ons]
        _check_on_sale(order, types, extras, now)
        _check_seats(attendees)
        per_ticket = [
            _priced(order, ticket, attendee.add_ons, now)
            for ticket, attendee in zip(tickets, attendees, strict=True)
        ]
        lines = [line for of_one in per_ticket for line in of_one]
        is_free = not any(line.price for line in lines)
        if is_free:
            _pay_nothing(order, now)
        _keep_places(order, types, now, extras, free_lapsed=free_lapsed)
        leave_to_waiting(extras)
        tickets = add_tickets(order, tickets)
        for ticket, of_one in zip(tickets, per_ticket, strict=True):
            for line in of_one:
                line.order, line.ticket = order, ticket
        OrderLine.objects.bulk_create(lines)
        _write_answers(tickets, attendees)
        if is_free:
            mail_tickets(order, tickets, total=money.ZERO)
        return order

    return _once(form_token, attempt)


def _once(form_token: str, attempt) -> tuple[Order, bool]:
    """The second try frees what has lapsed, or draws a code that is not taken yet."""
    for last_try in (False, True):
        try:
            return attempt(last_try), True
        except (IntegrityError, SoldOut, UsedUp) as error:
            if earlier := Order.objects.made_by(form_token):
                return earlier, False
            if last_try:
                raise
            if isinstance(error, SoldOut):
                free_places([error.quota_id])
    raise AssertionError("unreachable")


def _new_order(
    conference: Conference,
    form_token: str,
    promo: PromoCode | None,
    user: User | None,
    now: dt.datetime,
) -> Order:
    return Order(
        conference=conference,
        form_token=form_token,
        promo_code=promo,
        user=user,
        currency=conference.currency,
        expires_at=now + RESERVED_FOR,
    )


def _keep_places(
    order: Order,
    types: Sequence[TicketType],
    now: dt.datetime,
    extras: Sequence[AddOn] = (),
    *,
    free_lapsed: bool,
) -> None:
    """Take the places and the code's uses, then save the order."""
    promo = order.promo_code
    _check_on_sale(order, types, extras, now)
    uses = Counter({promo.pk: sum(promo.covers(one) for one in types)} if promo else {})
    places = places_of([*types, *extras])
    take(order.conference, places, uses=uses, free_lapsed=free_lapsed)
    with disable_auditlog():  # the row itself tells of its making
        order.save(force_insert=True)


def _check_on_sale(
    order: Order, types: Iterable[TicketType], extras: Iterable[AddOn], now: dt.datetime
) -> None:
    promo = order.promo_code
    for one in types:
        unlocked = promo is not None and promo.covers(one)
        if (one.is_hidden and not unlocked) or one.state(now) in NOT_FOR_SALE:
            raise NotOnSale(one)
    for extra in extras:
        if extra.is_hidden or extra.state(now) in NOT_FOR_SALE:
            raise NotOnSale(extra)


def _check_seats(attendees: Iterable[Attendee]) -> None:
    for attendee in attendees:
        if problem := seats.problem(attendee.add_ons):
            raise NoSeat(problem)


def add_tickets(order: Order, tickets: Sequence[Ticket]) -> list[Ticket]:
    own = _proven_addresses(order.user)
    for ticket in tickets:
        ticket.conference, ticket.order = order.conference, order
        if ticket.attendee_email in own:
            ticket.user = order.user
    made = Ticket.objects.bulk_create(tickets)
    if made[0].pk is None:  # MySQL tells no keys of rows inserted together
        made = list(order.tickets.select_related("ticket_type").order_by("pk"))
    return made


def _priced(
    order: Order, ticket: Ticket, add_ons: Sequence[AddOn], now: dt.datetime
) -> list[OrderLine]:
    """The lines of one new ticket, at today's prices, which the order then keeps."""
    promo = order.promo_code
    code = promo if promo and promo.covers(ticket.ticket_type) else None
    listed = ticket.ticket_type.price_at(now).amount
    own, extra_prices = price_ticket(listed, add_ons, code)
    first = OrderLine(
        order=order,
        ticket=ticket,
        ticket_type=ticket.ticket_type,
        list_price=listed,
        price=own,
        promo_code=code,
    )
    return [first, *_extra_lines(order, ticket, add_ons, extra_prices)]


def _extra_lines(
    order: Order, ticket: Ticket, add_ons: Sequence[AddOn], prices: Sequence[Decimal]
) -> list[OrderLine]:
    return [
        OrderLine(order=order, ticket=ticket, add_on=one, list_price=one.price, price=charged)
        for one, charged in zip(add_ons, prices, strict=True)
    ]


def _pay_nothing(order: Order, now: dt.datetime) -> None:
    """What costs nothing is paid at once."""
    order.move_to(Order.Status.PAID)
    order.paid_at, order.expires_at = now, None


def fill_in(
    order: Order,
    buyer: Buyer,
    attendees: Sequence[Attendee],
    *,
    terms: Mapping[str, Terms] | None = None,
) -> Order:
    """Put names, extras and answers to the places of a reservation, once or again.

    A reservation that ran out takes its places again if they are free. What costs
    nothing is paid at once. Raises SoldOut, NotOnSale, UsedUp, NotOpen, BeingPaid.
    """
    try:
        return _fill_in(order, buyer, attendees, terms or {})
    except (SoldOut, UsedUp):
        # Others' time may be over. Before this order is locked: orders are locked by pk.
        expire_orders_of(order.conference_id)
        return _fill_in(order, buyer, attendees, terms or {})


@retry
def _fill_in(
    order: Order, buyer: Buyer, attendees: Sequence[Attendee], terms: Mapping[str, Terms]
) -> Order:
    locked = Order.objects.lock(order.code)
    now = timezone.now()
    if locked is None or locked.status not in (Order.Status.PENDING, Order.Status.EXPIRED):
        raise NotOpen
    if locked.due_on:  # it has an invoice, and its group code may have opened places
        raise NotOpen
    locked.conference = order.conference
    require_open(locked.conference)
    if locked.status == Order.Status.EXPIRED:
        locked.lines.exclude(add_on=None).delete()  # this form says anew which extras it wants
        take_again(locked)
        locked.move_to(Order.Status.PENDING)
    if locked.expires_at is None or locked.expires_at < now:
        locked.expires_at = now + RESERVED_FOR
    tickets = list(locked.tickets.live().select_related("ticket_type").order_by("pk"))
    if [t.ticket_type_id for t in tickets] != [a.ticket_type.pk for a in attendees]:
        raise NotOpen
    again = locked.filled_in_at is not None
    _swap_extras(locked, attendees, now, again=again)
    own = _proven_addresses(buyer.user)
    for ticket, attendee in zip(tickets, attendees, strict=True):
        for name, value in attendee.badge_facts(now).items():
            setattr(ticket, name, value)
        ticket.user = buyer.user if ticket.attendee_email in own else None
    _save_badges(tickets, [*attendees[0].badge_facts(now), "user"])
    keep_group_code(locked, buyer, attendees)
    _write_answers(tickets, attendees, again=again)
    _name(locked, buyer, terms, now)
    total = _price_again(locked, attendees, tickets)
    is_free = not total
    if again:
        _check_not_being_paid(locked, total, now)
    if is_free:
        _pay_nothing(locked, now)
        offer_taken(locked)
    with disable_auditlog():
        locked.save()
    if is_free:
        mail_tickets(locked, tickets, total=money.ZERO)
    return locked


def _save_badges(tickets: Sequence[Ticket], fields: Sequence[str]) -> None:
    """In one statement; the one that updates many rows takes long to write for a single row."""
    if len(tickets) > 1:
        Ticket.objects.bulk_update(tickets, fields)
    else:
        with disable_auditlog():
            tickets[0].save(update_fields=fields)


def _check_not_being_paid(order: Order, total: Decimal, now: dt.datetime) -> None:
    pages = order.payment_sessions.open().filter(expires_at__gt=now).exclude(amount=total)
    if page := pages.first():
        raise BeingPaid(page)


def offer_taken(order: Order) -> None:
    """Who waited has what was offered. An offer is the only order that no form has made."""
    if order.form_token is None:
        WaitlistEntry.objects.filter(order=order).update(status=WaitlistEntry.Status.TAKEN)


def take_again(order: Order) -> None:
    """Take the places and uses of an order that ran out; SoldOut or UsedUp when they are gone.

    The caller holds the order's lock.
    """
    lines = order.lines.filter(status=OrderLine.Status.LAPSED)
    lines.update(status=OrderLine.Status.LIVE)
    taken = order.lines.all()
    take(order.conference, taken.places(), uses=taken.uses())
    again = taken.filter(status=OrderLine.Status.LIVE).exclude(add_on=None)
    extras = AddOn.objects.filter(pk__in=again.values("add_on")).prefetch_related("quotas")
    leave_to_waiting(extras, order.upgrades)


def _swap_extras(
    order: Order, attendees: Sequence[Attendee], now: dt.datetime, *, again: bool
) -> None:
    """Extras of an earlier filling-in go, new ones come, in one change of each quota."""
    earlier = order.lines.exclude(add_on=None) if again else order.lines.none()
    old = list(earlier.select_related("add_on").prefetch_related("add_on__quotas"))
    extras = [extra for attendee in attendees for extra in attendee.add_ons]
    _check_on_sale(order, (), extras, now)
    _check_seats(attendees)
    change = places_of(extras)
    change.subtract(places_of(line.add_on for line in old if line.add_on))
    if old:
        earlier.delete()
    if change:
        settle(order.conference, change)
        had = {line.add_on_id for line in old}
        leave_to_waiting([one for one in extras if one.pk not in had])


def _name(order: Order, buyer: Buyer, terms: Mapping[str, Terms], now: dt.datetime) -> None:
    order.buyer_name, order.buyer_email = buyer.name, canonical_email(buyer.email)
    order.buyer_organization, order.buyer_address = buyer.organization, buyer.address
    order.user = buyer.user or order.user
    order.conduct = terms.get(Terms.Kind.CONDUCT)
    order.refund_terms = terms.get(Terms.Kind.REFUND)
    order.filled_in_at = now


def _write_answers(
    tickets: Sequence[Ticket], attendees: Sequence[Attendee], *, again: bool = False
) -> None:
    """What was asked of each; answers of an earlier filling-in go."""
    if again:
        Answer.objects.filter(ticket__in=tickets).delete()
    if not any(attendee.answers for attendee in attendees):
        return
    Answer.objects.bulk_create(
        Answer(ticket=ticket, question=question, value=value)
        for ticket, attendee in zip(tickets, attendees, strict=True)
        for question, value in attendee.answers.items()
        if value
    )


def _price_again(order: Order, attendees: Sequence[Attendee], tickets: Sequence[Ticket]) -> Decimal:
    """Price each ticket with its extras; the ticket keeps the list price of its reservation."""
    own = {line.ticket_id: line for line in order.lines.filter(add_on=None)}
    total, extras = money.ZERO, []
    for ticket, attendee in zip(tickets, attendees, strict=True):
        line = own[ticket.pk]
        code = order.promo_code if line.promo_code_id else None
        price, extra_prices = price_ticket(line.list_price, attendee.add_ons, code)
        if price != line.price:
            OrderLine.objects.filter(pk=line.pk).update(price=price)
        extras += _extra_lines(order, ticket, attendee.add_ons, extra_prices)
        total += price + sum(extra_prices, money.ZERO)
    OrderLine.objects.bulk_create(extras)
    return total


def _proven_addresses(user: User | None) -> set[str]:
    if user is None:
        return set()
    return set(
        EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    )
