"""Issue a badge, void it, and see it through the print queue.

Locks are taken in one order: the ticket, then its print jobs, then its badges.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from auditlog.context import disable_auditlog
from django.db import connection
from django.db.models import F
from django.utils import timezone

from registration.models import Ticket
from scale.db import retry
from scale.editions import require_open
from scale.models import AuditEntry, Conference, User

from ..models import Station
from .lookup import printed_words
from .models import LEASE, Badge, PrinterReport, PrintJob

PASSED_ON = "the ticket was passed on"
LOST = "its printer fell silent"
NO_PRINTER = "This printer is none of this edition's."


class CannotPrint(Exception):
    """Why there is no badge for this ticket; its text is for people."""


class AlreadyPrinted(CannotPrint):
    """The ticket has a live badge; the text says since when and where."""

    def __init__(self, badge: Badge):
        super().__init__(printed_words(badge))
        self.badge = badge


class PrintedMeanwhile(CannotPrint):
    """The badge that was to be replaced is none any more: somebody else was quicker."""

    def __init__(self):
        super().__init__("A new badge was printed meanwhile. Look again before you print another.")


class NotYours(Exception):
    """The job was given to another printer meanwhile: what came out has to be thrown away."""


@retry
def print_badge(
    ticket: int, *, printer: Station | None = None, by: User | None = None, asked: str = ""
) -> PrintJob:
    """A ticket's first badge, into the queue of this printer, or of whichever is free."""
    held = _locked(ticket)
    _refuse_second(held)
    return _queue(_issue(held, by=by, asked=asked), printer)


@retry
def reprint(
    ticket: int,
    *,
    why: str,
    printer: Station | None = None,
    by: User | None = None,
    asked: str = "",
    seen: int | None = None,
) -> PrintJob:
    """A new badge; the old one is void from now on, wherever its paper is.

    With `seen` only in place of that badge: so a double click prints one.
    """
    held = _locked(ticket)
    _refuse_other(held, seen)
    _void(held, why)
    return _queue(_issue(held, by=by, asked=asked), printer)


@retry
def print_here(
    ticket: int,
    *,
    why: str = "",
    station: Station | None = None,
    by: User | None = None,
    asked: str = "",
    seen: int | None = None,
) -> Badge:
    """For who prints from the browser: a badge that counts as printed. `why` voids an old one."""
    held = _locked(ticket)
    if why:
        _refuse_other(held, seen)
        _void(held, why)
    else:
        _refuse_second(held)
    return _issue(held, by=by, asked=asked, station=station, printed_at=timezone.now())


@retry
def print_sheets(
    conference: Conference, tickets: Iterable[int], *, by: User | None = None
) -> tuple[uuid.UUID, int]:
    """Badges for those of the tickets that admit and have none: (name of the run, how many)."""
    require_open(conference)
    rows = Ticket.objects.select_for_update().filter(conference=conference, pk__in=list(tickets))
    locked = list(rows.order_by("pk").values_list("pk", flat=True))
    now, run = timezone.now(), uuid.uuid4()
    of_others = Badge.objects.live().filter(ticket__in=locked).exclude(holder=F("ticket__nonce"))
    for badge in of_others.select_related("ticket"):
        _void(badge.ticket, PASSED_ON)
    lacking = Ticket.objects.admitting().filter(pk__in=locked).exclude(badges__status="live")
    made = [
        Badge(ticket=one, holder=one.nonce, run=run, printed_at=now, by=by)
        for one in lacking.exclude(attendee_name="").order_by("pk")
    ]
    Badge.objects.bulk_create(made, batch_size=500)
    return run, len(made)


def _locked(pk: int) -> Ticket:
    """Lock alone first; what is read after it is what stands."""
    Ticket.objects.select_for_update().values_list("pk", flat=True).get(pk=pk)
    ticket = Ticket.objects.select_related("conference", "ticket_type", "order").get(pk=pk)
    require_open(ticket.conference)
    if ticket.status != Ticket.Status.LIVE or (ticket.order and ticket.order.status != "paid"):
        raise CannotPrint("This ticket admits nobody: not paid, or cancelled.")
    if not ticket.attendee_name:
        raise CannotPrint("Nobody is named on this ticket yet.")
    return ticket


def _refuse_second(ticket: Ticket) -> None:
    live = Badge.objects.live().filter(ticket=ticket).select_related("station").first()
    if live is None:
        return
    if live.holder == ticket.nonce:
        live.ticket = ticket
        raise AlreadyPrinted(live)
    # It names who had the ticket before: nothing that the new holder has to give a reason for.
    _void(ticket, PASSED_ON)


def _refuse_other(ticket: Ticket, seen: int | None) -> None:
    if seen is not None and not Badge.objects.live().filter(ticket=ticket, pk=seen).exists():
        raise PrintedMeanwhile


def _void(ticket: Ticket, why: str) -> None:
    """Call with the ticket's lock held."""
    now = timezone.now()
    # By their numbers: a statement that joined would lock the badges too, before the jobs.
    badges = list(Badge.objects.filter(ticket=ticket).values_list("pk", flat=True))
    ended = [PrintJob.Status.PRINTED, PrintJob.Status.DROPPED]
    jobs = PrintJob.objects.select_for_update().filter(badge__in=badges).exclude(status__in=ended)
    for job in jobs.order_by("pk"):
        job.move(PrintJob.Status.DROPPED, ended_at=now, why="replaced by a new badge")
    Badge.objects.live().filter(ticket=ticket).update(
        status=Badge.Status.VOID, voided_at=now, why_void=why[:120]
    )


def _issue(ticket: Ticket, **fields) -> Badge:
    return Badge.objects.create(ticket=ticket, holder=ticket.nonce, **fields)


def _queue(badge: Badge, printer: Station | None) -> PrintJob:
    conference = badge.ticket.conference
    if printer and printer.conference_id != conference.pk:
        raise CannotPrint(NO_PRINTER)
    return PrintJob.objects.create(conference=conference, badge=badge, wanted=printer)


# --- print stations ---------------------------------------------------------------------------


@retry
def claim(station: Station, *, trouble: str = "") -> PrintJob | None:
    """The next badge for this printer, for the length of a lease; None when there is none.

    A printer in trouble gets none. One that asks again while it holds a badge gets that one:
    the answer to its first request was lost.
    """
    require_open(station.conference)
    now = timezone.now()
    _note(station, trouble, now)
    requeue_lapsed(station.conference_id, now)
    held = PrintJob.objects.filter(
        printer=station, status=PrintJob.Status.CLAIMED, fetched_at=None
    ).first()
    if held or trouble:
        return held
    job = (
        PrintJob.objects.waiting_for(station, now)
        .select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
        .first()
    )
    if job is None:
        return None
    job.move(
        PrintJob.Status.CLAIMED,
        printer=station,
        attempt=job.attempt + 1,
        lease_ends_at=now + LEASE,
        fetched_at=None,
    )
    return job


def requeue_lapsed(conference: int, now: dt.datetime) -> None:
    """Back to its place with what a dead printer holds.

    Once a printer got a badge there may be paper with its code, so it goes on with a new
    code: there are never two of one.
    """
    rows = PrintJob.objects.lapsed(conference, now).order_by("badge__ticket")
    for pk, ticket in rows.values_list("pk", "badge__ticket"):
        Ticket.objects.select_for_update().values_list("pk", flat=True).get(pk=ticket)
        job = PrintJob.objects.lapsed(conference, now).select_for_update().filter(pk=pk).first()
        if job is None:
            continue
        badge = job.badge
        if job.fetched_at:
            Badge.objects.filter(pk=badge.pk).update(
                status=Badge.Status.VOID, voided_at=now, why_void=LOST
            )
            badge = Badge.objects.create(
                ticket_id=ticket, holder=badge.holder, by=badge.by, asked=badge.asked
            )
        job.move(PrintJob.Status.QUEUED, badge=badge, printer=None, lease_ends_at=None)


def _mine(station: Station, pk: int, attempt: int) -> PrintJob:
    job = (
        PrintJob.objects.select_for_update()
        .filter(pk=pk, printer=station, attempt=attempt, status=PrintJob.Status.CLAIMED)
        .first()
    )
    if job is None:
        raise NotYours
    return job


@retry
def fetch(station: Station, pk: int, attempt: int) -> PrintJob:
    """The printer takes the badge over: from here on there may be paper. Its lease begins anew."""
    job = _mine(station, pk, attempt)
    now = timezone.now()
    job.fetched_at, job.lease_ends_at = now, now + LEASE
    job.save(update_fields=["fetched_at", "lease_ends_at"])
    return job


@retry
def hold(station: Station, pk: int, attempt: int) -> None:
    """Somebody still looks at this badge: its lease begins anew."""
    job = _mine(station, pk, attempt)
    job.lease_ends_at = timezone.now() + LEASE
    job.save(update_fields=["lease_ends_at"])


@retry
def report(station: Station, pk: int, attempt: int, *, printed: bool, why: str = "") -> PrintJob:
    """What became of it. The same report again is harmless: its answer may have been lost."""
    now = timezone.now()
    told = PrintJob.objects.filter(pk=pk, printer=station, attempt=attempt).first()
    wanted = PrintJob.Status.PRINTED if printed else PrintJob.Status.FAILED
    if told and told.status == wanted:
        return told
    job = _mine(station, pk, attempt)
    job.move(wanted, ended_at=now, lease_ends_at=None, why=why[:200])
    if printed:
        Badge.objects.filter(pk=job.badge_id).update(printed_at=now, station=station)
    return job


@retry
def send_again(job: int, *, printer: Station | None = None) -> PrintJob:
    """Staff put a failed one back to its place, or one that waits to another printer."""
    found = PrintJob.objects.select_for_update().get(pk=job)
    require_open(found.conference)
    if printer and printer.conference_id != found.conference_id:
        raise CannotPrint(NO_PRINTER)
    if found.status == PrintJob.Status.QUEUED:
        found.wanted = printer
        found.save(update_fields=["wanted"])
    elif found.status == PrintJob.Status.FAILED:
        found.move(PrintJob.Status.QUEUED, wanted=printer, printer=None, ended_at=None, why="")
    else:
        raise CannotPrint("It is not waiting any more.")
    return found


@retry
def drop_job(job: int, *, why: str, by: User) -> PrintJob:
    """Staff take a badge out of the queue; its ticket has none then. Never one being printed."""
    ticket = PrintJob.objects.values_list("badge__ticket", flat=True).get(pk=job)
    Ticket.objects.select_for_update().values_list("pk", flat=True).get(pk=ticket)
    found = PrintJob.objects.select_for_update().select_related("conference").get(pk=job)
    require_open(found.conference)
    if found.status not in (PrintJob.Status.QUEUED, PrintJob.Status.FAILED):
        raise CannotPrint("It is not waiting any more.")
    now = timezone.now()
    found.move(PrintJob.Status.DROPPED, ended_at=now, why=why[:200])
    Badge.objects.live().filter(pk=found.badge_id).update(
        status=Badge.Status.VOID, voided_at=now, why_void=why[:120]
    )
    AuditEntry.objects.tell(found.badge, "taken out of the print queue", why=why, by=by)
    return found


def _note(station: Station, trouble: str, now: dt.datetime) -> None:
    """Written when it changes, not with each request."""
    with disable_auditlog():
        found, made = PrinterReport.objects.get_or_create(
            station=station, defaults={"trouble": trouble[:120], "since": now}
        )
        if not made and found.trouble != trouble[:120]:
            found.trouble, found.since = trouble[:120], now
            found.save(update_fields=["trouble", "since"])
