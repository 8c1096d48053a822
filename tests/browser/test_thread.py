"""One conference from its call to its door, as its people would walk it in a browser."""

import datetime as dt
import re
from urllib.parse import urlsplit

import icalendar
import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from cfp.models import Talk
from registration.models import Ticket
from scale.models import Role
from sponsors.models import Package
from tests.browser.steps import look
from tests.factories import cfp as make_cfp
from tests.factories import checkin as make_checkin
from tests.factories import registration as make_registration
from tests.factories import scale as make
from tests.factories import schedule as make_schedule

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def edition(transactional_db):
    """A conference that begins today, with what its staff set up once."""
    today = timezone.now().astimezone(dt.UTC).date()
    conference = make.conference(
        slug="24x", name="SCALE 24x", starts_on=today, ends_on=today + dt.timedelta(days=3),
        time_zone="UTC", tagline="Four days of free and open source",
    )  # fmt: skip
    track = make_cfp.track(conference, name="Storage")
    make_cfp.call(conference)
    make_cfp.kind(conference, name="Talk")
    mic = make_cfp.equipment(conference, name="lapel mic")
    small = make_schedule.room(conference, name="Room 104", capacity=100)
    large = make_schedule.room(conference, name="Ballroom B", capacity=600)
    large.equipment.add(mic)
    taken = make_schedule.slot(
        conference, room=large, talk=make_schedule.confirmed(conference, title="Opening keynote"),
        starts_at=make_schedule.at(conference, 10, day=1),
    )  # fmt: skip
    places = make_registration.quota(conference, name="Everyone", size=50)
    make_registration.ticket_type(conference, name="Expo only", price="0.00", quotas=[places])
    make_registration.ticket_type(conference, name="Full access", price="90.00", quotas=[places])
    Package.objects.create(conference=conference, name="Gold", price=5000, size=3)
    station = make_checkin.station(conference, name="Door 3")
    return {"conference": conference, "track": track, "small": small, "large": large,
            "taken": taken, "station": station}  # fmt: skip


@pytest.fixture
def people(browser, live_server):
    """Opens a browser window for a person; `roles` sign them in as staff."""
    opened = []

    def person(*roles, conference=None, **options):
        context = browser.new_context(base_url=live_server.url, **(options or DESKTOP))
        opened.append(context)
        context.set_default_timeout(60_000)
        if roles:
            user = make.user()
            make.second_factor(user)
            for role in roles:
                make.staff_role(user, conference, role)
            client = Client()
            client.force_login(user)
            name = django_settings.SESSION_COOKIE_NAME
            context.add_cookies(
                [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
            )
        return context.new_page()

    yield person
    for context in opened:
        context.close()


def path_in(text, pattern):
    """The path of the first address in a mail that fits."""
    return urlsplit(re.search(rf"https?://\S*{pattern}\S*", text).group(0)).path


def buy(page, kind, name, address):
    page.goto("/24x/tickets/")
    look(page)
    page.goto("/24x/")
    page.get_by_role("link", name=re.compile(f"Choose {kind}")).click()
    look(page)
    page.get_by_role("button", name="Continue").click()
    look(page)
    page.locator("#id_buyer_name").fill(name)
    page.locator("#id_buyer_email").fill(address)
    page.locator("main button.btn-main").click()


def test_from_the_call_to_the_door(edition, people, live_server, settings):
    settings.PAYMENT_PROVIDERS = ["demo"]
    settings.SITE_URL = live_server.url
    conference = edition["conference"]

    # 1. A visitor opens the front page.
    visitor = people()
    visitor.goto("/24x/")
    look(visitor)
    expect(visitor.get_by_role("heading", level=1)).to_have_text(conference.tagline)
    for words in ("Pasadena Convention Center", "Call for papers closes", "Full access",
                  "+1 555 0100", "Opening keynote"):  # fmt: skip
        expect(visitor.locator("body")).to_contain_text(words)

    # 2. … gets a free ticket, and another pays for one.
    buy(visitor, "Expo only", "Ada Quintero", "ada@example.org")
    expect(visitor.locator("main")).to_contain_text("Ada Quintero")
    look(visitor)
    buyer = people(**PHONE)
    buy(buyer, "Full access", "Marisol Okafor", "marisol@example.org")
    look(buyer)
    buyer.get_by_role("button", name="Pay $90").click()
    buyer.get_by_role("button", name="Pay $90").click()
    ticket = Ticket.objects.get(attendee_name="Marisol Okafor")
    spelled = " ".join(re.findall("....", ticket.code))
    expect(buyer.locator("main")).to_contain_text(spelled)
    look(buyer)
    letter = next(one for one in mail.outbox if one.to == ["Marisol Okafor <marisol@example.org>"])
    assert spelled in letter.body
    assert [kind for _, _, kind in letter.attachments] == ["application/pdf"] * 2
    again = people(**PHONE)
    again.goto(path_in(letter.body, "/orders/"))
    expect(again.locator("main")).to_contain_text(spelled)

    # 3. A speaker signs up, submits a talk and edits it.
    speaker = people()
    speaker.goto("/24x/call/")
    look(speaker)
    speaker.get_by_role("link", name="Submit a talk").click()
    speaker.get_by_role("link", name=re.compile("sign up|create", re.I)).first.click()
    look(speaker)
    speaker.get_by_label("Your name").fill("Lena Ortiz")
    speaker.get_by_label(re.compile("e-?mail", re.I)).first.fill("lena@example.org")
    speaker.get_by_label("Password", exact=False).first.fill("a long way to Pasadena")
    speaker.locator("main form button[type=submit]").first.click()
    speaker.wait_for_url("**/confirm-email/**")
    look(speaker)
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", mail.outbox[-1].body).group(0)
    speaker.get_by_label("Code", exact=False).fill(code)
    speaker.locator("main form button[type=submit]").first.click()
    speaker.wait_for_load_state()
    speaker.goto("/24x/call/submit/")
    look(speaker)
    speaker.get_by_label("Title").fill("Ceph at scale")
    speaker.get_by_label("Short abstract").fill("Ten petabytes, two people.")
    speaker.get_by_label("Full description").fill("How **we** run it.")
    speaker.get_by_label("Track*", exact=True).select_option("Storage")
    speaker.get_by_label("Kind").select_option(index=1)
    speaker.get_by_role("button", name="Save and go on").click()
    look(speaker)
    speaker.get_by_label("lapel mic").check()
    speaker.get_by_label("How many people do you expect?").fill("250")
    speaker.get_by_role("button", name="Save and go on").click()
    look(speaker)
    speaker.get_by_label("Biography").fill("Runs storage.")
    speaker.get_by_role("button", name="Save and go on").click()
    look(speaker)
    speaker.get_by_role("button", name="Go on").click()
    look(speaker)
    speaker.get_by_role("button", name="Go on").click()
    look(speaker)
    speaker.get_by_role("button", name="Submit").click()
    expect(speaker.locator("main")).to_contain_text("Ceph at scale")
    look(speaker)
    talk = Talk.objects.get(title="Ceph at scale")
    assert talk.status == Talk.Status.SUBMITTED
    speaker.goto(f"/my/talks/{talk.code}/")
    look(speaker)
    speaker.get_by_label("Short abstract").fill("Eleven petabytes, two people.")
    speaker.get_by_role("button", name="Save", exact=True).click()
    talk.refresh_from_db()
    assert talk.abstract == "Eleven petabytes, two people."

    # 4. A reviewer scores it, the chair accepts it, the speaker confirms from the mail.
    reviewer = people(Role.REVIEWER, conference=conference)
    reviewer.goto("/staff/24x/reviews/")
    look(reviewer)
    reviewer.goto(f"/staff/24x/reviews/{talk.code}/")
    look(reviewer)
    reviewer.keyboard.press("5")
    reviewer.get_by_label("Comment", exact=False).fill("Yes, please.")
    reviewer.get_by_role("button", name="Save and next").click()
    reviewer.wait_for_load_state()
    assert [review.score for review in talk.reviews.all()] == [5]
    program = people(Role.PROGRAM, conference=conference)
    program.goto("/staff/24x/")
    look(program)
    program.goto("/staff/24x/talks/")
    look(program)
    program.get_by_role("link", name="Ceph at scale").first.click()
    look(program)
    program.get_by_role("button", name="Accept").click()
    program.wait_for_load_state()
    program.goto("/staff/24x/decisions/")
    look(program)
    program.get_by_role("button", name="Release 1 decision").click()
    program.wait_for_load_state()
    acceptance = next(one for one in reversed(mail.outbox) if "lena@example.org" in one.to[0])
    speaker.goto(path_in(acceptance.body, "/confirm/"))
    look(speaker)
    speaker.get_by_role("button", name="Confirm: I will be there").click()
    speaker.wait_for_load_state()
    talk.refresh_from_db()
    assert talk.status == Talk.Status.CONFIRMED

    # 5. Staff give it a room and a time, see conflicts, and publish.
    program.goto("/staff/24x/rooms/")
    look(program)
    program.get_by_role("link", name="Ceph at scale").click()
    look(program)
    tomorrow = (conference.starts_on + dt.timedelta(days=1)).isoformat()
    program.get_by_label("Room", exact=False).first.select_option("Ballroom B")
    program.get_by_label("Day").select_option(tomorrow)
    program.get_by_label("Begins at").fill("10:15")
    program.get_by_role("button", name="Note it in the working plan").click()
    expect(program.locator("body")).to_contain_text("Room taken")
    look(program)
    program.get_by_role("link", name="Look at them and publish").click()
    look(program)
    program.get_by_role("button", name="Publish version 2").click()
    expect(program.locator("body")).to_contain_text("Nothing was published")
    program.goto("/staff/24x/rooms/")
    program.get_by_role("link", name="Change Ceph at scale").click()
    program.get_by_label("Room", exact=False).first.select_option("Room 104")
    program.get_by_role("button", name="Note it in the working plan").click()
    expect(program.locator("body")).to_contain_text("Room 104 has no lapel mic")
    expect(program.locator("body")).to_contain_text("150 over")
    program.get_by_role("link", name="Change Ceph at scale").click()
    program.get_by_label("Room", exact=False).first.select_option("Ballroom B")
    program.get_by_label("Begins at").fill("12:00")
    program.get_by_role("button", name="Note it in the working plan").click()
    program.get_by_role("link", name="Look at them and publish").click()
    program.get_by_role("button", name="Publish version 2").click()
    expect(program.locator("body")).to_contain_text("Version 2 is public now")
    assert "Ballroom B" in mail.outbox[-1].body

    # 6. It is right everywhere at once.
    person = talk.speakers()[0]
    for path in ("schedule/", f"talks/{talk.code}/", f"speakers/{person.code}/",
                 f"rooms/{edition['large'].code}/", ""):  # fmt: skip
        visitor.goto(f"/24x/{path}")
        main = visitor.locator("main")
        expect(main).to_contain_text("Ceph at scale")
        expect(main).to_contain_text("Ballroom B")
        expect(main).to_contain_text("12:00")
        look(visitor)
    ics = visitor.request.get("/24x/schedule.ics").body()
    events = {
        str(event["summary"]): event for event in icalendar.Calendar.from_ical(ics).walk("VEVENT")
    }
    assert events["Ceph at scale (Lena Ortiz)"]["location"] == "Ballroom B"
    signs = {row["Name"]: row for row in visitor.request.get("/24x/signs").json()}
    assert signs["Ceph at scale"]["StartTime"] == f"{tomorrow}T12:00:00+00:00"
    assert signs["Ceph at scale"]["Location"] == "Ballroom B"

    # 7. A volunteer with a paired phone admits the ticket once.
    desk = people(Role.REGISTRATION, conference=conference)
    desk.goto("/staff/24x/stations/")
    look(desk)
    desk.get_by_role("button", name=re.compile("Pair")).first.click()
    look(desk)
    pairing = desk.locator(".font-monospace").inner_text()
    phone = people(**PHONE)
    phone.goto("/door/pair/")
    phone.locator("main input[type=text]").fill(pairing)
    phone.get_by_role("button", name="Go on").click()
    look(phone)
    phone.get_by_role("button", name="Pair this phone").click()
    phone.wait_for_url("**/door/")
    look(phone)
    for word in ("Admitted", "Already in"):
        phone.get_by_label("Ticket code").fill(ticket.code)
        phone.get_by_role("button", name="Check", exact=True).click()
        expect(phone.locator("[data-look]")).to_contain_text(word)
        expect(phone.locator("[data-look]")).to_contain_text("Marisol Okafor")
        look(phone)
        if word == "Already in":
            expect(phone.locator("[data-look]")).to_contain_text("Door 3")
        phone.get_by_role("link", name="Next").click()

    # 8. The sponsorship committee signs a sponsor; the name is on the front page.
    committee = people(Role.SPONSORSHIP, conference=conference)
    committee.goto("/staff/24x/organizations/")
    look(committee)
    committee.get_by_role("link", name="New organization").first.click()
    committee.get_by_label("Name").fill("Northbeam")
    committee.get_by_role("button", name="Add organization").click()
    look(committee)
    committee.get_by_role("link", name="Add a contact").click()
    committee.get_by_label("Name").fill("Priya Raman")
    committee.get_by_role("button", name="Add contact").click()
    committee.get_by_label("What was said or done").fill("They want the lanyards.")
    committee.get_by_role("button", name="Save note").click()
    expect(committee.locator("main")).to_contain_text("They want the lanyards.")
    committee.get_by_role("link", name="Begin a deal").click()
    look(committee)
    committee.get_by_label("Package").select_option(index=1)
    committee.get_by_role("button", name="Begin the deal").click()
    committee.get_by_label("Who signed for them").fill("Priya Raman")
    paper = {"name": "contract.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 signed"}
    committee.get_by_label("The signed contract").set_input_files(paper)
    committee.get_by_role("button", name="Sign", exact=True).click()
    look(committee)
    visitor.goto("/24x/")
    expect(visitor.locator("main")).to_contain_text("Northbeam")
    look(visitor)
    visitor.goto("/24x/sponsors/")
    expect(visitor.locator("main")).to_contain_text("Northbeam")
    look(visitor)
