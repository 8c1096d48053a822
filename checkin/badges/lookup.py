"""What a badge's code tells the door: whose it is, and whether it still counts."""

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format

from scale.time import local

from .models import CODE_LETTERS, Badge


@dataclass(frozen=True)
class Shown:
    """The badge that somebody shows; `old` in words, empty for one that counts."""

    badge: int
    ticket: int
    ticket_code: str
    conference: int
    old: str = ""
    old_since: dt.datetime | None = None


def looks_like_badge(code: str) -> bool:
    """By its length alone, so that a ticket's code needs no query here."""
    return len(code) == CODE_LETTERS


def ticket_of(code: str) -> Shown | None:
    """Whose badge has this clean code, in one statement; None for anything else.

    The door alone may ask: everywhere else a badge's code is no code of a ticket. The
    caller compares `conference`, locks the ticket and decides; `old` is the verdict's
    second line for a badge that was reprinted or whose ticket was passed on.
    """
    if not looks_like_badge(code):
        return None
    badge = Badge.objects.select_related("ticket__conference").filter(code=code).first()
    if badge is None:
        return None
    old, since = "", None
    if badge.status == Badge.Status.VOID:
        old, since = f"reprinted {clock(badge.voided_at, badge)}", badge.voided_at
    elif badge.holder != badge.ticket.nonce:
        old = "the ticket was passed on"
    return Shown(
        badge=badge.pk,
        ticket=badge.ticket_id,
        ticket_code=badge.ticket.code,
        conference=badge.ticket.conference_id,
        old=f"old badge ({old})" if old else "",
        old_since=since,
    )


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
