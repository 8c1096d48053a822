"""The chair's menu by keyboard, on a phone, and where nothing runs but HTML."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.steps import look
from tests.factories import scale as make_scale

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture
def conference(transactional_db):
    return make_scale.conference()


@pytest.fixture
def cookie(chair, live_server):
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": chair.cookies[name].value, "url": live_server.url}


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_menu_opens_by_keyboard_and_fits(page, live_server, conference, cookie, size, scheme):
    page.context.add_cookies([cookie])
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(live_server.url + reverse("checkin:stations", args=[conference.slug]))
    page.locator("summary", has_text="Program").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Talks", exact=True)).to_be_visible()
    for _ in ["Talks", "Reviews", "Changes", "Tracks", "Ratings", "Rooms"]:
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("link", name="Crew", exact=True)).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("link", name="Talks", exact=True)).to_be_hidden()
    look(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Crew", exact=True)).to_be_hidden()
    expect(page.locator("summary", has_text="Rooms")).to_be_focused()


def test_menu_needs_no_javascript(browser, live_server, conference, cookie):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(live_server.url + reverse("scale:setup", args=[conference.slug]))
    page.locator("summary", has_text="Door").click()
    page.get_by_role("link", name="Badges", exact=True).click()
    expect(page.locator("summary[aria-current]")).to_have_text("Door")
    context.close()
