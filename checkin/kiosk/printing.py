"""How far a badge has come on its way to paper, in words for who waits for it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from ..badges.models import Badge, PrintJob
from ..models.stations import SILENT, Station


@dataclass(frozen=True)
class Outlook:
    """`state`: printed, printing, waiting, stuck (no printer is ready) or failed."""

    state: str
    number: int = 0
    printer: str = ""


def outlook(badge: Badge, now: dt.datetime) -> Outlook:
    job = badge.jobs.select_related("printer", "wanted").order_by("-pk").first()
    where = (job and (job.printer or job.wanted)) or badge.station
    name = str(where) if where else ""
    if badge.printed_at:
        return Outlook("printed", printer=name)
    if job is None or job.status in (PrintJob.Status.FAILED, PrintJob.Status.DROPPED):
        return Outlook("failed", printer=name)
    if job.status == PrintJob.Status.CLAIMED and job.lease_ends_at > now:
        return Outlook("printing", printer=name)
    ahead = PrintJob.objects.open().filter(conference=job.conference_id, pk__lt=job.pk)
    if job.wanted:
        ahead = ahead.filter(Q(wanted=None) | Q(wanted=job.wanted))
    state = "waiting" if is_ready(job, now) else "stuck"
    return Outlook(state, number=ahead.count() + 1, printer=name)


def is_ready(job: PrintJob, now: dt.datetime) -> bool:
    """Whether a printer that may take it is switched on and has paper."""
    printers = Station.objects.live().filter(
        conference=job.conference_id, kind=Station.Kind.PRINTER, last_seen_at__gt=now - SILENT
    )
    if job.wanted:
        printers = printers.filter(pk=job.wanted.pk)
    return printers.filter(Q(printer_report=None) | Q(printer_report__trouble="")).exists()
