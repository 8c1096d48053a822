"""The desk in a real browser, by keyboard alone; axe finds nothing."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import expect

from registration import actions
from registration.models import Order, Payment
from scale.models import Role
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(transactional_db, live_server):
    """(conference, function that opens a signed-in page)."""
    conference = make.conference()
    user = make.user()
    make.staff_role(user, conference, Role.REGISTRATION)
    make.second_factor(user)
    client = Client()
    client.force_login(user)

    def open_page(browser, path="", **look):
        context = browser.new_context(**look)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}/staff/{conference.slug}/desk/{path}")
        return page

    return conference, open_page


def faults(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def test_finds_and_opens_by_keyboard_alone(browser, desk):
    conference, open_page = desk
    full = reg.ticket_type(conference)
    orders = [reg.paid_order(conference, types=[full], buyer_name=f"{n} Quintero") for n in "AB"]
    page = open_page(browser)
    page.keyboard.type("quint")  # the field has the focus
    expect(page.locator("[data-results] a")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("/")
    expect(page.locator("[data-find]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/{orders[1].code}/")
    page.go_back()
    page.keyboard.press("/")
    page.keyboard.type(f"{orders[0].code}")
    page.keyboard.press("Enter")  # a scanner types Enter at once
    page.wait_for_url(f"**/orders/{orders[0].code}/")


def test_sells_two_tickets_in_a_row_by_keyboard_alone(browser, desk):
    conference, open_page = desk
    reg.ticket_type(conference, name="Full access", quotas=[reg.quota(conference)])
    reg.drawer(conference)
    page = open_page(browser)
    page.locator("body").focus()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("s")
    page.wait_for_url("**/desk/sell/")
    for n in (1, 2):
        page.keyboard.type(f"Walk In {n}")
        page.get_by_label("Amount given").focus()
        page.keyboard.type("100")
        expect(page.locator("#sum")).to_contain_text("Change $10")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sold/**")
        expect(page.get_by_role("heading", level=1)).to_have_text("Give $10 change")
        page.keyboard.press("Enter")  # the next sale has the focus
        page.wait_for_url("**/desk/sell/")
    assert (Order.objects.count(), Payment.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    "look",
    [
        {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
        {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    ],
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser, desk, look):
    conference, open_page = desk
    full = reg.ticket_type(conference, quotas=[reg.quota(conference)])
    order = reg.paid_order(conference, types=[full], buyer_name="Marisol " + "Quintero" * 4)
    given = reg.ticket(full, attendee_name=order.buyer_name)
    facts = {"token": "e" * 32, "why": "Asked", "by": make.user()}
    waiting = actions.add_extra(given, reg.add_on(conference), **facts).code
    drawer = reg.drawer(conference)
    code = order.code
    page = open_page(browser, **look)
    base = page.url
    for path in (
        *("", "?q=marisol", "attendees/", "sell/", "cash/", f"cash/{drawer.pk}/"),
        *(f"cash/{drawer.pk}/close/", f"sold/{code}/?given=100", f"print/{code}/"),
        *(f"orders/{code}/", f"orders/{code}/cancel/", f"orders/{code}/move/"),
        *(f"tickets/{given.code}/", f"tickets/{given.code}/move/"),
        *(f"tickets/{given.code}/add-extra/", f"orders/{waiting}/", f"orders/{waiting}/send-link/"),
    ):
        page.goto(re.sub(r"\?.*", "", base) + path)
        assert faults(page) == [], path
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= look["viewport"]["width"], path


def test_admin_speaks_of_the_conferences_clocks_and_of_no_servers(browser, desk):
    """Django's note compares the reader's clock with what it takes for the server's."""
    conference, open_page = desk
    path = f"../../../admin/registration/tickettype/{reg.ticket_type(conference).pk}/change/"
    page = open_page(browser, path, timezone_id="Asia/Tokyo")
    words = "On the clocks of the conference (America/Los_Angeles)."
    expect(page.locator(".field-on_sale_from").get_by_text(words)).to_be_visible()
    notes = page.locator(".timezonewarning")
    expect(notes.first).to_be_attached()
    assert not any(note.is_visible() for note in notes.all())
