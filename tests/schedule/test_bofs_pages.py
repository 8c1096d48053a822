"""The pages of birds of a feather: what is open, one's own, and what staff see."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from registration import actions as shop
from registration.models import Ticket
from scale.editions import close
from scale.models import Role
from schedule import actions
from schedule.models import BofClaim, Kind, Slot
from schedule.plans import working_plan
from tests.factories import scale as make_scale
from tests.factories import schedule as make

ASKED = {
    "title": "Homelabs",
    "abstract": "Bring pictures of your racks.",
    "expected": "20",
    "name": "Ngozi Adichukwu",
    "email": "ngozi@example.org",
}


@pytest.fixture
def program(as_role):
    return as_role(Role.PROGRAM)


def url(name, conference, *args):
    return reverse(f"schedule:{name}", args=[conference.slug, *args])


def own(ticket):
    return url("ticket-bof", ticket.conference, ticket.code, ticket.secret)


def text(response):
    return response.content.decode()


def said(response):
    return [str(message) for message in response.context["messages"]]


# --- everybody -----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_the_page_is_new_at_once_after_every_step(client, conference, program):
    page = url("bofs", conference)
    assert "No places yet" in text(client.get(page))
    place = make.bof_place(conference, room=make.room(conference, name="Room 104"))
    assert "1 place open" in text(client.get(page))
    assert f"{url('bof-start', conference)}?place={place.uuid}" in text(client.get(page))
    claim = make.bof_claim(place)
    shown = text(client.get(page))
    assert ("Somebody asks for it" in shown, "Claim it" in shown) == (True, False)
    assert "Homelabs" not in shown
    program.post(url("bof-approve", conference, claim.pk))
    assert "Homelabs" in text(client.get(page))
    assert "Homelabs" in text(client.get(url("schedule", conference)))
    actions.withdraw_claim(claim, by=None)
    shown = text(client.get(page))
    assert ("Homelabs" in shown, "Claim it" in shown) == (False, True)


@pytest.mark.sqlite
def test_the_page_costs_the_same_for_one_place_and_for_three(
    client, conference, program, django_assert_num_queries
):
    for _ in range(2):
        claim = make.bof_claim(make.bof_place(conference))
        actions.approve_claim(claim, by=program.user)
        make.bof_place(conference)
        with django_assert_num_queries(7):
            client.get(url("bofs", conference))
        make.bof_claim(make.bof_place(conference))


@pytest.mark.sqlite
def test_open_places_on_the_schedule_lead_to_the_page(client, conference):
    place = make.bof_place(conference)
    shown = text(client.get(url("schedule", conference)))
    assert f'<a href="{url("bofs", conference)}#{place.uuid}">Open for a BoF</a>' in shown
    assert f'href="{url("bofs", conference)}">BoFs</a>' in shown


@pytest.mark.sqlite
def test_what_has_begun_can_be_claimed_no_more(client, conference):
    make.bof_place(conference, starts_at=conference.day_bounds(conference.today())[0])
    assert "Claim it" not in text(client.get(url("bofs", conference)))


# --- the way to one's ticket ---------------------------------------------------------------------


@pytest.mark.sqlite
def test_who_has_one_ticket_comes_to_its_form(conference):
    place, client, user = make.bof_place(conference), Client(), make_scale.user()
    client.force_login(user)
    start = f"{url('bof-start', conference)}?place={place.uuid}"
    assert "None of your proven addresses" in text(client.get(start))
    ticket = make.ticket(conference, user=user)
    assert client.get(start)["Location"] == f"{own(ticket)}?place={place.uuid}"
    other = make.ticket(conference, user=user, attendee_name="My Daughter")
    shown = client.get(start)
    assert f"{own(other)}?place={place.uuid}" in text(shown)
    assert shown["Cache-Control"] == "private, no-store"
    assert "Sign in" in text(Client().get(start))


@pytest.mark.sqlite
def test_the_tickets_page_leads_there_once_there_are_places(client, conference):
    ticket = make.ticket(conference)
    assert "Host a BoF" not in text(client.get(ticket.get_absolute_url()))
    make.bof_place(conference)
    assert f'href="{own(ticket)}">Host a BoF</a>' in text(client.get(ticket.get_absolute_url()))


# --- asking --------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_a_ticket_holder_asks_and_sees_what_becomes_of_it(client, conference, program):
    place = make.bof_place(conference, room=make.room(conference, name="Room 104"))
    ticket = make.ticket(conference)
    form = client.get(f"{own(ticket)}?place={place.uuid}")
    assert form.context["form"]["place"].value() == str(place.uuid)
    assert form["Cache-Control"] == "no-store"
    answer = client.post(own(ticket), ASKED | {"place": place.uuid})
    assert answer["Location"] == own(ticket)
    claim = BofClaim.objects.get()
    assert (claim.title, claim.expected, claim.email) == ("Homelabs", 20, "ngozi@example.org")
    assert "Waits for an answer" in text(client.get(own(ticket)))
    program.post(url("bof-approve", conference, claim.pk))
    shown = text(client.get(own(ticket)))
    assert ("On the schedule" in shown, "Room 104" in shown) == (True, True)
    client.post(url("bof-withdraw", conference, ticket.code, ticket.secret, claim.pk))
    shown = text(client.get(own(ticket)))
    assert ("Withdrawn" in shown, "Ask for this place" in shown) == (True, True)


@pytest.mark.sqlite
def test_nothing_typed_is_lost_when_somebody_was_quicker(client, conference):
    place = make.bof_place(conference)
    other = make.bof_place(conference, room=make.room(conference, name="Room 106"))
    ticket = make.ticket(conference)
    make.bof_claim(place)
    answer = client.post(own(ticket), ASKED | {"place": place.uuid})
    form = answer.context["form"]
    assert form.errors == {
        "place": ["Somebody was quicker: this place is not open any more. These are."]
    }
    assert [value for value, _ in form.fields["place"].choices] == [str(other.uuid)]
    assert "Bring pictures of your racks." in text(answer)


@pytest.mark.sqlite
def test_wrong_words_are_told_beside_their_fields(client, conference):
    place, ticket = make.bof_place(conference), make.ticket(conference)
    bad = {"title": " ", "abstract": "", "expected": "0", "name": "", "email": "x"}
    form = client.post(own(ticket), bad | {"place": place.uuid}).context["form"]
    assert set(form.errors) == set(bad)
    assert BofClaim.objects.count() == 0


@pytest.mark.sqlite
def test_a_second_wish_with_the_ticket_shows_the_first(client, conference):
    place = make.bof_place(conference)
    claim = make.bof_claim(make.bof_place(conference), title="The first")
    answer = client.post(own(claim.ticket), ASKED | {"place": place.uuid})
    assert "The first" in text(answer)
    assert BofClaim.objects.count() == 1


@pytest.mark.sqlite
def test_without_a_place_the_page_says_so(client, conference):
    assert "No place is open" in text(client.get(own(make.ticket(conference))))
    make.bof_place(conference)
    ticket = make.ticket(conference)
    close(conference)
    assert "The edition is over" in text(client.get(own(ticket)))


@pytest.mark.sqlite
def test_a_wrong_secret_or_a_cancelled_ticket_opens_nothing(client, conference):
    place = make.bof_place(conference)
    ticket = make.ticket(conference)
    wrong = url("ticket-bof", conference, ticket.code, "f" * 40)
    assert client.post(wrong, ASKED | {"place": place.uuid}).status_code == 404
    Ticket.objects.filter(pk=ticket.pk).update(status=Ticket.Status.CANCELLED)
    answer = client.post(own(ticket), ASKED | {"place": place.uuid})
    assert answer["Location"] == ticket.get_absolute_url()
    assert BofClaim.objects.count() == 0


@pytest.mark.sqlite
def test_nobody_withdraws_what_is_anothers(client, conference):
    claim, ticket = make.bof_claim(make.bof_place(conference)), make.ticket(conference)
    theirs = url("bof-withdraw", conference, ticket.code, ticket.secret, claim.pk)
    assert client.post(theirs).status_code == 404
    claim.refresh_from_db()
    assert claim.is_live


@pytest.mark.sqlite
def test_who_gets_the_ticket_does_not_read_what_was_asked_before(client, conference):
    claim = make.bof_claim(make.bof_place(conference), title="A secret wish")
    actions.withdraw_claim(claim, by=None)
    assert "A secret wish" in text(client.get(own(claim.ticket)))
    shop.pass_on(claim.ticket, name="Somebody Else", email="else@example.org")
    ticket = Ticket.objects.select_related("conference").get(pk=claim.ticket_id)
    assert "A secret wish" not in text(client.get(own(ticket)))


# --- staff ---------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_staff_find_claims_by_state_and_words(conference, program):
    asked = make.bof_claim(make.bof_place(conference), title="Homelabs")
    gone = make.bof_claim(make.bof_place(conference), title="Keyboards", name="Tāne Māhuta")
    actions.decline_claim(gone, by=program.user, why="No.")
    page = url("bof-claims", conference)

    def found(**asks):
        return [one.pk for one in program.get(page, asks).context["page"]]

    assert found() == [asked.pk]
    assert found(status="declined") == [gone.pk]
    assert found(status="all") == [asked.pk, gone.pk]
    assert found(status="all", q="māhuta") == [gone.pk]
    assert found(status="all", q=asked.ticket.code) == [asked.pk]
    assert "Nothing fits" in text(program.get(page, {"q": "nothing like it"}))


@pytest.mark.sqlite
def test_the_list_costs_the_same_for_one_claim_and_for_three(
    conference, program, django_assert_num_queries
):
    page = url("bof-claims", conference)
    make.bof_claim(make.bof_place(conference))
    program.get(page)
    for _ in range(2):
        with django_assert_num_queries(9):
            program.get(page)
        make.bof_claim(make.bof_place(conference))
        make.bof_claim(make.bof_place(conference))


@pytest.mark.sqlite
def test_one_click_approves(conference, program):
    place = make.bof_place(conference)
    claim = make.bof_claim(place)
    approve = url("bof-approve", conference, claim.pk)
    assert approve in text(program.get(url("bof-claims", conference)))
    answer = program.post(approve, follow=True)
    number = conference.releases.first().number
    assert said(answer) == [f"“Homelabs” is public, as version {number}. They get a mail."]
    assert Slot.objects.get(uuid=place.uuid).what == "Homelabs"
    again = program.post(approve, follow=True)
    assert said(again) == ["“Homelabs” was not approved. This BoF is approved already."]


@pytest.mark.sqlite
def test_declining_needs_a_reason_beside_the_field(conference, program):
    claim = make.bof_claim(make.bof_place(conference))
    page = url("bof-claim", conference, claim.pk)
    assert list(program.post(page, {"why": " "}).context["form"].errors) == ["why"]
    program.post(page, {"why": "We have one already."})
    claim.refresh_from_db()
    assert (claim.status, claim.answer) == ("declined", "We have one already.")
    assert "We have one already." in text(program.get(page))


@pytest.mark.sqlite
def test_staff_open_an_evening_and_close_a_place(conference, program):
    rooms = [make.room(conference, name=name) for name in ("Room 104", "Room 106")]
    page = url("bof-places", conference)
    assert "No places yet" in text(program.get(page))
    day = conference.starts_on.isoformat()
    asks = {"day": day, "begins": "20:00", "until": "23:00", "minutes": "60"}
    answer = program.post(page, asks | {"rooms": [room.pk for room in rooms]}, follow=True)
    assert said(answer) == ["6 places opened, in version 1."]
    assert conference.releases.count() == 1
    place = Slot.objects.for_bofs(conference).order_by("starts_at").first()
    assert place.starts_at == make.at(conference, 20)
    again = program.post(page, asks | {"rooms": [rooms[0].pk]})
    assert list(again.context["form"].errors) == ["rooms"]
    answer = program.post(url("bof-close", conference), {"place": place.uuid}, follow=True)
    assert said(answer) == ["The place is off the schedule."]
    assert Slot.objects.for_bofs(conference).count() == 5
    answer = program.post(url("bof-close", conference), {"place": "nonsense"}, follow=True)
    assert said(answer) == ["This place is not open any more."]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"until": "20:30"}, "until"),
        ({"minutes": "5"}, "minutes"),
        ({"rooms": []}, "rooms"),
        ({"day": "1999-01-01"}, "day"),
    ],
)
def test_an_evening_that_makes_no_sense_is_refused(conference, program, changed, field):
    asks = {"day": conference.starts_on.isoformat(), "begins": "20:00", "until": "23:00"}
    asks |= {"minutes": "60", "rooms": [make.room(conference).pk]}
    form = program.post(url("bof-places", conference), asks | changed).context["form"]
    assert list(form.errors) == [field]
    assert Slot.objects.count() == 0


@pytest.mark.sqlite
def test_the_places_page_costs_the_same_for_one_and_for_three(
    conference, program, django_assert_num_queries
):
    page = url("bof-places", conference)
    make.bof_place(conference)
    program.get(page)
    for _ in range(2):
        with django_assert_num_queries(7):
            program.get(page)
        make.bof_place(conference)
        make.bof_place(conference)


@pytest.mark.sqlite
def test_the_form_of_the_list_opens_a_single_place(conference, program):
    room = make.room(conference)
    place = url("place", conference)
    asks = {"day": conference.starts_on.isoformat(), "begins": "20:00", "minutes": "60"}
    program.post(place, asks | {"room": room.pk, "kind": "bof", "title": ""})
    move = working_plan(conference).moves.get()
    assert (move.kind, move.title, move.talk) == (Kind.BOF, "Open for a BoF", None)


@pytest.mark.sqlite
def test_the_staff_home_tells_of_claims_while_there_are_any(conference, program):
    home = reverse("pages:staff-home", args=[conference.slug])
    claim = make.bof_claim(make.bof_place(conference))
    assert "BoF waits for an answer" in text(program.get(home))
    actions.withdraw_claim(claim, by=None)
    assert "BoF waits for an answer" not in text(program.get(home))


@pytest.mark.sqlite
def test_an_evening_in_the_night_of_the_clocks_is_right(program):
    """At two the clocks go to three: a place at half past two does not exist."""
    spring = make_scale.conference(
        starts_on=dt.date(2027, 3, 14),
        ends_on=dt.date(2027, 3, 14),
        time_zone="America/Los_Angeles",
    )
    make_scale.staff_role(program.user, spring, Role.PROGRAM)
    asks = {"day": "2027-03-14", "begins": "02:30", "until": "04:30", "minutes": "60"}
    form = program.post(
        url("bof-places", spring), asks | {"rooms": [make.room(spring).pk]}
    ).context["form"]
    assert "The clocks change" in form.errors["begins"][0]
