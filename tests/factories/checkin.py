"""One plain function a model of checkin, and the tickets that come to its door."""

from checkin import actions
from checkin.models import CheckInList, Station
from registration.models import Order, OrderLine, Ticket, TicketType

from .scale import number


def checkin_list(conference, **fields):
    types = fields.pop("ticket_types", ())
    made = CheckInList.objects.create(**{"conference": conference, "name": "Entry"} | fields)
    made.ticket_types.set(types)
    return made


def station(conference, **fields):
    if "checkin_list" not in fields:
        fields["checkin_list"] = conference.checkin_lists.first() or checkin_list(conference)
    name = f"Door {next(number)}"
    return Station.objects.create(**{"conference": conference, "name": name} | fields)


def paired(conference, **fields):
    """A station with its device: (station, credential)."""
    return actions.pair(actions.open_pairing(station(conference, **fields)))


def ticket_type(conference, **fields):
    n = next(number)
    return TicketType.objects.create(
        **{"conference": conference, "code": f"type{n}", "name": "Full access"} | fields
    )


def ticket(conference, **fields):
    """A ticket that was given away; `order_status=` makes it a bought one."""
    order_status = fields.pop("order_status", None)
    kind = fields.pop("ticket_type", None) or (
        conference.ticket_types.first() or ticket_type(conference)
    )
    n = next(number)
    if order_status:
        order = Order.objects.create(
            conference=conference,
            status=order_status,
            buyer_name=f"Buyer {n}",
            buyer_email=f"buyer{n}@example.org",
            currency=conference.currency,
        )
        fields["line"] = OrderLine.objects.create(order=order, ticket_type=kind, price=90)
    return Ticket.objects.create(
        **{"conference": conference, "ticket_type": kind, "attendee_name": f"Attendee {n}"} | fields
    )
