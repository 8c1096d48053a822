"""A badge's code among other codes, and where and when a badge was printed."""

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format

from registration.models import Ticket
from scale.time import local

from .models import CODE_LETTERS, Badge


def looks_like_badge(code: str) -> bool:
    """By its length alone, so that a ticket's code needs no query here."""
    return len(code) == CODE_LETTERS


@dataclass(frozen=True)
class Printed:
    """The badge of a ticket that counts already. Without `where` it is still on its way."""

    at: dt.datetime
    where: str
    who: str
    clock: str

    @property
    def is_out(self) -> bool:
        return bool(self.where)

    @property
    def says(self) -> str:
        """“09:14, desk 3”, to stand under a heading."""
        return f"{self.clock}, {self.where}" if self.where else f"asked for {self.clock}"


def printed_before(ticket: Ticket) -> Printed | None:
    """When, where and by whom the ticket's holder got a badge; None if they have none yet.

    One statement. It decides nothing: who prints asks the action, which holds the ticket's lock.
    """
    rows = Badge.objects.live().filter(ticket=ticket.pk, holder=ticket.nonce)
    badge = rows.select_related("station", "by").first()
    if badge is None:
        return None
    badge.ticket = ticket
    at = badge.printed_at or badge.created_at
    where = place(badge) if badge.printed_at else ""
    return Printed(at, where, str(badge.by or badge.asked), clock(at, badge))


def place(badge: Badge) -> str:
    """Where it came out; select the station with it."""
    return str(badge.station) if badge.station_id else "on a sheet"


def printed_words(badge: Badge) -> str:
    """“badge already printed (09:14, desk 3)”; select the station with it."""
    if badge.printed_at is None:
        return f"badge already on its way to the printer ({clock(badge.created_at, badge)})"
    return f"badge already printed ({clock(badge.printed_at, badge)}, {place(badge)})"


def clock(at: dt.datetime, badge: Badge) -> str:
    """The conference's time, with the day when it is not today's."""
    conference = badge.ticket.conference
    same = conference.today(at) == conference.today()
    return date_format(local(at, conference).replace(tzinfo=None), "H:i" if same else "D j F, H:i")
