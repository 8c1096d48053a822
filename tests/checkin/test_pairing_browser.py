"""Pairing with the camera of the app itself: an installed app has cookies of its own."""

import pytest
from playwright.sync_api import expect

from checkin import actions
from tests.checkin.phone import camera, faults
from tests.factories import checkin as make
from tests.factories import scale as make_scale

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_app_that_is_not_paired_reads_the_pairing_qr(start, address, tmp_path):
    station = make.station(make_scale.conference(), name="Door 3")
    link = f"{address}/door/pair/{actions.open_pairing(station)}/"
    page = start(tmp_path / "phone", *camera(tmp_path, link)).pages[0]
    page.goto(f"{address}/door/")
    page.get_by_role("link", name="Type a pairing code").click()
    assert faults(page) == []
    page.get_by_role("button", name="Scan the QR").click()
    expect(page.get_by_role("heading")).to_contain_text("Pair this phone as Door 3")
    page.get_by_role("button", name="Pair this phone").click()
    page.wait_for_url("**/door/")
    station.refresh_from_db()
    assert station.state == "paired"


def test_without_a_camera_it_is_typed(page, address):
    page.goto(f"{address}/door/pair/")
    page.get_by_role("button", name="Scan the QR").click()
    expect(page.locator("[data-words]")).to_contain_text("No camera was found")
    expect(page.get_by_role("button", name="Scan the QR")).to_be_visible()
    page.get_by_label("Code").fill("AAAAA AAAAA")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("No station waits for this code")).to_be_visible()
