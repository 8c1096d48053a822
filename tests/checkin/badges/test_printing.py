"""The addresses of a print station, asked by the agent and by a browser."""

import datetime as dt
import io
import re
import time

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from checkin import actions as door_actions
from checkin.badges import actions
from checkin.badges.models import Badge, PrinterReport, PrintJob
from checkin.models import Station
from tests.factories import badges as make
from tests.factories import checkin as door
from tests.factories import scale as make_scale
from tests.test_attacks import HOSTILE

pytestmark = pytest.mark.django_db(transaction=True)
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def conference():
    return make_scale.conference()


def ask(client, trouble=""):
    return client.post(reverse("checkin:print-claim"), {"trouble": trouble}, **JSON)


def tell(client, job, result="printed", **extra):
    where = reverse("checkin:print-report", args=[job["job"], job["attempt"]])
    return client.post(where, {"result": result, **extra}, **JSON)


def test_claim_fetch_report(conference, box):
    job = make.job(conference)
    told = ask(box).json()
    assert told["job"] == job.pk
    answer = box.get(told["pdf"])
    assert answer["Content-Type"] == "application/pdf" and answer.content[:4] == b"%PDF"
    assert "no-store" in answer["Cache-Control"]
    assert tell(box, told).json() == {"job": job.pk, "status": "printed"}
    assert tell(box, told).status_code == 200
    assert ask(box).status_code == 204
    badge = Badge.objects.get()
    assert (badge.station, badge.printed_at is not None) == (box.station, True)


def test_a_failure_is_kept_with_its_reason(conference, box):
    make.job(conference)
    tell(box, ask(box).json(), "failed", why="paper jam")
    job = PrintJob.objects.get()
    assert (job.status, job.why, job.badge.printed_at) == ("failed", "paper jam", None)


def test_trouble_is_seen_by_staff(conference, box):
    make.job(conference)
    assert ask(box, "out of paper").status_code == 204
    assert PrinterReport.objects.get().trouble == "out of paper"
    assert ask(box).status_code == 200


def test_a_job_that_went_to_another_printer_is_gone(conference, box):
    make.job(conference)
    told = ask(box).json()
    past = timezone.now() - dt.timedelta(seconds=1)
    PrintJob.objects.update(lease_ends_at=past)
    actions.claim(make.printer(conference)[0])
    assert box.get(told["pdf"]).status_code == 409
    answer = tell(box, told)
    assert (answer.status_code, "throw it away" in answer.json()["error"]) == (409, True)


def test_only_printers_of_the_edition_get_badges(conference, box):
    make.job(conference)
    told = ask(box).json()
    phone, stranger = Client(), Client()
    phone.cookies["station"] = door.paired(conference)[1]
    stranger.cookies["station"] = make.printer(make_scale.conference())[1]
    assert phone.get(told["pdf"]).status_code == ask(phone).status_code == 403
    assert stranger.get(told["pdf"]).status_code == 409
    assert ask(stranger).status_code == 204
    assert Client().get(told["pdf"]).status_code == 403


def test_an_open_page_keeps_its_badge(conference, box):
    """The page says that it is open; a minute later than the lease the badge is still its own."""
    job, other = make.job(conference), make.printer(conference)[0]
    box.post(reverse("checkin:print-claim"))
    page = box.get(reverse("checkin:printer")).content.decode()
    hold = re.search(r'data-here="([^"]+)"', page).group(1)
    before = timezone.now() - dt.timedelta(minutes=1)
    PrintJob.objects.update(lease_ends_at=before)
    Station.objects.filter(pk=box.station.pk).update(last_seen_at=before)
    assert box.post(hold).status_code == 204
    assert actions.claim(other) is None
    job.refresh_from_db()
    box.station.refresh_from_db()
    assert job.printer == box.station and job.lease_ends_at > timezone.now()
    assert box.station.last_seen_at > before
    PrintJob.objects.update(lease_ends_at=before)
    assert actions.claim(other) == job
    assert "throw it away" in box.post(hold).json()["error"] and box.post(hold).status_code == 409
    assert box.get(hold).status_code == 405


def test_an_idle_page_says_that_it_is_open_and_hears_how_many_wait(conference, box):
    page = box.get(reverse("checkin:printer")).content.decode()
    assert f'data-here="{reverse("checkin:print-here")}" data-waiting="0"' in page
    make.job(conference)
    assert box.post(reverse("checkin:print-here")).json() == {"waiting": 1}


def test_a_revoked_printer_prints_nothing_more(conference, box):
    make.job(conference)
    told = ask(box).json()
    door_actions.revoke(box.station)
    for answer in (ask(box), box.get(told["pdf"]), tell(box, told)):
        assert answer.status_code == 403


def test_the_page_shows_one_badge_and_takes_the_answer(conference, box):
    page = reverse("checkin:printer")
    assert b"Nothing to print" in box.get(page).content
    make.job(conference)
    make.job(conference)
    assert b"2 badges wait" in box.get(page).content
    assert box.post(reverse("checkin:print-claim")).status_code == 302
    job = PrintJob.objects.get(status="claimed")
    shown = box.get(page)
    picture = reverse("checkin:print-svg", args=[job.pk, job.attempt])
    assert picture in shown.content.decode()
    assert box.get(picture).content.startswith(b"<svg")
    where = reverse("checkin:print-report", args=[job.pk, job.attempt])
    answer = box.post(where, {"result": "printed", "auto": "1"})
    assert answer["Location"] == f"{page}?auto=1"
    job.refresh_from_db()
    assert job.status == "printed"
    assert b"1 badge waits" in box.get(page).content


def test_a_new_print_station_is_shown_its_page(conference, box):
    answer = box.get(reverse("checkin:door"))
    assert answer.status_code == 403
    assert reverse("checkin:printer") in answer.content.decode()


def test_the_browser_is_told_the_size(conference, box):
    answer = box.get(reverse("checkin:print-page-size"))
    assert answer["Content-Type"].startswith("text/css")
    assert answer.content == b"@page { size: 96mm 134mm; margin: 0 }\n"


def test_nothing_is_too_strange_to_be_told(conference, box):
    for strange in HOSTILE:
        ask(box, strange)
        PrinterReport.objects.update(trouble="")
        make.job(conference)
        told = ask(box).json()
        assert tell(box, told, strange, why=strange).status_code == 200
    for number in ("0", "9" * 30):
        where = f"/door/print/{number}/{number}/"
        assert box.post(f"{where}report/", {"result": "printed"}, **JSON).status_code == 409
        assert box.get(f"{where}badge.pdf").status_code == 409


@pytest.mark.browser
def test_a_browser_prints_a_badge_on_its_own_size(conference, live_server, page):
    credential = make.printer(conference)[1]
    job = make.job(conference)
    page.context.add_cookies([{"name": "station", "value": credential, "url": live_server.url}])
    page.add_init_script("window.asked = 0; window.print = () => { window.asked++ }")
    page.goto(live_server.url + reverse("checkin:printer"))
    page.get_by_role("button", name="Print the next").click()
    expect(page.get_by_role("img", name="The badge")).to_be_visible()
    # Not wait_for_function: where it has to wait it runs a text, which the page forbids.
    give_up = time.monotonic() + 30
    while not (asked := page.evaluate("window.asked")) and time.monotonic() < give_up:
        page.wait_for_timeout(50)
    assert asked == 1
    assert Axe().run(page).response["violations"] == []
    paper = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(paper) == 1
    size = float(paper[0].mediabox.width), float(paper[0].mediabox.height)
    assert size == pytest.approx((96 * 72 / 25.4, 134 * 72 / 25.4), abs=2)
    assert paper[0].extract_text().strip() == ""
    page.get_by_role("button", name="It came out").click()
    expect(page.get_by_role("heading", name="Nothing to print")).to_be_visible()
    job.refresh_from_db()
    assert job.status == "printed"


@pytest.mark.browser
def test_an_open_page_says_so_until_another_printer_has_its_badge(conference, live_server, page):
    credential = make.printer(conference)[1]
    job = make.job(conference)
    page.context.add_cookies([{"name": "station", "value": credential, "url": live_server.url}])
    page.add_init_script("window.print = () => {}")
    page.clock.install()
    page.goto(live_server.url + reverse("checkin:printer"))
    page.get_by_role("button", name="Print the next").click()
    expect(page.get_by_role("img", name="The badge")).to_be_visible()
    PrintJob.objects.update(lease_ends_at=timezone.now() - dt.timedelta(seconds=1))
    with page.expect_response("**/here/") as answer:
        page.clock.fast_forward(21_000)
    assert answer.value.status == 204
    assert actions.claim(make.printer(conference)[0]) is None
    PrintJob.objects.update(lease_ends_at=timezone.now() - dt.timedelta(seconds=1))
    assert actions.claim(make.printer(conference)[0]) == job
    page.clock.fast_forward(21_000)
    expect(page.get_by_text("If one came out here, throw it away.")).to_be_visible()
    expect(page.get_by_role("img", name="The badge")).to_be_hidden()
    expect(page.get_by_role("button", name="It came out")).to_be_hidden()
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("heading", name="Nothing to print")).to_be_visible()
    make.job(conference)
    page.clock.fast_forward(21_000)
    expect(page.get_by_role("heading", name="1 badge waits")).to_be_visible()
