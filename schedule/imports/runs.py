"""An upload from the staff area: kept as a row, done by a worker, its report read later."""

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from scale.editions import EditionClosed, require_open
from scale.models import Conference, User
from schedule.models import ScheduleImport

from .apply import import_schedule
from .item import BadFile
from .read import read

log = structlog.get_logger()


@transaction.atomic
def ask(
    conference: Conference, upload: UploadedFile, *, by: User, dry_run: bool, prune: bool
) -> ScheduleImport:
    """Note the import of an uploaded file for a worker. Raises EditionClosed."""
    require_open(conference)
    run = ScheduleImport(
        conference=conference,
        by=by,
        file_name=(upload.name or "a file")[-120:],
        dry_run=dry_run,
        prune=prune,
        changed_at=timezone.now(),
    )
    run.file.save(run.file_name, upload, save=False)
    run.save()
    return run


@transaction.atomic
def ask_again(earlier: ScheduleImport, *, by: User) -> ScheduleImport | None:
    """What was tried is imported now; what got stuck starts anew. None where neither can be.

    The row's lock makes of two clicks one import.
    """
    earlier = ScheduleImport.objects.select_for_update().get(pk=earlier.pk)
    require_open(earlier.conference)
    if not earlier.file:
        return None
    if earlier.is_stuck(timezone.now()):
        earlier.status, earlier.changed_at = ScheduleImport.Status.WAITING, timezone.now()
        earlier.save(update_fields=["status", "changed_at"])
        return earlier
    if not (earlier.dry_run and earlier.status == ScheduleImport.Status.DONE):
        return None
    run = ScheduleImport.objects.create(
        conference=earlier.conference,
        by=by,
        file=earlier.file.name,
        file_name=earlier.file_name,
        prune=earlier.prune,
        changed_at=timezone.now(),
    )
    earlier.file = ""
    earlier.save(update_fields=["file"])
    return run


def work(pk: int) -> None:
    """Do one import that waits; a second worker with the same task finds nothing to do."""
    Status = ScheduleImport.Status
    waiting = ScheduleImport.objects.filter(pk=pk, status=Status.WAITING)
    if not waiting.update(status=Status.RUNNING, changed_at=timezone.now()):
        return
    run = ScheduleImport.objects.select_related("conference", "by").get(pk=pk)
    error, report = "It stopped by a fault of ours, which has been noted.", None
    try:
        with run.file.open("rb") as stream:
            source = read(stream)
        report = import_schedule(
            source,
            run.conference.slug,
            prune=run.prune,
            dry_run=run.dry_run,
            by=run.by,
            label=run.file_name,
        ).as_json()
        error = ""
    except (BadFile, EditionClosed) as refusal:
        error = str(refusal)
    except FileNotFoundError:
        error = "The uploaded file is not there any more."
    finally:
        run.error, run.report, run.changed_at = error[:300], report, timezone.now()
        run.status = Status.FAILED if error else Status.DONE
        if run.file and (error or not run.dry_run):
            run.file.delete(save=False)
        run.save(update_fields=["error", "report", "changed_at", "status", "file"])
        log.info("schedule import", run=run.pk, status=run.status)
