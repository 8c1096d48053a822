"""A sponsor's own page on a phone: what was refused is in view, what was typed beside it stays."""

import pytest
from playwright.sync_api import expect

from sponsors import actions
from tests.browser.steps import look
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def portal(transactional_db):
    package = sell.package(conference=make.conference())
    deal = sell.sponsorship(package=package, status="signed")
    for name in ("Words about you", "Words for the booklet"):
        sell.deliverable(deal, name=name, kind="text", wanted="text")
    sell.contact(name="Ada", organization=deal.organization, email="ada@example.org")
    return actions.open_portal(deal.pk, by=make.user())


@pytest.fixture
def page(browser, live_server, portal):
    context = browser.new_context(base_url=live_server.url, viewport={"width": 390, "height": 600})
    page = context.new_page()
    page.goto(portal.get_absolute_url())
    yield page
    context.close()


def test_what_was_typed_into_other_forms_stays(page):
    first = page.get_by_role("textbox", name="Words about you")
    second = page.get_by_role("textbox", name="Words for the booklet")
    first.fill("We make kettles.")
    second.fill("Kettles, since 1901.")
    page.get_by_role("button", name="Send it: Words about you").click()
    expect(page.get_by_text("has arrived")).to_be_visible()
    expect(second).to_have_value("Kettles, since 1901.")
    look(page)
    page.reload()
    expect(second).to_have_value("")


def test_what_is_refused_is_in_view(page):
    page.get_by_text("Correct it").click()
    page.get_by_label("E-mail").fill("ada@example")
    page.get_by_role("button", name="Save").click()
    refused = page.get_by_label("E-mail")
    expect(page.get_by_text("Enter a valid e-mail address.")).to_be_in_viewport()
    expect(refused).to_be_focused()
