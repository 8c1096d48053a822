"""“Who is scanning?”: asked at the start of a shift, and nobody waits for the answer."""

import pytest
from playwright.sync_api import expect

from checkin.models import Scan
from tests.checkin.phone import PHONE, faults, pair, standing, type_code, verdict, wait_for
from tests.factories import checkin as make
from tests.factories import scale as make_scale

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def conference(transactional_db):
    return make_scale.conference()


@pytest.fixture
def page(browser, address, conference):
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.clock.install()
    make.ticket(conference, attendee_name="Marisol Quintero")
    pair(page, address, conference)
    expect(standing(page)).to_contain_text("list up to date")
    yield page
    context.close()


def asks(page):
    return page.get_by_text("Who is scanning?")


def top(page):
    return page.locator("[data-by]")


def scan(page, code="NOSUCHCODE"):
    type_code(page, code)
    expect(verdict(page)).to_contain_text("Unknown code")
    page.get_by_role("link", name="Next").click()


def test_scans_go_on_while_it_asks_and_the_answer_is_kept_with_the_next(page):
    expect(asks(page)).to_be_visible()
    assert faults(page) == []
    scan(page)
    expect(asks(page)).to_be_visible()
    page.context.set_offline(True)
    scan(page)
    page.get_by_label("Your name or initials").fill("Ana")
    page.keyboard.press("Enter")
    expect(asks(page)).to_be_hidden()
    expect(top(page)).to_contain_text("Ana")
    scan(page)
    page.context.set_offline(False)
    told = ["", "", "Ana"]
    names = Scan.objects.order_by("pk").values_list("volunteer", flat=True)  # as they came
    wait_for(page, lambda: page.clock.run_for(1000) or list(names.all()) == told)


def test_question_is_put_away_until_the_next_shift(page):
    page.get_by_role("button", name="That’s me").click()
    expect(page.get_by_label("Your name or initials")).to_be_focused()
    page.get_by_role("button", name="Not now").click()
    expect(asks(page)).to_be_hidden()
    page.reload()
    expect(standing(page)).to_contain_text("list up to date")
    expect(asks(page)).to_be_hidden()
    top(page).get_by_role("button", name="who are you?").click()
    page.get_by_label("Your name or initials").fill("Bo")
    page.get_by_role("button", name="That’s me").click()
    expect(top(page)).to_contain_text("Bo")
    page.clock.fast_forward("08:01:00")
    expect(asks(page)).to_be_visible()
    expect(top(page)).to_contain_text("who are you?")
    expect(page.get_by_label("Your name or initials")).to_have_value("")
