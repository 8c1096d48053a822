"""An exhibitor's leads as a file."""

from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse
from django.utils.formats import date_format

from registration.exports.files import csv_lines
from scale.models import Conference
from scale.time import local

from .models import Lead

COLUMNS = ("Name", "Organization", "E-mail", "Phone", "Note", "Scanned", "Station")


def rows(leads: Iterable[Lead], conference: Conference) -> Iterator[tuple[str, ...]]:
    for one in leads:
        when = local(one.scanned_at, conference).replace(tzinfo=None)
        said = (one.name, one.organization, one.email, one.phone, one.note)
        yield (*said, date_format(when, "Y-m-d H:i"), str(one.station))


def csv(leads, conference: Conference, name: str) -> StreamingHttpResponse:
    found = leads.select_related("station").order_by("scanned_at", "pk").iterator(chunk_size=500)
    answer = StreamingHttpResponse(
        csv_lines(COLUMNS, rows(found, conference)), content_type="text/csv"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer
