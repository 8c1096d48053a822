import structlog
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from registration.exports.files import csv_lines
from scale.auth import staff_page
from scale.models import AuditEntry

from ..forms import ReadinessForm
from ..models import Deliverable
from ..readiness import STATES, Board
from . import WRITERS, rights_of

log = structlog.get_logger()
COLUMNS = (
    *("Sponsor", "Package", "Deal", "Promise", "How many", "Who owes it", "State"),
    *("Due", "Seen to by", "Arrived"),
)


def narrowed(request, conference):
    form = ReadinessForm(request.GET, conference=conference)
    form.is_valid()  # what cannot be read is said beside its field and narrows nothing
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    return form, Board(conference, **asked)


@require_GET
@staff_page(*WRITERS)
def readiness(request, conference):
    """Sponsor × promise: what is late, what is to be checked, what is done."""
    form, board = narrowed(request, conference)
    write_lines(board, conference)
    context = {
        "conference": conference,
        "form": form,
        "board": board,
        "tallies": tallies(board),
        "theirs": sum(column.side == Deliverable.Side.THEM for column in board.columns),
        "ours": sum(column.side == Deliverable.Side.US for column in board.columns),
        "narrowed": any(form.cleaned_data.values()),
        "query": request.GET.urlencode(),
        **rights_of(request.user, conference),
    }
    return render(request, "sponsors/readiness.html", context)


def write_lines(board, conference):
    """The cells of each line as HTML: a template takes three times as long for two thousand.

    In each the day, and who sees to it where that is not who looks after the deal.
    """
    # One address looked up for all, and one text for all cells that say the same.
    start, end = reverse("sponsors:deliverable", args=[conference.slug, 0]).rsplit("0", 1)
    texts = {None: ""}
    for row in board.rows:
        pieces = []
        for cell in row.line:
            key = cell and (cell.state, cell.word, cell.due_on, other_owner(row, cell))
            if key not in texts:
                texts[key] = text_of(cell, key[-1])
            link = f'<a href="{start}{cell.pk}{end}">{texts[key]}</a>' if cell else ""
            pieces.append(f'<td class="{cell.tone}">{link}</td>' if cell else "<td></td>")
        row.html = mark_safe("".join(pieces))  # text_of escapes  # nosec B308 B703


def other_owner(row, cell):
    return cell.owner.split("@")[0] if cell.owner_id != row.deal.owner_id else ""


def text_of(cell, owner):
    day = f"{cell.due_on.day} {cell.due_on:%b}" if cell.due_on else ""
    said = ", ".join(part for part in (day, owner) if part)
    return format_html("{} {}<small>{}</small>", cell.sign, cell.word, said)


def tallies(board):
    """A piece of the bar for each state: (name, tone, sign, number, x, width)."""
    x, found = 0.0, []
    for state, (tone, sign, word) in STATES.items():
        width = 100 * board.counts[state] / board.total if board.total else 0
        found.append(
            {
                **{"state": state, "tone": tone, "sign": sign, "word": word},
                **{"n": board.counts[state], "x": round(x, 2), "width": round(width, 2)},
            }
        )
        x += width
    return found


@require_GET
@staff_page(*WRITERS)
def readiness_file(request, conference):
    _, board = narrowed(request, conference)
    log.info("exported", table="readiness", kind="csv", by=request.user.pk)
    AuditEntry.objects.tell(conference, "exported", why="promises", by=request.user)
    response = StreamingHttpResponse(csv_lines(COLUMNS, lines(board)), content_type="text/csv")
    name = f"{conference.slug}-readiness-{conference.today():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def lines(board):
    sides = dict(Deliverable.Side.choices)
    for row in board.rows:
        deal = row.deal
        state = deal.get_status_display()
        if deal.released_at and not deal.is_signed:
            state = f"{state}, released early"
        for cell in filter(None, row.line):
            yield (
                *(deal.organization.name, deal.package.name, state, cell.name, cell.quantity),
                *(sides[cell.side], cell.word, cell.due_on or "", cell.owner),
                f"{cell.arrived_at:%Y-%m-%d}" if cell.arrived_at else "",
            )
