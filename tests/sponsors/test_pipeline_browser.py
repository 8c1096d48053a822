"""The board in a real browser: dragged, by keyboard, without scripts; and a sponsor's page."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from sponsors import actions
from tests.browser.steps import look
from tests.factories import registration as reg
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture
def conference(transactional_db):
    return make.conference()


@pytest.fixture
def deals(conference):
    gold = sell.package(conference=conference, name="Gold", price=5000)
    states = ["lead", "asked", "interested", "signed", "paid", "lost"]
    return {
        status: sell.sponsorship(
            package=gold, status=status, organization=sell.organization(name=f"Firm {status}")
        )
        for status in states
    }


@pytest.fixture
def board(page, live_server, conference, deals, as_role):
    """The board, opened by the sponsorship committee on a desk."""
    name = settings.SESSION_COOKIE_NAME
    value = as_role("sponsorship").cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    page.set_viewport_size(DESK)
    page.goto(live_server.url + reverse("sponsors:pipeline", args=[conference.slug]))
    return page


def column(page, status):
    return page.locator(f"details.column[data-status={status}]")


def test_a_card_is_dragged_to_another_column(board, deals):
    card = board.locator(f"#deal-{deals['lead'].pk}")
    card.drag_to(column(board, "contract"))
    expect(column(board, "contract")).to_contain_text("Firm lead")
    expect(board.locator("[data-said]")).to_have_text("Firm lead is in “contract sent” now.")
    deals["lead"].refresh_from_db()
    assert deals["lead"].status == "contract"
    look(board)


def test_a_card_that_may_not_go_there_stays(board, deals):
    board.locator(f"#deal-{deals['paid'].pk}").drag_to(column(board, "lead"))
    expect(board.locator("[data-said]")).to_have_text("Firm paid cannot go from “Paid” to “Lead”.")
    expect(column(board, "paid")).to_contain_text("Firm paid")


def test_a_colleague_was_quicker(board, deals):
    actions.move_sponsorship(deals["lead"].pk, "interested")
    board.locator(f"#deal-{deals['lead'].pk}").drag_to(column(board, "contract"))
    expect(board.locator("[data-said]")).to_contain_text("was moved to “interested” meanwhile")
    expect(column(board, "interested")).to_contain_text("Firm lead")


def test_lost_and_signed_ask_first(board, deals):
    board.locator(f"#deal-{deals['asked'].pk}").drag_to(column(board, "lost"))
    expect(board.get_by_role("heading", name="is lost for")).to_be_visible()
    board.get_by_label("they never answered").check()
    board.get_by_role("button", name="It is lost").click()
    expect(board.get_by_text("They never answered")).to_be_visible()
    board.go_back()
    board.go_back()
    board.locator(f"#deal-{deals['interested'].pk}").drag_to(column(board, "signed"))
    expect(board.get_by_role("heading", name="Sign Firm interested")).to_be_visible()
    look(board)


def test_everything_goes_by_keyboard(board, deals):
    card = board.locator(f"#deal-{deals['lead'].pk}")
    card.focus()
    board.keyboard.press("ArrowRight")
    expect(board.locator(f"#deal-{deals['asked'].pk}")).to_be_focused()
    board.keyboard.press("ArrowLeft")
    board.keyboard.press("Shift+ArrowRight")
    expect(column(board, "asked")).to_contain_text("Firm lead")
    expect(card).to_be_focused()
    board.keyboard.press("m")
    expect(card.locator("[data-goal]").first).to_be_focused()
    board.keyboard.press("Escape")
    expect(card).to_be_focused()
    board.keyboard.press("Enter")
    expect(board.get_by_role("heading", name="Firm lead")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_board_fits(board, size, scheme, deals):
    board.set_viewport_size(size)
    board.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    board.reload()
    is_phone = size is PHONE
    card = board.locator(f"#deal-{deals['asked'].pk}")
    expect(card).to_be_visible(visible=not is_phone)
    if is_phone:
        column(board, "asked").locator("summary").first.click()
        expect(card).to_be_visible()
    look(board)


def test_the_board_needs_no_scripts(browser, live_server, board, deals):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    context.add_cookies(board.context.cookies())
    page = context.new_page()
    page.goto(board.url)
    card = page.locator(f"#deal-{deals['lead'].pk}")
    card.locator("summary").click()
    card.get_by_role("button", name="interested").click()
    expect(column(page, "interested")).to_contain_text("Firm lead")
    context.close()


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_sponsors_page_fits_and_takes_what_is_typed(page, live_server, conference, size):
    guest = reg.ticket_type(conference, price=None, quotas=[reg.quota(conference, size=9)])
    package = sell.package(conference=conference, passes=3, pass_type=guest)
    deal = sell.sponsorship(package=package, status="signed", owner=make.user())
    sell.deliverable(deal, kind="logo", wanted="picture", min_pixels=300, name="Your logo")
    sell.deliverable(deal, kind="text", wanted="text", name="About you")
    sell.benefit(conference, name="Second table", price=150)
    sell.contact(organization=deal.organization)
    portal = actions.open_portal(deal.pk, by=make.user())
    page.set_viewport_size(size)
    page.goto(live_server.url + portal.get_absolute_url())
    look(page)
    page.get_by_text("Name several at once").click()
    page.get_by_label("A name and an e-mail address each line").fill(
        "Ada L., ada@example.org\nBea, bea@"
    )
    page.get_by_role("button", name="Name them").click()
    expect(page.get_by_text("Line 2: this is no e-mail address.")).to_be_visible()
    look(page)
    page.get_by_label("A name and an e-mail address each line").fill("Ada L., ada@example.org")
    page.get_by_role("button", name="Name them").click()
    expect(page.get_by_text("1 of 3")).to_be_visible()
    page.get_by_text("Someone else instead").click()
    look(page)
