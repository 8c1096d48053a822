"""The desk in a real browser, by keyboard alone; axe finds nothing."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import expect

from registration import actions
from registration.models import CompAllowance, Order, Payment, Ticket
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


def test_enter_after_the_name_sells_what_is_shown(browser, desk):
    conference, open_page = desk
    reg.ticket_type(conference, name="Full access")
    reg.drawer(conference)
    page = open_page(browser, "sell/")
    page.keyboard.type("Walk In")
    page.keyboard.press("Enter")  # before the sum is looked up again
    page.wait_for_url("**/sold/**")
    assert Payment.objects.get().amount == 90


def test_enter_before_the_sum_is_there_shows_it_and_the_next_sells(browser, desk):
    conference, open_page = desk
    reg.ticket_type(conference, name="Full access")
    reg.ticket_type(conference, name="Expo hall", price=20)
    reg.drawer(conference)
    page = open_page(browser, "sell/")
    page.route("**/sell/sum/", lambda route: None)  # its answer never comes
    page.keyboard.type("Walk In")
    page.get_by_label("Ticket").first.select_option(label="Expo hall, $20")
    page.get_by_label("Amount given").focus()
    page.keyboard.down("Enter")
    words = "This costs $20 now; $90 was shown. Look at the sum and sell again."
    expect(page.get_by_role("alert")).to_have_text(words)
    page.wait_for_timeout(600)
    for _ in range(5):  # it is held down
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(page.locator("#sum")).to_contain_text("$20")
    assert not Order.objects.exists()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sold/**")
    assert (Payment.objects.get().amount, Ticket.objects.get().attendee_name) == (20, "Walk In")


def test_second_enter_of_a_double_press_sells_nothing_unseen(browser, desk):
    conference, open_page = desk
    full = reg.ticket_type(conference, name="Full access")
    reg.drawer(conference)
    page = open_page(browser, "sell/")
    full.prices.update(amount=95)
    page.route("**/sell/sum/", lambda route: None)
    press_again = "document.querySelector('[data-sale=look]')?.requestSubmit()"
    page.add_init_script(f"addEventListener('DOMContentLoaded', () => {press_again})")
    page.keyboard.type("Walk In")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This costs $95 now")
    page.wait_for_timeout(600)
    assert (page.url.endswith("/sell/"), Order.objects.count()) == (True, 0)
    assert faults(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/sold/**")
    assert Payment.objects.get().amount == 95


def test_sum_that_came_by_itself_is_what_is_sold(browser, desk):
    conference, open_page = desk
    reg.ticket_type(conference, name="Full access")
    reg.ticket_type(conference, name="Expo hall", price=20)
    reg.drawer(conference)
    page = open_page(browser, "sell/")
    page.keyboard.type("Walk In")
    press(page, "Tab", "ArrowDown")
    expect(page.locator("#sum")).to_contain_text("$20")
    page.get_by_label("Amount given").focus()
    press(page, "Enter")
    page.wait_for_url("**/sold/**")
    assert Payment.objects.get().amount == 20


@pytest.fixture
def extras(desk):
    """A full ticket with shirts and a tutorial that asks, a child's, and one with nothing."""
    conference, _ = desk
    full = reg.ticket_type(conference, name="Full access", quotas=[reg.quota(conference)])
    reg.ticket_type(conference, name="Expo hall", price=20)
    reg.ticket_type(conference, name="Child", price=0, for_minors=True)
    shirts = [("Size S", 9), ("Size M", 0), ("Size L", 9)]
    made = [
        reg.add_on(
            conference, name=name, choice="T-shirt", quotas=[reg.quota(conference, size=size)]
        )
        for name, size in shirts
    ]
    tutorial = reg.add_on(conference, name="Kernel tutorial", price=50)
    for one in (*made, tutorial):
        one.ticket_types.set([full])
    reg.question(conference, text="Which laptop?", is_required=True, add_ons=[tutorial])
    reg.question(conference, text="Vegan?", kind="yes_no", ticket_types=[full])
    return full


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_sells_extras_by_keyboard_alone(browser, desk, extras):
    conference, open_page = desk
    reg.drawer(conference)
    page = open_page(browser, "sell/")
    expect(page.get_by_label("Guardian’s name")).to_be_hidden()
    page.keyboard.type("Walk In")
    press(page, "Tab", "ArrowDown")  # to the expo hall, which has no extras
    expect(page.locator("#sum")).to_contain_text("$20")
    expect(page.locator("#person1-extras summary")).to_have_count(0)
    press(page, "ArrowUp")
    expect(page.locator("#sum")).to_contain_text("$90")
    press(page, "Tab")
    expect(page.locator("#person1-extras summary")).to_be_focused()
    press(page, "Enter", "Tab", "ArrowDown", "ArrowDown")  # past the size that is gone
    expect(page.locator("#sum")).to_contain_text("$110")
    press(page, "Tab", " ")
    expect(page.locator("#sum")).to_contain_text("$160")
    expect(page.get_by_label("Kernel tutorial")).to_be_focused()
    press(page, "Tab")
    expect(page.get_by_label("Which laptop?")).to_be_focused()
    page.keyboard.type("Heavy")
    press(page, "Tab", "Tab", "Tab", "Tab", "Tab", "Tab")
    expect(page.get_by_label("Amount given")).to_be_focused()
    page.keyboard.type("200")
    expect(page.locator("#sum")).to_contain_text("Change $40")
    assert faults(page) == []
    press(page, "Enter")
    page.wait_for_url("**/sold/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("Give $40 change")
    expect(page.get_by_role("main")).to_contain_text("+ T-shirt Size L")
    lines = Order.objects.get().lines.exclude(add_on=None).order_by("pk")
    assert [line.add_on.name for line in lines] == ["Size L", "Kernel tutorial"]


def test_one_ticket_is_as_many_keys_with_extras_as_without(browser, desk):
    """From the name to the amount: Tab to the type, the folded parts, mail, code, way."""
    conference, open_page = desk
    full = reg.ticket_type(conference, name="Full access")
    reg.drawer(conference)
    tabs = []
    for _ in range(2):
        page = open_page(browser, "sell/")
        amount, n = page.get_by_label("Amount given"), 0
        while not amount.evaluate("one => one === document.activeElement") and n < 20:
            press(page, "Tab")
            n += 1
        tabs.append(n)
        reg.add_on(conference, name="Party").ticket_types.set([full])
        reg.question(conference)
    assert tabs == [6, 7]


def test_sells_without_scripts(browser, desk, extras):
    conference, open_page = desk
    reg.drawer(conference)
    page = open_page(browser, "sell/", java_script_enabled=False)
    page.get_by_label("Name").first.fill("Walk In")
    page.get_by_label("Ticket").first.select_option(label="Expo hall, $20")
    page.get_by_role("button", name="Show extras and the sum").click()
    expect(page.locator("#sum")).to_contain_text("$20")
    expect(page.locator("#person1-extras summary")).to_have_count(0)
    page.get_by_label("Ticket").first.select_option(index=0)
    page.get_by_role("button", name="Show extras and the sum").click()
    page.locator("#person1-extras summary").click()
    page.get_by_label("Kernel tutorial").check()
    page.get_by_role("button", name="Sell", exact=True).click()
    expect(page.locator("#person1-extras")).to_contain_text("This field is required.")
    expect(page.get_by_role("alert")).to_contain_text("This costs $140 now; $90 was shown.")
    page.get_by_label("Which laptop?").fill("Heavy")
    page.get_by_role("button", name="Sell", exact=True).click()
    page.wait_for_url("**/sold/**")
    assert Payment.objects.get().amount == 140


@pytest.mark.parametrize(
    "look",
    [
        {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
        {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    ],
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser, desk, extras, look):
    conference, open_page = desk
    full = extras
    order = reg.paid_order(conference, types=[full], buyer_name="Marisol " + "Quintero" * 4)
    given = reg.ticket(full, attendee_name=order.buyer_name)
    facts = {"token": "e" * 32, "why": "Asked", "by": make.user()}
    waiting = actions.add_extra(given, reg.add_on(conference), **facts).code
    drawer = reg.drawer(conference)
    CompAllowance.objects.create(conference=conference, source="volunteers", size=40)
    code = order.code
    page = open_page(browser, **look)
    base = page.url
    for path in (
        *("", "?q=marisol", "attendees/", "sell/", "cash/", f"cash/{drawer.pk}/"),
        *(f"cash/{drawer.pk}/close/", f"sold/{code}/?given=100", f"print/{code}/"),
        *(f"orders/{code}/", f"orders/{code}/cancel/", f"orders/{code}/move/"),
        *(f"tickets/{given.code}/", f"tickets/{given.code}/move/"),
        *(f"tickets/{given.code}/add-extra/", f"orders/{waiting}/", f"orders/{waiting}/send-link/"),
        *("give/", "../bulk/", "../bulk/group-codes/"),
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


@pytest.mark.parametrize(
    "look",
    [
        {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
        {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    ],
)
def test_axe_finds_nothing_in_a_full_sale(browser, desk, extras, look):
    """Two people, extras unfolded, a child's guardian, and errors beside the fields."""
    conference, open_page = desk
    reg.drawer(conference)
    page = open_page(browser, "sell/", **look)
    page.locator("#person1-extras summary").click()
    page.get_by_label("Kernel tutorial").check()
    expect(page.get_by_label("Which laptop?")).to_be_visible()
    page.get_by_text("More people").click()
    page.get_by_label("Ticket").nth(1).select_option(label="Child, Free")
    expect(page.get_by_label("Guardian’s name")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Sell", exact=True).click()
    expect(page.locator("#person1-extras")).to_contain_text("This field is required.")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= look["viewport"]["width"]
