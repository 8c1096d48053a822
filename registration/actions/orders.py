"""Orders: places kept, names given, paid or free; made once for each form that was sent."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

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
from .lines import priced
from .mails import mail_tickets
from .order_errors import NoSeat, NotOnSale, PriceChanged
from .people import Attendee, Buyer
from .stock import (
    SoldOut,
    UsedUp,
    free_places,
    leave_to_waiting,
    places_of,
    take,
)
from .tickets import add_ribbons, proven_addresses

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
    if promo:
        promo.pay_for(types)

    @retry
    def attempt(free_lapsed: bool) -> Order:
        now = timezone.now()
        order = _new_order(conference, form_token, promo, user, now)
        _keep_places(order, types, now, free_lapsed=free_lapsed)
        tickets = add_tickets(order, [Ticket(ticket_type=one) for one in types])
        lines = [line for ticket in tickets for line in priced(order, ticket, (), now)]
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
    shown: Decimal | None = None,
) -> tuple[Order, bool]:
    """Reserve and fill in at once: desks, imports and group codes know the names already.

    With the total that was `shown`, PriceChanged when what would be written is another.
    """
    require_open(conference)
    types = [attendee.ticket_type for attendee in attendees]
    if promo:
        promo.pay_for(types)

    @retry
    def attempt(free_lapsed: bool) -> Order:
        now = timezone.now()
        order = _new_order(conference, form_token, promo, buyer.user, now)
        put_name(order, buyer, terms or {}, now)
        tickets = [Ticket(ticket_type=one.ticket_type, **one.badge_facts(now)) for one in attendees]
        extras = [extra for attendee in attendees for extra in attendee.add_ons]
        check_on_sale(order, types, extras, now)
        check_seats(attendees)
        per_ticket = [
            priced(order, ticket, attendee.add_ons, now)
            for ticket, attendee in zip(tickets, attendees, strict=True)
        ]
        lines = [line for of_one in per_ticket for line in of_one]
        _check_shown(lines, shown)
        is_free = not any(line.price for line in lines)
        if is_free:
            pay_nothing(order, now)
        _keep_places(order, types, now, extras, free_lapsed=free_lapsed)
        leave_to_waiting(extras)
        tickets = add_tickets(order, tickets)
        for ticket, of_one in zip(tickets, per_ticket, strict=True):
            for line in of_one:
                line.order, line.ticket = order, ticket
        OrderLine.objects.bulk_create(lines)
        write_answers(tickets, attendees)
        if is_free:
            mail_tickets(order, tickets, total=money.ZERO)
        return order

    return _once(form_token, attempt)


def _once(form_token: str, attempt) -> tuple[Order, bool]:
    """The second try frees what has lapsed, or draws a code that is not taken yet."""
    for last_try in (False, True):
        try:
            return attempt(last_try), True
        except (IntegrityError, SoldOut, UsedUp, PriceChanged) as error:
            if earlier := Order.objects.made_by(form_token):
                return earlier, False
            if last_try or isinstance(error, PriceChanged):
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
    check_on_sale(order, types, extras, now)
    uses = Counter({promo.pk: sum(promo.covers(one) for one in types)} if promo else {})
    if promo and free_lapsed:
        uses.update(dict.fromkeys(promo.counted_with(), 0))  # what ran out with these is free too
    places = places_of([*types, *extras])
    take(order.conference, places, uses=uses, free_lapsed=free_lapsed)
    with disable_auditlog():  # the row itself tells of its making
        order.save(force_insert=True)


def check_on_sale(
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


def check_seats(attendees: Iterable[Attendee]) -> None:
    for attendee in attendees:
        if problem := seats.problem(attendee.add_ons):
            raise NoSeat(problem)


def _check_shown(lines: Iterable[OrderLine], shown: Decimal | None) -> None:
    total = sum((line.price for line in lines), money.ZERO)
    if shown is not None and total != shown:
        raise PriceChanged(total)


def add_tickets(order: Order, tickets: Sequence[Ticket]) -> list[Ticket]:
    own, promo = proven_addresses(order.user), order.promo_code
    for ticket in tickets:
        ticket.conference, ticket.order = order.conference, order
        if ticket.attendee_email in own:
            ticket.user = order.user
        if promo and promo.covers(ticket.ticket_type):
            ticket.allowance_id = promo.allowance_id
    made = Ticket.objects.bulk_create(tickets)
    if made[0].pk is None:  # MySQL tells no keys of rows inserted together
        made = list(order.tickets.order_by("pk"))
        for ticket, one in zip(made, tickets, strict=True):
            ticket.ticket_type = one.ticket_type  # which knows whether a code pays for it
    add_ribbons(promo, [one for one in made if one.allowance_id])
    return made


def pay_nothing(order: Order, now: dt.datetime) -> None:
    """What costs nothing is paid at once."""
    order.move_to(Order.Status.PAID)
    order.paid_at, order.expires_at = now, None


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


def put_name(order: Order, buyer: Buyer, terms: Mapping[str, Terms], now: dt.datetime) -> None:
    order.buyer_name, order.buyer_email = buyer.name, canonical_email(buyer.email)
    order.buyer_organization, order.buyer_address = buyer.organization, buyer.address
    order.user = buyer.user or order.user
    order.conduct = terms.get(Terms.Kind.CONDUCT)
    order.refund_terms = terms.get(Terms.Kind.REFUND)
    order.filled_in_at = now


def write_answers(
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
