"""A whole call for papers, as its people see it; a worker of its own sends the mails."""

import datetime as dt
import re
import sys

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from kombu import Connection
from playwright.sync_api import expect

from cfp.models import Talk
from registration.models import Ticket
from scale import email as ledger
from scale.celery import app
from scale.models import OutgoingEmail, Role
from tests.browser import steps
from tests.browser.steps import look
from tests.factories import cfp as make_cfp
from tests.factories import registration as make_registration
from tests.factories import scale as make
from tests.scale import processes

pytestmark = [
    *(pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)),
    pytest.mark.filterwarnings("ignore:task_always_eager has no effect"),
]
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
DARK = {**DESKTOP, "color_scheme": "dark"}
PHONE = {"viewport": {"width": 390, "height": 844}}
CEPH, KERNEL = "Ceph at scale", "A kernel for toasters"
TAPE, RUST, QUERIES = "Tape forever", "Rust at home", "Ten slow queries"
SCORES = {CEPH: 5, KERNEL: 4, RUST: 3, TAPE: 1}


@pytest.fixture
def edition(transactional_db, live_server, settings):
    """The call is open, its speakers get tickets, and a partner has a track."""
    settings.SITE_URL = live_server.url
    today = timezone.now().date()
    conference = make.conference(
        slug="24x", name="SCALE 24x", tagline="Four days of free and open source",
        starts_on=today + dt.timedelta(days=90), ends_on=today + dt.timedelta(days=93),
    )  # fmt: skip
    places = make_registration.quota(conference, name="Everyone", size=50)
    guest = make_registration.ticket_type(
        conference, code="speaker", name="Speaker", price=None, quotas=[places]
    )
    make_cfp.call(conference, speaker_ticket=guest, tickets_a_talk=2)
    make_cfp.track(conference, name="Storage", code="storage")
    make_cfp.track(conference, name="PostgreSQL day", code="postgresql", is_partner_event=True)
    make_cfp.kind(conference, name="Talk")
    return conference


@pytest.fixture
def mails(tmp_path, monkeypatch):
    """What a worker process puts into the mail folder; requests wake it over its broker."""
    if not django_settings.REDIS_URL:
        pytest.skip("no REDIS_URL")
    address = f"{django_settings.REDIS_URL.rpartition('/')[0]}/6"  # no other test's

    def wake():
        with Connection(address) as broker:
            app.send_task("scale.tasks.send_queued_mail", connection=broker, expires=60)

    command = (sys.executable, "-m", "celery", "-A", "scale", "worker", "--beat", "-P", "solo")
    arguments = {"REDIS_URL": address, "EMAIL_URL": "folder://", "VAR_DIR": str(tmp_path)}
    with processes.started(*command, **arguments):
        monkeypatch.setattr(ledger.waking, "wake_worker", wake)
        yield steps.Mails(tmp_path / "mail")


@pytest.fixture
def people(browser, live_server):
    """Opens a browser window for a person; who is given is signed in."""
    opened = []

    def person(user=None, **options):
        context = browser.new_context(base_url=live_server.url, **(options or DESKTOP))
        opened.append(context)
        context.set_default_timeout(60_000)
        if user:
            make.second_factor(user)
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


def staff(conference, role, name):
    user = make.user(name=name)
    make.staff_role(user, conference, role)
    return user


def of_track(conference, code, role, name):
    user = make.user(name=name)
    make_cfp.track_role(user, conference.tracks.get(code=code), role)
    return user


def status_of(title):
    return Talk.objects.get(title=title).status


def words(text):
    """Without the line ends, which a page and a mail set differently."""
    return " ".join(text.split())


def shown(page, path):
    page.goto(path)
    look(page)
    return page.locator("main").inner_text()


def test_a_whole_call(edition, mails, people):
    # 1. Speakers sign up by the code in a mail, and submit.
    lena, marek, ana = people(), people(**PHONE), people(**DARK)
    newcomers = [
        (lena, "Lena Ortiz", "lena@example.org", [CEPH]),
        (marek, "Marek Nowak", "marek@example.org", [KERNEL, TAPE]),
        (ana, "Ana Ruiz", "ana@example.org", [RUST]),
    ]
    for page, name, address, titles in newcomers:
        page.goto("/24x/call/")
        look(page)
        page.get_by_role("link", name="Submit a talk").click()
        steps.sign_up(page, mails, name, address)
        page.wait_for_url("**/call/submit/")
        for title in titles:
            biography = f"{name} runs things." if title == titles[0] else ""
            steps.submit_talk(page, title=title, track="Storage", kind="Talk", biography=biography)
            assert title in mails.wait(address, f"^We have your talk: {title}$")
        look(page)

    # 2. One asks somebody to give the talk together, who signs up from the mail.
    steps.invite_co_speaker(lena, title=CEPH, address="ravi@example.org", name="Ravi Sen")
    invitation = mails.wait("ravi@example.org", f"^Give a talk together: {CEPH}$")
    ravi = people(**PHONE)
    ravi.goto(steps.link_in(invitation, "/invitation/"))
    look(ravi)
    ravi.get_by_role("link", name="Sign in or sign up to say yes").click()
    steps.sign_up(ravi, mails, "Ravi Sen", "ravi@example.org")
    ravi.wait_for_url("**/invitation/**")
    ravi.get_by_role("button", name="Yes").click()
    expect(ravi.locator("main")).to_contain_text(CEPH)
    look(ravi)
    talk = Talk.objects.get(title=CEPH)
    assert [one.name for one in talk.speakers()] == ["Lena Ortiz", "Ravi Sen"]

    # 3. What is another's is not there.
    for path in ("", "speakers/", "files/", "change/", "withdraw/"):
        assert ravi.request.get(f"/my/talks/{talk.code}/{path}").status == 200
        assert ana.request.get(f"/my/talks/{talk.code}/{path}").status == 404
    assert ana.request.get(f"/24x/talks/{talk.code}/").status == 404
    assert ana.request.get(f"/staff/24x/talks/{talk.code}/").status == 403

    # 4. Two reviewers, one of them of the track alone, score with the keyboard.
    for user in (
        staff(edition, Role.REVIEWER, "Rosa Klein"),
        of_track(edition, "storage", "reviewer", "Ines Duarte"),
    ):
        steps.review_everything(people(user, **DARK), SCORES)
    for title, score in SCORES.items():
        opinions = Talk.objects.get(title=title).reviews.all()
        assert [(one.score, one.comment) for one in opinions] == [
            (score, f"My opinion of {title}.")
        ] * 2

    # 5. The chair decides; nobody hears of it before the release.
    chair = people(staff(edition, Role.CHAIR, "Carla Weiss"))
    before = OutgoingEmail.objects.count()
    steps.decide(chair, TAPE, "Reject", "We have heard it.")
    steps.decide(chair, RUST, "Waitlist", "If there is room.")
    steps.decide(chair, KERNEL, "Accept", "Funny.")
    steps.decide(chair, CEPH, "Accept", "The best.")
    assert {status_of(title) for title in SCORES} == {"submitted"}
    assert OutgoingEmail.objects.count() == before
    late = people(staff(edition, Role.PROGRAM, "Otto Lang"))
    late.goto("/staff/24x/decisions/")
    told = release(chair, 4, 4)
    late.get_by_role("button", name="Release 4 decisions").click()
    expect(late.locator("main")).to_contain_text("have changed since; look again")
    look(late)
    assert set(told) == {"lena@", "ravi@", "marek@", "ana@"}
    check_told(mails, told)
    shown(chair, "/staff/24x/decisions/sent/")
    shown(chair, "/staff/24x/talks/")

    # 6. One confirms, one declines; the waitlisted moves up. Whoever says yes gets a ticket once.
    accepted = mails.wait("lena@example.org", f"^Accepted: {CEPH}$")
    visitor = people(**PHONE)
    say_yes = {"phone": "+1 555 0142", "licence": "cc-by"}
    shirts = {"Lena Ortiz": "m", "Ravi Sen": "none"}
    path = steps.link_in(accepted, "/confirm/")
    second_window = people()
    second_window.goto(path)
    steps.confirm(visitor, path, **say_yes, shirts=shirts)
    second_window.get_by_role("button", name="Confirm: I will be there").click()
    expect(second_window.locator("main")).to_contain_text("✓ Confirmed")
    talk.refresh_from_db()
    assert (talk.day_phone, talk.licence, talk.may_record) == ("+1 555 0142", "cc-by", True)
    assert [link.shirt for link in talk.talk_speakers.order_by("position")] == ["m", "none"]
    no = steps.link_in(mails.wait("marek@example.org", "Your 2 talks"), "/confirm/")
    steps.decline(people(**DARK), no, "My toaster is on fire.")
    assert status_of(KERNEL) == "declined"
    assert "My toaster is on fire." in shown(
        chair, f"/staff/24x/talks/{Talk.objects.get(title=KERNEL).code}/"
    )
    chair.goto("/staff/24x/decisions/")
    look(chair)
    chair.get_by_role("button", name=f"Accept {RUST} and tell its speakers").click()
    expect(chair.locator("body")).to_contain_text("Released: 1. Mails on their way: 1.")
    moved_up = mails.wait("ana@example.org", f"^Accepted: {RUST}$")
    assert "a place became free, and your talk is accepted" in words(moved_up)
    steps.confirm(ana, steps.link_in(moved_up, "/confirm/"), **say_yes, shirts={"Ana Ruiz": "xl"})

    # 7. The partner's organiser enters a ready-made talk for their track, and for no other.
    organiser = people(of_track(edition, "postgresql", "chair", "Petra Holm"))
    steps.enter_talk(organiser, title=QUERIES, name="Noor Aziz", address="noor@example.org")
    entered = mails.wait("noor@example.org", f"^Your talk at SCALE 24x: {QUERIES}$")
    assert Talk.objects.get(title=QUERIES).track.code == "postgresql"
    shown(organiser, "/staff/24x/tracks/postgresql/")
    assert CEPH not in shown(organiser, "/staff/24x/talks/")
    assert organiser.request.get(f"/staff/24x/talks/{talk.code}/").status == 404
    path = steps.link_in(entered, "/confirm/")
    steps.confirm(people(), path, **say_yes, shirts={"Noor Aziz": "s"})

    check_tickets(mails)
    check_public(people(**PHONE))
    check_my_talks(lena, marek, ana)


def release(chair, decisions, count):
    """Read every mail, then release: {begin of the address: subject and text}."""
    chair.goto("/staff/24x/decisions/")
    look(chair)
    told = {}
    for letter in chair.locator("details", has_text="@example.org").all():
        letter.locator("summary").click()
        subject = letter.locator("summary div").inner_text()
        text = letter.locator(":scope > div").inner_text()
        told[re.search(r"\w+@", letter.inner_text()).group(0)] = (subject, words(text))
    look(chair)
    button = f"Release {decisions} decisions, send {count} mails"
    chair.get_by_role("button", name=button).click()
    said = f"Released: {decisions}. Mails on their way: {count}."
    expect(chair.locator("body")).to_contain_text(said)
    return told


def check_told(mails, told):
    """Each speaker got the one mail that the chair read, with the right words."""
    for begin, (subject, text) in told.items():
        address = f"{begin}example.org"
        assert words(mails.wait(address, f"^{re.escape(subject)}$")) == text
        of_decisions = "accepted|Accepted|waiting list"
        assert [said for said, _ in mails.to(address) if re.search(of_decisions, said)] == [subject]
    subjects = {begin: subject for begin, (subject, _) in told.items()}
    assert subjects == {
        "lena@": f"Accepted: {CEPH}",
        "ravi@": f"Accepted: {CEPH}",
        "marek@": "Your 2 talks at SCALE 24x: 1 accepted, 1 not accepted",
        "ana@": f"On the waiting list: {RUST}",
    }
    assert f"your talk is accepted for SCALE 24x. {CEPH} Please tell us" in told["lena@"][1]
    assert f"Thank you for offering this talk too: {TAPE} We could not" in told["marek@"][1]
    assert "We like it and have no room for it yet." in told["ana@"][1]
    for _, text in told.values():
        assert not re.search("heard it|If there is room|Funny|The best|opinion", text)


def check_tickets(mails):
    held = sorted(Ticket.objects.values_list("attendee_email", flat=True))
    comers = ["ana@example.org", "lena@example.org", "noor@example.org", "ravi@example.org"]
    assert held == comers
    for address in comers:
        mails.wait(address, "[Tt]icket")
        assert len([said for said, _ in mails.to(address) if "icket" in said]) == 1
    assert not [said for said, _ in mails.to("marek@example.org") if "icket" in said]


def check_public(page):
    """Who comes is announced; of the others nobody reads a word."""
    announced = shown(page, "/24x/announced/")
    assert {title for title in (*SCORES, QUERIES) if title in announced} == {CEPH, RUST, QUERIES}
    assert QUERIES in shown(page, "/24x/tracks/postgresql/")
    assert RUST in shown(page, "/24x/tracks/storage/")
    people = shown(page, "/24x/speakers/")
    everybody = ("Lena Ortiz", "Ravi Sen", "Ana Ruiz", "Noor Aziz", "Marek Nowak")
    assert [name for name in everybody if name in people] == list(everybody[:4])
    for title in (CEPH, RUST, QUERIES):
        told = shown(page, Talk.objects.get(title=title).get_absolute_url())
        assert title in told
    hidden = f"{TAPE}|Marek Nowak|My opinion|power outlet|555 0142|Funny|(?<!conduct)@example.org"
    paths = ["", "announced/", "speakers/", "schedule/", "tracks/storage/", "call/"]
    paths += [Talk.objects.get(title=CEPH).get_absolute_url().removeprefix("/24x/")]
    for path in paths:
        text = page.request.get(f"/24x/{path}").text()
        assert not re.search(hidden, text), path
    for path in ("talks/", "speakers/", "tracks/"):
        assert not re.search(hidden, page.request.get(f"/api/v1/24x/{path}").text()), path
    for code in Talk.objects.filter(title=TAPE).values_list("code", flat=True):
        assert page.request.get(f"/24x/talks/{code}/").status == 404
        assert page.request.get(f"/api/v1/24x/talks/{code}/").status == 404


def check_my_talks(lena, marek, ana):
    assert "Confirmed" in shown(lena, "/my/talks/")
    assert "Confirmed" in shown(ana, "/my/talks/")
    told = shown(marek, "/my/talks/")
    assert "You declined" in told
    assert "Not accepted" in told
