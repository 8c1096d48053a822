"""A sponsor's year as its people live it, with mail through a real SMTP server and Dovecot."""

import datetime as dt
import re
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from deploy import dovecot
from registration.models import Ticket
from scale.models import Conference, OutgoingEmail, Role
from sponsors import tasks
from sponsors.models import Conversation, Mail, Sponsorship
from tests.browser.steps import look
from tests.factories import invoices
from tests.factories import registration as reg
from tests.factories import scale as make
from tests.factories import sponsors as sell
from tests.scale import mail_server
from tests.sponsors.mail.conftest import Box

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
SHARED = "sponsors@conference.example"
MARISOL = "marisol@harbor.example"


@pytest.fixture
def relay(settings):
    with mail_server.running() as server:
        mail_server.send_through(server, settings)
        yield server


@pytest.fixture
def box(settings):
    with dovecot.dovecot() as server:
        made = Box(server, SHARED)
        settings.MAILBOXES = (made.account,)
        yield made


@pytest.fixture
def editions(transactional_db, settings, live_server):
    """Last year with one sponsor, and this year with its catalogue, plan and prices."""
    settings.PAYMENT_PROVIDERS = ["demo"]
    settings.SITE_URL = live_server.url
    today = timezone.now().astimezone(dt.UTC).date()
    last, this = (
        make.conference(
            slug=slug, name=f"SCALE {slug}", time_zone="UTC", starts_on=first,
            ends_on=first + dt.timedelta(days=3), is_public=True,
        )
        for slug, first in (("23x", today - dt.timedelta(days=343)),
                            ("24x", today + dt.timedelta(days=21)))
    )  # fmt: skip
    harbor = sell.organization(name="Harbor DB", owner=make.user(name="Olga Reyes"))
    everything = ("primary", "marketing", "logistics", "billing")
    sell.contact(everything, organization=harbor, name="Marisol Okafor", email=MARISOL)
    sell.sponsorship(
        package=sell.package(conference=last, name="Gold", price=4000), amount=4000,
        organization=harbor, status="paid", outcome="Their booth was full all day.",
    )  # fmt: skip
    places = reg.quota(this, size=50)
    staff = reg.ticket_type(this, name="Booth staff", price=None, quotas=[places])
    reg.ticket_type(this, name="Full access", price="90.00", quotas=[places])
    gold = sell.package(conference=this, name="Gold", price=5000, size=2)
    for quantity, facts in (
        (2, {"kind": "passes", "name": "Passes for your booth staff", "pass_type": staff}),
        (1, {"kind": "booth", "name": "Booth 10 × 10 ft", "size": 4}),
        (1, {"kind": "logo", "name": "Your logo", "wanted": "picture", "min_pixels": 300,
             "days_before": 7, "reminders": "14, 7"}),
        (2, {"kind": "custom", "name": "Names of your booth staff", "wanted": "names",
             "due_on": today - dt.timedelta(days=1), "reminders": "3, -1"}),
    ):  # fmt: skip
        sell.having(gold, sell.benefit(this, **facts), quantity)
    invoices.biller(this)
    sell.terms(this, "You pay in thirty days, we thank you all year.")
    hall = sell.floor_plan(conference=this, name="Exhibit hall")
    sell.booth(plan=hall, number="7", size="10 × 10 ft", power="5 A")
    return last, this


@pytest.fixture
def people(browser, live_server):
    """Opens a browser window for a person; `roles` sign them in as staff."""
    opened = []

    def person(*roles, conference=None, name="", **options):
        context = browser.new_context(base_url=live_server.url, **(options or DESKTOP))
        opened.append(context)
        context.set_default_timeout(60_000)
        if roles:
            user = make.user(**({"name": name} if name else {}))
            make.second_factor(user)
            for role in roles:
                make.staff_role(user, conference, role)
            client = Client()
            client.force_login(user)
            cookie = django_settings.SESSION_COOKIE_NAME
            value = client.cookies[cookie].value
            context.add_cookies([{"name": cookie, "value": value, "url": live_server.url}])
        return context.new_page()

    yield person
    for context in opened:
        context.close()


def newest(relay, address):
    """The mail that came last to somebody, and its words."""
    letter = [one for one in relay.messages if address in one["To"]][-1]
    text = next(part for part in letter.walk() if part.get_content_type() == "text/plain")
    return letter, text.get_payload(decode=True).decode()


def path_in(text, pattern):
    return urlsplit(re.search(rf"https?://\S*{pattern}\S*", text).group(0)).path


def answer(year, letter, text):
    """By the sponsor's mail program, through the relay, into the shared mailbox."""
    made = EmailMessage()
    made["From"], made["To"] = f"Marisol Okafor <{MARISOL}>", letter["From"]
    made["Subject"], made["Message-ID"] = f"Re: {letter['Subject']}", "<1@harbor.example>"
    made["In-Reply-To"] = made["References"] = letter["Message-ID"]
    made.set_content(text)
    with smtplib.SMTP("127.0.0.1", year.relay.port) as line:
        line.send_message(made)
    year.box.put(newest(year.relay, SHARED)[0].as_bytes())


@dataclass
class Year:
    """Who takes part: the committee, finance, the sponsor at a phone; and the mail servers."""

    last: Conference
    this: Conference
    people: Callable
    relay: mail_server.Mailbox
    box: Box
    portal: str = ""

    def __post_init__(self):
        roles = (Role.SPONSORSHIP, Role.CHAIR)
        self.committee = self.people(*roles, conference=self.this, name="Bea Chair")
        self.finance = self.people(Role.FINANCE, conference=self.this)
        self.sponsor = self.people(**PHONE)


def a_lead_from_last_year(year):
    page = year.committee
    page.goto("/staff/24x/pipeline/")
    look(page)
    page.get_by_role("link", name="Ask last year’s sponsors").first.click()
    for words in ("Harbor DB", "Gold, $4,000", "Their booth was full all day."):
        expect(page.locator("main")).to_contain_text(words)
    look(page)
    page.get_by_role("button", name="Make the leads").click()
    expect(page.locator("body")).to_contain_text("1 lead made.")
    page.get_by_role("link", name="Harbor DB").first.click()
    look(page)


def a_mail_and_its_answer(year):
    page = year.committee
    page.get_by_role("link", name=MARISOL).click()
    look(page)
    page.get_by_label("Subject").fill("Gold again in March?")
    page.get_by_label("Text").fill("Dear Marisol, will you be with us again?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("main")).to_contain_text("Dear Marisol, will you be with us again?")
    letter, _ = newest(year.relay, MARISOL)
    assert letter["From"] == f"Bea Chair <{SHARED}>"
    answer(year, letter, "Yes, the same as last year.")
    tasks.capture_mail.delay()
    assert [one["Message-ID"] for one in year.box.messages("Sent")] == [letter["Message-ID"]]
    thread = Conversation.objects.get()
    assert {(one.way, one.conversation) for one in Mail.objects.all()} == {
        ("out", thread),
        ("in", thread),
    }
    page.reload()
    expect(page.locator("main")).to_contain_text("Yes, the same as last year.")
    expect(page.locator("main")).to_contain_text("waiting for us")
    look(page)


def a_signature(year):
    """They accept the terms on their own page, to which a mail leads."""
    page, sponsor = year.committee, year.sponsor
    page.get_by_role("button", name="Make their page").click()
    page.get_by_role("button", name="Send them the link").click()
    expect(page.locator("body")).to_contain_text(MARISOL)
    year.portal = path_in(newest(year.relay, MARISOL)[1], "/portal/")
    sponsor.goto(year.portal)
    look(sponsor)
    sponsor.get_by_label("Your name").fill("Marisol Okafor")
    sponsor.get_by_label("Your e-mail address").fill(MARISOL)
    sponsor.get_by_label("I accept these terms").check()
    sponsor.get_by_role("button", name="Accept the terms").click()
    expect(sponsor.locator("main")).to_contain_text("✓ Accepted")
    page.reload()
    expect(page.get_by_label("Who signed for them")).to_have_value("Marisol Okafor")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator("main")).to_contain_text("by Marisol Okafor")
    look(page)


def a_logo_sent(year):
    """One that is too small, and one that will do; it is on the site when we have looked."""
    sponsor, page = year.sponsor, year.committee
    sponsor.goto(year.portal)
    look(sponsor)
    for width, words in ((120, "at least 300"), (640, "You sent logo.png")):
        logo = {"name": "logo.png", "mimeType": "image/png", "buffer": sell.picture(width, 160)}
        sponsor.get_by_label("Your logo*", exact=True).set_input_files(logo)
        sponsor.get_by_role("button", name="Send it: Your logo").click()
        expect(sponsor.locator("#needs")).to_contain_text(words)
    look(sponsor)
    page.get_by_role("link", name="Promises, extras").click()
    look(page)
    page.get_by_role("link", name="Your logo").click()
    look(page)
    expect(page.locator("main")).to_contain_text("status: open → arrived")
    page.get_by_role("button", name="Put it up as their public logo").click()
    page.get_by_role("button", name="Good: done").click()
    expect(page.locator("main")).to_contain_text("✓ done")
    visitor = year.people(**PHONE)
    visitor.goto("/24x/sponsors/")
    expect(visitor.get_by_role("img", name="Harbor DB")).to_be_visible()
    look(visitor)


def the_passes(year):
    """One is named on their page, one is taken at checkout with the code they made."""
    sponsor = year.sponsor
    one = sponsor.locator("details", has_text="Name somebody")
    one.locator("summary").click()
    one.get_by_label("Name").fill("Lin Park")
    one.get_by_label("E-mail address").fill("lin@harbor.example")
    one.get_by_role("button", name="Send this person a pass").click()
    expect(sponsor.locator("main")).to_contain_text("1 of 2 used, 1 left")
    sponsor.get_by_role("button", name="Make a code for the shop").click()
    look(sponsor)
    guest = year.people(**PHONE)
    guest.goto(sponsor.get_by_role("link", name="Link to send them").get_attribute("href"))
    look(guest)
    expect(guest.get_by_label("How many of Booth staff")).to_have_value("1")
    guest.get_by_role("button", name="Continue").click()
    guest.get_by_label("Your name").fill("Ada Quintero")
    guest.get_by_label("Your e-mail address").fill("ada@harbor.example")
    look(guest)
    guest.get_by_role("button", name="Get the ticket").click()
    expect(guest.locator("main")).to_contain_text("Your ticket")
    sponsor.goto(year.portal)
    expect(sponsor.locator("main")).to_contain_text("2 of 2 used, 0 left")
    expect(sponsor.locator("main")).to_contain_text("Ada Quintero")
    look(sponsor)
    for name in ("Ada Quintero", "Lin Park"):
        letter, words = newest(year.relay, f"{name.partition(' ')[0].lower()}@harbor.example")
        ticket = Ticket.objects.get(attendee_name=name)
        assert ticket.ticket_type.name == "Booth staff"
        assert ticket.spoken_code in words
        assert [part.get_content_type() for part in letter.walk()][-1] == "application/pdf"
    guest.goto(path_in(words, ticket.code))
    expect(guest.locator("main")).to_contain_text("Lin Park")
    expect(guest.locator("main")).to_contain_text(ticket.spoken_code)
    look(guest)


def a_booth(year):
    page, sponsor = year.committee, year.sponsor
    page.goto("/staff/24x/booths/")
    page.get_by_role("link", name="Place Harbor DB").click()
    look(page)
    page.get_by_label("Booth*", exact=True).select_option(index=1)
    page.get_by_role("button", name="Give the booth").click()
    expect(page.locator("main")).to_contain_text("1 of 1 taken")
    look(page)
    sponsor.goto(year.portal)
    expect(sponsor.locator("#booths")).to_contain_text("7 in Exhibit hall")
    sponsor.get_by_role("link", name="See the map").click()
    expect(sponsor.locator("main")).to_contain_text("Harbor DB")
    look(sponsor)


def an_invoice(year):
    """Paid in part by transfer, and the rest by card."""
    finance, sponsor = year.finance, year.sponsor
    finance.goto("/staff/24x/invoices/")
    look(finance)
    finance.get_by_role("link", name="Harbor DB").click()
    look(finance)
    finance.get_by_label("Their PO number").fill("PO 4711")
    finance.get_by_role("button", name="Save the draft").click()
    look(finance)
    finance.get_by_role("button", name="Issue and mail it").click()
    payment = finance.locator("details", has_text="Write a payment down")
    payment.get_by_label("Amount").fill("2000")
    payment.get_by_label("How").select_option("transfer")
    payment.get_by_role("button", name="Write it down").click()
    expect(finance.locator("main")).to_contain_text("$3,000")
    look(finance)
    letter, words = newest(year.relay, MARISOL)
    assert "PO 4711" in words
    sponsor.goto(path_in(words, "/invoices/"))
    expect(sponsor.locator("main")).to_contain_text("$3,000.00 USD open")
    look(sponsor)
    sponsor.get_by_role("button", name="Pay by").click()
    sponsor.get_by_role("button", name="Pay $3,000").click()
    expect(sponsor.locator("main")).to_contain_text("Paid. Thank you!")
    assert Sponsorship.objects.get(conference=year.this).status == "paid"


def what_is_late(year):
    """The names of their staff: red on the board, reminded once, and sent on their page."""
    page, sponsor = year.committee, year.sponsor
    page.goto("/staff/24x/readiness/")
    expect(page.locator("main")).to_contain_text("1 late")
    look(page)
    for _ in range(2):
        tasks.send_reminders.delay()
    letter, words = newest(year.relay, MARISOL)
    assert letter["Subject"] == "SCALE 24x: 1 thing we need from Harbor DB"
    assert "Names of your booth staff" in words
    assert "was due" in words
    assert OutgoingEmail.objects.filter(kind="sponsor reminder").count() == 1
    sponsor.goto(path_in(words, "/portal/"))
    sponsor.get_by_label("Names of your booth staff*", exact=True).fill("Ada Quintero\nLin Park")
    sponsor.get_by_role("button", name="Send it: Names of your booth staff").click()
    expect(sponsor.locator("#needs")).to_contain_text("arrived, we look at it")
    page.reload()
    expect(page.locator("main")).to_contain_text("0 late")


def the_renewal(year):
    """How it went stands beside what they had when they are asked again."""
    page = year.committee
    page.goto("/staff/24x/pipeline/")
    page.get_by_role("link", name="Harbor DB").first.click()
    page.get_by_role("link", name="Change amount or say how it went").click()
    page.get_by_label("How it went").fill("Paid on time; wants the corner booth.")
    page.get_by_role("button", name="Save").click()
    page.goto("/staff/24x/next/")
    look(page)
    page.get_by_label("Name").fill("SCALE 25x")
    page.get_by_label("Address").fill("25x")
    first = year.this.starts_on + dt.timedelta(days=364)
    page.get_by_label("First day").fill(first.isoformat())
    page.get_by_role("button", name="Make the next edition").click()
    expect(page.locator("body")).to_contain_text("SCALE 25x is set up")
    page.goto("/staff/25x/pipeline/again/")
    for words in ("Harbor DB", "Gold, $5,000", "2 of 2 passes used",
                  "Paid on time; wants the corner booth."):  # fmt: skip
        expect(page.locator("main")).to_contain_text(words)
    look(page)
    page.get_by_role("button", name="Make the leads").click()
    expect(page.locator("body")).to_contain_text("1 lead made.")
    look(page)
    lead = Sponsorship.objects.get(conference__slug="25x")
    assert (lead.status, lead.amount, lead.package.name) == ("lead", 5000, "Gold")


STEPS = (
    a_lead_from_last_year, a_mail_and_its_answer, a_signature, a_logo_sent, the_passes,
    a_booth, an_invoice, what_is_late, the_renewal,
)  # fmt: skip


def test_a_sponsors_year(editions, people, relay, box):
    year = Year(*editions, people, relay, box)
    for step in STEPS:
        step(year)
