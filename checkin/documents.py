"""The door's papers as PDF."""

from registration.documents.page import (
    INK,
    LINE,
    MARGIN,
    QUIET,
    Flow,
    Sheet,
    paged,
    paper,
    shorten,
    width,
)
from scale.time import local

from .marks import MINOR
from .paper import TAIL, blocks
from .report import shown

COLUMNS, GAP, ROW, BOX, HEAD = 2, 22.0, 25.0, 11.0, 26.0


class Names(Flow):
    """Two columns of names, one below the other, and on to the next sheet."""

    def __init__(self, sheet, foot, pages):
        super().__init__(sheet, foot, pages)
        self.place = 0
        self.wide = (self.room - GAP * (COLUMNS - 1)) / COLUMNS
        self.top = self.y

    @property
    def left(self):
        return MARGIN + self.place * (self.wide + GAP)

    def start_columns(self):
        self.top = self.y

    def need(self, points):
        """To the next column, or the next sheet after the last."""
        if self.y - points >= self.bottom:
            return False
        if self.place < COLUMNS - 1:
            self.place += 1
            self.y = self.top
            return True
        self.place = 0
        moved = super().need(points)
        self.top = self.y
        return moved


def paper_list(checkin_list, tickets, came, *, day, now) -> bytes:
    """Names by letter with boxes to tick; whoever is in already has a tick and the time."""
    conference = checkin_list.conference
    as_of = f"as of {local(now, conference):%a %-d %B, %H:%M}"
    what = f"{checkin_list}, {day:%A %-d %B}" if day else str(checkin_list)

    def draw(pages):
        sheet = Sheet(paper(conference.currency), title=what, author=conference.name)
        flow = Names(sheet, f"{conference} · {what} · {as_of}", pages)
        flow.text(what, 20, bold=True, most=2)
        flow.text(f"{conference} · {len(tickets):,} people by surname · {as_of}", 9.5, colour=QUIET)
        flow.text("Ticked by: ____________________     Tick who comes in.", 9.5)
        flow.gap(10)
        flow.start_columns()
        for letter, ones in blocks(tickets):
            flow.need(HEAD + ROW)
            flow.y -= HEAD
            sheet.text(flow.left, flow.y + 8, letter, 14, bold=True)
            for ticket in ones:
                name_line(flow, ticket, came.get(ticket.pk), conference)
        flow.end()
        return sheet, flow.page

    return paged(draw)


def name_line(flow, ticket, came_at, conference):
    flow.need(ROW)
    sheet, x, top = flow.sheet, flow.left, flow.y
    sheet.line(x, top, x + flow.wide, top, LINE, 0.4)
    sheet.box(x, top - 5 - BOX, BOX, BOX, INK)
    sheet.box(x + 0.8, top - 5 - BOX + 0.8, BOX - 1.6, BOX - 1.6, "#ffffff")
    if came_at:
        sheet.text(x + 2.4, top - 5 - BOX + 2.6, "x", 9, bold=True)
    words, room = x + BOX + 8, flow.wide - BOX - 8
    name = ticket.attendee_name or "(no name yet)"
    sheet.text(words, top - 13, shorten(name, room, 10.5, True), 10.5, bold=True)
    notes = [ticket.ticket_type.name, f"…{ticket.code[-TAIL:]}"]
    notes += [MINOR] if ticket.is_minor else []
    notes += [f"in {local(came_at, conference):%H:%M}"] if came_at else []
    sheet.text(words, top - 22, shorten(" · ".join(notes), room, 7.5), 7.5, colour=QUIET)
    flow.y -= ROW


# --- the board's report ------------------------------------------------------------------------

LINE_HIGH, CELL, CELL_GAP = 15.0, 9.0, 10.0


def board_report(report) -> bytes:
    conference = report.conference
    as_of = f"as of {local(report.as_of, conference):%a %-d %B %Y, %H:%M}"

    def draw(pages):
        title = f"{conference}: report"
        sheet = Sheet(paper(conference.currency), title=title, author=conference.name)
        flow = Flow(sheet, f"{title} · {as_of}", pages)
        flow.text(title, 20, bold=True, most=2)
        flow.text(as_of, 9.5, colour=QUIET)
        for table in report.tables:
            draw_table(flow, table)
        flow.end()
        return sheet, flow.page

    return paged(draw)


def draw_table(flow, table):
    cells = [[shown(cell) for cell in row] for row in table.rows]
    edges = right_edges(flow, table.columns, cells)
    flow.need(40 + 3 * LINE_HIGH)
    flow.gap(16)
    flow.text(table.name, 13, bold=True)
    if table.note:
        flow.text(table.note, 8, colour=QUIET)
    draw_row(flow, table.columns, edges, bold=True)
    for row in cells:
        if flow.need(LINE_HIGH):
            draw_row(flow, table.columns, edges, bold=True)
        draw_row(flow, row, edges)


def right_edges(flow, columns, cells):
    """Where each column but the first ends: as wide as its widest cell, from the right."""
    edges, right = [], flow.x + flow.room
    for n in reversed(range(1, len(columns))):
        widest = max(width(row[n], CELL, row is columns) for row in [columns, *cells])
        edges.append((n, right))
        right -= min(widest, flow.room / 3) + CELL_GAP
    return edges, right


def draw_row(flow, row, edges, bold=False):
    numbers, left_room = edges
    y = flow.y - LINE_HIGH + 4
    sheet = flow.sheet
    first = shorten(row[0], left_room - flow.x, CELL, bold)
    sheet.text(flow.x, y, first, CELL, bold=bold)
    for n, right in numbers:
        sheet.text(
            right, y, shorten(row[n], flow.room / 3, CELL, bold), CELL, bold=bold, right=True
        )
    flow.y -= LINE_HIGH
    sheet.line(flow.x, flow.y, flow.x + flow.room, flow.y, INK if bold else LINE, 0.4)
