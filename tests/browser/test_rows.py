"""A row of the committee's table, edited in its place in a real browser, by keyboard alone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cfp import actions
from tests.factories import cfp, scale
from tests.test_attacks import chair_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser, live_server, conference):
    chair = chair_of(conference)
    context = browser.new_context()
    cookie = {"name": "sessionid", "value": chair.cookies["sessionid"].value}
    context.add_cookies([{**cookie, "url": live_server.url}])
    return context.new_page()


def table(live_server, conference):
    return live_server.url + reverse("cfp:talks", args=[conference.slug])


def test_row_is_edited_by_keyboard(page, live_server, conference):
    track, tag = cfp.track(conference, name="Cloud"), cfp.review_tag(conference, name="Has a demo")
    talk = cfp.talk(conference, title="Zebras")
    page.goto(table(live_server, conference))
    edit = page.get_by_role("link", name="Edit Zebras")
    edit.focus()
    page.keyboard.press("Enter")
    expect(page.locator("tr.editor select[name=track]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("tr.editor")).to_have_count(0)
    expect(edit).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("tr.editor").get_by_label("Track").select_option("Cloud")
    page.locator("tr.editor").get_by_label("Decision").select_option("Accept")
    page.locator("tr.editor").get_by_label("Has a demo").check()
    page.locator("tr.editor").get_by_role("button", name="Save").press("Enter")
    expect(page.locator("tr.editor")).to_have_count(0)
    expect(page.get_by_role("link", name="Edit Zebras")).to_be_focused()
    expect(page.locator("table.talks")).to_contain_text("→ Accept, not told")
    expect(page.locator("[data-row-told]")).to_have_text("Saved: Zebras")
    talk.refresh_from_db()
    assert (talk.track, list(talk.tags.all()), talk.decisions.get().verdict) == (
        *(track, [tag], "accept"),
    )


def test_row_that_changed_meanwhile_is_shown_anew(page, live_server, conference):
    talk = cfp.talk(conference, title="Zebras")
    page.goto(table(live_server, conference))
    page.get_by_role("link", name="Edit Zebras").click()
    editor = page.locator("tr.editor")
    editor.get_by_label("Decision").select_option("Accept")
    actions.decide_talk(talk, "reject", by=scale.user())
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_role("alert")).to_contain_text("changed this talk meanwhile")
    expect(editor.get_by_label("Decision")).to_have_value("reject")
    assert talk.decisions.get().verdict == "reject"


def test_all_of_a_page_are_ticked_at_once(page, live_server, conference):
    for _ in range(3):
        cfp.talk(conference)
    page.goto(table(live_server, conference))
    page.get_by_label("Tick every talk of this page").check()
    expect(page.locator("[data-ticked]")).to_have_text("3")
    page.get_by_role("button", name="Write to their speakers").click()
    expect(page.get_by_role("heading", name="Write to speakers")).to_be_visible()
    expect(page.locator("main")).to_contain_text("To the speakers of 3 talks")
