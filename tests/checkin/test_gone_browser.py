"""A scanner that becomes something else: its tickets go, what waits to be sent stays."""

import pytest
from playwright.sync_api import expect

from checkin import actions
from checkin.kiosk.models import KioskVisit
from checkin.models import CheckIn, Station
from checkin.views import browser as door_browser
from tests.checkin.phone import (
    PHONE,
    pair,
    press_pair,
    standing,
    type_code,
    verdict,
    wait_for,
)
from tests.factories import checkin as make
from tests.factories import leads
from tests.factories import scale as make_scale

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOLDS = """async () => {
  const done = (asked) => new Promise((yes, no) => {
    asked.onsuccess = () => yes(asked.result);
    asked.onerror = () => no(asked.error);
  });
  const db = await done(indexedDB.open("door")), found = [];
  for (const name of db.objectStoreNames)
    if (await done(db.transaction(name).objectStore(name).count())) found.push(name);
  db.close();
  return found;
}"""
NEW_WORKER = """async () => {
  const registration = await navigator.serviceWorker.getRegistration("/door/");
  const old = registration.active;
  await registration.update();
  while (registration.active === old || registration.active.state !== "activated")
    await new Promise((done) => setTimeout(done, 50));
  return caches.keys();
}"""


@pytest.fixture
def conference(transactional_db):
    return make_scale.conference()


@pytest.fixture
def address(live_server):
    return live_server.url


@pytest.fixture
def page(browser):
    context = browser.new_context(**PHONE)
    yield context.new_page()
    context.close()


def station_of(conference, kind):
    firm = leads.exhibitor(conference) if kind == "exhibitor" else None
    return make.station(conference, name="Other", kind=kind, organization=firm)


def scan_that_waits(page, address, conference, ticket):
    """A scanner with tickets, and one scan that does not get through."""
    pair(page, address, conference)
    expect(standing(page)).to_contain_text("list up to date")
    page.evaluate("navigator.serviceWorker.ready")
    page.context.route("**/door/scans/", lambda route: route.abort())
    type_code(page, ticket.code)
    expect(verdict(page)).to_contain_text("Admitted")
    expect(standing(page)).to_contain_text("1 waiting to be sent")


@pytest.mark.parametrize("kind", ["kiosk", "exhibitor", "printer"])
def test_tickets_go_from_a_device_that_is_no_scanner_any_more(page, address, conference, kind):
    ticket = make.ticket(conference, attendee_name="Marisol Quintero")
    scan_that_waits(page, address, conference, ticket)
    page.goto(f"{address}/door/pair/{actions.open_pairing(station_of(conference, kind))}/")
    assert {"buckets", "keys", "queue"} <= set(page.evaluate(HOLDS))
    press_pair(page)
    page.wait_for_url("**/door/")
    wait_for(page, lambda: "buckets" not in page.evaluate(HOLDS))
    assert "queue" in page.evaluate(HOLDS) and not CheckIn.objects.exists()
    expect(page.locator("[data-kept]")).to_contain_text("1 scan waits on this device")
    page.context.unroute("**/door/scans/")
    pair(page, address, conference, make.station(conference, name="Door 9"))
    wait_for(page, lambda: CheckIn.objects.filter(ticket=ticket).count() == 1)
    expect(standing(page)).to_have_text("list up to date · 1 in")


def test_new_worker_ends_no_visit_at_a_kiosk(page, address, conference, monkeypatch):
    ticket = make.ticket(conference, attendee_name="Marisol Quintero")
    pair(page, address, conference)
    expect(standing(page)).to_contain_text("list up to date")
    page.evaluate("navigator.serviceWorker.ready")
    pair(page, address, conference, station_of(conference, Station.Kind.KIOSK))
    page.keyboard.type(ticket.code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/door/kiosk/ticket/")
    before = page.evaluate("caches.keys()")
    monkeypatch.setattr(door_browser, "version", lambda: "changed1")
    after = page.evaluate(NEW_WORKER)
    assert (len(before), len(after), before != after) == (1, 1, True)
    assert KioskVisit.objects.get().ticket == ticket
    page.reload()
    expect(page.locator("main")).to_contain_text("Marisol Quintero")
    page.context.set_offline(True)  # what opens now is what the new worker keeps
    page.goto(f"{address}/door/")
    expect(page.get_by_role("heading")).to_have_text("Scan the QR code of your ticket")
