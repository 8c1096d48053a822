"""Exhibitors with phones, and badges whose owners agreed to something."""

from django.test import Client
from django.utils import timezone

from checkin.leads.models import person_of
from checkin.models import Lead, Station
from registration.models import SaleRules

from . import badges, sponsors
from . import checkin as make


def exhibitor(conference, **fields):
    """An organization with a signed deal, in an edition whose attendees are asked."""
    SaleRules.objects.update_or_create(conference=conference, defaults={"exhibitors_scan": True})
    return sponsors.sponsorship(
        conference=conference, status="signed", organization=sponsors.organization(**fields)
    ).organization


def phone(conference, organization=None, **fields):
    """A client that holds an exhibitor's credential, as `phone.station`."""
    fields["organization"] = organization or exhibitor(conference)
    client = Client()
    client.station, credential = make.paired(conference, kind=Station.Kind.EXHIBITOR, **fields)
    client.cookies["station"] = credential
    return client


def badge(conference, *shares, **ticket):
    """A printed badge of somebody who has all four facts and shares these of them."""
    facts = {
        "attendee_name": "Ada Example",
        "attendee_email": "ada@example.org",
        "organization": "Analytical Engines",
        "phone": "+1 555 0100",
    }
    return badges.printed(conference, **facts | {f"shares_{one}": True for one in shares} | ticket)


def lead(badge, station, **fields):
    ticket = badge.ticket
    return Lead.objects.create(
        **{
            "exhibitor": station.organization,
            "ticket": ticket,
            "holder": ticket.nonce,
            "person": person_of(ticket),
            "station": station,
            "scanned_at": timezone.now(),
            "name": ticket.attendee_name,
        }
        | fields
    )
