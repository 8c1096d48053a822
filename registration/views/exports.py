import structlog
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from scale.auth import staff_page
from scale.models import Role

from ..exports import TABLES
from ..exports.files import csv_lines, xlsx
from ..forms.reports import ExportForm

log = structlog.get_logger()
SHOWN = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_page(view):
    """For views of one table: 404 for one we have not, 403 for who may not see it."""

    @staff_page(Role.REGISTRATION, Role.FINANCE, Role.COMMUNICATIONS)
    def guarded(request, conference, table, **kwargs):
        found = TABLES.get(table)
        if found is None:
            raise Http404
        if not request.user.has_role(conference, *found.roles):
            raise PermissionDenied
        form = ExportForm(request.GET, conference=conference, table=found)
        return view(request, conference, found, form, **kwargs)

    return guarded


@require_GET
@staff_page(Role.REGISTRATION, Role.FINANCE, Role.COMMUNICATIONS)
def exports(request, conference):
    may = [table for table in TABLES.values() if request.user.has_role(conference, *table.roles)]
    return render(request, "registration/exports.html", {"conference": conference, "tables": may})


@require_GET
@export_page
def export(request, conference, table, form):
    """The first rows, and links to the files with the same narrowing."""
    context = {"conference": conference, "table": table, "form": form}
    if form.is_valid():
        found = table.select(conference, form.wanted())
        context |= {
            "count": found.count(),
            "columns": table.columns(conference),
            "rows": list(table.rows(conference, found.filter(pk__in=first_keys(found)))),
            "query": request.GET.urlencode(),
        }
    return render(request, "registration/export.html", context)


def first_keys(rows):
    return list(rows.order_by("pk").values_list("pk", flat=True)[:SHOWN])


@require_GET
@export_page
def export_file(request, conference, table, form, kind):
    if kind not in ("csv", "xlsx"):
        raise Http404
    if not form.is_valid():
        context = {"conference": conference, "table": table, "form": form}
        return render(request, "registration/export.html", context, status=400)
    found = table.select(conference, form.wanted())
    log.info("exported", table=table.name, kind=kind, by=request.user.pk)
    name = f"{conference.slug}-{table.name}-{conference.today():%Y-%m-%d}.{kind}"
    columns, rows = table.columns(conference), table.rows(conference, found)
    if kind == "xlsx":
        sheet = xlsx(columns, rows)
        return FileResponse(sheet, as_attachment=True, filename=name, content_type=XLSX)
    response = StreamingHttpResponse(csv_lines(columns, rows), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
