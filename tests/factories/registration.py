"""One plain function a model: sensible defaults, keywords win."""

import datetime as dt
import itertools
from decimal import Decimal

from django.utils import timezone

from registration.models import (
    Order,
    OrderLine,
    Payment,
    Quota,
    Refund,
    Ticket,
    TicketPrice,
    TicketType,
)
from tests.factories import scale as make

number = itertools.count(1)


def quota(conference, **fields):
    return Quota.objects.create(
        **{"conference": conference, "name": f"Places {next(number)}", "size": 100} | fields
    )


def ticket_type(conference, *, price=Decimal("90.00"), quotas=(), **fields):
    """On sale now at `price`; with None it has no price yet."""
    n = next(number)
    made = TicketType.objects.create(
        **{"conference": conference, "code": f"type{n}", "name": f"Type {n}"} | fields
    )
    made.quotas.set(quotas)
    if price is not None:
        ticket_price(made, amount=price)
    return made


def ticket_price(ticket_type, **fields):
    return TicketPrice.objects.create(
        **{"ticket_type": ticket_type, "amount": Decimal("90.00")} | fields
    )


def order(conference, *, types=(), **fields):
    """Paid, with a line and a ticket for each of `types`, whose places are counted as taken."""
    n = next(number)
    made = Order.objects.create(
        **{
            "conference": conference,
            "status": Order.Status.PAID,
            "buyer_name": f"Buyer {n}",
            "buyer_email": f"buyer{n}@example.org",
            "currency": conference.currency,
        }
        | fields
    )
    for one in types:
        price = one.price_at()
        line = OrderLine.objects.create(
            order=made, ticket_type=one, price=price.amount if price else Decimal("0.00")
        )
        ticket(one, line=line, attendee_name=made.buyer_name)
        for held in one.quotas.all():
            Quota.objects.filter(pk=held.pk).update(taken=held.taken + 1)
    return made


def pending_order(conference, *, minutes=30, **fields):
    """Waiting for payment; with negative `minutes` its time has run out."""
    expires_at = timezone.now() + dt.timedelta(minutes=minutes)
    return order(conference, **{"status": Order.Status.PENDING, "expires_at": expires_at} | fields)


def ticket(ticket_type, **fields):
    """Given, or of a paid order where `line` says so."""
    n = next(number)
    return Ticket.objects.create(
        **{
            "conference": ticket_type.conference,
            "ticket_type": ticket_type,
            "attendee_name": f"Attendee {n}",
        }
        | fields
    )


def payment(order, **fields):
    return Payment.objects.create(
        **{
            "order": order,
            "provider": "demo",
            "reference": f"reference-{next(number)}",
            "amount": order.total(),
            "currency": order.currency,
        }
        | fields
    )


def refund(payment, **fields):
    return Refund.objects.create(
        **{
            "order": payment.order,
            "payment": payment,
            "reference": f"refund-{next(number)}",
            "amount": payment.amount,
            "why": "Asked for it.",
            "by": fields.pop("by", None) or make.user(),
        }
        | fields
    )
