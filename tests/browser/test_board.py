"""The board in a real browser: by mouse, by keyboard, and with two people at it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from scale.models import Role
from schedule.models import Slot, SlotTemplate
from schedule.plans import working_plan
from tests.factories import cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(conference):
    """Three rooms, one of them too small, and a talk at 10:00 in the first."""
    rooms = [
        make.room(conference, name=name, capacity=seats)
        for name, seats in (("Ballroom A", 400), ("Room 104", 100), ("Room 106", 200))
    ]
    track = cfp.track(conference, name="Storage")
    placed = make.slot(
        conference,
        room=rooms[0],
        talk=make.confirmed(conference, title="Opening", track=track),
        starts_at=make.at(conference, 10),
    )
    make.confirmed(conference, title="Ceph at scale", expected_audience=150)
    return {"rooms": rooms, "placed": placed}


@pytest.fixture
def staff(browser, live_server, conference):
    """Opens the board for another person of the program committee."""
    opened = []

    def person(width=1440, height=900):
        user = make_scale.user()
        make_scale.second_factor(user)
        make_scale.staff_role(user, conference, Role.CHAIR)
        client = Client()
        client.force_login(user)
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}
        )
        opened.append(context)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        context.add_cookies([{**cookie, "url": live_server.url}])
        page = context.new_page()
        page.goto(reverse("schedule:board", args=[conference.slug]))
        expect(page.locator(".line").first).to_be_visible()
        return page

    yield person
    for context in opened:
        context.close()


def accessible(page):
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def line(page, title):
    return page.locator(".ec-event.line", has_text=title)


def saved(page, words):
    expect(page.locator("#said")).to_contain_text(words)


def planned(conference, title):
    """(room, wall clock) of the plan's move of the talk."""
    move = working_plan(conference).moves.get(talk__title=title)
    return move.room.name, f"{move.starts_at.astimezone(conference.zone):%H:%M}"


def cell(page, room, hour):
    """Where the hour begins in the room's column, in pixels."""
    column = page.locator(".ec-col-head", has_text=room).bounding_box()
    label = page.locator(".ec-body .ec-sidebar time", has_text=f"{hour:02}:00").bounding_box()
    return column["x"] + column["width"] / 2, label["y"] + label["height"] / 2


def drag(page, source, x, y):
    box = source.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(x, y - 40, steps=8)
    page.mouse.move(x, y + 8, steps=8)
    page.wait_for_timeout(100)


def test_by_mouse(staff, conference, house):
    page = staff()
    accessible(page)
    # A talk from the list; while it is over Room 104 the board says what would be wrong.
    waiting = page.locator("#waiting .talk", has_text="Ceph at scale")
    x, y = cell(page, "Room 104", 11)
    drag(page, waiting, x, y)
    saved(page, "50 people will not fit into Room 104.")
    page.mouse.up()
    saved(page, "“Ceph at scale” placed")
    room, at = planned(conference, "Ceph at scale")
    assert (room, at[:2]) == ("Room 104", "11")
    expect(page.locator("#conflict-list")).to_contain_text("People will not fit")
    # Then a placed one, onto a taken time of another room.
    x, y = cell(page, "Room 106", 14)
    drag(page, line(page, "Ceph at scale"), x, y)
    page.mouse.up()
    saved(page, "“Ceph at scale” moved")
    assert planned(conference, "Ceph at scale")[0] == "Room 106"
    page.get_by_role("button", name="Undo").click()
    saved(page, "Undo")
    assert planned(conference, "Ceph at scale")[0] == "Room 104"
    assert Slot.objects.count() == 1  # nothing of this is public


def test_by_keyboard_from_the_list_to_the_public_schedule(staff, conference, house):
    page = staff()
    waiting = page.locator("#waiting .talk", has_text="Ceph at scale")
    waiting.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Ceph at scale")
    accessible(page)
    expect(dialog.get_by_label("Room", exact=True)).to_be_focused()
    page.keyboard.type("Room 106")
    dialog.get_by_label("Begins").fill("11:00")
    page.keyboard.press("Enter")
    saved(page, "“Ceph at scale” placed")
    assert planned(conference, "Ceph at scale") == ("Room 106", "11:00")
    line(page, "Ceph at scale").focus()
    page.keyboard.press("ArrowDown")
    saved(page, "moved")
    expect(line(page, "Ceph at scale")).to_be_focused()
    assert planned(conference, "Ceph at scale") == ("Room 106", "11:05")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#conflict-list")).to_contain_text("50 over")
    assert planned(conference, "Ceph at scale") == ("Room 104", "11:05")
    page.keyboard.press("Control+z")
    saved(page, "Undo")
    assert planned(conference, "Ceph at scale") == ("Room 106", "11:05")
    page.get_by_role("link", name="Publish version 2").click()
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.locator("body")).to_contain_text("Version 2 is public now")
    assert Slot.objects.get(talk__title="Ceph at scale").room.name == "Room 106"


def test_one_change_is_public_at_once(staff, conference, house):
    page = staff()
    line(page, "Opening").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Room", exact=True).select_option(label="Room 106 (200 seats)")
    dialog.get_by_text("Change it now, in public").click()
    accessible(page)
    dialog.get_by_role("button", name="Publish this alone").click()
    saved(page, "public as version 2")
    assert Slot.objects.get(talk__title="Opening").room.name == "Room 106"
    assert not working_plan(conference).moves.exists()


def test_talk_snaps_to_the_times_of_the_day(staff, conference, house):
    SlotTemplate.objects.create(
        conference=conference, date=conference.starts_on, first_at="09:30", number=6, minutes=45
    )
    page = staff()
    drag(page, page.locator("#waiting .talk"), *cell(page, "Room 106", 10))
    page.mouse.up()
    saved(page, "placed")
    assert planned(conference, "Ceph at scale")[1] == "10:15"


def test_two_people_see_each_other_and_overwrite_nothing(staff, conference, house):
    one, other = staff(), staff()
    line(one, "Opening").focus()
    one.keyboard.press("ArrowRight")
    saved(one, "moved")
    line(other, "Opening").focus()
    other.keyboard.press("ArrowDown")  # still looks at the board as it was
    saved(other, "Somebody else changed this meanwhile. Nothing was saved.")
    assert planned(conference, "Opening") == ("Room 104", "10:00")
    other.keyboard.press("ArrowDown")
    saved(other, "moved")
    expect(line(one, "Opening")).to_have_attribute(
        "aria-label", "Opening, Room 104, 10:05 to 10:50, draft change", timeout=15_000
    )


def test_on_a_phone(staff, house):
    page = staff(width=390, height=844)
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    line(page, "Opening").click()
    expect(page.get_by_role("dialog")).to_contain_text("Opening")
    accessible(page)
