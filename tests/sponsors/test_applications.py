"""Projects that ask for a booth, and what the committee says."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from scale import editions, privacy
from scale.models import OutgoingEmail
from sponsors import actions
from sponsors.actions import Refused
from sponsors.models import Booth, BoothApplication, BoothCall, FloorPlan, Organization, Sponsorship
from tests.factories import scale as make
from tests.factories import sponsors as sell

from .test_races import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
ASKED = {
    "name": "Map Commons",
    "website": "maps.example",
    "about": "Maps for everyone\nand 🐧",
    "needs": "Power",
    "contact_name": "Ada L.",
    "email": " ADA@example.org",
    "conduct": "on",
}


def at(name, conference, *args):
    return reverse(f"sponsors:{name}", args=[conference.slug, *args])


def errors(answer):
    return {name: list(found) for name, found in answer.context["form"].errors.items()}


@pytest.fixture
def call(conference):
    return sell.booth_call(conference=conference)


@pytest.fixture
def staff(as_role):
    return as_role("community")


def decide(row, status, by=None, **more):
    return actions.decide_application(
        row, status, **{"was": row.status, "words": ""} | more, by=by or make.user()
    )


# --- asking ----------------------------------------------------------------------------------


def test_project_asks_and_finds_it_at_the_link_in_the_mail(conference, call):
    client = Client()
    answer = client.post(at("application-new", conference), ASKED, follow=True)
    assert "We wrote to ada@example.org" in answer.content.decode()
    row = BoothApplication.objects.get()
    assert (row.name, row.website, row.status) == ("Map Commons", "https://maps.example", "new")
    letter = OutgoingEmail.objects.get()
    assert (letter.to_address, letter.kind) == ("ada@example.org", "booth application")
    assert row.get_absolute_url() in letter.text
    page = Client().get(row.get_absolute_url())
    assert "Maps for everyone" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert Client().get(at("application-mine", conference, row.pk, "f" * 40)).status_code == 404


def test_asking_twice_is_one_application(conference, call):
    for _ in range(2):
        Client().post(at("application-new", conference), ASKED)
    assert BoothApplication.objects.count() == OutgoingEmail.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "x" * 161),
        ("about", ""),
        ("about", "x" * 3001),
        ("email", "nobody"),
        ("website", "javascript:alert(1)"),
        ("conduct", ""),
        ("contact_name", ""),
    ],
)
def test_what_cannot_be_asked_stays_in_the_form(conference, call, field, typed):
    answer = Client().post(at("application-new", conference), ASKED | {field: typed})
    assert list(errors(answer)) == [field]
    assert "Power" in answer.content.decode()
    assert not BoothApplication.objects.exists()


def test_asking_is_for_the_days_of_the_call(conference):
    page = at("application-new", conference)
    assert "will stand here" in Client().get(page).content.decode()
    call = sell.booth_call(conference=conference)
    now, day = timezone.now(), dt.timedelta(days=1)
    for opens, closes, words in (
        (now + day, now + 2 * day, "can ask for a booth from"),
        (now - 2 * day, now - day, "is over"),
    ):
        BoothCall.objects.filter(pk=call.pk).update(opens_at=opens, closes_at=closes)
        assert words in Client().get(page).content.decode()
        answer = Client().post(page, ASKED)
        assert errors(answer) == {"__all__": ["Applications are not open."]}
    assert not BoothApplication.objects.exists()


def test_asking_is_throttled(conference, call):
    for n in range(6):
        answer = Client().post(at("application-new", conference), ASKED | {"name": f"P {n}"})
    assert "Too many tries" in errors(answer)["__all__"][0]
    assert BoothApplication.objects.count() == 5


def test_database_knows_the_words_of_an_application(conference, call):
    with pytest.raises(IntegrityError):
        sell.booth_application(conference=conference, status="maybe")


def test_database_refuses_a_call_that_closes_before_it_opens(conference):
    now = timezone.now()
    with pytest.raises(IntegrityError):
        sell.booth_call(conference=conference, opens_at=now, closes_at=now)


# --- deciding --------------------------------------------------------------------------------


def test_committee_looks_at_the_mail_and_accepts(conference, call, staff):
    row = sell.booth_application(conference=conference, name="Map Commons")
    page = at("application", conference, row.pk)
    data = {"was": "new", "status": "accepted", "words": "Bring a banner"}
    shown = staff.post(page, data | {"look": "1"})
    assert "Bring a banner" in shown.context["mail"][1]
    assert row.secret not in shown.content.decode()
    assert not OutgoingEmail.objects.exists()
    staff.post(page, data)
    row.refresh_from_db()
    assert (row.status, row.decided_by, row.words) == ("accepted", staff.user, "Bring a banner")
    deal = row.sponsorship
    assert (deal.status, deal.package, deal.amount) == ("signed", call.package, 0)
    assert (deal.organization.name, deal.organization.kinds) == ("Map Commons", ["project"])
    assert deal.organization.contacts.get().email == row.email
    letter = OutgoingEmail.objects.get(kind="booth decision")
    assert "Bring a banner" in letter.text
    assert row.get_absolute_url() in letter.text
    call.package.refresh_from_db()
    assert call.package.taken == 1


def test_accepted_project_may_be_an_organization_we_know(conference, call, staff):
    known = sell.organization(name="Map Commons e.V.", website="https://www.maps.example/about")
    contact = sell.contact(organization=sell.organization(name="Old"), email="ada@example.org")
    row = sell.booth_application(
        conference=conference, website="https://maps.example/", email="ada@example.org"
    )
    assert set(row.likely()) == {known, contact.organization}
    data = {"was": "new", "status": "accepted", "organization": known.pk}
    staff.post(at("application", conference, row.pk), data)
    row.refresh_from_db()
    assert row.sponsorship.organization == known
    assert known.contacts.get().email == "ada@example.org"


@pytest.mark.parametrize(
    ("status", "words"),
    [("waitlisted", "waiting list"), ("declined", "we are sorry")],
)
def test_others_are_told_and_get_no_deal(conference, call, status, words):
    decide(sell.booth_application(conference=conference), status)
    assert words in OutgoingEmail.objects.get().text
    assert not Sponsorship.objects.exists()


def test_waiting_list_is_accepted_later_and_nothing_goes_back(conference, call):
    row = decide(sell.booth_application(conference=conference), "waitlisted")
    row = decide(row, "accepted")
    with pytest.raises(Refused):
        decide(row, "declined")
    with pytest.raises(Refused, match="quicker"):
        decide(row, "declined", was="new")
    assert OutgoingEmail.objects.count() == 2


def test_no_more_are_accepted_than_there_are(conference):
    package = sell.package(conference=conference, size=1)
    sell.booth_call(conference=conference, package=package)
    decide(sell.booth_application(conference=conference), "accepted")
    other = sell.booth_application(conference=conference)
    with pytest.raises(Refused, match="sold out"):
        decide(other, "accepted")
    other.refresh_from_db()
    assert (other.status, Organization.objects.count()) == ("new", 1)


def test_who_has_another_deal_keeps_it(conference, call):
    deal = sell.sponsorship(conference=conference)
    row = sell.booth_application(conference=conference)
    with pytest.raises(Refused, match="has a deal"):
        decide(row, "accepted", organization=deal.organization)


def test_lead_of_the_same_package_is_signed(conference, call):
    deal = sell.sponsorship(package=call.package)
    row = decide(
        sell.booth_application(conference=conference), "accepted", organization=deal.organization
    )
    assert row.sponsorship == deal
    deal.refresh_from_db()
    assert deal.is_signed


def test_withdrawn_project_gives_everything_back(conference, call):
    row = decide(sell.booth_application(conference=conference), "accepted")
    booth = sell.booth(conference=conference, sponsorship=row.sponsorship)
    page = at("application-withdraw", conference, row.pk, row.secret)
    for _ in range(2):
        Client().post(page)
    row.refresh_from_db()
    booth.refresh_from_db()
    call.package.refresh_from_db()
    assert (row.status, booth.sponsorship, call.package.taken) == ("withdrawn", None, 0)
    assert row.sponsorship.status == "lost"


@pytest.mark.parametrize(
    "data",
    [
        {"was": ""},
        {"was": "new", "status": "withdrawn"},
        {"was": "new", "status": "x" * 5000},
        {"was": "x", "status": "accepted"},
        {"was": "new", "status": "declined", "words": "x" * 3001},
    ],
)
def test_decision_that_cannot_be_stays_in_the_form(conference, call, staff, data):
    row = sell.booth_application(conference=conference)
    answer = staff.post(at("application", conference, row.pk), data)
    assert errors(answer)
    assert not OutgoingEmail.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_same_however_many(
    conference, call, staff, number, django_assert_num_queries
):
    for _ in range(number):
        sell.booth_application(conference=conference)
    with django_assert_num_queries(8):
        staff.get(at("applications", conference))


def test_list_is_narrowed(conference, call, staff):
    sell.booth_application(conference=conference, name="Map Commons")
    sell.booth_application(conference=conference, status="declined")
    page = at("applications", conference)
    for query, found in (({"q": "map"}, 1), ({"status": "declined"}, 1), ({"status": "x"}, 0)):
        assert staff.get(page, query).context["page"].paginator.count == found
    assert [number for _, _, number in staff.get(page).context["bars"]] == [1, 0, 0, 1, 0]


def test_days_of_the_call_are_set_and_read_back(conference, staff):
    package = sell.package(conference=conference)
    page = at("booth-call", conference)
    data = {"opens_on": "2027-01-01", "closes_on": "2027-01-31", "package": package.pk}
    staff.post(page, data)
    call = BoothCall.objects.get()
    assert call.opens_at == dt.datetime(2027, 1, 1, 8, tzinfo=dt.UTC)
    shown = staff.get(page).context["form"].initial
    assert (shown["opens_on"], shown["closes_on"]) == (dt.date(2027, 1, 1), dt.date(2027, 1, 31))
    answer = staff.post(page, data | {"closes_on": "2026-01-01", "package": "0"})
    assert set(errors(answer)) == {"closes_on", "package"}


# --- registries ------------------------------------------------------------------------------


def test_person_is_shown_and_erased(conference, call):
    row = decide(sell.booth_application(conference=conference, email="ada@example.org"), "accepted")
    assert len(privacy.show("ada@example.org")["Booth application"]) == 1
    privacy.erase("ada@example.org")
    row.refresh_from_db()
    assert (row.contact_name, row.email, row.about) == ("(erased)", "", "")
    assert row.sponsorship.signed_by == "(erased)"


def test_next_edition_has_the_hall_and_nobody_in_it(conference, call):
    deal = sell.sponsorship(conference=conference, status="signed")
    booth = sell.booth(number="7", sponsorship=deal, notes="Noisy")
    by = make.user()
    new = editions.create_next(
        conference,
        slug="next",
        name="SCALE next",
        starts_on=conference.starts_on + dt.timedelta(days=364),
        by=by,
    )
    copied = Booth.objects.get(conference=new)
    assert (copied.number, copied.x, copied.notes, copied.sponsorship) == ("7", booth.x, "", None)
    plan = FloorPlan.objects.get(conference=new)
    assert plan.picture.name != booth.plan.picture.name
    assert plan.picture.read() == sell.DRAWING.encode()
    assert new.booth_call.package.conference == new
    assert not new.booth_applications.exists()


# --- at once ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_members_decide_once():
    conference = make.conference()
    sell.booth_call(conference=conference)
    row = sell.booth_application(conference=conference)
    members = [make.user() for _ in range(8)]
    ends = at_once(
        *(
            lambda n=n, by=by: decide(row, ("accepted", "declined")[n % 2], by=by)
            for n, by in enumerate(members)
        )
    )
    assert sum(isinstance(end, BoothApplication) for end in ends) == 1
    assert sum(isinstance(end, Refused) for end in ends) == 7
    assert OutgoingEmail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_double_clicks_ask_once():
    conference = make.conference()
    sell.booth_call(conference=conference)
    facts = {"name": "P", "about": "x", "contact_name": "Ada", "email": "ada@example.org"}
    at_once(*[lambda: actions.apply_for_booth(conference, **facts)] * 8)
    assert BoothApplication.objects.count() == 1
