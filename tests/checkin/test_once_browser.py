"""`static/once.js`: a second press on a button that sends a form presses nothing."""

import pytest
from playwright.sync_api import expect

from scale.models import Role
from tests.checkin.test_admissions import conflict
from tests.factories import checkin as make
from tests.factories import scale as make_scale

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The clock of the page: milliseconds since it was asked for.
CLOCK = "window.age = 5000; performance.now = () => window.age"


@pytest.fixture
def conference(transactional_db):
    return make_scale.conference()


@pytest.fixture
def sent():
    """The forms on their way to a server that takes its time."""
    return []


@pytest.fixture
def page(context, address, as_role, conference, sent):
    """Two scans that the server would not have let in."""
    for name in ("Ana", "Bo"):
        station = make.paired(conference, name=f"Door of {name}")[0]
        conflict(station, make.ticket(conference, attendee_name=name, order_status="pending"))
    session = as_role(Role.REGISTRATION).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    page = context.new_page()
    page.add_init_script(CLOCK)
    page.goto(f"{address}/staff/{conference.slug}/door/conflicts/")
    expect(page.get_by_role("button", name="Put aside")).to_have_count(2)
    page.route("**/conflicts/*/", lambda route: sent.append(route))
    return page


def press(page, *numbers):
    """In one go: every call to a page that is on its way waits until it is there."""
    buttons = page.get_by_role("button", name="Put aside")
    buttons.evaluate_all("(all, which) => which.forEach((n) => all[n].click())", numbers)
    page.wait_for_timeout(200)


def test_second_press_while_the_first_is_on_its_way_is_ignored(page, sent):
    press(page, 0, 0, 1)
    assert len(sent) == 1


def test_press_on_what_only_just_came_is_ignored(page, sent):
    """Where the answer came in between, the second half of a double click meets another form."""
    page.evaluate("window.age = 599")
    press(page, 0)
    assert not sent
    page.evaluate("window.age = 600")
    press(page, 0)
    assert len(sent) == 1


def test_next_form_can_be_sent_once_the_answer_is_there(page):
    page.unroute("**/conflicts/*/")
    press(page, 0)
    expect(page.get_by_role("button", name="Put aside")).to_have_count(1)
    press(page, 0)
    expect(page.get_by_role("heading", name="No conflicts")).to_be_visible()
