"""Badges, their print jobs, and printers that ask for them."""

from checkin.badges import actions
from checkin.models import Station
from tests.factories import checkin as make


def printer(conference, **fields):
    """A paired print station: (station, credential)."""
    return make.paired(conference, **{"kind": Station.Kind.PRINTER} | fields)


def job(conference, *, printer=None, **ticket):
    """A badge on its way to paper."""
    held = make.ticket(conference, **{"attendee_name": "Ada Example"} | ticket)
    return actions.print_badge(held.pk, printer=printer)


def printed(conference, *, station=None, **ticket):
    """A badge that came out of a printer, or of a sheet."""
    held = make.ticket(conference, **{"attendee_name": "Ada Example"} | ticket)
    return actions.print_here(held.pk, station=station)
