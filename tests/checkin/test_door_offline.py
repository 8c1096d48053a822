"""The door without a network: nothing is lost, nothing is doubled, nothing can be read."""

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from playwright.sync_api import expect

from checkin import actions
from checkin.models import CheckIn, Scan
from tests.checkin.phone import (
    PHONE,
    STORED,
    camera,
    kill,
    pair,
    standing,
    type_code,
    verdict,
    wait_for,
    written,
)
from tests.factories import checkin as make
from tests.factories import scale as make_scale

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def conference(transactional_db):
    return make_scale.conference()


@pytest.fixture
def server(monkeypatch):
    """Its `down` makes the server answer 503 to everything, as a proxy does whose server died."""

    class Server:
        down = False
        met = 0

    answer = WSGIHandler.get_response

    def get_response(handler, request):
        if not Server.down:
            return answer(handler, request)
        Server.met += 1
        return HttpResponse("no server", status=503)

    monkeypatch.setattr(WSGIHandler, "get_response", get_response)
    return Server


def ready(page):
    """Has its tickets, and opens without network from now on."""
    expect(standing(page)).to_contain_text("list up to date")
    page.evaluate("navigator.serviceWorker.ready")


def checked_in():
    return CheckIn.objects.live().count()


def go_on(page):
    page.get_by_role("link", name="Next").click()


def test_fifty_scans_survive_a_dead_battery(start, server, address, conference, tmp_path):
    tickets = [make.ticket(conference, attendee_name=f"Guest {n}") for n in range(50)]
    profile = tmp_path / "phone"
    context = start(profile, *camera(tmp_path, tickets[0].code))
    page = context.pages[0]
    pair(page, address, conference)
    ready(page)
    context.set_offline(True)
    expect(page.locator("[data-online]")).to_contain_text("Offline")
    page.get_by_role("button", name="Start scanning").click()
    expect(verdict(page)).to_contain_text("Guest 0")
    go_on(page)
    for n, ticket in enumerate(tickets[1:], start=1):
        if n % 2:  # a hand scanner types wherever it is
            page.keyboard.type(ticket.code)
            page.keyboard.press("Enter")
        else:
            type_code(page, ticket.code)
        expect(verdict(page)).to_contain_text(f"Guest {n}")
        expect(verdict(page)).to_contain_text("Admitted")
        go_on(page)
    expect(standing(page)).to_contain_text("50 waiting to be sent")
    assert not Scan.objects.exists()
    written(page, profile)
    kill(profile)

    server.down = True  # what opens now comes from the phone
    page = start(profile).pages[0]
    page.goto(f"{address}/door/")
    expect(standing(page)).to_contain_text("50 waiting to be sent")
    expect(standing(page)).to_contain_text("50 in")
    type_code(page, tickets[7].code)
    expect(verdict(page)).to_contain_text("Already in")
    assert server.met and not Scan.objects.exists()
    server.down = False
    wait_for(page, lambda: Scan.objects.count() == 51)
    expect(page.locator("[data-online]")).to_contain_text("Online")
    expect(standing(page)).to_have_text("list up to date · 50 in")
    assert checked_in() == CheckIn.objects.count() == 50
    assert set(Scan.objects.filter(verdict="admitted").values_list("ticket", flat=True)) == {
        ticket.pk for ticket in tickets
    }


def test_two_phones_without_network_let_in_one_ticket_once(browser, address, conference):
    ticket = make.ticket(conference, attendee_name="Marisol Quintero")
    contexts = [browser.new_context(**PHONE) for _ in range(2)]
    for n, context in enumerate(contexts, start=1):
        page = context.new_page()
        pair(page, address, conference, name=f"Door {n}")
        ready(page)
        context.set_offline(True)
        type_code(page, ticket.code)
        expect(verdict(page)).to_contain_text("Admitted")
        go_on(page)
    second, first = contexts[1].pages[0], contexts[0].pages[0]
    contexts[1].set_offline(False)  # the later scan arrives first
    wait_for(second, lambda: checked_in() == 1)
    contexts[0].set_offline(False)
    wait_for(first, lambda: Scan.objects.count() == 2)
    kept = CheckIn.objects.live().get()
    assert kept.station.name == "Door 1"
    assert [scan.station.name for scan in Scan.objects.all() if scan.is_conflict] == ["Door 2"]
    expect(standing(first)).to_have_text("list up to date · 1 in")
    for context in contexts:
        context.close()


def test_undo_without_network(page, address, conference):
    ticket = make.ticket(conference, attendee_name="Marisol Quintero")
    pair(page, address, conference)
    ready(page)
    page.context.set_offline(True)
    type_code(page, ticket.code)
    go_on(page)
    page.get_by_text("Latest scans here").click()
    page.get_by_role("button", name="Undo Marisol Quintero").click()
    expect(verdict(page)).to_contain_text("Undone, not in")
    go_on(page)
    type_code(page, ticket.code)
    expect(verdict(page)).to_contain_text("Admitted")
    page.context.set_offline(False)
    wait_for(page, lambda: Scan.objects.count() == 2 and checked_in() == 1)
    assert [scan.is_conflict for scan in Scan.objects.all()] == [False, False]
    assert CheckIn.objects.count() == 2


def test_revoked_phone_forgets_the_tickets_and_keeps_its_queue(page, address, conference):
    ticket = make.ticket(conference, attendee_name="Marisol Quintero")
    station = pair(page, address, conference)
    ready(page)
    page.context.set_offline(True)
    type_code(page, ticket.code)
    expect(verdict(page)).to_contain_text("Admitted")
    actions.revoke(station)
    page.context.set_offline(False)
    expect(page.get_by_role("heading")).to_have_text("This phone is no longer paired")
    expect(page.locator("[data-kept]")).to_contain_text("1 scan waits on this device")
    stores = {line.split(":")[0] for line in page.evaluate(STORED)}
    assert "buckets" not in stores and "queue" in stores
    assert not Scan.objects.exists()
    pair(page, address, conference, make.station(conference, name="Door 9"))
    wait_for(page, lambda: checked_in() == 1)
    assert Scan.objects.get().station.name == "Door 9"
    expect(standing(page)).to_have_text("list up to date · 1 in")


def test_eighteen_hours_without_contact_wipe_the_tickets(page, address, conference):
    ticket = make.ticket(conference, attendee_name="Marisol Quintero")
    page.clock.install()
    pair(page, address, conference)
    ready(page)
    page.context.set_offline(True)
    type_code(page, ticket.code)
    expect(verdict(page)).to_contain_text("Admitted")
    go_on(page)
    page.clock.fast_forward("17:00:00")
    expect(page.locator("[data-online]")).to_contain_text("Offline for 17 h")
    expect(standing(page)).to_contain_text("list 17 h")
    page.clock.fast_forward("01:01:00")
    expect(standing(page)).to_contain_text("1 waiting to be sent · no tickets on this device")
    assert "buckets" not in {line.split(":")[0] for line in page.evaluate(STORED)}
    type_code(page, ticket.code)
    expect(verdict(page)).to_contain_text("Cannot be checked")


def test_nothing_on_the_phone_can_be_read(start, address, conference, tmp_path):
    ticket = make.ticket(conference, attendee_name="Marisol Quintero")
    profile = tmp_path / "phone"
    context = start(profile)
    page = context.pages[0]
    pair(page, address, conference)
    page.get_by_label("Your name or initials").fill("Anastasia")
    ready(page)
    context.set_offline(True)
    type_code(page, ticket.code)
    expect(verdict(page)).to_contain_text("Marisol Quintero")
    found = page.evaluate(STORED)
    assert {line.split(":")[0] for line in found} == {"buckets", "keys", "notes", "queue"}
    secrets = ["Quintero", "Anastasia", ticket.code, "admitted"]
    assert not [line for line in found for secret in secrets if secret in line]
    keys = page.evaluate_handle("async () => (await idb.openDB('door')).getAll('keys')")
    assert keys.evaluate("keys => keys.map((key) => key.extractable)") == [False, False]
    kill(profile)
    files = list((profile / "Default" / "IndexedDB").rglob("*"))
    held = b"".join(file.read_bytes() for file in files if file.is_file())
    assert b"buckets" in held or "buckets".encode("utf-16-be") in held  # it is the right folder
    for secret in secrets:
        assert secret.encode() not in held and secret.encode("utf-16-le") not in held
        assert secret.encode("utf-16-be") not in held


def test_server_that_fails_loses_nothing_and_blocks_nothing(page, server, address, conference):
    tickets = [make.ticket(conference, attendee_name=f"Guest {n}") for n in range(3)]
    station = pair(page, address, conference)
    ready(page)
    server.down = True
    for n, ticket in enumerate(tickets):
        type_code(page, ticket.code)
        expect(verdict(page)).to_contain_text(f"Guest {n}")
        go_on(page)
    expect(page.locator("[data-online]")).to_contain_text("Offline")
    expect(standing(page)).to_contain_text("3 waiting to be sent")
    server.down = False
    wait_for(page, lambda: checked_in() == 3)
    expect(standing(page)).to_have_text("list up to date · 3 in")
    wait_for(page, lambda: reported(station) == 0)
    station.refresh_from_db()
    assert station.app_version == page.locator("[data-door]").get_attribute("data-version")


def reported(station):
    station.refresh_from_db()
    return station.queued
