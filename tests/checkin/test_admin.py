import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from checkin import actions
from checkin.badges.models import BadgeLayout, PrinterReport, PrintJob
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


TABLES = ["checkin", "scan", "badge", "printjob", "printerreport", "badgelayout"]


def rows_of(conference, station, name):
    """One row of each table, of one person."""
    ticket = make.ticket(conference, attendee_name=name)
    scan = actions.admit(station, ticket.code, scan_id=uuid.uuid4(), volunteer="AB")
    badge = ticket.badges.create(holder=ticket.nonce, asked="Desk 3, AB")
    job = PrintJob.objects.create(conference=conference, badge=badge)
    printer = make.station(conference, kind="printer")
    report = PrinterReport.objects.create(station=printer, since=timezone.now())
    look, _ = BadgeLayout.objects.get_or_create(conference=conference, width_mm=96, height_mm=134)
    return dict(zip(TABLES, [scan.checkin, scan, badge, job, report, look], strict=True))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", TABLES)
def test_tables_of_the_door_are_read_and_searched_and_nothing_else(conference, as_role, table):
    station = make.paired(conference)[0]
    row = rows_of(conference, station, "Ana Ruiz")[table]
    other = make_scale.conference()
    theirs = rows_of(other, make.paired(other)[0], "Bo Zhou")[table]
    client, name = as_role(Role.REGISTRATION), f"admin:checkin_{table}"
    assert client.get(reverse(f"{name}_changelist"), {"q": "x"}).status_code == 200
    page = client.get(reverse(f"{name}_change", args=[row.pk]))
    assert page.status_code == 200 and "_save" not in page.content.decode()
    assert client.get(reverse(f"{name}_change", args=[theirs.pk])).status_code == 302
    assert client.get(reverse(f"{name}_add")).status_code == 403
    assert client.post(reverse(f"{name}_change", args=[row.pk]), {}).status_code == 403
    assert client.post(reverse(f"{name}_delete", args=[row.pk])).status_code == 403
    code = row.code if table == "badge" else "no code"
    assert code not in page.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", TABLES[:-1])
def test_tables_of_the_door_ask_as_much_for_three_rows_as_for_one(conference, as_role, table):
    station = make.paired(conference)[0]
    client, path = as_role(Role.REGISTRATION), reverse(f"admin:checkin_{table}_changelist")
    counts = []
    for names in (["Ana"], ["Bo", "Cy"]):
        for name in names:
            rows_of(conference, station, name)
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_badge_is_found_by_its_whole_code(conference, as_role):
    badge = rows_of(conference, make.paired(conference)[0], "Ana Ruiz")["badge"]
    page = as_role(Role.REGISTRATION).get(
        reverse("admin:checkin_badge_changelist"), {"q": badge.code}
    )
    assert [one.pk for one in page.context["cl"].result_list] == [badge.pk]
