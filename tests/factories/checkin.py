"""One plain function a model of checkin, and the tickets that come to its door."""

from django.test import Client

from checkin import actions
from checkin.models import CheckInList, Station
from registration.models import OrderLine

from . import registration as reg
from . import sponsors
from .scale import number


def checkin_list(conference, **fields):
    types = fields.pop("ticket_types", ())
    made = CheckInList.objects.create(**{"conference": conference, "name": "Entry"} | fields)
    made.ticket_types.set(types)
    return made


def station(conference, **fields):
    if fields.get("kind") == Station.Kind.EXHIBITOR:
        fields.setdefault("organization", sponsors.organization())
    elif "checkin_list" not in fields:
        fields["checkin_list"] = conference.checkin_lists.first() or checkin_list(conference)
    name = f"Door {next(number)}"
    return Station.objects.create(**{"conference": conference, "name": name} | fields)


def paired(conference, **fields):
    """A station with its device: (station, credential)."""
    return actions.pair(actions.open_pairing(station(conference, **fields)))


def device(station, credential):
    """A client that holds the credential, as `device.station`."""
    client = Client()
    client.cookies["station"], client.station = credential, station
    return client


def ticket_type(conference, **fields):
    return reg.ticket_type(conference, **{"name": "Full access", "price": None} | fields)


def ticket(conference, *, ticket_type=None, order_status=None, **fields):
    """One that was given away, of any type; `order_status` makes it a bought one."""
    kind = (
        ticket_type
        or conference.ticket_types.first()
        or reg.ticket_type(conference, name="Full access", price=None)
    )
    if order_status:
        fields["order"] = reg.order(conference, status=order_status)
        held = reg.ticket(kind, **fields)
        OrderLine.objects.create(order=held.order, ticket=held, ticket_type=kind, price=90)
        return held
    return reg.ticket(kind, **fields)
