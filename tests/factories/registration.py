"""One plain function a model: sensible defaults, keywords win."""

import datetime as dt
import itertools
from decimal import Decimal

from django.db.models import F
from django.utils import timezone

from registration.models import (
    AddOn,
    Answer,
    CashDrawer,
    GroupCode,
    Order,
    OrderLine,
    Payment,
    PromoCode,
    Question,
    Quota,
    Refund,
    SaleRules,
    Terms,
    Ticket,
    TicketPrice,
    TicketType,
    WaitlistEntry,
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
            "filled_in_at": timezone.now(),
            "buyer_name": f"Buyer {n}",
            "buyer_email": f"buyer{n}@example.org",
            "currency": conference.currency,
        }
        | fields
    )
    for one in types:
        price = one.price_at()
        amount = price.amount if price else Decimal("0.00")
        held = ticket(one, order=made, attendee_name=made.buyer_name)
        holds = made.status in (Order.Status.PAID, Order.Status.PENDING)
        OrderLine.objects.create(
            order=made,
            ticket=held,
            ticket_type=one,
            price=amount,
            list_price=amount,
            status=OrderLine.Status.LIVE if holds else OrderLine.Status.LAPSED,
        )
        for places in one.quotas.all():
            Quota.objects.filter(pk=places.pk).update(taken=places.taken + 1)
    return made


def pending_order(conference, *, minutes=30, **fields):
    """Waiting for payment; with negative `minutes` its time has run out."""
    expires_at = timezone.now() + dt.timedelta(minutes=minutes)
    return order(conference, **{"status": Order.Status.PENDING, "expires_at": expires_at} | fields)


def ticket(ticket_type, **fields):
    """Given, or of an order where `order` says so."""
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


def owed(payment):
    """Why the payment is to go back, "" when it is not."""
    return ", ".join(one.why for one in payment.refunds.all())


def refund(payment, **fields):
    return Refund.objects.create(
        **{
            "order": payment.order,
            "payment": payment,
            "reference": f"refund-{next(number)}",
            "amount": payment.amount,
            "why": "Asked for it.",
            "status": Refund.Status.DONE,
            "by": fields.pop("by", None) or make.user(),
        }
        | fields
    )


def drawer(conference, **fields):
    """Open, with a float of $100."""
    n = next(number)
    return CashDrawer.objects.create(
        **{
            "conference": conference,
            "name": f"Desk {n}",
            "volunteer": "Ana",
            "opening_float": Decimal("100.00"),
            "opened_by": fields.pop("opened_by", None) or make.user(),
        }
        | fields
    )


def paid_order(conference, *, types, provider="demo", **fields):
    """Paid with money that came in."""
    made = order(conference, types=types, **fields)
    if made.total():
        payment(made, provider=provider)
    return made


def add_on(conference, *, quotas=(), **fields):
    made = AddOn.objects.create(
        **{"conference": conference, "name": f"Extra {next(number)}", "price": Decimal("20.00")}
        | fields
    )
    made.quotas.set(quotas)
    return made


def add_extra(ticket, add_on, **fields):
    """The ticket's order has this extra too; its place counts as taken."""
    line = OrderLine.objects.create(
        **{
            "order": ticket.order,
            "ticket": ticket,
            "add_on": add_on,
            "list_price": add_on.price,
            "price": add_on.price,
        }
        | fields
    )
    for places in add_on.quotas.all():
        Quota.objects.filter(pk=places.pk).update(taken=F("taken") + 1)
    return line


def promo_code(conference, *, ticket_types=(), **fields):
    """40 % off, unless said otherwise."""
    made = PromoCode.objects.create(
        **{"conference": conference, "code": f"PROMO{next(number)}", "value": Decimal(40)} | fields
    )
    made.ticket_types.set(ticket_types)
    return made


def question(conference, *, ticket_types=(), add_ons=(), **fields):
    made = Question.objects.create(
        **{"conference": conference, "text": f"Question {next(number)}?"} | fields
    )
    made.ticket_types.set(ticket_types)
    made.add_ons.set(add_ons)
    return made


def answer(ticket, question, value):
    return Answer.objects.create(ticket=ticket, question=question, value=value)


def bought_ticket(conference, ticket_type, *, name, email, **fields):
    """A paid order of one ticket, with its payment: what `order` makes, and the money."""
    bought = order(conference, types=[ticket_type], buyer_name=name, buyer_email=email, **fields)
    if bought.total():
        payment(bought)
    held = bought.tickets.get()
    held.attendee_name, held.attendee_email = name, email
    held.save(update_fields=["attendee_name", "attendee_email"])
    return held


def sale_rules(conference, **fields):
    return SaleRules.objects.create(**{"conference": conference} | fields)


def terms(conference, **fields):
    """The next version of the code of conduct."""
    return Terms.objects.create(
        **{"conference": conference, "kind": Terms.Kind.CONDUCT, "text": "Be kind."} | fields
    )


def cart(conference, *, types, **fields):
    """A reservation that nobody is named in yet."""
    made = pending_order(
        conference, types=types, filled_in_at=None, buyer_name="", buyer_email="", **fields
    )
    made.tickets.update(attendee_name="")
    return made


def group_code(conference, *, types, **fields):
    """A paid order whose places wait for names."""
    bought = paid_order(conference, types=types)
    bought.tickets.update(attendee_name="")
    code = f"GROUP{next(number)}"
    return GroupCode.objects.create(
        **{"conference": conference, "order": bought, "code": code, "name": "Corvid"} | fields
    )


def waiting(ticket_type, **fields):
    """Someone on the waiting list of a type."""
    n = next(number)
    return WaitlistEntry.objects.create(
        **{
            "conference": ticket_type.conference,
            "ticket_type": ticket_type,
            "name": f"Waits {n}",
            "email": f"waits{n}@example.org",
        }
        | fields
    )
