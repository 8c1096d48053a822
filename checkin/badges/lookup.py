"""A badge's code among other codes, and where and when a badge was printed."""

import datetime as dt

from django.utils.formats import date_format

from scale.time import local

from .models import CODE_LETTERS, Badge


def looks_like_badge(code: str) -> bool:
    """By its length alone, so that a ticket's code needs no query here."""
    return len(code) == CODE_LETTERS


def printed_words(badge: Badge) -> str:
    """“badge already printed (09:14, desk 3)”; select the station with it."""
    if badge.printed_at is None:
        return f"badge already on its way to the printer ({clock(badge.created_at, badge)})"
    where = str(badge.station) if badge.station_id else "on a sheet"
    return f"badge already printed ({clock(badge.printed_at, badge)}, {where})"


def clock(at: dt.datetime, badge: Badge) -> str:
    """The conference's time, with the day when it is not today's."""
    conference = badge.ticket.conference
    same = conference.today(at) == conference.today()
    return date_format(local(at, conference).replace(tzinfo=None), "H:i" if same else "D j F, H:i")
