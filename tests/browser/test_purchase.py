"""A purchase as people make it: extras, a question, a code, the countdown; phone and desktop."""

import re

import pytest
from playwright.sync_api import expect

from registration.models import GroupCode, Order, Ticket
from tests.browser.steps import look
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[(1440, 900, "light"), (390, 844, "dark")], ids=["desktop", "phone"])
def page(request, browser, live_server):
    width, height, scheme = request.param
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": width, "height": height},
        color_scheme=scheme,
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def sale(transactional_db, settings, live_server):
    settings.PAYMENT_PROVIDERS = ["demo"]
    settings.SITE_URL = live_server.url
    conference = make.conference(slug="24x", name="SCALE 24x")
    places = reg.quota(conference, size=50)
    full = reg.ticket_type(
        conference, code="full", name="Full access", quotas=[places], included="Talks\nGame night"
    )
    reg.ticket_type(conference, code="expo", name="Expo only", price=0, quotas=[places])
    few = reg.quota(conference, size=3)
    reg.add_on(conference, choice="T-shirt", name="Size M", quotas=[few])
    reg.add_on(conference, choice="T-shirt", name="Size L", quotas=[reg.quota(conference, size=0)])
    dinner = reg.add_on(conference, name="Dinner", price=30)
    reg.question(
        conference, text="What do you eat?", kind="choice", choices="Everything\nVegan",
        is_required=True, add_ons=[dinner],
    )  # fmt: skip
    reg.terms(conference)
    reg.promo_code(conference, code="SAVE40", value=40, ticket_types=[full])
    return conference


def test_whole_purchase(sale, page):
    page.goto("/24x/tickets/")
    look(page)
    page.get_by_label("Promo or group code").fill("save40")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("main")).to_contain_text("40 % off")
    look(page)
    page.get_by_label("How many of Full access").select_option("2")
    page.get_by_role("button", name="Continue").dblclick()
    page.wait_for_url("**/details/")
    assert Order.objects.count() == 1
    look(page)
    expect(page.locator("[data-countdown]")).to_contain_text(re.compile(r"\(29:\d\d left\)"))

    question = page.get_by_label("What do you eat?").first
    expect(question).to_be_hidden()
    page.get_by_label("Dinner").first.check()
    expect(question).to_be_visible()
    expect(page.locator("[data-sums-here]")).to_contain_text("$126")
    page.get_by_label("T-shirt").nth(1).select_option(label="Size M, $20 (3 left)")
    expect(page.locator("[data-sums-here]")).to_contain_text("$138")

    page.get_by_label("Your name").fill("Marisol Okafor")
    page.get_by_role("button", name="Keep them 30 minutes more").click()
    expect(page.get_by_role("button", name="Keep them 30 minutes more")).to_have_count(0)
    expect(page.get_by_label("Your name")).to_have_value("Marisol Okafor")
    page.get_by_role("button", name="Continue to payment").click()
    expect(page.locator("main")).to_contain_text("This field is required.")
    expect(page.locator("main")).to_contain_text("Please answer this.")
    expect(page.get_by_label("Your name")).to_have_value("Marisol Okafor")
    look(page)

    page.get_by_label("Your e-mail address").fill("marisol@example.org")
    page.get_by_label("What do you eat?").first.select_option("Vegan")
    page.get_by_label("Name on the badge").nth(1).fill("Lena Ortiz")
    page.get_by_label("Under 18").nth(1).check()
    page.get_by_label("Guardian’s name").nth(1).fill("Marisol Okafor")
    page.get_by_label("Guardian’s phone").nth(1).fill("+1 555 0100")
    page.get_by_label("The guardian agrees").nth(1).check()
    page.get_by_label(re.compile("I accept")).check()
    look(page)
    page.get_by_role("button", name="Continue to payment").click()
    expect(page.locator("main")).to_contain_text("Waiting for your payment")
    look(page)
    page.get_by_role("button", name=re.compile("Pay \\$138")).click()
    page.get_by_role("button", name=re.compile("Pay \\$138")).click()
    expect(page.locator("main")).to_contain_text("Lena Ortiz")
    order = Order.objects.get()
    assert order.status == Order.Status.PAID
    assert order.total() == 138
    assert order.conduct.number == 1

    page.goto("/24x/tickets/")
    page.get_by_label("How many of Full access").select_option("1")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/details/")
    page.goto("/24x/tickets/")
    expect(page.locator("[data-open-reservation]")).to_contain_text("more minutes")
    look(page)
    page.get_by_role("link", name="go on with it").click()
    page.wait_for_url("**/details/")
    page.get_by_text("Drop these places").click()
    page.get_by_role("button", name="Give them back").click()
    expect(page.locator("body")).to_contain_text("The places are free again.")


def test_group_code(sale, page):
    page.goto("/24x/tickets/checkout/?expo=3")
    look(page)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Your name").fill("Corvid Systems")
    page.get_by_label("Your e-mail address").fill("hr@corvid.example")
    page.get_by_label(re.compile("My people fill in")).check()
    page.get_by_label(re.compile("I accept")).check()
    page.get_by_role("button", name="Get the tickets").click()
    page.wait_for_url(re.compile(r"/orders/\w+/\w+/$"))
    look(page)
    code = GroupCode.objects.get().code
    page.goto("/24x/tickets/")
    page.get_by_label("Promo or group code").fill(code.lower())
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("main")).to_contain_text("3 of 3 left")
    look(page)
    page.get_by_label("Name on the badge").fill("Ada Quintero")
    page.get_by_label("E-mail address").fill("ada@corvid.example")
    page.get_by_role("button", name="Get my ticket").click()
    expect(page.locator("body")).to_contain_text("The place is yours.")
    assert Ticket.objects.filter(attendee_name="Ada Quintero").count() == 1
    look(page)


def test_all_of_it_works_without_javascript(sale, browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/24x/tickets/")
    page.get_by_label("How many of Expo only").select_option("1")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Your name").fill("Ada Quintero")
    page.get_by_role("button", name="Keep them 30 minutes more").click()
    expect(page.get_by_label("Your name")).to_have_value("Ada Quintero")
    page.get_by_label("Your e-mail address").fill("ada@example.org")
    page.get_by_label(re.compile("I accept")).check()
    page.get_by_role("button", name="Get the ticket").click()
    expect(page.locator("main")).to_contain_text("Your ticket")
    context.close()
