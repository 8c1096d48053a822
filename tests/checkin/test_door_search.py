"""Looking somebody up at the door: as you type on the device, by e-mail address at a desk."""

import random

import pytest
from playwright.sync_api import expect

from checkin.models import CheckIn, CheckInList
from registration.models import Ticket
from tests.checkin.phone import PHONE, faults, pair, standing, verdict, wait_for
from tests.factories import checkin as make
from tests.factories import scale as make_scale

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIRST = ["Ana", "Łukasz", "Zoë", "Mary Ann", "José", "Wei", "Fatima", "Olu", "Søren", "Anastasia"]
LAST = ["Ruiz", "Müller", "Okafor", "O'Brien", "Nguyễn", "Li", "Kowalski", "Andersen", "Mbeki"]
# From the key to the names on the screen, laid out: the longest of a word typed letter by letter.
TYPE = """(word) => {
  const field = document.querySelector("[name=code]"), took = [];
  for (let n = 1; n <= word.length; n++) {
    const begun = performance.now();
    field.value = word.slice(0, n);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    document.querySelector("[data-results]").getBoundingClientRect();
    took.push(performance.now() - begun);
  }
  return Math.max(...took);
}"""


@pytest.fixture
def conference(transactional_db):
    return make_scale.conference()


def found(page):
    return page.locator("[data-results] .found")


def test_five_thousand_names_are_searched_as_you_type(page, address, conference, capsys):
    kind = make.ticket_type(conference)
    chance = random.Random(6)  # noqa: S311
    names = [f"{chance.choice(FIRST)} {chance.choice(LAST)} {n}" for n in range(5000)]
    Ticket.objects.bulk_create(
        [Ticket(conference=conference, ticket_type=kind, attendee_name=name) for name in names],
        batch_size=500,
    )
    pair(page, address, conference)
    expect(standing(page)).to_contain_text("list up to date")
    words = ["anastasia nguyen 4", "o'brien", "muller 12", "an", "lukasz kow", "nobody at all"]
    took = {word: min(page.evaluate(TYPE, word) for _ in range(3)) for word in words}
    with capsys.disabled():
        print(f"\nsearch, longest key at 5,000 tickets: {max(took.values()):.1f} ms")
    assert max(took.values()) <= 50, took


def test_somebody_is_found_by_name_and_by_order_without_network(page, address, conference):
    bought = make.ticket(conference, order_status="paid", attendee_name="Zoë Łukasz-Nguyễn")
    make.ticket(conference, order_status="pending", attendee_name="Zoltan Ruiz")
    pair(page, address, conference)
    expect(standing(page)).to_contain_text("list up to date")
    page.context.set_offline(True)
    field = page.get_by_label("Ticket code")
    field.press_sequentially("zo", delay=120)
    expect(found(page)).to_have_count(2)
    expect(found(page).nth(1)).to_contain_text("not paid")
    assert faults(page) == []
    field.fill("nguyen zoe")
    expect(found(page)).to_have_count(1)
    field.fill(bought.order.code.lower())
    expect(found(page)).to_contain_text("Zoë")
    field.press("Enter")  # nobody is let in by a word: the first name gets the focus
    expect(found(page).first).to_be_focused()
    page.keyboard.press("Enter")
    expect(verdict(page)).to_contain_text("Admitted")
    page.context.set_offline(False)
    wait_for(page, lambda: CheckIn.objects.live().filter(ticket=bought).count() == 1)


def test_addresses_are_asked_of_the_server_by_a_desk_only(browser, address, conference):
    make.ticket(conference, attendee_name="Ana Ruiz", attendee_email="ana@example.org")
    for kind, words in (("desk", "Ana Ruiz"), ("phone", "Only a desk looks people up")):
        context = browser.new_context(**PHONE)
        page = context.new_page()
        pair(page, address, conference, name=f"The {kind}", kind=kind)
        expect(standing(page)).to_contain_text("list up to date")
        page.get_by_label("Ticket code").fill("ana@example.org")
        expect(page.locator("[data-results]")).to_contain_text(words)
        context.set_offline(True)
        page.get_by_label("Ticket code").fill("ana@example.or")
        expect(page.locator("[data-results]")).to_contain_text(
            "there is no connection" if kind == "desk" else words
        )
        expect(page.locator("[data-online]")).to_contain_text("Offline")
        context.close()


def test_counter_chooses_what_it_checks_in_to(page, address, conference):
    ticket = make.ticket(conference, attendee_name="Ana Ruiz")
    make.checkin_list(conference)
    party = CheckInList.objects.create(conference=conference, name="Party", kind="party")
    pair(page, address, conference, name="Counter", kind="counter")
    page.get_by_label("Check in to").select_option("Party")
    page.get_by_label("Ticket code").fill(ticket.code)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(verdict(page)).to_contain_text("Admitted")
    wait_for(page, lambda: CheckIn.objects.live().filter(checkin_list=party).count() == 1)
    page.reload()
    expect(page.get_by_label("Check in to")).to_have_value(str(party.pk))
