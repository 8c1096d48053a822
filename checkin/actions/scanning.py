"""Admit somebody who stands at the door, and take it back."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db.models import F
from django.utils import timezone

from registration.models import Ticket, code_key
from scale.db import retry
from scale.editions import require_open

from ..models import Badge, CheckIn, CheckInList, Scan, Station
from .deciding import Attempt, take

UNDO_TIME = dt.timedelta(minutes=15)
UNDO_REASON = "undone at the door"


class CannotUndo(Exception):
    """Why the door cannot take an admission back; its text is for the volunteer."""

    def __init__(self, words: str, *, late: bool = False) -> None:
        super().__init__(words)
        self.late = late


def admit(station: Station, code: str, *, scan_id: uuid.UUID, volunteer: str = "") -> Scan:
    """Decide on one scan now, once; the same scan id again gets the first verdict.

    `code` is clean. Raises ScanIdTaken and TooManyUnknown.
    """
    if station.checkin_list is None:
        raise ValueError("an exhibitor checks nobody in")
    attempt = Attempt(scan_id, code_key(code), timezone.now(), code, volunteer)
    found = take(station, station.checkin_list, [attempt])[scan_id]
    if isinstance(found, Exception):
        raise found
    return found


def why_it_stays(ticket: Ticket) -> str:
    """Whoever was let in with a ticket keeps it; a sentence for them, empty before that.

    An admission takes the ticket's lock, which the caller holds.
    """
    if CheckIn.objects.live().filter(ticket=ticket).exists():
        return "The ticket was used at the door already."
    return ""


def who_came(tickets: Sequence[Ticket]) -> set[int]:
    """Those with which somebody came in through an entry, on whatever day."""
    entries = CheckIn.objects.live().filter(checkin_list__kind=CheckInList.Kind.ENTRY)
    return set(entries.filter(ticket__in=tickets).values_list("ticket", flat=True))


def with_a_badge(tickets: Sequence[Ticket]) -> set[int]:
    """Those whose present holder has a card that came out of a printer and counts."""
    cards = Badge.objects.filter(live_ticket__in=[one.pk for one in tickets])
    printed = cards.filter(printed_at__isnull=False, holder=F("ticket__nonce"))
    return set(printed.values_list("ticket", flat=True))


@retry
def undo(station: Station, scan_id: uuid.UUID, *, at: dt.datetime | None = None) -> Scan:
    """Take back an admission that this station made within UNDO_TIME; again is harmless.

    `at` is when the volunteer asked for it, where that was not now.
    """
    require_open(station.conference)
    now = timezone.now()
    own = Scan.objects.filter(scan_id=scan_id, station=station)
    ticket = own.values_list("ticket", flat=True).first()
    if ticket is None:
        raise CannotUndo("There is no admission to undo here.")
    Ticket.objects.select_for_update().values_list("pk").get(pk=ticket)
    scan = own.told().get()
    checkin = scan.checkin
    if scan.verdict != Scan.Verdict.ADMITTED or checkin is None:
        raise CannotUndo("There is no admission to undo here.")
    if checkin.undone_at is None:
        if checkin.at <= (at or now) - UNDO_TIME:
            raise CannotUndo(
                "It was more than 15 minutes ago: only the help desk can undo it.", late=True
            )
        checkin.undone_at, checkin.undone_why = now, UNDO_REASON
        checkin.save(update_fields=["undone_at", "undone_why"])
    return scan
