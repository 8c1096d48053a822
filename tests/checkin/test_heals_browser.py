"""A scanner whose tickets were touched by something else fetches all of them again."""

import pytest
from playwright.sync_api import expect

from tests.checkin.phone import PHONE, pair, standing, type_code, verdict
from tests.factories import checkin as make
from tests.factories import scale as make_scale

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CLEAR = """async (names) => {
  const done = (asked) => new Promise((yes, no) => {
    asked.onsuccess = () => yes(asked.result);
    asked.onerror = () => no(asked.error);
  });
  const db = await done(indexedDB.open("door"));
  for (const name of names) await done(db.transaction(name, "readwrite").objectStore(name).clear());
  db.close();
}"""


@pytest.fixture
def conference(transactional_db):
    return make_scale.conference()


@pytest.fixture
def ticket(conference):
    return make.ticket(conference, attendee_name="Marisol Quintero")


@pytest.fixture
def page(browser, address, conference, ticket):
    """A scanner that has its tickets."""
    context = browser.new_context(**PHONE)
    page = context.new_page()
    pair(page, address, conference)
    expect(standing(page)).to_contain_text("list up to date")
    yield page
    context.close()


def is_tickets(answer):
    return "/door/tickets/" in answer.url and answer.status == 200


def next_pull(page):
    """Its answer read to the end; `finished()` of a response has no time limit and may hang."""
    with page.expect_request_finished(lambda request: "/door/tickets/" in request.url):
        pass


def assert_admits(page, ticket):
    expect(standing(page)).to_contain_text("list up to date")
    type_code(page, ticket.code)
    expect(verdict(page)).to_contain_text("Admitted")


def test_page_for_another_kind_takes_no_tickets_from_a_scanner(page, address, ticket):
    other = page.context.new_page()
    other.goto(f"{address}/door/desk/")
    expect(other.get_by_role("heading")).to_have_text("This page is not for a door phone")
    other.wait_for_load_state("networkidle")
    other.close()
    next_pull(page)
    with page.expect_response(is_tickets) as told:
        page.reload()
    assert "since=" in told.value.url  # nothing had to heal
    assert_admits(page, ticket)


def test_list_that_is_here_in_part_is_fetched_whole(page, address, ticket):
    page.goto(f"{address}/door/pair/")
    page.evaluate(CLEAR, ["buckets"])
    page.goto(f"{address}/door/")
    assert_admits(page, ticket)


def test_wipe_behind_the_back_of_an_open_scanner_heals(page, address, ticket):
    other = page.context.new_page()
    other.goto(f"{address}/door/pair/")
    other.evaluate(CLEAR, ["keys", "notes", "buckets"])
    with page.expect_response(lambda answer: is_tickets(answer) and "since=" not in answer.url):
        other.close()
    next_pull(page)
    page.reload()
    assert_admits(page, ticket)


def test_pairing_again_fetches_everything(page, address, conference):
    station = conference.stations.get()
    page.wait_for_timeout(1100)  # pairings are told apart by the second
    with page.expect_response(is_tickets) as told:
        pair(page, address, conference, station)
    assert "since=" not in told.value.url
