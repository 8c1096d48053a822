"""The door in a real browser, with a real picture before a real camera of its own."""

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from checkin import actions
from checkin.models import CheckIn, Scan
from scale.models import Role
from tests.checkin.phone import (
    PHONE,
    camera,
    faults,
    pair,
    standing,
    type_code,
    verdict,
    wait_for,
)
from tests.factories import cfp, schedule
from tests.factories import checkin as make
from tests.factories import scale as make_scale

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def conference(transactional_db):
    return make_scale.conference()


@pytest.fixture
def ticket(conference):
    return make.ticket(conference, attendee_name="Marisol Quintero")


def test_typed_code_is_admitted_once_and_can_be_undone(page, address, conference, ticket):
    pair(page, address, conference)
    expect(standing(page)).to_have_text("list up to date · 0 in")
    page.get_by_label("Your name or initials").fill("Ana")
    type_code(page, ticket.code.lower())
    expect(verdict(page)).to_contain_text("Admitted")
    expect(verdict(page)).to_contain_text("Marisol Quintero")
    page.get_by_role("link", name="Next").click()
    expect(standing(page)).to_have_text("list up to date · 1 in")
    type_code(page, ticket.code)
    expect(verdict(page)).to_contain_text("Already in")
    expect(verdict(page)).to_contain_text("at Door 3 · send to the help desk")
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()
    page.keyboard.type("NOSUCHCODE")  # a hand scanner types wherever it is
    page.keyboard.press("Enter")
    expect(verdict(page)).to_contain_text("Unknown code")
    told = [("admitted", "Ana"), ("already", "Ana"), ("unknown", "Ana")]
    wait_for(
        page, lambda: list(Scan.objects.order_by("pk").values_list("verdict", "volunteer")) == told
    )
    page.reload()
    expect(page.get_by_label("Your name or initials")).to_have_value("Ana")


def test_undo_lets_in_again(page, address, conference, ticket):
    pair(page, address, conference)
    type_code(page, ticket.code)
    page.get_by_role("button", name="Undo").click()
    expect(verdict(page)).to_contain_text("Undone, not in")
    page.get_by_role("link", name="Next").click()
    type_code(page, ticket.code)
    expect(verdict(page)).to_contain_text("Admitted")
    wait_for(page, lambda: CheckIn.objects.live().count() == 1 and Scan.objects.count() == 2)
    assert CheckIn.objects.count() == 2


def test_lost_answer_is_asked_for_again_with_the_same_id(page, address, conference, ticket):
    pair(page, address, conference)
    losses = iter(["before the server", "after the server"])

    def lose(route):
        match next(losses, None):
            case "before the server":
                route.abort()
            case "after the server":
                route.fetch()
                route.abort()
            case None:
                route.continue_()

    expect(standing(page)).to_contain_text("0 in")
    page.context.route("**/door/scans/", lose)
    type_code(page, ticket.code)
    expect(verdict(page)).to_contain_text("Admitted")
    expect(page.locator("[data-online]")).to_contain_text("Offline")
    expect(page.locator("[data-online]")).to_contain_text("Online")
    expect(standing(page)).to_have_text("list up to date · 1 in")
    assert next(losses, None) is None
    assert list(Scan.objects.values_list("verdict", flat=True)) == ["admitted"]


def test_revoked_phone_says_so(page, address, conference, ticket):
    station = pair(page, address, conference)
    expect(standing(page)).to_contain_text("list up to date")
    actions.revoke(station)
    expect(page.get_by_role("heading")).to_have_text("This phone is no longer paired")
    expect(page.locator("[data-kept]")).to_be_hidden()


def test_page_works_without_javascript(browser, address, conference, ticket):
    page = browser.new_context(java_script_enabled=False, **PHONE).new_page()
    pair(page, address, conference)
    page.get_by_label("Your name or initials").fill("Ana")
    type_code(page, ticket.code)
    expect(verdict(page)).to_contain_text("Admitted")
    page.reload()
    expect(verdict(page)).to_contain_text("Admitted")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_label("Your name or initials")).to_have_value("Ana")
    type_code(page, ticket.code)
    expect(verdict(page)).to_contain_text("Already in")
    page.context.close()


# --- camera ------------------------------------------------------------------------------------


@pytest.fixture
def phone_with(browser_type, browser_type_launch_args):
    """Pages of a browser that is started with further arguments."""
    opened = []

    def start(*arguments):
        usual = browser_type_launch_args
        browser = browser_type.launch(**usual | {"args": [*usual["args"], *arguments]})
        opened.append(browser)
        return browser.new_context(**PHONE).new_page()

    yield start
    for browser in opened:
        browser.close()


def test_camera_reads_the_qr(phone_with, address, conference, ticket, tmp_path):
    page = phone_with(*camera(tmp_path, ticket.code))
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: said.append(request.url))
    pair(page, address, conference)
    page.get_by_role("button", name="Start scanning").click()
    expect(verdict(page)).to_contain_text("Admitted")
    expect(verdict(page)).to_contain_text("Marisol Quintero")
    page.get_by_role("link", name="Next").click()
    page.wait_for_timeout(1500)  # the ticket is still held up: not scanned again
    expect(page.locator("[data-camera]")).to_be_visible()
    wait_for(page, lambda: list(Scan.objects.values_list("verdict", flat=True)) == ["admitted"])
    elsewhere = [line for line in said if line.startswith("http") and not line.startswith(address)]
    assert not elsewhere and not [line for line in said if "Security Policy" in line]


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--use-fake-device-for-media-stream", "--deny-permission-prompts"], "was refused"),
        ([], "No camera was found"),
    ],
)
def test_camera_that_cannot_be_had_is_told_in_words(
    phone_with, address, conference, arguments, words
):
    page = phone_with(*arguments)
    pair(page, address, conference)
    page.get_by_role("button", name="Start scanning").click()
    expect(page.locator("[data-camera-words]")).to_contain_text(words)
    expect(page.get_by_label("Ticket code")).to_be_visible()


def test_address_that_browsers_do_not_trust_is_told_in_words(
    phone_with, live_server, conference, ticket, settings
):
    settings.ALLOWED_HOSTS = ["door.test"]
    page = phone_with("--host-resolver-rules=MAP door.test 127.0.0.1")
    pair(page, live_server.url.replace("localhost", "door.test"), conference)
    words = page.locator("[data-camera-words]")
    expect(words).to_contain_text("only where the address begins with https")
    expect(page.get_by_role("button", name="Start scanning")).to_be_hidden()
    type_code(page, ticket.code)
    expect(verdict(page)).to_contain_text("Admitted")


# --- everyone can use it -----------------------------------------------------------------------


def test_axe_finds_nothing_at_the_door(browser, address, conference, ticket):
    page = browser.new_context(**PHONE).new_page()
    page.goto(f"{address}/door/")
    assert faults(page) == [], "not paired"
    page.goto(f"{address}/door/pair/AAAAAAAAAA/")
    assert faults(page) == [], "wrong pairing code"
    pair(page, address, conference)
    assert faults(page) == [], "scanner"
    unpaid = make.ticket(conference, order_status="pending", guardian_name="Eva")
    nameless = make.ticket(conference, attendee_name="")
    codes = [ticket.code, ticket.code, unpaid.code, nameless.code, "NOSUCHCODE"]
    expect(standing(page)).to_contain_text("list up to date")
    for code in codes:
        type_code(page, code)
        expect(verdict(page)).to_be_visible()
        assert faults(page) == [], verdict(page).inner_text()
        page.get_by_role("link", name="Next").click()
    page.get_by_text("Latest scans here").click()
    assert faults(page) == [], "latest scans"
    page.context.set_offline(True)
    page.get_by_role("button", name="Undo").click()
    expect(verdict(page)).to_contain_text("Undone")
    assert faults(page) == [], "undone, without a network"
    page.context.close()


def test_axe_finds_nothing_for_staff(browser, address, conference, ticket):
    station = make.paired(conference, name="Door 1")[0]
    actions.admit(station, ticket.code, scan_id=uuid.uuid4(), volunteer="Ana")
    user = make_scale.user()
    make_scale.staff_role(user, conference, Role.REGISTRATION)
    make_scale.second_factor(user)
    client = Client()
    client.force_login(user)
    context = browser.new_context(**PHONE)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    page = context.new_page()
    make.ticket(conference, attendee_name="Bo Second")
    refused = make.ticket(conference, attendee_name="Ivy Third", order_status="pending")
    actions.admit(station, refused.code, scan_id=uuid.uuid4(), volunteer="Ana")
    shirts = make.checkin_list(conference, name="Shirts", kind="shirt")
    shirts.ticket_types.add(ticket.ticket_type)
    talk = cfp.talk(conference, status="confirmed", day_phone="+1 555 0107")
    schedule.slot(conference, talk=talk, starts_at=timezone.now() + dt.timedelta(minutes=30))
    paper = f"door/paper/{station.checkin_list_id}/"
    screens = ("door/", "door/wall/", "door/scans/", "door/speakers/", paper, f"{paper}enter/")
    for path in (*screens, "report/", "stations/", f"stations/{station.pk}/"):
        page.goto(f"{address}/staff/{conference.slug}/{path}")
        assert faults(page) == [], path
    page.goto(f"{address}/staff/{conference.slug}/stations/")
    page.get_by_role("button", name="Pair again").click()
    expect(page.locator(".qr svg")).to_be_visible()
    assert faults(page) == [], "pairing code"
    context.close()
