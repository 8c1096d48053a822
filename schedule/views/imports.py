"""Staff upload a schedule file: tried first, then imported, with a report of every line."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from ..forms import ImportForm
from ..imports.report import Report
from ..imports.runs import ask, ask_again
from ..models import ScheduleImport
from ..tasks import run_import

SHOWN_LINES = 100


@require_http_methods(["GET", "POST"])
@staff_page(Role.PROGRAM)
def import_schedule(request, conference):
    """Send a file; the worker takes it from there."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = ask(conference, form.cleaned_data["file"], by=request.user, **form.options())
            return start(run)
        except EditionClosed as error:
            form.add_error(None, str(error))
    runs = ScheduleImport.objects.filter(conference=conference).select_related("by")[:20]
    context = {"conference": conference, "form": form, "runs": runs}
    return render(request, "schedule/import.html", context)


def start(run):
    """Hand it to a worker once it is committed, and go where it can be watched."""
    transaction.on_commit(partial(run_import.delay, run.pk))
    return redirect("schedule:import-report", run.conference.slug, run.pk)


@require_http_methods(["GET", "POST"])
@staff_page(Role.PROGRAM)
def import_report(request, conference, number):
    """How far it is, or what it did; a POST imports what was only tried."""
    run = get_object_or_404(ScheduleImport, conference=conference, pk=number)
    if request.method == "POST":
        try:
            if again := ask_again(run, by=request.user):
                return start(again)
            messages.info(request, "This file is being imported or was imported already.")
        except EditionClosed as error:
            messages.error(request, str(error))
        return redirect("schedule:import", conference.slug)
    report = Report.from_json(run.report) if run.report else None
    if report and request.GET.get("as") == "text":
        text = "\n".join(report.lines())
        return HttpResponse(text, content_type="text/plain; charset=utf-8")
    context = {
        "conference": conference,
        "run": run,
        "report": report,
        "is_stuck": run.is_stuck(timezone.now()),
        "edits": report.edits[:SHOWN_LINES] if report else [],
        "shown_lines": SHOWN_LINES,
    }
    return render(request, "schedule/import_report.html", context)
