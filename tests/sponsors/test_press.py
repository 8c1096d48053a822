"""Journalists who ask for a pass, what the press team says, and what comes of it."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from checkin.models import CheckIn
from registration.actions import give_ticket
from registration.models import CompAllowance, Ticket
from scale import editions, privacy
from scale.models import AuditEntry, OutgoingEmail
from sponsors import actions
from sponsors.actions import Refused
from sponsors.models import Coverage, Organization, PressCall, PressRequest
from tests.factories import checkin as door
from tests.factories import registration as reg
from tests.factories import scale as make
from tests.factories import sponsors as sell

from .test_races import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
ASKED = {
    "outlet": "Kernel Weekly",
    "website": "kernel.example",
    "name": "Ada L.",
    "email": " ADA@example.org",
    "role": "reporter",
    "covering": "The hallway track\nand 🐧",
    "links": "kernel.example/one\n\nhttps://kernel.example/two",
    "wishes": "A tripod",
    "keeps_embargo": "on",
}


def at(name, conference, *args):
    return reverse(f"sponsors:{name}", args=[conference.slug, *args])


def errors(answer):
    return {name: list(found) for name, found in answer.context["form"].errors.items()}


@pytest.fixture
def call(conference):
    return sell.press_call(conference=conference)


@pytest.fixture
def team(as_role):
    return as_role("press")


def approve(row, call, **more):
    facts = {"was": row.status, "words": "", "pass_type": call.pass_type, "by": make.user()}
    return actions.decide_press_request(row, "approved", **facts | more)


# --- asking ----------------------------------------------------------------------------------


def test_journalist_asks_and_finds_it_at_the_link_in_the_mail(conference, call):
    answer = Client().post(at("press", conference), ASKED, follow=True)
    assert "We wrote to ada@example.org" in answer.content.decode()
    row = PressRequest.objects.get()
    assert (row.outlet, row.website, row.status) == (
        "Kernel Weekly",
        "https://kernel.example",
        "new",
    )
    assert row.work == ["https://kernel.example/one", "https://kernel.example/two"]
    letter = OutgoingEmail.objects.get()
    assert (letter.to_address, letter.kind) == ("ada@example.org", "press request")
    assert row.get_absolute_url() in letter.text
    page = Client().get(row.get_absolute_url())
    assert "The hallway track" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert Client().get(at("press-mine", conference, row.pk, "f" * 40)).status_code == 404


def test_asking_again_is_told_kindly_and_to_that_address_alone(conference, call):
    row = sell.press_request(conference=conference, email="ada@example.org", outlet="Before")
    answer = Client().post(at("press", conference), ASKED, follow=True)
    assert "We wrote to ada@example.org" in answer.content.decode()
    assert PressRequest.objects.get().outlet == "Before"
    letter = OutgoingEmail.objects.get()
    assert "that request stands" in " ".join(letter.text.split())
    assert row.get_absolute_url() in letter.text


def test_who_withdrew_may_ask_again(conference, call):
    row = sell.press_request(conference=conference, email="ada@example.org")
    Client().post(at("press-withdraw", conference, row.pk, row.secret))
    row.refresh_from_db()
    assert row.status == "withdrawn"
    Client().post(at("press", conference), ASKED)
    again = PressRequest.objects.get()
    assert (again.pk, again.status, again.outlet) == (row.pk, "new", "Kernel Weekly")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("outlet", ""),
        ("name", "x" * 121),
        ("covering", ""),
        ("email", "nobody"),
        ("website", "javascript:alert(1)"),
        ("links", "javascript://alert(1)"),
        ("links", "two words here"),
        ("links", "a.example\n" * 21),
    ],
)
def test_what_cannot_be_asked_stays_in_the_form(conference, call, field, typed):
    answer = Client().post(at("press", conference), ASKED | {field: typed})
    assert list(errors(answer)) == [field]
    assert "A tripod" in answer.content.decode()
    assert not PressRequest.objects.exists()


def test_asking_is_for_the_days_of_the_call(conference):
    page = at("press", conference)
    assert "will stand here" in Client().get(page).content.decode()
    call = sell.press_call(conference=conference)
    now, day = timezone.now(), dt.timedelta(days=1)
    for opens, closes, words in (
        (now + day, now + 2 * day, "Requests open on"),
        (now - 2 * day, now - day, "is over"),
    ):
        PressCall.objects.filter(pk=call.pk).update(opens_at=opens, closes_at=closes)
        assert words in Client().get(page).content.decode()
        assert errors(Client().post(page, ASKED)) == {"__all__": ["Requests are not open."]}
    assert not PressRequest.objects.exists()


def test_asking_is_throttled(conference, call):
    for _ in range(6):
        answer = Client().post(at("press", conference), ASKED)
    assert "Too many tries" in errors(answer)["__all__"][0]


def test_database_refuses_a_second_request_of_a_person(conference):
    sell.press_request(conference=conference, email="ada@example.org")
    sell.press_request(email="ada@example.org")  # another edition
    for _ in range(2):
        sell.press_request(conference=conference, email="")  # erased
    with pytest.raises(IntegrityError):
        sell.press_request(conference=conference, email="ada@example.org")


def test_database_knows_the_words_of_a_request(conference):
    with pytest.raises(IntegrityError):
        sell.press_request(conference=conference, status="maybe")


def test_database_refuses_a_call_that_closes_before_it_opens(conference):
    now = timezone.now()
    with pytest.raises(IntegrityError):
        sell.press_call(conference=conference, opens_at=now, closes_at=now)


# --- deciding --------------------------------------------------------------------------------


def test_team_looks_at_the_mail_and_approves_with_a_pass(conference, call, team):
    row = sell.press_request(
        conference=conference, outlet="Kernel Weekly", website="https://kernel.example/"
    )
    page = at("press-request", conference, row.pk)
    data = {
        "was": "new",
        "status": "approved",
        "words": "The press room is 105",
        "pass_type": call.pass_type_id,
    }
    shown = team.post(page, data | {"look": "1"})
    assert "press room is 105" in shown.context["mail"][1]
    assert row.secret not in shown.content.decode()
    assert not OutgoingEmail.objects.exists()
    team.post(page, data)
    row.refresh_from_db()
    assert (row.status, row.decided_by, row.words) == ("approved", team.user, data["words"])
    assert (row.organization.name, row.organization.kinds) == ("Kernel Weekly", ["media"])
    assert (row.contact.email, row.contact.roles) == (row.email, ["press"])
    ticket = row.ticket
    assert (ticket.ticket_type, ticket.attendee_email) == (call.pass_type, row.email)
    assert (ticket.allowance.source, ticket.allowance.given) == (f"press:{row.pk}", 1)
    assert ticket.ribbons.get().role == "press"
    letter = OutgoingEmail.objects.get(kind="press decision")
    assert "press room is 105" in letter.text
    assert row.get_absolute_url() in letter.text
    assert OutgoingEmail.objects.filter(kind="ticket given", to_address=row.email).exists()
    assert ticket.get_absolute_url() in Client().get(row.get_absolute_url()).content.decode()


def test_an_outlet_that_we_know_is_offered_and_becomes_one_of_the_media(conference, call, team):
    known = sell.organization(name="KW", website="https://www.kernel.example/about")
    person = sell.contact(
        organization=known, email="ada@kernel.example", left_on=dt.date(2026, 1, 1)
    )
    sell.organization(name="Other", website="https://other.example")
    row = sell.press_request(
        conference=conference, website="https://mirror.example", email="ada@kernel.example"
    )
    assert list(row.likely()) == [known]
    form = team.get(at("press-request", conference, row.pk)).context["form"]
    assert form.initial["organization"] == known.pk
    approve(row, call, organization=known)
    row.refresh_from_db()
    assert (row.organization, row.contact) == (known, person)
    assert (row.organization.kinds, row.contact.roles) == (
        ["company", "media"],
        ["primary", "press"],
    )
    assert row.contact.left_on is None


def test_what_somebody_types_chooses_no_organization(conference, call, team):
    """Else whoever names a sponsor's website would be written to as one of the sponsor's people."""
    sell.organization(name="Harbor DB", website="https://harbor.example/")
    sell.organization(name="Longer", website="https://harbor.example.net")
    row = sell.press_request(
        conference=conference, website="https://harbor.example", email="ada@else.example"
    )
    assert [one.name for one in row.likely()] == ["Harbor DB"]
    form = team.get(at("press-request", conference, row.pk)).context["form"]
    assert form.initial["organization"] is None


def test_declining_wants_a_reason_and_gives_nothing(conference, call, team):
    row = sell.press_request(conference=conference)
    page = at("press-request", conference, row.pk)
    data = {"was": "new", "status": "declined", "words": ""}
    assert errors(team.post(page, data)) == {"words": ["Tell them why."]}
    team.post(page, data | {"words": "We could find nothing that you wrote"})
    row.refresh_from_db()
    assert (row.status, row.organization, row.ticket) == ("declined", None, None)
    letter = OutgoingEmail.objects.get()
    assert "we are sorry" in letter.text
    assert "find nothing that you wrote" in letter.text


@pytest.mark.parametrize(
    "data",
    [
        {"was": ""},
        {"was": "new", "status": "ended"},
        {"was": "x", "status": "declined", "words": "No"},
        {"was": "new", "status": "approved"},
        {"was": "new", "status": "approved", "pass_type": 999_999},
    ],
)
def test_decision_that_cannot_be_stays_in_the_form(conference, call, team, data):
    row = sell.press_request(conference=conference)
    assert errors(team.post(at("press-request", conference, row.pk), data))
    assert not OutgoingEmail.objects.exists()


def test_the_second_who_decides_is_told(conference, call):
    row = approve(sell.press_request(conference=conference), call)
    with pytest.raises(Refused, match="quicker"):
        approve(row, call, was="new")
    other = reg.ticket_type(make.conference(), price=None)
    with pytest.raises(Refused, match="Choose the pass"):
        approve(sell.press_request(conference=conference), call, pass_type=other)


# --- taking back -----------------------------------------------------------------------------


def come_in(ticket):
    entry = door.checkin_list(ticket.conference)
    CheckIn.objects.create(checkin_list=entry, ticket=ticket, at=timezone.now())


@pytest.mark.parametrize(("came", "words"), [(True, "had been used"), (False, "had not been")])
def test_taking_back_ends_the_pass_and_says_whether_it_was_used(
    conference, call, team, came, words
):
    row = approve(sell.press_request(conference=conference), call)
    if came:
        come_in(row.ticket)
    page = at("press-end", conference, row.pk)
    assert errors(team.post(page, {"words": ""})) == {"words": ["This field is required."]}
    assert words in team.post(page, {"words": "Broke the embargo"}, follow=True).content.decode()
    row.refresh_from_db()
    assert (row.status, row.ticket.status) == ("ended", Ticket.Status.CANCELLED)
    assert CompAllowance.objects.get(source=row.source).given == 0
    letter = OutgoingEmail.objects.filter(kind="press decision").order_by("-pk").first()
    assert "Broke the embargo" in letter.text
    again = approve(row, call)
    assert again.ticket.status == Ticket.Status.LIVE
    assert CompAllowance.objects.get(source=row.source).given == 1


def test_who_had_a_ticket_keeps_it_without_the_ribbon(conference, call):
    own = reg.ticket(call.pass_type, attendee_email="ada@example.org", attendee_name="Ada L.")
    row = sell.press_request(conference=conference, email="ada@example.org", name="Ada L.")
    row = approve(row, call)
    assert row.ticket == own
    assert own.ribbons.get().role == "press"
    actions.end_press_request(row, words="No", by=make.user())
    own.refresh_from_db()
    assert (own.status, own.ribbons.count()) == (Ticket.Status.LIVE, 0)


def test_who_speaks_as_well_keeps_the_badge_without_the_ribbon(conference, call):
    row = sell.press_request(conference=conference, email="ada@example.org", name="Ada L.")
    row = approve(row, call)
    facts = {"name": "Ada L.", "email": "ada@example.org", "role": "speaker", "why": "Her talk"}
    assert give_ticket(conference, call.pass_type, **facts) == row.ticket
    actions.end_press_request(row, words="No", by=make.user())
    row.ticket.refresh_from_db()
    assert row.ticket.status == Ticket.Status.LIVE
    assert [one.role for one in row.ticket.ribbons.all()] == ["speaker"]
    assert CompAllowance.objects.get(source=row.source).given == 0


def test_journalist_who_cannot_come_gives_the_pass_back(conference, call):
    row = approve(sell.press_request(conference=conference), call)
    for _ in range(2):
        Client().post(at("press-withdraw", conference, row.pk, row.secret))
    row.refresh_from_db()
    assert (row.status, row.ticket.status) == ("withdrawn", Ticket.Status.CANCELLED)


def test_closed_edition_is_left_alone(conference, call, team):
    row = sell.press_request(conference=conference, status="approved")
    editions.close(conference)
    answer = team.post(at("press-end", conference, row.pk), {"words": "x"})
    assert "closed" in errors(answer)["__all__"][0]
    Client().post(at("press-withdraw", conference, row.pk, row.secret))
    row.refresh_from_db()
    assert row.status == "approved"


# --- the list and the outlet -----------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_same_however_many(conference, call, team, number, django_assert_num_queries):
    for _ in range(number):
        row = sell.press_request(conference=conference)
        PressRequest.objects.filter(pk=row.pk).update(ticket=reg.ticket(call.pass_type))
    with django_assert_num_queries(9):
        team.get(at("press-requests", conference))


def test_list_is_narrowed_and_ordered(conference, team):
    sell.press_request(conference=conference, outlet="Zebra Press")
    sell.press_request(conference=conference, outlet="Ant News", status="declined")
    page = at("press-requests", conference)
    for query, found in (
        ({"q": "zebra"}, ["Zebra Press"]),
        ({"status": "declined"}, ["Ant News"]),
        ({"sort": "oldest"}, ["Zebra Press", "Ant News"]),
        ({"sort": "outlet"}, ["Ant News", "Zebra Press"]),
        ({"sort": "x"}, []),
    ):
        rows = team.get(page, query).context["page"].object_list
        assert [row.outlet for row in rows] == found


def test_outlet_has_its_history_on_both_pages(conference, call, team, as_role):
    outlet = sell.organization(name="Kernel Weekly", kinds=["media"])
    last = make.conference(name="SCALE 9x")
    before = sell.press_request(conference=last, organization=outlet, status="approved")
    kind = reg.ticket_type(last, price=None)
    PressRequest.objects.filter(pk=before.pk).update(ticket=reg.ticket(kind))
    before.refresh_from_db()
    come_in(before.ticket)
    row = sell.press_request(conference=conference, organization=outlet)
    page = at("coverage-new", conference, outlet.pk)
    assert errors(team.post(page, {"url": "ftp://x.example", "title": "X"}))
    story = {"url": "kernel.example/story", "title": "A fine show", "published_on": "2027-03-08"}
    for _ in range(2):
        team.post(page, story)
    assert Coverage.objects.get().by == team.user
    for name, pk in (("organization", outlet.pk), ("press-request", row.pk)):
        found = team.get(at(name, conference, pk)).content.decode()
        assert "✓ came" in found
        assert "A fine show" in found
        assert "9x" in found
    assert (
        "A fine show"
        in as_role("community").get(at("organization", conference, outlet.pk)).content.decode()
    )
    team.post(at("coverage-remove", conference, Coverage.objects.get().pk))
    assert not Coverage.objects.exists()


def test_file_says_who_asked_and_the_trail_who_took_it(conference, team):
    sell.press_request(conference=conference, outlet="=Ant", name="Ada L.", keeps_embargo=True)
    answer = team.get(at("press-file", conference))
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[1].startswith("'=Ant,,Ada L.,")
    assert ",new,yes,yes," in lines[1]
    told = AuditEntry.objects.filter(actor=team.user, changes__has_key="exported").get()
    assert told.changes["exported"][1] == "press as CSV, 1 people"


def test_dates_are_days_of_the_conference(conference, team):
    kind = reg.ticket_type(conference, price=None)
    page = at("press-call", conference)
    data = {
        "opens_on": "2027-01-05",
        "closes_on": "2027-01-04",
        "pass_type": kind.pk,
        "contact": "press@conference.example",
    }
    assert list(errors(team.post(page, data))) == ["closes_on"]
    team.post(page, data | {"closes_on": "2027-01-31"})
    call = PressCall.objects.get()
    assert call.opens_at == conference.day_bounds(dt.date(2027, 1, 5))[0]
    assert (
        call.closes_at + dt.timedelta(seconds=1) == conference.day_bounds(dt.date(2027, 1, 31))[1]
    )


# --- registries ------------------------------------------------------------------------------


def test_person_is_shown_and_erased(conference):
    row = sell.press_request(
        conference=conference, outlet="Ant", name="Ada L.", email="ada@example.org", links="x"
    )
    [line] = privacy.show("ada@example.org")["Press request"]
    assert line.startswith(f"Ant for {conference}")
    privacy.erase("ada@example.org")
    row.refresh_from_db()
    assert (row.outlet, row.name, row.email, row.covering, row.links) == (
        *("Ant", "(erased)", "", "", ""),
    )


def test_next_edition_gets_the_dates_and_this_one_forgets_the_people(conference, call):
    row = approve(sell.press_request(conference=conference), call)
    starts_on = conference.starts_on + dt.timedelta(days=364)
    new = editions.create_next(conference, slug="next", name="Next", starts_on=starts_on)
    assert new.press_call.pass_type.code == call.pass_type.code
    assert new.press_call.opens_at.date() == (call.opens_at + dt.timedelta(days=364)).date()
    assert not new.press_requests.exists()
    editions.erase_personal_data(conference)
    row.refresh_from_db()
    assert (row.name, row.email, row.covering, row.status) == ("", "", "", "approved")


def test_joined_outlets_keep_their_press(conference):
    keep, lose = (sell.organization(kinds=["media"]) for _ in range(2))
    row = sell.press_request(conference=conference, organization=lose)
    sell.coverage(lose, conference)
    actions.merge_organizations(conference, keep.pk, lose.pk, make.user())
    row.refresh_from_db()
    assert row.organization == Coverage.objects.get().organization == keep


# --- many hands; each guard was taken out once to see these fail ------------------------------


@pytest.mark.django_db(transaction=True)
def test_approved_twice_at_once_is_one_pass():
    call = sell.press_call()
    row = sell.press_request(conference=call.conference)
    users = [make.user() for _ in range(4)]
    ends = at_once(*(lambda user=user: approve(row, call, by=user) for user in users))
    assert sorted(type(end).__name__ for end in ends) == ["PressRequest"] + ["Refused"] * 3
    assert Ticket.objects.count() == Organization.objects.count() == 1
    assert OutgoingEmail.objects.filter(kind="press decision").count() == 1


@pytest.mark.django_db(transaction=True)
def test_double_clicks_ask_once():
    call = sell.press_call()
    facts = {"outlet": "Ant", "covering": "x", "name": "Ada", "email": "ada@example.org"}
    ends = at_once(*[lambda: actions.ask_as_press(call.conference, **facts)] * 6)
    assert {type(end) for end in ends} == {PressRequest}
    assert PressRequest.objects.count() == 1
