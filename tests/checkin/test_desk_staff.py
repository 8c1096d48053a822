"""What staff say about a desk's cash."""

import pytest
from django.urls import reverse

from checkin.models import Station
from registration.actions import close_drawer
from scale.models import AuditEntry, Role
from tests.factories import checkin as make
from tests.factories import registration as reg
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def conference():
    return make_scale.conference()


@pytest.fixture
def desk(conference):
    return make.station(conference, name="Desk 3", kind=Station.Kind.DESK)


def path_of(station):
    return reverse("checkin:station-drawer", args=[station.conference.slug, station.pk])


def text(answer):
    return " ".join(answer.content.decode().split())


def test_staff_give_a_drawer_and_take_it_back(as_role, conference, desk):
    staff = as_role(Role.REGISTRATION)
    stations = reverse("checkin:stations", args=[conference.slug])
    assert path_of(desk) in text(staff.get(stations))
    assert "No drawer is open" in text(staff.get(path_of(desk)))
    drawer = reg.drawer(conference, name="Till 1", volunteer="Ana")
    answer = staff.post(path_of(desk), {"drawer": drawer.pk}, follow=True)
    assert "Desk 3 sells from Till 1, Ana" in text(answer)
    desk.refresh_from_db()
    assert desk.open_drawer == drawer
    assert "cash drawer: Till 1, Ana" in [one.says() for one in AuditEntry.objects.of_rows([desk])]
    staff.post(path_of(desk), {"drawer": ""})
    desk.refresh_from_db()
    assert desk.drawer is None


def test_a_drawer_is_of_one_desk_that_takes_cash_and_of_this_edition(as_role, conference, desk):
    staff = as_role(Role.REGISTRATION)
    drawer = reg.drawer(conference)
    phone, second = make.station(conference), make.station(conference, kind=Station.Kind.DESK)
    staff.post(path_of(desk), {"drawer": drawer.pk})
    assert "Only a station of the kind “desk”" in text(staff.get(path_of(phone)))
    staff.post(path_of(phone), {"drawer": drawer.pk})
    taken = staff.post(path_of(second), {"drawer": drawer.pk})
    assert "Another desk sells from this drawer" in text(taken)
    foreign = reg.drawer(make_scale.conference())
    for wrong in (foreign.pk, "x", 10**30):
        answer = staff.post(path_of(second), {"drawer": wrong})
        assert "drawer" in answer.context["form"].errors
    close_drawer(drawer, closing_count=100, note="", by=make_scale.user())
    answer = staff.post(path_of(second), {"drawer": drawer.pk})
    assert answer.status_code == 200
    assert list(Station.objects.exclude(drawer=None)) == [desk]


def test_only_who_counts_money_says_so(as_role, conference, desk):
    door = as_role(Role.DOOR)
    stations = reverse("checkin:stations", args=[conference.slug])
    assert path_of(desk) not in text(door.get(stations))
    assert door.get(path_of(desk)).status_code == 403
    assert as_role(Role.FINANCE).get(path_of(desk)).status_code == 200
    other = make.station(make_scale.conference(), kind=Station.Kind.DESK)
    path = reverse("checkin:station-drawer", args=[conference.slug, other.pk])
    assert as_role(Role.REGISTRATION).get(path).status_code == 404
