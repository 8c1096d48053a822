"""A list that was sent: its columns are named, it is tried, answered, brought in by a worker."""

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from scale.db import retry
from scale.editions import EditionClosed, require_open
from scale.models import AuditEntry, Conference, User

from ..forms.fields import committee
from ..models import OrganizationImport
from .facts import name_of
from .planning import Plan, Planner
from .reading import (
    NotReadable,
    cells_of,
    guess_columns,
    guess_encoding,
    header_key,
    read,
)
from .writing import write

log = structlog.get_logger()
Status = OrganizationImport.Status


def ask(conference: Conference, upload: UploadedFile, by: User) -> OrganizationImport:
    """Keep the file; NotReadable when it is no list at all."""
    require_open(conference)
    forget_old()
    upload.seek(0)
    data = upload.read()
    encoding = guess_encoding(data)
    header = read(data, encoding).header
    run = OrganizationImport(
        conference=conference,
        by=by,
        file_name=(upload.name or "a file")[-120:],
        encoding=encoding,
        header=header,
        header_key=header_key(header),
        mapping=remembered(header) or guess_columns(header),
        changed_at=timezone.now(),
    )
    upload.seek(0)
    run.file.save(run.file_name, upload, save=False)
    run.save()
    return run


def remembered(header: list[str]) -> list[str] | None:
    """How the columns of the last such file were named."""
    earlier = OrganizationImport.objects.filter(header_key=header_key(header))
    found = earlier.exclude(status=Status.MAPPING).first()
    return found.mapping if found else None


def forget_old() -> None:
    """Files that nobody brought in within two weeks; whoever sends the next one takes them away."""
    for run in OrganizationImport.objects.forgotten_by(timezone.now()):
        run.file.delete(save=False)
        run.save(update_fields=["file"])


@transaction.atomic
def name_columns(run: OrganizationImport, mapping: list[str], encoding: str) -> bool:
    """Try it with these columns; False where it is under way or was brought in."""
    run = OrganizationImport.objects.select_for_update().get(pk=run.pk)
    require_open(run.conference)
    if run.is_under_way or not run.file or run.status == Status.DONE:
        return False
    if encoding != run.encoding:
        with run.file.open("rb") as stream:
            header = read(stream.read(), encoding).header
        run.header, run.header_key = header, header_key(header)
        mapping = mapping if len(mapping) == len(header) else guess_columns(header)
    run.mapping, run.encoding, run.for_real = mapping, encoding, False
    return wait(run)


@transaction.atomic
def apply(run: OrganizationImport, choices: dict[str, str], *, for_real: bool) -> bool:
    """Try it again with these answers, or bring it in; False where neither can be."""
    run = OrganizationImport.objects.select_for_update().get(pk=run.pk)
    require_open(run.conference)
    if run.status != Status.TRIED or not run.file:
        return False
    run.choices, run.for_real = {**run.choices, **choices}, for_real
    return wait(run)


@transaction.atomic
def retry_stuck(run: OrganizationImport) -> bool:
    run = OrganizationImport.objects.select_for_update().get(pk=run.pk)
    require_open(run.conference)
    return run.is_stuck(timezone.now()) and wait(run)


def wait(run: OrganizationImport) -> bool:
    run.status, run.changed_at, run.error = Status.WAITING, timezone.now(), ""
    run.save()
    return True


def work(pk: int) -> None:
    """Do one run that waits; a second worker with the same task finds nothing to do."""
    waiting = OrganizationImport.objects.filter(pk=pk, status=Status.WAITING)
    if not waiting.update(status=Status.RUNNING, changed_at=timezone.now()):
        return
    run = OrganizationImport.objects.select_related("conference", "by").get(pk=pk)
    error, report = "It stopped by a fault of ours, which has been noted.", run.report
    try:
        report, error = carry_out(run), ""
    except (NotReadable, EditionClosed) as refusal:
        error = str(refusal)
    except FileNotFoundError:
        error = "The uploaded file is not there any more."
    finally:
        done = Status.DONE if run.for_real else Status.TRIED
        run.status = Status.FAILED if error else done
        run.error, run.report, run.changed_at = error[:300], report, timezone.now()
        if run.file and (error or run.for_real):
            run.file.delete(save=False)  # it holds people's addresses
        run.save(update_fields=["status", "error", "report", "changed_at", "file"])
        log.info("organization import", run=run.pk, status=run.status)


def carry_out(run: OrganizationImport) -> dict:
    with run.file.open("rb") as stream:
        lines = cells_of(read(stream.read(), run.encoding), run.mapping)
    if not run.for_real:
        return planned(run, lines).as_json()
    return bring_in(run, lines).as_json()


@retry
def bring_in(run: OrganizationImport, lines) -> Plan:
    """Whoever adds an organization passes the edition's row: what is known stays as it is read."""
    require_open(run.conference)
    Conference.objects.select_for_update().get(pk=run.conference_id)
    plan = planned(run, lines)
    write(plan)
    counts = plan.counts
    AuditEntry.objects.tell(
        run,
        "brought in",
        why=f"{counts['new']} new, {counts['changed']} changed, {counts['same']} as they were",
        by=run.by,
    )
    return plan


def planned(run: OrganizationImport, lines) -> Plan:
    owners: dict[str, int] = {}
    for user in committee(run.conference):
        owners |= {name_of(user.name): user.pk} if user.name else {}
        owners[user.email] = user.pk
    return Planner(run.choices, owners).run(lines)
