"""An exhibitor's phone in a real browser: with a network, without, and after it died."""

import pytest
from playwright.sync_api import expect

from checkin import actions
from checkin.models import Lead
from tests.checkin.phone import (
    PHONE,
    STORED,
    camera,
    faults,
    kill,
    standing,
    wait_for,
    written,
)
from tests.factories import checkin as make
from tests.factories import leads as factory
from tests.factories import scale as make_scale

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def conference(transactional_db):
    return make_scale.conference()


@pytest.fixture
def stand(conference):
    exhibitor = factory.exhibitor(conference, name="Fernwerk")
    return make.station(conference, kind="exhibitor", organization=exhibitor, name="Booth 12")


def pair(page, address, stand):
    page.goto(f"{address}/door/pair/{actions.open_pairing(stand)}/")
    page.get_by_role("button", name="Pair this phone").click()
    page.wait_for_url("**/door/")
    page.locator("[data-ready]").wait_for()


def type_code(page, code):
    page.get_by_label("Code of the badge").fill(code)
    page.get_by_role("button", name="Get the contact").click()


def head(page):
    return page.locator("[data-out-head]")


def test_scan_gives_what_was_ticked_and_keeps_a_note(page, address, conference, stand):
    badge = factory.badge(conference, "name", "email")
    pair(page, address, stand)
    type_code(page, badge.code.lower())
    expect(head(page)).to_have_text("Ada Example")
    expect(page.locator("[data-out-body]")).to_have_text("ada@example.org")
    page.locator("[data-out-note]").fill("Wants a demo")
    page.get_by_role("button", name="Next badge").click()
    wait_for(page, lambda: Lead.objects.filter(note="Wants a demo").exists())
    page.locator("details.lead summary").click()
    note = page.locator("details.lead").get_by_label("Your note")
    expect(note).to_have_value("Wants a demo")
    note.fill("Wants two demos")
    page.get_by_role("button", name="Save the note").click()
    wait_for(page, lambda: Lead.objects.filter(note="Wants two demos").exists())
    type_code(page, factory.badge(conference).code)
    expect(head(page)).to_have_text("Nothing is given")
    expect(page.locator("[data-out-note]")).to_be_hidden()
    type_code(page, "ABCDEFGHJKLM")
    expect(page.locator("[data-camera-words]")).to_contain_text("no badge’s code")
    assert Lead.objects.count() == 1


def test_scans_without_network_survive_death_and_arrive(
    tmp_path, start, address, conference, stand
):
    """Five who gave something and two who gave nothing, scanned in the dark by a dying phone."""
    names = ["Ada", "Grace", "Radia", "Karen", "Frances"]
    badges = [factory.badge(conference, "name", attendee_name=name) for name in names]
    silent = [factory.badge(conference, attendee_name="Nobody Else") for _ in range(2)]
    context = start(tmp_path / "phone")
    page = context.pages[0]
    pair(page, address, stand)
    page.evaluate("navigator.serviceWorker.ready")
    expect(page.locator("[data-list]")).to_contain_text("Nobody yet")
    context.set_offline(True)
    for badge in [*badges, *silent]:
        type_code(page, badge.code)
        expect(head(page)).to_have_text("Kept on this phone")
        page.locator("[data-out-note]").fill(f"met {badge.ticket.attendee_name}")
        page.get_by_role("button", name="Next badge").click()
    expect(standing(page)).to_have_text("14 waiting to be sent")
    readable = " ".join(page.evaluate(STORED))
    assert not [b.code for b in badges if b.code in readable] and "met Ada" not in readable
    assert not Lead.objects.exists()
    # Not reloaded first: Chromium's pretended loss of network may end with that.
    written(page, tmp_path / "phone")
    kill(tmp_path / "phone")
    page = start(tmp_path / "phone").new_page()
    page.goto(f"{address}/door/")
    wait_for(page, lambda: Lead.objects.count() == 5)
    wait_for(page, lambda: not Lead.objects.filter(note="").exists())
    expect(page.locator("details.lead")).to_have_count(5)
    expect(standing(page)).to_be_hidden()
    told = {lead.name: lead.note for lead in Lead.objects.all()}
    assert told == {name: f"met {name}" for name in names}
    assert not [row for row in page.evaluate(STORED) if row.startswith("queue")]


def test_lost_answer_is_asked_for_again(page, address, conference, stand):
    badge = factory.badge(conference, "name")
    pair(page, address, stand)
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

    page.context.route("**/door/leads/send/", lose)
    type_code(page, badge.code)
    for _ in range(3):
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(300)
    expect(head(page)).to_have_text("Ada Example")
    assert Lead.objects.count() == 1


def test_camera_reads_a_badge(tmp_path, start, address, conference, stand):
    badge = factory.badge(conference, "name", "phone")
    context = start(tmp_path / "phone", *camera(tmp_path, badge.code))
    context.grant_permissions(["camera"])
    page = context.pages[0]
    pair(page, address, stand)
    page.get_by_role("button", name="Start scanning").click()
    expect(head(page)).to_have_text("Ada Example")
    expect(page.locator("[data-out-body]")).to_have_text("+1 555 0100")


def test_revoked_phone_says_so(page, address, conference, stand):
    pair(page, address, stand)
    actions.revoke(stand)
    type_code(page, factory.badge(conference, "name").code)
    expect(page.get_by_role("heading")).to_have_text("This phone is no longer paired")
    assert not Lead.objects.exists()


def test_pages_are_accessible_and_fit(page, address, conference, stand):
    page.set_viewport_size(PHONE["viewport"])
    badge = factory.badge(conference, "name", "email", "organization", "phone")
    lead = factory.lead(badge, stand, email="a" * 60 + "@example.org", note="long " * 30)
    pair(page, address, stand)
    assert faults(page) == []
    page.locator("details.lead summary").click()
    type_code(page, badge.code)
    expect(head(page)).to_have_text("Ada Example")
    assert faults(page) == []
    for path in ("/door/leads/", f"/door/leads/{lead.lead_id}/"):
        page.goto(address + path)
        assert faults(page) == []
    ticket = badge.ticket
    page.goto(f"{address}/{conference.slug}/t/{ticket.code}/{ticket.secret}/exhibitors/")
    assert faults(page) == []


def test_page_works_without_javascript(browser, address, conference, stand):
    badge = factory.badge(conference, "name")
    page = browser.new_context(java_script_enabled=False, **PHONE).new_page()
    page.goto(f"{address}/door/pair/{actions.open_pairing(stand)}/")
    page.get_by_role("button", name="Pair this phone").click()
    page.locator("#id_note").fill("Asked about jobs")
    type_code(page, badge.code)
    expect(page.get_by_role("heading", name="Ada Example")).to_be_visible()
    expect(page.get_by_label("Your note")).to_have_value("Asked about jobs")
    page.get_by_role("link", name="Your contacts").click()
    expect(page.locator("details.lead")).to_have_count(1)
    page.context.close()
