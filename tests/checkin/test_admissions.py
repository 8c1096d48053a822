"""Staff let in, take out, and settle what devices disagree about."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checkin import actions
from checkin.models import CheckIn, Scan
from registration.models import OrderLine, code_key
from scale import editions
from tests.factories import checkin as make
from tests.factories import registration as reg
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(conference, station):
    return make.ticket(conference, attendee_name="Ana Ruiz", order_status="pending")


@pytest.fixture
def team(as_role):
    return as_role("registration")


def page_of(ticket):
    return f"/staff/{ticket.conference.slug}/door/{ticket.code}/"


def conflicts_of(conference):
    return f"/staff/{conference.slug}/door/conflicts/"


def let_in(team, ticket, station, **fields):
    data = {"checkin_list": station.checkin_list_id, "why": "paid in cash"} | fields
    return team.post(page_of(ticket), data)


def conflict(station, ticket, at=None):
    attempt = actions.Attempt(
        uuid.uuid4(), code_key(ticket.code), at or timezone.now(), said="admitted"
    )
    return actions.take(station, station.checkin_list, [attempt])[attempt.scan_id]


def test_staff_let_in_whom_the_door_may_not(team, station, ticket):
    assert actions.admit(station, ticket.code, scan_id=uuid.uuid4()).verdict == "not_paid"
    assert let_in(team, ticket, station).url == page_of(ticket)
    scan = Scan.objects.get(verdict="admitted")
    assert (scan.why, scan.by.is_active, scan.station) == ("paid in cash", True, None)
    checkin = CheckIn.objects.live().get()
    assert (checkin.station, checkin.ticket, scan.checkin) == (None, ticket, checkin)
    text = team.get(page_of(ticket)).content.decode()
    assert "entered by staff" in text and "paid in cash" in text and "Not paid" in text
    page = team.get(f"/staff/{ticket.conference.slug}/door/").content.decode()
    assert "Ana Ruiz" in page and "entered by staff" in page


def test_phone_is_told_that_staff_let_them_in(team, station, conference):
    ticket = make.ticket(conference)
    let_in(team, ticket, station)
    scan = actions.admit(station, ticket.code, scan_id=uuid.uuid4())
    assert (scan.verdict, scan.checkin.place) == ("already", "entered by staff")


@pytest.mark.parametrize("why", ["", " ", "x" * 201])
def test_reason_is_needed(team, station, ticket, why):
    answer = let_in(team, ticket, station, why=why)
    assert answer.status_code == 200 and answer.context["form"].errors["why"]
    assert not CheckIn.objects.exists()


def test_twice_is_an_error_beside_the_list(team, station, ticket):
    let_in(team, ticket, station)
    answer = let_in(team, ticket, station, why="again")
    assert "Already in, entered by staff." in answer.context["form"].errors["checkin_list"]
    assert answer.context["form"]["why"].value() == "again"
    assert CheckIn.objects.count() == 1


def test_list_of_another_edition_is_no_choice(team, station, ticket):
    foreign = make.checkin_list(make_scale.conference())
    answer = let_in(team, ticket, station, checkin_list=foreign.pk)
    assert answer.context["form"].errors["checkin_list"]
    with pytest.raises(ValueError, match="two editions"):
        actions.let_in(ticket, foreign, by=None, why="x")


def test_list_once_a_day_lets_in_each_day(team, conference, ticket, monkeypatch):
    daily = make.checkin_list(conference, name="Daily", once_a_day=True)
    actions.let_in(ticket, daily, by=None, why="x")
    tomorrow = timezone.now() + dt.timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    actions.let_in(ticket, daily, by=None, why="x")
    assert len(set(CheckIn.objects.live().values_list("day", flat=True))) == 2


def test_staff_take_out_what_any_station_let_in(team, station, conference, monkeypatch):
    ticket = make.ticket(conference, attendee_name="Bo Li")
    scan = actions.admit(station, ticket.code, scan_id=uuid.uuid4())
    later = timezone.now() + dt.timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    path = f"/staff/{conference.slug}/door/out/{scan.checkin_id}/"
    assert "Take <bdi>Bo Li</bdi> out of Entry?" in team.get(path).content.decode()
    refused = team.post(path, {"why": ""})
    assert refused.context["form"].errors["why"] and CheckIn.objects.live().exists()
    assert team.post(path, {"why": "wrong person"}).url == page_of(ticket)
    team.post(path, {"why": "again"})
    undone = CheckIn.objects.get()
    assert (undone.undone_at, undone.undone_why) == (later, "wrong person")
    assert undone.undone_by is not None
    assert "wrong person" in team.get(path).content.decode()
    assert actions.admit(station, ticket.code, scan_id=uuid.uuid4()).verdict == "admitted"


def test_conflict_is_shown_with_both_places_until_it_is_put_aside(team, conference, station):
    other = make.paired(conference, name="Gate 9")[0]
    ticket, now = make.ticket(conference, attendee_name="Ana Ruiz"), timezone.now()
    conflict(other, ticket, now)
    conflict(station, ticket, now - dt.timedelta(minutes=3))
    live = f"/staff/{conference.slug}/door/"
    assert "1 was let in" in team.get(live).content.decode()
    text = team.get(conflicts_of(conference)).content.decode()
    assert "at Gate 9" in text and "at Door 1" in text and "Ana Ruiz" in text
    loser = Scan.objects.open_conflicts(conference).get()
    path = f"{conflicts_of(conference)}{loser.pk}/"
    assert team.post(path).url == conflicts_of(conference)
    loser.refresh_from_db()
    settled = loser.settled_at
    assert settled and loser.settled_by and loser.is_conflict
    as_other = actions.settle(loser, by=None)
    loser.refresh_from_db()
    assert not as_other and loser.settled_at == settled
    assert "No conflicts" in team.get(conflicts_of(conference)).content.decode()
    assert "was let in" not in team.get(live).content.decode()


def test_put_aside_twice_takes_one_and_names_it(team, conference, station):
    other = make.paired(conference, name="Gate 9", checkin_list=station.checkin_list)[0]
    for name in ("Ana Ruiz", "Max Mole"):
        held = make.ticket(conference, attendee_name=name)
        conflict(station, held)
        conflict(other, held)
    page = team.get(conflicts_of(conference))
    first, second = page.context["page"]
    path = f"{conflicts_of(conference)}{first.pk}/"
    assert f'data-once action="{path}"' in page.content.decode()
    name = first.ticket.attendee_name
    assert f"Put aside: {name}, at Gate 9, " in team.post(path, follow=True).content.decode()
    again = team.post(path, follow=True).content.decode()
    assert f"It was put aside before: {name}, at Gate 9, " in again
    assert list(Scan.objects.open_conflicts(conference)) == [second]


def test_unknown_code_that_was_let_in_is_a_conflict_of_nobody(team, conference, station):
    attempt = actions.Attempt(uuid.uuid4(), "0" * 32, timezone.now(), said="admitted")
    actions.take(station, station.checkin_list, [attempt])
    assert "Nobody we know" in team.get(conflicts_of(conference)).content.decode()


def test_rows_of_another_edition_are_not_there(team, station, ticket):
    other = make_scale.conference()
    door = make.paired(other)[0]
    theirs = make.ticket(other)
    scan = actions.admit(door, theirs.code, scan_id=uuid.uuid4())
    slug = ticket.conference.slug
    assert team.get(f"/staff/{slug}/door/{theirs.code}/").status_code == 404
    assert team.post(f"/staff/{slug}/door/out/{scan.checkin_id}/", {"why": "x"}).status_code == 404
    assert team.post(f"/staff/{slug}/door/conflicts/{scan.pk}/").status_code == 404
    assert CheckIn.objects.live().count() == 1
    assert Scan.objects.get().settled_at is None


def test_closed_edition_can_only_be_read(team, station, conference):
    ticket = make.ticket(conference)
    scan = actions.admit(station, ticket.code, scan_id=uuid.uuid4())
    bad = conflict(station, make.ticket(conference, order_status="pending"))
    editions.close(conference)
    assert "only be read" in team.get(page_of(ticket)).content.decode()
    daily = make.checkin_list(conference, name="Party")
    answer = let_in(team, ticket, station, checkin_list=daily.pk)
    assert answer.status_code == 200
    out = f"/staff/{conference.slug}/door/out/{scan.checkin_id}/"
    assert "only be read" in team.post(out, {"why": "x"}).content.decode()
    team.post(f"{conflicts_of(conference)}{bad.pk}/")
    assert CheckIn.objects.live().count() == 1
    assert Scan.objects.filter(settled_at=None).count() == 2


def paper_of(checkin_list):
    return f"/staff/{checkin_list.conference.slug}/door/paper/{checkin_list.pk}/"


def test_paper_names_who_qualifies_by_surname(team, conference):
    full, expo = make.ticket_type(conference), make.ticket_type(conference, name="Expo")
    shirt = reg.add_on(conference, kind="shirt", name="Size M")
    shirts = make.checkin_list(conference, name="Shirts", ticket_types=[full])
    shirts.add_ons.add(shirt)
    with_shirt = make.ticket(
        conference, ticket_type=expo, order_status="paid", attendee_name="Zoë Abel", is_minor=True
    )
    OrderLine.objects.create(order=with_shirt.order, ticket=with_shirt, add_on=shirt, price=20)
    inside = make.ticket(conference, ticket_type=full, attendee_name="Ana Ruiz")
    make.ticket(conference, ticket_type=full, order_status="pending", attendee_name="Not Paid")
    make.ticket(conference, ticket_type=full, status="cancelled", attendee_name="Not Any More")
    make.ticket(conference, ticket_type=expo, attendee_name="No Shirt")
    actions.let_in(inside, shirts, by=None, why="x")
    page = team.get(paper_of(shirts))
    assert [one.attendee_name for one in page.context["page"]] == ["Zoë Abel", "Ana Ruiz"]
    assert [bool(one.came_at) for one in page.context["page"]] == [False, True]
    text = page.content.decode()
    assert "minor: guardian signs" in text and with_shirt.spoken_code not in text


def test_paper_without_tickets_says_so_and_is_of_one_edition(team, conference):
    assert (
        "No ticket qualifies" in team.get(paper_of(make.checkin_list(conference))).content.decode()
    )
    foreign = make.checkin_list(make_scale.conference())
    assert team.get(f"/staff/{conference.slug}/door/paper/{foreign.pk}/").status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_statements_do_not_grow(team, conference, station, many):
    team.get("/")
    ticket = make.ticket(conference)
    for n in range(many):
        checkin_list = make.checkin_list(conference, name=f"List {n}")
        actions.let_in(ticket, checkin_list, by=None, why="x")
        door = make.paired(conference, checkin_list=checkin_list)[0]
        conflict(door, ticket)
        make.ticket(conference)
    counts = []
    for path in (page_of(ticket), conflicts_of(conference), paper_of(station.checkin_list)):
        with CaptureQueriesContext(connection) as captured:
            assert team.get(path).status_code == 200
        counts.append(len(captured))
    assert counts == [10, 7, 11]
