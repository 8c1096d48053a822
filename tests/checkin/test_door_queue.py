"""The phone's queue against a server that is slow, picky or new."""

import json

import pytest
from playwright.sync_api import expect

from checkin.models import CheckIn, Scan
from checkin.views import browser as app
from tests.checkin.phone import pair, standing, type_code, verdict, wait_for
from tests.factories import checkin as make
from tests.factories import scale as make_scale

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCANS = "**/door/scans/"


@pytest.fixture
def conference(transactional_db):
    return make_scale.conference()


@pytest.fixture
def tickets(conference):
    return [make.ticket(conference, attendee_name=f"Guest {n}") for n in range(4)]


@pytest.fixture
def phone(page, address, conference, tickets):
    """Scanned four people without a network."""
    pair(page, address, conference)
    expect(standing(page)).to_contain_text("list up to date")
    page.evaluate("navigator.serviceWorker.ready")
    page.context.set_offline(True)
    for n, ticket in enumerate(tickets):
        type_code(page, ticket.code)
        expect(verdict(page)).to_contain_text(f"Guest {n}")
        page.get_by_role("link", name="Next").click()
    expect(standing(page)).to_contain_text("4 waiting to be sent")
    return page


def over(code, **answer):
    """A server that answers so whenever this code is among the scans."""

    def handle(route):
        sent = json.loads(route.request.post_data)["scans"]
        if code in [scan.get("code") for scan in sent]:
            route.fulfill(**answer)
        else:
            route.continue_()

    return handle


def arrived():
    return CheckIn.objects.live().count()


def test_scan_that_breaks_the_server_stands_in_no_ones_way(phone, tickets):
    phone.context.route(SCANS, over(tickets[0].code, status=500, body="broken"))
    phone.context.set_offline(False)
    wait_for(phone, lambda: arrived() == 3)
    expect(phone.locator("[data-online]")).to_contain_text("Online")
    expect(standing(phone)).to_have_text("1 waiting to be sent · list up to date · 4 in")
    phone.context.unroute(SCANS)
    wait_for(phone, lambda: arrived() == 4)


def test_scan_that_the_server_never_takes_is_told_and_kept_until_read(phone, tickets):
    refusal = json.dumps({"error": "This is no scan."})
    unreadable = over(tickets[2].code, status=400, content_type="application/json", body=refusal)
    phone.context.route(SCANS, unreadable)
    phone.context.set_offline(False)
    wait_for(phone, lambda: arrived() == 3)
    expect(standing(phone)).to_contain_text("1 not taken by the server")
    phone.reload()
    line = phone.locator("[data-notices] p")
    expect(line).to_contain_text("Guest 2: Admitted. The server says: This is no scan.")
    line.get_by_role("button", name="OK").click()
    expect(standing(phone)).to_have_text("list up to date · 3 in")


def test_server_that_asks_to_wait_is_given_its_time(phone, tickets):
    asked = []

    def busy(route):
        asked.append(phone.evaluate("performance.now()"))
        if len(asked) == 1:
            wait = {"Retry-After": "4"}
            body = json.dumps({"error": "Too many."})
            route.fulfill(status=429, headers=wait, content_type="application/json", body=body)
        else:
            route.continue_()

    phone.context.route(SCANS, busy)
    phone.context.set_offline(False)
    wait_for(phone, lambda: arrived() == 4)
    assert asked[1] - asked[0] >= 3900


def test_queue_of_five_hundred_goes_in_calls_of_two_hundred(phone, conference, tickets):
    sizes = []

    def count(route):
        sizes.append(len(json.loads(route.request.post_data)["scans"]))
        route.continue_()

    phone.evaluate(
        """async (code) => {
          const { list } = doorHere.head.station;
          for (let n = 0; n < 496; n++) await doorHere.scan(code, "AB", list);
        }""",
        tickets[0].code,
    )
    expect(standing(phone)).to_contain_text("500 waiting to be sent")
    phone.context.route(SCANS, count)
    phone.context.set_offline(False)
    expect(standing(phone)).to_have_text("list up to date · 4 in")
    assert sizes == [200, 200, 100] and arrived() == 4
    wait_for(phone, lambda: Scan.objects.count() == 500)


def test_many_refusals_are_told_a_few_at_a_time(phone, tickets):
    refusal = json.dumps({"error": "This is no scan."})
    phone.context.route(
        SCANS,
        lambda route: route.fulfill(status=400, content_type="application/json", body=refusal),
    )
    phone.context.set_offline(False)
    expect(standing(phone)).to_contain_text("4 not taken by the server")
    lines = phone.locator("[data-notices] p")
    expect(lines).to_have_count(3)
    for left in (3, 2, 1, 0):
        lines.first.get_by_role("button", name="OK").click()
        expect(lines).to_have_count(left)
    expect(standing(phone)).not_to_contain_text("not taken")


def test_new_version_of_the_app_keeps_the_queue(phone, monkeypatch):
    kept = phone.evaluate("caches.keys()")
    phone.context.route(SCANS, lambda route: route.abort())
    phone.context.set_offline(False)
    monkeypatch.setattr(app, "version", lambda: "another1")
    phone.reload()
    phone.wait_for_function(
        "async (old) => (await caches.keys()).every((name) => name !== old)", arg=kept[0]
    )
    phone.reload()
    expect(standing(phone)).to_contain_text("4 waiting to be sent")
    phone.context.unroute(SCANS)
    wait_for(phone, lambda: arrived() == 4)
    assert Scan.objects.values_list("station__app_version", flat=True)[0] == "another1"


def test_one_window_at_a_time(phone, address):
    second = phone.context.new_page()
    phone.context.set_offline(False)
    second.goto(f"{address}/door/")
    expect(second.locator("[data-elsewhere]")).to_be_visible()
    second.get_by_role("button", name="Use this window").click()
    expect(standing(second)).to_contain_text("list up to date")
    expect(phone.locator("[data-elsewhere]")).to_be_visible()


def test_scan_of_another_edition_waits_and_says_so(phone, address, conference):
    other = make_scale.conference()
    phone.context.route(SCANS, lambda route: route.abort())
    phone.context.set_offline(False)
    pair(phone, address, other, name="Elsewhere")
    expect(standing(phone)).to_contain_text("4 of another edition kept")
    phone.context.unroute(SCANS)
    expect(standing(phone)).to_contain_text("list up to date")
    assert not Scan.objects.exists()
    pair(phone, address, conference, make.station(conference, name="Back again"))
    wait_for(phone, lambda: arrived() == 4)
