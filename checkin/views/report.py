"""The board's report as page, CSV and PDF: three looks of the same tables."""

import structlog
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from registration.exports.files import csv_lines
from scale.auth import staff_page
from scale.models import Role
from scale.time import local

from .. import documents
from ..charts import Bars
from ..report import report, shown

log = structlog.get_logger()


def report_page(view):
    """For whom money is shown in the sale too: finance and registration; the chair is both."""

    @never_cache
    @require_GET
    @staff_page(Role.FINANCE, Role.REGISTRATION)
    def guarded(request, conference):
        return view(request, conference, report(conference))

    return guarded


@report_page
def page(request, conference, found):
    tables = [
        (table, [list(zip(table.columns, map(shown, row), strict=True)) for row in table.rows])
        for table in found.tables
    ]
    hours = next((table for table in found.tables if table.name == "Arrivals by hour"), None)
    context = {
        "conference": conference,
        "tables": tables,
        "as_of": found.as_of,
        "hours": Bars.of(hours.rows) if hours else None,
    }
    return render(request, "checkin/report.html", context)


@report_page
def csv(request, conference, found):
    """One file that opens as one sheet: every table with its name and headings above it."""
    log.info("exported", table="report", kind="csv", by=request.user.pk)
    as_of = local(found.as_of, conference)
    rows = []
    for table in found.tables:
        rows += [[], [table.name], list(table.columns), *table.rows]
    head = [conference.name, f"as of {as_of:%Y-%m-%d %H:%M}"]
    response = HttpResponse(b"".join(csv_lines(head, rows)), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{name_of(conference, as_of)}.csv"'
    return response


@report_page
def pdf(request, conference, found):
    log.info("exported", table="report", kind="pdf", by=request.user.pk)
    response = HttpResponse(documents.board_report(found), content_type="application/pdf")
    name = name_of(conference, local(found.as_of, conference))
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def name_of(conference, as_of):
    return f"{conference.slug}-report-{as_of:%Y-%m-%d}"
