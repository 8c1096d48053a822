import pytest
from django.test import Client
from django.urls import reverse

from checkin.models import CheckInList
from scale.models import Role
from tests.factories import checkin as make
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db
LISTS, STATIONS = "admin:checkin_checkinlist", "admin:checkin_station"


@pytest.fixture
def registrar(as_role):
    return as_role(Role.REGISTRATION)


def posted(conference, **fields):
    return {
        "conference": conference.pk,
        "name": "Entry",
        "kind": "entry",
        "opens_at_0": "2027-03-04",
        "opens_at_1": "08:00",
        "closes_at_0": "",
        "closes_at_1": "",
    } | fields


def test_registration_makes_lists(registrar, conference):
    kind = make.ticket_type(conference)
    answer = registrar.post(reverse(f"{LISTS}_add"), posted(conference, ticket_types=[kind.pk]))
    assert answer.status_code == 302
    made = CheckInList.objects.get()
    assert (made.conference, list(made.ticket_types.all())) == (conference, [kind])


def test_times_are_typed_on_the_conferences_clocks(registrar, conference):
    registrar.post(reverse(f"{LISTS}_add"), posted(conference))
    made = CheckInList.objects.get()
    assert made.opens_at.astimezone(conference.zone).hour == 8
    page = registrar.get(reverse(f"{LISTS}_change", args=[made.pk])).content.decode()
    assert 'value="08:00:00"' in page


@pytest.mark.parametrize(
    "fields, wrong",
    [
        ({"name": ""}, "name"),
        ({"kind": "banquet"}, "kind"),
        ({"closes_at_0": "2027-03-04", "closes_at_1": "07:59"}, "__all__"),
        ({"opens_at_0": "soon"}, "opens_at"),
        ({"ticket_types": ["-1"]}, "ticket_types"),
    ],
)
def test_bad_list_is_an_error_beside_the_field(registrar, conference, fields, wrong):
    page = registrar.post(reverse(f"{LISTS}_add"), posted(conference, **fields))
    assert page.status_code == 200 and wrong in page.context["adminform"].form.errors
    assert not CheckInList.objects.exists()


def test_list_cannot_name_another_editions_types(conference):
    other = make_scale.conference()
    both = make_scale.user(is_superuser=True)
    make_scale.second_factor(both)
    stranger = make.ticket_type(other)
    client = Client()
    client.force_login(both)
    page = client.post(reverse(f"{LISTS}_add"), posted(conference, ticket_types=[stranger.pk]))
    assert "Of another edition" in str(page.context["adminform"].form.errors["ticket_types"])


def test_only_ones_own_editions_are_seen(registrar, conference):
    ours, theirs = make.checkin_list(conference), make.checkin_list(make_scale.conference())
    assert registrar.get(reverse(f"{LISTS}_change", args=[ours.pk])).status_code == 200
    assert registrar.get(reverse(f"{LISTS}_change", args=[theirs.pk])).status_code == 302


def test_stations_are_read_only(registrar, conference, station):
    assert registrar.get(reverse(f"{STATIONS}_changelist")).status_code == 200
    assert registrar.get(reverse(f"{STATIONS}_change", args=[station.pk])).status_code == 200
    assert registrar.get(reverse(f"{STATIONS}_add")).status_code == 403
    assert registrar.post(reverse(f"{STATIONS}_delete", args=[station.pk])).status_code == 403
    page = registrar.get(reverse(f"{STATIONS}_change", args=[station.pk])).content.decode()
    assert station.credential_hash not in page


def test_door_role_has_nothing_in_the_admin(as_role, conference):
    assert as_role(Role.DOOR).get(reverse(f"{LISTS}_changelist")).status_code == 403
