"""Pair a device, admit a ticket, undo it: what the door does."""

import datetime as dt
import secrets
import uuid
from typing import Any

from auditlog.context import disable_auditlog
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from registration.models import Order, RetiredCode, Ticket
from scale import codes
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference

from .models import CheckIn, CheckInList, Scan, Station

PAIRING_LETTERS = 10  # 50 bits
PAIRING_TIME = dt.timedelta(minutes=10)
UNDO_TIME = dt.timedelta(minutes=15)
UNDO_REASON = "undone at the door"
UNKNOWN_LIMIT, UNKNOWN_TIME = 60, dt.timedelta(minutes=5)


class NotWaiting(Exception):
    """No station waits for a device with this code."""


class NameTaken(Exception):
    """Another station of the edition has this name."""


class ScanIdTaken(Exception):
    """The scan id belongs to another code or another station's scan."""


class TooManyUnknown(Exception):
    """This station has sent so many unknown codes that it looks like guessing."""


class CannotUndo(Exception):
    """Why the door cannot take an admission back; its text is for the volunteer."""


@retry
def save_station(station: Station) -> Station:
    """Make a station or change it; two of one name would be taken for each other.

    The edition's lock lets two clicks see each other.
    """
    conference = Conference.objects.select_for_update().get(pk=station.conference_id)
    require_open(conference)
    others = conference.stations.exclude(pk=station.pk).values_list("name", flat=True)
    if any(station.name.casefold() == other.casefold() for other in others):
        raise NameTaken("There is a station of this name already.")
    fields = ["name", "kind", "checkin_list"] if station.pk else None
    station.save(update_fields=fields)
    return station


@transaction.atomic
def open_pairing(station: Station) -> str:
    """The one-time code for the station's next device; an earlier code stops working.

    A device that is paired stays so until the new one takes over.
    """
    require_open(station.conference)
    station = Station.objects.select_for_update().get(pk=station.pk)
    code = codes.new_code(PAIRING_LETTERS)
    station.pairing_hash = codes.digest(code)
    station.pairing_ends_at = timezone.now() + PAIRING_TIME
    station.save(update_fields=["pairing_hash", "pairing_ends_at"])
    return code


@retry
def pair(code: str) -> tuple[Station, str]:
    """Hand the station to the device that sent its code; returns the device's credential.

    The lock makes the code work once: who comes second finds it gone.
    """
    now = timezone.now()
    station = Station.objects.waiting(code, now).select_for_update().first()
    if station is None:
        raise NotWaiting
    require_open(station.conference)
    credential = secrets.token_urlsafe(32)
    station.credential_hash = codes.digest(credential)
    station.paired_at = station.last_seen_at = now
    station.pairing_hash = station.pairing_ends_at = station.revoked_at = None
    station.save(
        update_fields=[
            *("credential_hash", "paired_at", "last_seen_at"),
            *("pairing_hash", "pairing_ends_at", "revoked_at"),
        ]
    )
    return station, credential


@transaction.atomic
def revoke(station: Station) -> None:
    """From the next request on, the device and any open code can do nothing."""
    station = Station.objects.select_for_update().get(pk=station.pk)
    station.credential_hash = station.pairing_hash = station.pairing_ends_at = None
    station.revoked_at = timezone.now()
    station.save(update_fields=["credential_hash", "pairing_hash", "pairing_ends_at", "revoked_at"])


def admit(station: Station, code: str, *, scan_id: uuid.UUID, volunteer: str = "") -> Scan:
    """Decide on one scan, once; the same scan id again gets the first verdict.

    `code` is clean. Every attempt becomes a Scan row.
    """
    require_open(station.conference)
    for last_try in (False, True):
        try:
            return _decide(station, code, scan_id, volunteer)
        except IntegrityError:
            # The last guard: someone took the scan id or the ticket's live key between our
            # reading and our writing. Another look sees theirs.
            if last_try:
                raise
    raise AssertionError("unreachable")


@retry
def _decide(station: Station, code: str, scan_id: uuid.UUID, volunteer: str) -> Scan:
    now = timezone.now()
    day = station.checkin_list.day(station.conference, now)
    # Lock alone first: a statement that also joined would lock type and order for everyone,
    # and one that also read would see the check-ins from before it waited.
    pk = (
        Ticket.objects.select_for_update()
        .filter(code=code, conference=station.conference_id)
        .values_list("pk", flat=True)
        .first()
    )
    scan = Scan(
        scan_id=scan_id,
        station=station,
        checkin_list=station.checkin_list,
        volunteer=volunteer,
        scanned_at=now,
    )
    if pk is None:
        return _no_ticket(scan, code, now)
    ticket = _facts(pk, scan, day)
    if ticket.scanned:
        return _first_verdict(Scan.objects.told().get(scan_id=scan_id), scan, pk)
    scan.ticket, scan.verdict = ticket, _judge(ticket, station, now)
    if scan.verdict == Scan.Verdict.ALREADY:
        scan.checkin = CheckIn.objects.select_related("station").get(pk=ticket.live)
    elif scan.verdict == Scan.Verdict.ADMITTED:
        scan.checkin = _check_in(ticket, station, day, now)
    scan.save(force_insert=True)
    return scan


def _no_ticket(scan: Scan, code: str, now: dt.datetime) -> Scan:
    """A code that is no ticket of this edition: one that was, or nothing that we know.

    What we do not know leaves no more rows beyond a limit.
    """
    station = scan.station
    lately = Scan.objects.filter(
        station=station, received_at__gte=now - UNKNOWN_TIME, verdict=Scan.Verdict.UNKNOWN
    )
    retired = RetiredCode.objects.filter(code=code, ticket__conference=station.conference_id)
    known, old_code, unknown = (
        Station.objects.annotate(
            known=Exists(Scan.objects.filter(scan_id=scan.scan_id)),
            old_code=retired.values("pk")[:1],
            unknown=lately.values("station").annotate(n=Count("pk")).values("n"),
        )
        .values_list("known", "old_code", "unknown")
        .get(pk=station.pk)
    )
    if old_code:
        scan.retired = RetiredCode.objects.select_related("ticket").get(pk=old_code)
        scan.ticket = scan.retired.ticket
    if known:
        return _first_verdict(Scan.objects.told().get(scan_id=scan.scan_id), scan, scan.ticket_id)
    if not old_code and (unknown or 0) >= UNKNOWN_LIMIT:
        raise TooManyUnknown
    scan.verdict = Scan.Verdict.PASSED_ON if old_code else Scan.Verdict.UNKNOWN
    scan.save(force_insert=True)
    return scan


def _facts(pk: int, scan: Scan, day: dt.date | None) -> Any:
    """The ticket with all that the verdict depends on, in one statement after the lock.

    `limited` and `listed` tell whether the list names ticket types, and this one;
    `live` is the check-in that stands; `scanned` whether the scan id is known.
    """
    types = CheckInList.ticket_types.through.objects.filter(checkinlist=scan.checkin_list)
    live = CheckIn.objects.live().filter(
        checkin_list=scan.checkin_list, ticket=OuterRef("pk"), day=day
    )
    return (
        Ticket.objects.select_related("ticket_type", "order")
        .annotate(
            limited=Exists(types),
            listed=Exists(types.filter(tickettype=OuterRef("ticket_type"))),
            live=live.values("pk")[:1],
            scanned=Exists(Scan.objects.filter(scan_id=scan.scan_id)),
        )
        .get(pk=pk)
    )


def _judge(ticket: Any, station: Station, now: dt.datetime) -> str:
    """The verdict on a ticket of this edition, by the facts read after its lock."""
    order = ticket.order
    today = station.conference.today(now)
    if ticket.status == Ticket.Status.CANCELLED or (
        order and order.status == Order.Status.CANCELLED
    ):
        return Scan.Verdict.CANCELLED
    if order and order.status != Order.Status.PAID:
        return Scan.Verdict.NOT_PAID
    if ticket.limited and not ticket.listed:
        return Scan.Verdict.NOT_HERE
    if not ticket.ticket_type.admits_on(today) or not station.checkin_list.is_open(now):
        return Scan.Verdict.NOT_TODAY
    return Scan.Verdict.ALREADY if ticket.live else Scan.Verdict.ADMITTED


def _check_in(ticket: Ticket, station: Station, day: dt.date | None, now: dt.datetime) -> CheckIn:
    # The scan is the record of an admission; the audit trail is for who changes it later.
    with disable_auditlog():
        return CheckIn.objects.create(
            checkin_list=station.checkin_list, ticket=ticket, day=day, station=station, at=now
        )


def _first_verdict(earlier: Scan, again: Scan, ticket: int | None) -> Scan:
    """The earlier scan, if the new one is a repetition of it.

    A scan id that comes with another code must never show the first person's verdict.
    """
    codes_differ = earlier.ticket_id != ticket or earlier.retired_id != again.retired_id
    if earlier.station_id != again.station_id or codes_differ:
        raise ScanIdTaken
    return earlier


def why_it_stays(ticket: Ticket) -> str:
    """Whoever was let in with a ticket keeps it; a sentence for them, empty before that.

    An admission takes the ticket's lock, which the caller holds.
    """
    if CheckIn.objects.live().filter(ticket=ticket).exists():
        return "The ticket was used at the door already."
    return ""


@retry
def undo(station: Station, scan_id: uuid.UUID, *, why: str = UNDO_REASON) -> Scan:
    """Take back an admission that this station made within UNDO_TIME; again is harmless."""
    require_open(station.conference)
    scan = Scan.objects.told().filter(scan_id=scan_id, station=station).first()
    if scan is None or scan.verdict != Scan.Verdict.ADMITTED or scan.checkin is None:
        raise CannotUndo("There is no admission to undo here.")
    now = timezone.now()
    checkin = CheckIn.objects.select_for_update().get(pk=scan.checkin_id)
    if checkin.undone_at is None:
        if checkin.at <= now - UNDO_TIME:
            raise CannotUndo("It was more than 15 minutes ago: only the help desk can undo it.")
        checkin.undone_at, checkin.undone_why = now, why
        checkin.save(update_fields=["undone_at", "undone_why"])
    scan.checkin = checkin
    return scan
