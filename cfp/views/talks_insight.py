"""To look at talks together: side by side, twice, on paper, in a file, in numbers."""

import json

import structlog
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from registration.exports.files import csv_lines

from .. import doubles as pairs
from ..access import program_page
from ..models import Review, Talk
from ..selection import Selection
from ..statistics import numbers

log = structlog.get_logger()
LEAST, MOST = 2, 4  # talks side by side
ON_PAPER = 200
SHOWN = 100
COLUMNS = (
    *("code", "title", "status", "decision", "track", "kind", "minutes", "level", "language"),
    *("speakers", "emails", "first_time", "tags", "abstract", "reviews", "mean", "normalised"),
    *("spread", "submitted"),
)


@require_GET
@program_page
def compare(request, reach):
    """Two to four talks, named by their codes in the link."""
    codes = request.GET.getlist("talk")[:MOST]
    found = reach.to_decide().filter(code__in=codes).values_list("code", "pk")
    ids = dict(found)
    selection = Selection(reach, request.GET)
    rows = selection.rows([ids[code] for code in dict.fromkeys(codes) if code in ids])
    opinions = Review.objects.filter(talk__in=[row.pk for row in rows if not row.is_kept_away])
    for row in rows:
        row.opinions = []
    by_pk = {row.pk: row for row in rows}
    for one in opinions.select_related("reviewer").order_by("-score", "pk"):
        by_pk[one.talk_id].opinions.append(one)
    context = {
        "conference": reach.conference,
        "reach": reach,
        "rows": rows if len(rows) >= LEAST else [],
    }
    return render(request, "cfp/compare.html", context)


@require_GET
@program_page
def doubles(request, reach):
    by_speaker = pairs.talks_by_speaker(reach)
    context = {
        "conference": reach.conference,
        "reach": reach,
        "several": pairs.several(by_speaker)[:SHOWN],
        "doubles": pairs.doubles(by_speaker)[:SHOWN],
    }
    return render(request, "cfp/doubles.html", context)


@require_GET
@program_page
def sheets(request, reach):
    """One sheet of paper a talk, with room for a score and a comment; no scores of others."""
    selection = Selection(reach, request.GET)
    ids = [pk for pk in selection.ids() if pk not in reach.kept_from]
    context = {
        "conference": reach.conference,
        "reach": reach,
        "rows": selection.rows(ids[:ON_PAPER]),
        "left_out": max(0, len(ids) - ON_PAPER),
        "query": selection.query,
    }
    return render(request, "cfp/sheets.html", context)


@require_GET
@program_page
def file(request, reach, kind):
    """The table of the link as a file, every page of it."""
    if kind not in ("csv", "json"):
        raise Http404
    selection = Selection(reach, request.GET)
    talks = selection.rows(selection.ids())
    prefetch_related_objects(talks, "talk_speakers__speaker__user")  # for their addresses
    rows = [line(talk) for talk in talks]
    log.info("exported", table="talks", kind=kind, by=request.user.pk)
    if kind == "csv":
        response = StreamingHttpResponse(csv_lines(COLUMNS, rows), content_type="text/csv")
    else:
        told = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        response = HttpResponse(json.dumps(told, ensure_ascii=False, indent=1))
        response["Content-Type"] = "application/json"
    name = f"{reach.conference.slug}-talks-{reach.conference.today():%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def line(talk: Talk) -> list:
    score = talk.score
    people = talk.speakers()
    return [
        *(talk.code, talk.title, talk.status, talk.pending.verdict if talk.pending else ""),
        *(talk.track.name if talk.track else "", talk.kind.name if talk.kind else ""),
        *(talk.minutes, talk.level, talk.language),
        ", ".join(person.name for person in people),
        ", ".join(person.address for person in people if person.address),
        *("yes" if talk.is_first_time else "no", ", ".join(tag.name for tag in talk.tags.all())),
        talk.abstract,
        score.opinions if score else 0,
        *([round(n, 2) for n in (score.mean, score.fair, score.spread)] if score else [""] * 3),
        talk.submitted_at.isoformat() if talk.submitted_at else "",
    ]


@require_GET
@program_page
def statistics(request, reach):
    context = {"conference": reach.conference, "reach": reach, "numbers": numbers(reach)}
    return render(request, "cfp/statistics.html", context)
