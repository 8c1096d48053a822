"""The days that a ticket admits, as an entry for the holder's calendar."""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from scale import ical

from .models import Ticket


def entry(ticket: Ticket) -> bytes:
    """One event of whole days; sent again after a change it moves in the calendar."""
    conference, kind = ticket.conference, ticket.ticket_type
    first = kind.admits_from or conference.starts_on
    last = kind.admits_until or conference.ends_on
    place = ", ".join(filter(None, [conference.venue_name, *conference.venue_address.split("\n")]))
    lines = [
        "BEGIN:VEVENT",
        f"UID:ticket-{ticket.pk}@{conference.slug}",
        f"DTSTAMP:{timezone.now().astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{last + dt.timedelta(days=1):%Y%m%d}",
        ical.text("SUMMARY", conference.name),
        ical.text("LOCATION", place),
        # Not the ticket's address or code: calendars are shared.
        ical.text("DESCRIPTION", f"Your ticket: {kind.name}. Its code is in your mail."),
        f"URL:{settings.SITE_URL}/{conference.slug}/",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]
    return ical.calendar(conference, [lines], product="registration")
