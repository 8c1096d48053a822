"""The desk station in a real browser: everything by keyboard, nothing by mouse; axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from checkin.badges import actions as badges
from checkin.models import Badge, CheckIn, Scan, Station
from registration.models import Payment, Ticket
from tests.factories import badges as make_badge
from tests.factories import checkin as make
from tests.factories import registration as reg
from tests.factories import scale as make_scale

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def conference(transactional_db):
    return make_scale.conference()


@pytest.fixture
def full(conference):
    return reg.ticket_type(conference, name="Full access", quotas=[reg.quota(conference)])


@pytest.fixture
def open_desk(conference, live_server):
    """A function that opens the desk on a paired laptop."""
    _, credential = make.paired(conference, kind=Station.Kind.DESK, name="Desk 3")

    def open_page(browser, path="", **look):
        context = browser.new_context(**look)
        cookie = {"name": "station", "value": credential, "domain": "localhost", "path": "/door/"}
        context.add_cookies([cookie])
        page = context.new_page()
        page.goto(f"{live_server.url}/door/desk/{path}")
        return page

    return open_page


def faults(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def scanned(page, code):
    """As a hardware scanner types: all at once, then Enter."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def opened(page, locator):
    """The page with it is there, and its scripts have run."""
    expect(locator).to_be_visible()
    page.wait_for_load_state()


def found_page(page):
    expect(page.locator("[data-find]")).to_be_focused()
    page.wait_for_load_state()


def begin(page):
    page.keyboard.type("AB")  # the field has the focus
    page.keyboard.press("Enter")
    found_page(page)


def test_finds_lets_in_corrects_prints_and_reprints_by_keyboard_alone(
    browser, open_desk, conference, full
):
    printer, _ = make_badge.printer(conference, name="Printer A")
    for name in ("Ana Ruiz", "Bo Ruiz"):
        reg.paid_order(conference, types=[full], buyer_name=name)
    page = open_desk(browser)
    begin(page)
    page.keyboard.type("ruiz")
    expect(page.locator("[data-results] a")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    opened(page, page.get_by_role("heading", name="Bo Ruiz"))
    page.keyboard.press("i")
    opened(page, page.locator(".verdict").get_by_text("Admitted"))
    page.keyboard.press("z")
    opened(page, page.get_by_text("Bo Ruiz is not in"))
    page.keyboard.press("i")
    opened(page, page.locator(".verdict").get_by_text("Admitted"))
    page.keyboard.press("c")
    name = page.get_by_label("Name on the badge")
    expect(name).to_be_focused()
    name.select_text()
    page.keyboard.type("Bo Ruíz")
    page.keyboard.press("Enter")
    opened(page, page.get_by_role("heading", name="Bo Ruíz"))
    page.keyboard.press("p")
    opened(page, page.get_by_text("The badge is on its way"))
    job = badges.claim(printer)
    badges.fetch(printer, job.pk, job.attempt)
    badges.report(printer, job.pk, job.attempt, printed=True)
    page.keyboard.press("r")
    expect(page.get_by_label("Why again")).to_be_focused()
    page.keyboard.type("coffee")
    page.keyboard.press("Enter")
    opened(page, page.get_by_text("The old badge is void"))
    page.keyboard.press("Escape")
    expect(page.locator("[data-find]")).to_be_focused()
    assert [one.status for one in Badge.objects.order_by("pk")] == ["void", "live"]
    assert (CheckIn.objects.live().count(), Scan.objects.first().volunteer) == (1, "AB")


def begin_selling(page):
    begin(page)
    page.keyboard.press("Escape")
    page.keyboard.press("n")  # no drawer is open yet
    expect(page.get_by_label("Money in it now")).to_be_focused()
    page.keyboard.type("100")
    page.keyboard.press("Enter")
    found_page(page)
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_url("**/sell/")


def test_price_that_changed_is_shown_before_it_is_paid(browser, open_desk, full):
    page = open_desk(browser)
    begin_selling(page)
    full.prices.update(amount=95)
    page.route("**/sell/sum/", lambda route: None)  # Enter is faster
    page.keyboard.type("Walk In")
    page.keyboard.press("Enter")
    words = "This costs $95 now; $90 was shown. Look at the sum and sell again."
    expect(page.get_by_role("alert")).to_have_text(words)
    expect(page.locator("#sum")).to_contain_text("$95")
    assert (faults(page), Payment.objects.count()) == ([], 0)
    page.wait_for_timeout(600)
    page.keyboard.press("Enter")
    opened(page, page.get_by_role("heading", level=1, name="Sold"))
    assert (Payment.objects.get().amount, Ticket.objects.get().attendee_name) == (95, "Walk In")


def test_sells_and_prints_by_keyboard_alone(browser, open_desk, full):
    page = open_desk(browser)
    begin_selling(page)
    page.keyboard.type("Walk In")
    amount, n = page.get_by_label("Amount given"), 0
    while not amount.evaluate("one => one === document.activeElement") and n < 12:
        page.keyboard.press("Tab")
        n += 1
    page.keyboard.type("100")
    expect(page.locator("#sum")).to_contain_text("Change $10")
    page.keyboard.press("Enter")
    opened(page, page.get_by_role("heading", name="Give $10 change"))
    page.keyboard.press("p")
    expect(page.get_by_role("heading", level=1)).to_have_text("Walk In")
    assert (Payment.objects.get().amount, Badge.objects.get().asked) == (90, "Desk 3, AB")


def test_a_scan_is_never_taken_for_keys(browser, open_desk, conference, full):
    """On the page of a ticket letters are keys; a scanner types letters too."""
    first, second = (
        reg.paid_order(conference, types=[full], buyer_name=name).tickets.get()
        for name in ("Ana Ruiz", "Bo Zhou")
    )
    Ticket.objects.filter(pk=second.pk).update(code="PICRUZPICRUZ")  # every letter is a key
    page = open_desk(browser)
    begin(page)
    scanned(page, first.code)
    opened(page, page.get_by_role("heading", name="Ana Ruiz"))
    scanned(page, "PICRUZPICRUZ")
    opened(page, page.get_by_role("heading", name="Bo Zhou"))
    assert not Badge.objects.exists() and not Scan.objects.exists()
    badge = badges.print_here(first.pk)
    scanned(page, badge.code)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana Ruiz")


def test_works_without_scripts(browser, open_desk, conference, full):
    reg.paid_order(conference, types=[full], buyer_name="Ana Ruiz")
    page = open_desk(browser, java_script_enabled=False)
    page.get_by_label("Your initials").fill("AB")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("searchbox").fill("ruiz")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Let in").click()
    expect(page.locator(".verdict")).to_contain_text("Admitted")
    page.get_by_role("button", name="Print the badge").click()
    expect(page.get_by_text("The badge is on its way")).to_be_visible()


@pytest.mark.parametrize(
    "look",
    [
        {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
        {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    ],
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser, open_desk, conference, full, look):
    order = reg.paid_order(conference, types=[full, full], buyer_name="Marisol " + "Quintero" * 4)
    ticket = order.tickets.first()
    badges.print_here(ticket.pk)
    waiting = reg.pending_order(conference, types=[full], buyer_name="Ana Ruiz")
    page = open_desk(browser, **look)
    assert faults(page) == []
    begin(page)
    base = page.url
    page.goto(f"{base}cash/")
    assert faults(page) == []
    page.keyboard.type("100")
    page.keyboard.press("Enter")
    expect(page.locator("[data-find]")).to_be_focused()
    page.goto(f"{base}tickets/{ticket.code}/")
    page.keyboard.press("i")
    expect(page.locator(".verdict")).to_be_visible()
    assert faults(page) == []
    for path in (
        *("", "?q=quint", "sell/", "cash/", "shift/", f"tickets/{ticket.code}/?printed=1"),
        *(f"tickets/{ticket.code}/{name}/" for name in ("correct", "reprint", "upgrade")),
        *(f"orders/{waiting.code}/", f"orders/{order.code}/", f"sold/{order.code}/?given=200"),
        f"tickets/{waiting.tickets.get().code}/",
    ):
        page.goto(base + path)
        assert faults(page) == [], path
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= look["viewport"]["width"], path
