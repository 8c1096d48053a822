"""The report of a sponsor on paper."""

import io

from django.utils.formats import date_format
from PIL import Image, UnidentifiedImageError
from reportlab.lib.utils import ImageReader

from registration.documents.page import LINE, QUIET, Flow, Sheet, paged, paper, shorten, width, wrap
from scale.time import local

from ..documents import draw_table
from ..report import Table
from .facts import Report

PICTURE_HIGH, PICTURE_WIDE = 150.0, 260.0
INDENT = 14.0


def draw(report: Report) -> bytes:
    return paged(lambda pages: drawn(report, pages))


def drawn(report: Report, pages: int) -> tuple[Sheet, int]:
    conference, firm = report.conference, report.deal.organization
    title = f"{firm} at {conference}"
    as_of = f"as of {date_format(local(report.as_of, conference), 'j F Y')}"
    sheet = Sheet(paper(conference.currency), title=title, author=conference.name)
    flow = Flow(sheet, f"{title} · {as_of}", pages)
    flow.text(title, 22, bold=True, most=2)
    flow.gap(4)
    sheet.box(flow.x, flow.y, 28, 2.4, conference.accent)
    flow.gap(8)
    flow.text(f"{report.deal.package} · {conference.dates} · {as_of}", 9.5, colour=QUIET)
    flow.text(" · ".join(f"{words}: {number}" for words, number in report.sums), 11, bold=True)
    promises(flow, report)
    talks(flow, report)
    for table in tables(report):
        draw_table(flow, table)
    flow.end()
    return sheet, flow.page


def heading(flow: Flow, words: str) -> None:
    flow.need(60)
    flow.gap(18)
    flow.text(words, 13, bold=True)
    flow.gap(3)


def promises(flow: Flow, report: Report) -> None:
    heading(flow, "What we promised")
    if not report.ours:
        flow.text("This package promised nothing beyond our thanks.", 9.5, colour=QUIET)
    for row in report.ours:
        many = f" × {row.quantity}" if row.quantity > 1 and row.kind != row.Kind.PASSES else ""
        state = row.look["word"]
        if row.done_at:
            state += f" {date_format(local(row.done_at, report.conference), 'j F')}"
        line(flow, f"{row.name}{many}", state)
        for words in filter(None, (row.proof_words, row.proof_link)):
            for one in wrap(words, flow.room - INDENT, 9, most=4):
                flow.need(13)
                flow.y -= 12
                flow.sheet.text(flow.x + INDENT, flow.y, one, 9, colour=QUIET)
        if row.proof_file:
            proof(flow, row)


def line(flow: Flow, words: str, state: str) -> None:
    """A name on the left, how it stands on the right."""
    flow.need(22)
    flow.sheet.line(flow.x, flow.y - 3, flow.x + flow.room, flow.y - 3, LINE, 0.4)
    flow.y -= 16
    edge = flow.x + flow.room
    room = flow.room - width(state, 10) - 14
    flow.sheet.text(flow.x, flow.y, shorten(words, room, 10, True), 10, bold=True)
    flow.sheet.text(edge, flow.y, state, 10, right=True)


def proof(flow: Flow, row) -> None:
    """The picture; of any other file its name."""
    picture = picture_of(row)
    if picture is None:
        flow.need(13)
        flow.y -= 12
        flow.sheet.text(flow.x + INDENT, flow.y, row.proof_name, 9, colour=QUIET)
        return
    scale = min(PICTURE_HIGH / picture.height, PICTURE_WIDE / picture.width)
    wide, high = picture.width * scale, picture.height * scale
    flow.need(high + 10)
    flow.y -= high + 6
    flow.sheet.canvas.drawImage(
        ImageReader(picture), flow.x + INDENT, flow.y, wide, high, mask="auto"
    )
    flow.gap(4)


def picture_of(row):
    if not row.proof_is_picture:
        return None
    try:
        with row.proof_file.open("rb") as file:
            found = Image.open(io.BytesIO(file.read()), formats=("PNG",)).convert("RGBA")
    except (FileNotFoundError, UnidentifiedImageError):
        return None
    # Twice what the paper shows is enough for every printer, and keeps the file small.
    found.thumbnail((4 * PICTURE_WIDE, 4 * PICTURE_HIGH))
    return found


def talks(flow: Flow, report: Report) -> None:
    if not report.talks:
        return
    heading(flow, "Your talk" if len(report.talks) == 1 else "Your talks")
    for one in report.talks:
        heads = "not counted" if one.heads is None else f"{one.heads:,} in the room"
        line(flow, one.talk.title, heads)


def tables(report: Report) -> list[Table]:
    """What is counted, and where they stood."""
    used = [
        (one.name, one.promised, one.named, one.used if report.at_door else "–")
        for one in report.passes
    ]
    note = "" if report.at_door else "The entry scanned nobody, so we cannot say who came."
    found = [
        Table("Passes", ["Kind", "Promised", "Named", "Used"], used, note),
        Table("Contacts at your booth", ["Day", "Contacts"], leads(report)),
        Table(
            "Where you stood", ["Booth", "Hall"], [(b.number, b.plan.name) for b in report.booths]
        ),
        Table(
            "What came from you", ["What", ""], [(r.name, r.look["word"]) for r in report.theirs]
        ),
    ]
    return [table for table in found if table.rows]


def leads(report: Report) -> list:
    rows: list = list(report.leads)
    return [*rows, ("All", report.leads_total)] if rows else []
