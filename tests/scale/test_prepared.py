"""Queries made once answer as the queryset would, whatever is asked of them."""

import uuid

import pytest
from django.db.models.functions import Upper

from checkin.actions import admit
from checkin.models import CheckIn, Station
from scale.prepared import Prepared
from tests.factories import checkin as make

pytestmark = pytest.mark.django_db


def named(name):
    beside = ("conference", "checkin_list", "printer")
    return Station.objects.filter(name=name).select_related(*beside).annotate(loud=Upper("name"))


NAMED = Prepared(
    named,
    name=(Station._meta.get_field("name"), "a name that no station has"),
)


@pytest.mark.sqlite
def test_instances_are_those_of_the_queryset(conference, django_assert_num_queries):
    printer = make.station(conference, name="Printer", kind="printer")
    make.station(conference, name="Door 1", printer=printer)
    make.station(conference, name="Door 2")
    for name in ("Door 1", "Door 2", "Printer", "Door 3", "'; --"):
        wanted = list(named(name))
        with django_assert_num_queries(1):
            found = NAMED.instances(name=name)
            shown = [(one.conference.name, one.checkin_list, one.printer) for one in found]
        assert found == wanted
        assert [one.__dict__.keys() for one in found] == [one.__dict__.keys() for one in wanted]
        assert [one.loud for one in found] == [name.upper() for _ in wanted]
        assert shown == [(one.conference.name, one.checkin_list, one.printer) for one in wanted]


@pytest.mark.sqlite
def test_instances_have_times_with_their_zone_and_can_be_saved(conference):
    station = make.station(conference, name="Door 1")
    [found] = NAMED.instances(name="Door 1")
    assert found.conference.starts_on == conference.starts_on
    assert [getattr(found, f.attname) for f in Station._meta.concrete_fields] == [
        getattr(Station.objects.get(pk=station.pk), f.attname)
        for f in Station._meta.concrete_fields
    ]
    found.name = "Door 9"
    found.save(update_fields=["name"])
    assert Station.objects.get().name == "Door 9"


@pytest.mark.sqlite
def test_rows_are_those_of_values_list(conference):
    station = make.station(conference)
    by_station = Prepared(
        lambda station: CheckIn.objects.filter(station=station).values_list("pk", "at"),
        station=(Station._meta.pk, 2**62 + 1),
    )
    scan = admit(station, make.ticket(conference).code, scan_id=uuid.uuid4())
    assert list(by_station.rows(station=station.pk)) == [(scan.checkin_id, scan.checkin.at)]
    assert list(by_station.rows(station=station.pk + 1)) == []
