"""The self-service kiosk in a real browser: what it leaves behind for the next person."""

import pytest
from playwright.sync_api import expect

from checkin import actions
from checkin.kiosk.models import KioskVisit
from checkin.models import CheckIn, PrintJob, Station
from registration.models import Ticket
from tests.factories import checkin as make
from tests.factories import registration as reg
from tests.factories import scale as make_scale

from .phone import camera, faults, press_pair

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
UPRIGHT = {"viewport": {"width": 1080, "height": 1920}}
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def conference(transactional_db):
    return make_scale.conference()


@pytest.fixture
def ticket(conference):
    held = make.ticket(conference, order_status="paid", attendee_name="Marisol Quintero")
    Ticket.objects.filter(pk=held.pk).update(attendee_email="m@example.org", postcode="90001")
    return held


def pair(page, address, conference):
    station = make.station(conference, name="Kiosk 1", kind=Station.Kind.KIOSK)
    page.goto(f"{address}/door/pair/{actions.open_pairing(station)}/")
    press_pair(page)
    page.wait_for_url("**/door/")
    expect(page.get_by_role("heading")).to_have_text("Scan the QR code of your ticket")
    return station


def hold_up(page, code):
    """A hand scanner types wherever it is, and ends with Enter."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/ticket/")


def heading(page):
    return page.get_by_role("heading", level=1)


def is_at_start(page):
    page.wait_for_url("**/door/")
    expect(heading(page)).to_have_text("Scan the QR code of your ticket")
    expect(page.locator("body")).not_to_contain_text("Marisol")
    expect(page.get_by_label("Or type the code")).to_have_value("")


def test_badge_is_printed_and_the_way_back_shows_nothing(page, address, conference, ticket):
    pair(page, address, conference)
    hold_up(page, ticket.code)
    expect(page.locator("main")).to_contain_text("Marisol Quintero")
    page.get_by_role("link", name="Change what it says").click()
    page.get_by_label("Name on the badge").fill("Marisol Q.")
    page.get_by_role("button", name="Show me the badge").click()
    expect(page.locator("main")).to_contain_text("Marisol Q.")
    page.get_by_role("button", name="Print my badge").click()
    expect(heading(page)).to_have_text("The printer takes a break")
    assert (PrintJob.objects.count(), CheckIn.objects.count()) == (1, 1)
    page.get_by_role("link", name="Done").click()
    is_at_start(page)
    assert not KioskVisit.objects.exists()
    for _ in range(4):
        page.evaluate("history.back()")
        page.wait_for_timeout(500)
        if "/door/pair/" in page.url:
            break
        is_at_start(page)


def test_page_goes_back_by_itself_and_the_browser_keeps_none_of_it(
    page, address, conference, ticket
):
    pair(page, address, conference)
    hold_up(page, ticket.code)
    page.get_by_role("link", name="Change what it says").click()
    page.get_by_label("Name on the badge").fill("Typed and left, Marisol")
    expect(page.locator("[data-foot]")).to_contain_text("Closes in")
    assert page.locator("[data-kiosk]").get_attribute("data-seconds") == "60"
    page.evaluate("document.querySelector('[data-kiosk]').dataset.seconds = 1")
    is_at_start(page)
    assert not KioskVisit.objects.exists()
    page.go_back()
    is_at_start(page)
    page.go_forward()
    is_at_start(page)


def test_thirty_seconds_begin_anew_with_each_touch_and_can_be_more(
    page, address, conference, ticket
):
    page.clock.install()
    pair(page, address, conference)
    hold_up(page, ticket.code)
    left = page.locator("[data-left]")
    expect(left).to_have_text("30")
    page.clock.run_for(21_000)
    expect(page.locator("[data-soon]")).to_contain_text("closes in 10 seconds")
    page.keyboard.press("Tab")
    page.clock.run_for(300)
    expect(left).to_have_text("30")
    page.get_by_role("button", name="I need more time").click()
    page.clock.run_for(40_000)
    expect(heading(page)).to_have_text("Is that right?")
    page.clock.run_for(81_000)
    is_at_start(page)


def test_form_of_a_page_that_was_left_open_does_nothing(page, address, conference, ticket):
    station = pair(page, address, conference)
    hold_up(page, ticket.code)
    KioskVisit.objects.filter(station=station).delete()
    page.get_by_role("button", name="Print my badge").click()
    is_at_start(page)
    assert not PrintJob.objects.exists()


def test_camera_reads_the_qr_and_opens_the_badge(
    browser_type, browser_type_launch_args, address, conference, ticket, tmp_path
):
    usual = browser_type_launch_args
    held = camera(tmp_path, ticket.code)
    with browser_type.launch(**usual | {"args": [*usual["args"], *held]}) as browser:
        context = browser.new_context(**UPRIGHT, permissions=["camera"])
        page = context.new_page()
        station = make.station(conference, name="Kiosk 1", kind=Station.Kind.KIOSK)
        page.goto(f"{address}/door/pair/{actions.open_pairing(station)}/")
        press_pair(page)
        page.wait_for_url("**/ticket/")  # it was allowed before, so it starts by itself
        expect(page.locator("main")).to_contain_text("Marisol Quintero")


def test_sale_by_keyboard_alone(page, address, conference, settings):
    settings.PAYMENT_PROVIDERS = ["demo"]
    reg.ticket_type(conference, name="Full access", code="full")
    pair(page, address, conference)

    def press(role, name):
        page.get_by_role(role, name=name).focus()
        page.keyboard.press("Enter")

    press("button", "I have no ticket yet")
    press("link", "Full access")
    page.get_by_label("Your name").focus()
    page.keyboard.type("Bo Lind")
    page.keyboard.press("Tab")
    page.keyboard.type("bo@example.org")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("$90 to pay")
    press("button", "Pay with the demo card")
    expect(heading(page)).to_have_text("Is that right?")
    press("button", "Print my badge")
    expect(heading(page)).to_have_text("The printer takes a break")
    assert PrintJob.objects.get().badge.ticket.attendee_name == "Bo Lind"


def test_page_goes_on_when_the_money_came_from_elsewhere(page, address, conference, settings):
    settings.PAYMENT_PROVIDERS = []
    kind = reg.ticket_type(conference, name="Full access", code="full")
    station = pair(page, address, conference)
    order = reg.pending_order(conference, types=[kind], buyer_name="Bo Lind")
    page.get_by_role("button", name="I have no ticket yet").click()
    page.wait_for_url("**/buy/")  # a page that is still on its way cannot be loaded again
    KioskVisit.objects.filter(station=station).update(order=order)
    page.reload()
    expect(heading(page)).to_have_text("$90 to pay")
    type(order).objects.filter(pk=order.pk).update(status="paid")
    page.wait_for_url("**/ticket/")
    expect(page.locator("main")).to_contain_text("Bo Lind")


def test_kiosk_works_without_javascript(browser, address, conference, ticket):
    page = browser.new_context(java_script_enabled=False, **PHONE).new_page()
    pair(page, address, conference)
    page.get_by_role("button", name="I can’t find my QR code").click()
    page.get_by_label("E-mail address").fill("m@example.org")
    page.get_by_label("Postcode").fill("90001")
    page.get_by_role("button", name="Find my ticket").click()
    expect(page.locator("main")).to_contain_text("Marisol Quintero")
    refresh = page.locator("noscript meta[http-equiv=refresh]")
    assert refresh.get_attribute("content") == "60;url=/door/"
    page.get_by_role("button", name="Print my badge").click()
    page.get_by_role("link", name="Look again").click()
    expect(heading(page)).to_have_text("The printer takes a break")
    page.get_by_role("link", name="Done").click()
    is_at_start(page)
    page.go_back()
    is_at_start(page)
    page.context.close()


@pytest.mark.parametrize("size", [PHONE, UPRIGHT])
def test_axe_finds_nothing(browser, address, conference, ticket, settings, size):
    settings.PAYMENT_PROVIDERS = ["demo"]
    reg.ticket_type(conference, name="Full access", code="full")
    reg.add_on(conference, name="Shirt", choice="T-shirt")
    reg.terms(conference)
    page = browser.new_context(**size).new_page()
    pair(page, address, conference)
    assert faults(page) == [], "welcome"
    for to, name in (("I can’t find my QR code", "find"), ("I have no ticket yet", "buy")):
        page.get_by_role("button", name=to).click()
        page.wait_for_url(f"**/{name}/")
        assert faults(page) == [], name
        if name == "find":
            page.get_by_role("button", name="Find my ticket").click()
            expect(page.locator(".invalid-feedback").first).to_be_visible()
            assert faults(page) == [], "find with errors"
            page.goto(f"{address}/door/")
    page.get_by_role("link", name="Full access").click()
    expect(page.get_by_label("Your name")).to_be_visible()
    assert faults(page) == [], "form of a sale"
    page.get_by_label("Your name").fill("Bo Lind")
    page.get_by_label("Your e-mail address").fill("bo@example.org")
    page.get_by_label("I accept").check()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/pay/")
    assert faults(page) == [], "pay"
    page.goto(f"{address}/door/")
    hold_up(page, ticket.code)
    for where in ("ticket", "correct", "upgrade"):
        page.goto(f"{address}/door/kiosk/{where}/")
        assert faults(page) == [], where
    page.goto(f"{address}/door/kiosk/ticket/")
    page.get_by_role("button", name="Print my badge").click()
    page.wait_for_url("**/printing/")
    assert faults(page) == [], "printing"
    page.goto(f"{address}/door/")
    page.keyboard.type(ticket.code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/stop/")
    assert faults(page) == [], "stop"
    page.context.close()
