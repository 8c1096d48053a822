"""A draft that saves itself, and Markdown that is looked at, in a real browser."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from cfp.models import Speaker, Talk
from tests.factories import cfp, scale

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_draft_saves_itself_and_goes_on_under_its_own_address(browser, live_server, conference):
    cfp.call(conference)
    track, other = cfp.track(conference), cfp.track(conference)
    open_end = cfp.question(conference, text="Which hat?", tracks=[other])
    question = cfp.question(conference, text="Which telescope?", tracks=[track])
    user, client = scale.user(name="Ana"), Client()
    client.force_login(user)
    context = browser.new_context()
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([{**cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + reverse("cfp:submit", args=[conference.slug]))
    page.get_by_label("Title").fill("Half an idea")
    expect(page.locator("[data-said]")).to_have_text("Draft saved.", timeout=20_000)
    talk = Talk.objects.get()
    assert page.url == live_server.url + reverse("cfp:talk-edit", args=[talk.code])
    page.get_by_label("Track", exact=False).first.select_option(str(track.pk))
    page.get_by_label("Full description").fill("It is **bold**.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview").locator("strong")).to_have_text("bold")
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**/needs/")  # with its script
    page.get_by_label("Which telescope?").fill("A refractor")
    expect(page.get_by_label("Which hat?")).to_have_count(0)
    expect(page.locator("[data-said]")).to_have_text("Draft saved.", timeout=20_000)
    assert talk.answers.get().question == question
    page.reload()
    expect(page.get_by_label("Which telescope?")).to_have_value("A refractor")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as a draft.")).to_be_visible(timeout=20_000)
    talk.refresh_from_db()
    assert (talk.description, talk.track) == ("It is **bold**.", track)
    assert not open_end.answers.exists()
    assert Speaker.objects.get().name == "Ana"
    assert Talk.objects.count() == 1 and other.talks.count() == 0
