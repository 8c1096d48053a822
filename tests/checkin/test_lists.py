"""Check-in lists, made by the registration team."""

import datetime as dt

import pytest
from django.urls import reverse

from checkin import actions
from checkin.models import CheckInList
from scale import editions
from scale.models import Role
from tests.factories import checkin as make
from tests.factories import registration as reg
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db


def url(name, conference, *args):
    return reverse(f"checkin:{name}", args=[conference.slug, *args])


def posted(**fields):
    return {"name": "Party", "kind": "party"} | fields


def test_list_is_made_with_all_that_it_says(registrar, conference):
    full, shirt = make.ticket_type(conference), reg.add_on(conference, choice="T-shirt")
    said = posted(
        ticket_types=[full.pk],
        add_ons=[shirt.pk],
        opens_at="2027-03-05T18:00",
        closes_at="2027-03-05T23:30",
        once_a_day="on",
    )
    assert registrar.post(url("list-new", conference), said).url == url("lists", conference)
    made = CheckInList.objects.get()
    assert (made.name, made.kind, made.once_a_day) == ("Party", "party", True)
    assert made.opens_at == dt.datetime(2027, 3, 5, 18, tzinfo=conference.zone)
    assert (list(made.ticket_types.all()), list(made.add_ons.all())) == ([full], [shirt])
    text = registrar.get(url("lists", conference)).content.decode()
    assert "Party" in text and str(shirt) in text
    page = registrar.get(url("list-edit", conference, made.pk)).content.decode()
    assert 'value="2027-03-05T18:00"' in page
    registrar.post(url("list-edit", conference, made.pk), posted(name="Gala"))
    made.refresh_from_db()
    assert (made.name, made.opens_at, made.once_a_day) == ("Gala", None, False)
    assert not made.ticket_types.exists()


@pytest.mark.parametrize(
    "field, value",
    [
        *(("name", bad) for bad in ("", "x" * 81, "a\0b", "ENTRY")),
        *(("kind", bad) for bad in ("", "spaceship")),
        *(("opens_at", bad) for bad in ("x", "2027-03-14T02:30", "9999-12-31T23:59")),
        ("closes_at", "2027-03-01T08:00"),
        ("ticket_types", "99999999999999999999"),
    ],
)
def test_bad_list_is_an_error_beside_the_field(registrar, conference, field, value):
    make.checkin_list(conference)
    make.ticket_type(conference)
    said = posted(opens_at="2027-03-04T08:00") | {field: value}
    page = registrar.post(url("list-new", conference), said)
    assert page.status_code == 200 and list(page.context["form"].errors) == [field]
    assert CheckInList.objects.count() == 1


def test_types_of_another_edition_are_no_choice(registrar, conference):
    make.ticket_type(conference)
    other = make.ticket_type(make_scale.conference())
    page = registrar.post(url("list-new", conference), posted(ticket_types=[other.pk]))
    assert list(page.context["form"].errors) == ["ticket_types"]


def test_open_leftovers_are_told_where_the_list_is(registrar, conference):
    shirts = make.checkin_list(conference, name="T-shirts", kind="shirt")
    pages = [url("lists", conference), url("list-edit", conference, shirts.pk)]
    for page in pages:
        assert "Leftovers for everybody" not in registrar.get(page).content.decode()
    actions.open_leftovers(shirts)
    for page in pages:
        assert "Leftovers for everybody" in registrar.get(page).content.decode()


def test_list_without_use_is_removed(registrar, conference):
    made = make.checkin_list(conference)
    assert registrar.post(url("list-remove", conference, made.pk)).status_code == 302
    assert not CheckInList.objects.exists()


def test_list_of_a_station_or_with_scans_stays(registrar, conference):
    station = make.paired(conference, name="Door 1")[0]
    made = station.checkin_list
    for words in ("Door 1 check people in", "One person was checked in"):
        assert words in actions.why_in_use(made)
        page = registrar.post(url("list-remove", conference, made.pk), follow=True)
        assert words in page.content.decode() and CheckInList.objects.count() == 1
        actions.let_in(make.ticket(conference), made, by=make_scale.user(), why="paper")


def test_closed_edition_keeps_its_lists(registrar, conference):
    made = make.checkin_list(conference)
    editions.close(conference)
    page = registrar.post(url("list-new", conference), posted())
    assert "closed" in str(page.context["form"].non_field_errors())
    registrar.post(url("list-edit", conference, made.pk), posted())
    registrar.post(url("list-remove", conference, made.pk))
    assert [one.name for one in CheckInList.objects.all()] == ["Entry"]


def test_page_without_lists_says_what_to_do(registrar, conference):
    assert "No list yet" in registrar.get(url("lists", conference)).content.decode()


def test_list_of_another_edition_is_not_there(registrar, conference):
    other = make.checkin_list(make_scale.conference())
    for name in ("list-edit", "list-remove"):
        assert registrar.post(url(name, conference, other.pk)).status_code == 404


@pytest.mark.parametrize("role", [Role.DOOR, Role.SPONSORSHIP])
def test_lists_are_for_registration(as_role, conference, role):
    made = make.checkin_list(conference)
    client = as_role(role)
    assert client.get(url("lists", conference)).status_code == 403
    assert client.post(url("list-remove", conference, made.pk)).status_code == 403


def test_lists_take_the_same_statements_for_one_and_three(
    registrar, conference, django_assert_num_queries
):
    kind = make.ticket_type(conference)
    make.checkin_list(conference, ticket_types=[kind])
    registrar.get(url("lists", conference))
    with django_assert_num_queries(8):
        registrar.get(url("lists", conference))
    for n in range(2):
        make.station(
            conference,
            checkin_list=make.checkin_list(conference, name=f"List {n}", ticket_types=[kind]),
        )
    with django_assert_num_queries(8):
        registrar.get(url("lists", conference))
