"""Order lines: what each ticket and its extras cost."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from scale import money

from ..models import AddOn, Order, OrderLine, Ticket
from ..pricing import price_ticket
from .people import Attendee


def priced(
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


def price_again(order: Order, attendees: Sequence[Attendee], tickets: Sequence[Ticket]) -> Decimal:
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
