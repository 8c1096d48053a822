"""Lists of organizations and contacts come in and go out as CSV files."""

from functools import partial

import structlog
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from registration.exports.files import csv_lines
from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import AuditEntry

from .. import imports as lists
from ..forms.imports import ColumnsForm, ListForm
from ..imports.reading import COLUMNS, read
from ..imports.sheet import rows
from ..models import OrganizationImport
from ..tasks import run_organization_import
from . import WRITERS, rights_of

log = structlog.get_logger()
SAMPLE = 3
SHOWN = 100


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def imports(request, conference):
    """Send a file; what was sent lately."""
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = lists.ask(conference, form.cleaned_data["file"], request.user)
            return redirect("sponsors:organization-import", conference.slug, run.pk)
        except (lists.NotReadable, EditionClosed) as error:
            form.add_error("file", str(error))
    context = {
        "conference": conference,
        "form": form,
        "columns": COLUMNS,
        "runs": conference.organization_imports.select_related("by")[:20],
        **rights_of(request.user, conference),
    }
    return render(request, "sponsors/imports.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def one(request, conference, pk):
    """Its columns, how far it is, what it would do or did."""
    run = get_object_or_404(
        OrganizationImport.objects.select_related("by"), pk=pk, conference=conference
    )
    form = ColumnsForm(request.POST if "columns" in request.POST else None, run=run)
    if request.method == "POST":
        try:
            if answer := act(request, run, form):
                return answer
        except (lists.NotReadable, EditionClosed) as error:
            form.add_error("encoding", str(error)) if form.is_bound else messages.error(
                request, str(error)
            )
    context = {
        "conference": conference,
        "run": run,
        "form": form,
        "table": list(zip(form.visible_fields()[1:], samples(run), strict=False)),
        "is_stuck": run.is_stuck(timezone.now()),
        "report": report_of(run),
        "sums": sums_of(run),
        **rights_of(request.user, conference),
    }
    return render(request, "sponsors/import.html", context)


def act(request, run, form):
    """What the pressed button asks; None where the form has to be looked at again."""
    if "columns" in request.POST:
        if not form.is_valid():
            return None
        done = lists.name_columns(run, form.mapping, form.cleaned_data["encoding"])
    elif "apply" in request.POST or "try" in request.POST:
        done = lists.apply(run, answers(request, run), for_real="apply" in request.POST)
    elif "again" in request.POST:
        done = lists.retry_stuck(run)
    else:
        raise BadRequest
    if done:
        transaction.on_commit(partial(run_organization_import.delay, run.pk))
    else:
        messages.info(request, "This list is being read or was brought in already.")
    return redirect("sponsors:organization-import", run.conference.slug, run.pk)


def answers(request, run):
    """{key of a name: what was chosen}, of those that were asked and offered."""
    found = {}
    for question in (run.report or {}).get("questions", []):
        choice = request.POST.get(f"is-{question['key']}", "")
        if choice == "other" or choice in {value for value, _ in question["candidates"]}:
            found[question["key"]] = choice
    return found


def samples(run):
    """The first cells of each column, so that people see what is in it."""
    if not run.file or not run.file.storage.exists(run.file.name):
        return [[] for _ in run.header]
    with run.file.open("rb") as stream:
        try:
            lines = read(stream.read(), run.encoding).lines[:SAMPLE]
        except lists.NotReadable:
            lines = []
    return [
        [row[n][:60] for _, row in lines if n < len(row) and row[n].strip()]
        for n in range(len(run.header))
    ]


def report_of(run):
    if run.report is None:
        return None
    report = dict(run.report)
    report["shown"], report["problems"] = report["shown"][:SHOWN], report["problems"][:SHOWN]
    return report


def sums_of(run):
    """(words, how many lines)"""
    words = {
        "new": "new",
        "changed": "changed",
        "same": "as it is here",
        "waiting": "waiting for your answer",
        "error": "with a problem",
    }
    counts = (run.report or {}).get("counts", {})
    return [(says, counts[name]) for name, says in words.items() if name in counts]


@require_GET
@staff_page(*WRITERS)
def organizations_file(request, conference):
    """The columns that come in again; whoever takes it is written down."""
    log.info("exported", table="organizations", by=request.user.pk)
    AuditEntry.objects.tell(
        conference, "exported", why="organizations and contacts", by=request.user
    )
    columns = [column.label for column in COLUMNS]
    response = StreamingHttpResponse(csv_lines(columns, rows()), content_type="text/csv")
    name = f"organizations-{conference.today():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
