"""The crew's papers as PDF: the sheet of one room and day, who has a seat in a workshop."""

import datetime as dt

from registration.documents.page import INK, LINE, QUIET, Column, Flow, Sheet, paged, paper
from registration.qr import runs
from scale.models import Conference
from scale.time import local

from .crew import Duty
from .models import Room

QR = 84.0
WARN = "#8a5a00"


def crew_sheet(
    conference: Conference, room: Room, day: dt.date, lines: list[Duty], *, version: int, link: str
) -> bytes:
    """`link` opens the room's head counts; it stands on the sheet as a QR code."""

    def draw(pages):
        title = f"{room.name}, {day:%A %-d %B}"
        sheet = Sheet(paper(conference.currency), title=title, author=conference.name)
        foot = f"{conference} · {title} · schedule version {version}"
        flow = Flow(sheet, foot, pages)
        head(flow, conference, room, day, version, link)
        for duty in lines:
            entry(flow, conference, duty)
        if not lines:
            flow.text("Nothing is on in this room that day.", 11)
        flow.end()
        return sheet, flow.page

    return paged(draw)


def seat_sheet(*, conference, workshop, slots, people, version, printed_at) -> bytes:
    """Who has a seat, by name, with a box to tick: for the room's monitor."""

    def draw(pages):
        title = f"Seats: {workshop.talk.title}"
        sheet = Sheet(paper(conference.currency), title=title, author=conference.name)
        clock = f"{local(printed_at, conference):%a %-d %B %H:%M}"
        foot = f"{conference} · printed from version {version}, {clock}"
        flow = Flow(sheet, foot, pages)
        seats_head(flow, conference, workshop, slots, people, foot)
        for person in people:
            seat_line(flow, person)
        if not people:
            flow.text("Nobody has a seat yet.", 11)
        flow.end()
        return sheet, flow.page

    return paged(draw)


def seats_head(flow: Flow, conference, workshop, slots, people, foot) -> None:
    flow.text(foot, 9.5, colour=QUIET)
    flow.gap(4)
    flow.text(workshop.talk.title, 20, bold=True, most=3)
    if workshop.talk.is_cancelled:
        flow.text("CANCELLED", 13, bold=True, colour=WARN)
    for slot in slots:
        begins, ends = (local(at, conference) for at in (slot.starts_at, slot.ends_at))
        flow.text(f"{begins:%A, %-d %B, %H:%M}–{ends:%H:%M}, {slot.where}", 12)
    flow.text(f"{len(people)} people, {workshop.quota.size} seats. Tick who is there.", 9.5)
    flow.gap(8)


def seat_line(flow: Flow, person) -> None:
    """A box and a name; what a room monitor needs and no more."""
    flow.need(26)
    top, side = flow.y - 4, 12.0
    flow.sheet.box(flow.x, top - side, side, side, INK)
    flow.sheet.box(flow.x + 0.8, top - side + 0.8, side - 1.6, side - 1.6, "#ffffff")
    words = Column(flow.sheet, flow.x + 24, top + 1, flow.room - 24)
    words.text(person.attendee_name or "(no name yet)", 12, most=1)
    if person.organization:
        words.text(person.organization, 9, colour=QUIET, most=1)
    flow.y = min(words.y, top - side) - 4


def head(flow: Flow, conference, room, day, version, link) -> None:
    top = flow.y
    side, dark = runs(link)
    square = QR / side
    left = flow.x + flow.room - QR
    for column, row, number in dark:
        flow.sheet.box(
            left + column * square, top - (row + 1) * square, number * square, square, "#000000"
        )
    words = Column(flow.sheet, flow.x, top, flow.room - QR - 20)
    words.text(room.name, 22, bold=True, most=2)
    words.text(f"{day:%A, %-d %B %Y}", 13, most=1)
    words.text(f"Schedule version {version} · {conference.zone_words}", 9.5, colour=QUIET)
    seats = f"{room.capacity} seats. " if room.capacity else ""
    words.text(f"{seats}Count heads with the code on the right.", 9.5, colour=QUIET)
    flow.y = min(words.y, top - QR) - 14


def entry(flow: Flow, conference, duty: Duty) -> None:
    slot = duty.slot
    flow.need(96)
    flow.sheet.line(flow.x, flow.y, flow.x + flow.room, flow.y, LINE, 0.6)
    top = flow.y - 2
    begins, ends = (local(at, conference) for at in (slot.starts_at, slot.ends_at))
    clock = Column(flow.sheet, flow.x, top, 78)
    clock.text(f"{begins:%H:%M}–{ends:%H:%M}", 12, bold=True)
    if duty.expected:
        clock.text(f"{duty.expected.range} people", 8.5, colour=QUIET)
    about = Column(flow.sheet, flow.x + 88, top, flow.room - 88)
    cancelled = bool(slot.talk and slot.talk.is_cancelled)
    about.text(f"{'CANCELLED: ' if cancelled else ''}{slot.what}", 12, bold=True, most=3)
    if slot.room:
        about.text(slot.room.name, 9, colour=QUIET)
    for text, colour in facts(duty):
        about.text(text, 9.5, colour=colour, most=3)
    flow.y = min(clock.y, about.y) - 9


def facts(duty: Duty) -> list[tuple[str, str]]:
    """(sentence, colour) for what a technician asks, without what does not apply."""
    talk = duty.slot.talk
    if talk is None:
        return []
    found = [(", ".join(person.name for person in duty.people), INK)]
    if duty.needs:
        found.append(("Needs: " + ", ".join(name for name, _ in duty.needs), INK))
    if duty.missing:
        found.append(("NOT IN THE ROOM: " + ", ".join(duty.missing), WARN))
    if talk.equipment_note:
        found.append((f"Note: {talk.equipment_note}", INK))
    found.append(("May be recorded" if talk.may_record else "DO NOT RECORD", INK))
    if talk.day_phone:
        found.append((f"Phone for the day: {talk.day_phone}", INK))
    return [(text, colour) for text, colour in found if text]
