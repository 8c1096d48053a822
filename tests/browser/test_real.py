"""The real SCALE 22x, imported, moved on the board and published: the same wherever one looks."""

import datetime as dt
import json
import re
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

import schedule.views.now
from scale.models import Role
from schedule.models import Slot
from tests.browser.steps import look
from tests.browser.test_board import cell, drag, line, saved
from tests.factories import scale as make
from tests.readers import READERS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.realdata,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
SATURDAY = "2025-03-08"
# One goes by mouse and one by keyboard, both into rooms that are free that day.
BY_MOUSE, BY_KEYS = "Observability at Tigris Data", "Gotchas of Everyday Systemd"
OLD = {BY_MOUSE: "Room 107", BY_KEYS: "Room 106"}
NEW = {BY_MOUSE: "Room 104", BY_KEYS: "Room 212"}


@pytest.fixture
def conference(transactional_db):
    return make.conference(
        slug="22x", name="SCALE 22x", starts_on=dt.date(2025, 3, 6), ends_on=dt.date(2025, 3, 9)
    )


@pytest.fixture
def person(browser, live_server, conference):
    """Opens a window for somebody with these roles."""
    opened = []

    def open_window(*roles):
        size = {"width": 1920, "height": 1200}
        context = browser.new_context(base_url=live_server.url, viewport=size)
        opened.append(context)
        context.set_default_timeout(60_000)
        user = make.user()
        make.second_factor(user)
        for role in roles:
            make.staff_role(user, conference, role)
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
        context.add_cookies([cookie])
        return context.new_page()

    yield open_window
    for context in opened:
        context.close()


def import_file(page, path):
    page.goto("/staff/22x/import/")
    look(page)
    page.get_by_label("Schedule file").set_input_files(path)
    page.get_by_role("button", name="Send the file").click()
    look(page)
    page.get_by_role("button", name="Import it now").click()
    expect(page.locator("main")).to_contain_text("given a room and time296")
    look(page)


def open_board(page):
    page.goto(f"/staff/22x/board/?day={SATURDAY}")
    expect(line(page, BY_MOUSE)).to_be_visible()
    look(page)


def move_by_mouse(page):
    line(page, BY_MOUSE).scroll_into_view_if_needed()
    drag(page, line(page, BY_MOUSE), *cell(page, NEW[BY_MOUSE], 14))
    page.mouse.up()
    saved(page, f"“{BY_MOUSE}” moved")


def move_by_keys(page):
    line(page, BY_KEYS).focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Room", exact=True)).to_be_focused()
    look(page)
    page.keyboard.type(NEW[BY_KEYS])
    dialog.get_by_label("Begins").fill("16:00")
    page.keyboard.press("Enter")
    saved(page, f"“{BY_KEYS}” moved")
    line(page, BY_KEYS).focus()
    page.keyboard.press("ArrowDown")
    expect(line(page, BY_KEYS)).to_have_attribute(
        "aria-label", re.compile(f"^{BY_KEYS}, Room 212, 16:05 to 17:05, draft change")
    )


def publish(page):
    page.get_by_role("link", name="Publish version 2").click()
    for title, room in OLD.items():
        told = page.get_by_role("listitem").filter(has_text=title)
        expect(told).to_contain_text(f"{room} Sat 8 March, 11:15–12:15 → {NEW[title]} Sat 8 March")
    look(page)
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.locator("body")).to_contain_text("Version 2 is public now")
    look(page)


def facts(found):
    """{title: (room, begin)} of the two talks; a sheet names its room in its heading alone."""
    return {
        fact.title: (fact.where, fact.starts_at.astimezone(dt.UTC))
        for fact in found
        if fact.title in NEW
    }


def feed(page, path, reader):
    answer = page.request.get(path)
    assert answer.headers["schedule-version"] == "2"
    return facts(READERS[reader](answer.body()))


def shown(page, path):
    page.goto(path)
    look(page)
    return facts(READERS["html"](page.content().encode()))


def sheets(page, rooms):
    """What the crew has of the rooms, on the screen and on paper."""
    on_screen, on_paper = {}, {}
    for title, room in rooms.items():
        path = reverse("schedule:crew-sheet", args=["22x", room.code, SATURDAY])
        for found, (_, begins) in shown(page, path).items():
            on_screen[found] = (page.locator("h1").inner_text(), begins)
        expect(page.locator("main")).to_contain_text("Schedule version 2")
        paper = page.request.get(f"{path}sheet.pdf").body()
        for fact in READERS["sheet"](paper):
            if fact.title in NEW:
                here = fact.starts_at.replace(tzinfo=dt.timezone(dt.timedelta(hours=-8)))
                on_paper[fact.title] = (fact.where, here.astimezone(dt.UTC))
        assert title in on_screen
    return on_screen, on_paper


def sign(page, room, title, moment, monkeypatch):
    """The screen at the door says the title at that moment."""
    clock = SimpleNamespace(now=lambda: moment)
    monkeypatch.setattr(schedule.views.now, "timezone", clock)
    page.clock.set_fixed_time(moment)
    page.goto(f"/22x/rooms/{room.code}/sign/")
    expect(page.get_by_role("heading", level=1)).to_have_text(room.name)
    expect(page.locator(".is-now h3")).to_have_text(title)
    look(page)


def test_what_staff_move_is_moved_wherever_anyone_looks(person, shared, live_server, monkeypatch):
    staff = person(Role.PROGRAM)
    import_file(staff, shared / "data" / "scale" / "22x.json")
    assert Slot.objects.count() == 296
    before = feed_of_version_one(staff)
    open_board(staff)
    move_by_mouse(staff)
    move_by_keys(staff)
    assert feed_of_version_one(staff) == before, "a draft is nobody's business"
    publish(staff)

    slots = {slot.talk.title: slot for slot in Slot.objects.filter(talk__title__in=NEW)}
    truth = {title: (slot.where, slot.starts_at) for title, slot in slots.items()}
    assert {title: where for title, (where, _) in truth.items()} == NEW
    assert truth[BY_KEYS][1] == dt.datetime(2025, 3, 9, 0, 5, tzinfo=dt.UTC)
    assert truth[BY_MOUSE][1].hour == 22
    assert before != truth

    visitor, crew = person(), person(Role.CREW)
    assert shown(visitor, "/22x/schedule/") == truth
    assert shown(visitor, f"/22x/schedule/{SATURDAY}/?view=list") == truth
    for path, reader in (
        ("/22x/signs", "signs"),
        ("/scale/22x/signs", "signs"),
        ("/22x/app", "app"),
        ("/22x/schedule.ics", "ics"),
        ("/22x/schedule.xml", "frab"),
        ("/22x/schedule.json", "c3voc"),
    ):
        assert feed(visitor, path, reader) == truth, path
    rooms = {title: slot.room for title, slot in slots.items()}
    assert sheets(crew, rooms) == (truth, truth)
    for title, slot in slots.items():
        middle = slot.starts_at + dt.timedelta(minutes=20)
        sign(visitor, slot.room, title, middle, monkeypatch)


def feed_of_version_one(page):
    answer = page.request.get("/22x/signs")
    assert answer.headers["schedule-version"] == "1"
    assert len(json.loads(answer.body())) == 296
    return facts(READERS["signs"](answer.body()))
