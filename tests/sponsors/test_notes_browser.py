"""Notes by keyboard: n, Esc, @ and what was typed stays until it is saved."""

import pytest
from playwright.sync_api import expect

from scale.models import Role
from sponsors.models import Note, NoteMention
from tests.browser.steps import look
from tests.factories import scale as make
from tests.factories import sponsors as sell

from .test_conversations import at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def conference(transactional_db):
    return make.conference()


@pytest.fixture
def thread(conference):
    return sell.conversation(conference=conference, subject="Lanyards")


@pytest.fixture
def page(browser, live_server, as_role, conference):
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 390, "height": 844}, reduced_motion="reduce"
    )
    session = as_role(Role.COMMUNITY).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    yield context.new_page()
    context.close()


def words(page):
    return page.get_by_label("What was said or done")


def test_note_is_written_by_keyboard_and_survives_until_it_is_saved(page, conference, thread):
    ana = make.user(name="Ana Ruiz")
    make.staff_role(ana, conference, Role.SPONSORSHIP)
    page.goto(at("conversations", conference))
    look(page)
    page.get_by_role("link", name="Lanyards").focus()
    page.keyboard.press("n")
    page.wait_for_url("**#write")
    expect(words(page)).to_be_focused()
    look(page)
    page.keyboard.type("They want n? Ask @an")
    expect(page.get_by_role("option", name="Ana Ruiz")).to_be_visible()
    look(page)
    page.keyboard.press("Enter")
    expect(words(page)).to_have_value("They want n? Ask @Ana Ruiz ")
    page.keyboard.press("Escape")
    expect(words(page)).to_be_hidden()
    page.goto(at("conversation", conference, thread.pk))
    expect(words(page)).to_have_value("They want n? Ask @Ana Ruiz ")
    expect(page.get_by_text("What you typed here before is still there.")).to_be_visible()
    page.get_by_role("button", name="Save note").click()
    page.wait_for_url("**#note-*")
    expect(words(page)).to_have_value("")
    assert Note.objects.get().text == "They want n? Ask @Ana Ruiz"
    assert NoteMention.objects.get().user == ana


def test_keys_are_shown_and_the_organizations_page_has_them_too(page, conference, thread):
    page.goto(at("organization", conference, thread.organization_id))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    look(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("n")
    expect(words(page)).to_be_focused()
    page.keyboard.type("?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    look(page)
