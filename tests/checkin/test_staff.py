"""Stations and the live page, for staff."""

import re
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from checkin import actions
from checkin.models import Station
from scale import editions
from scale.models import Role
from scale.navigation import links_for
from tests.factories import checkin as make
from tests.factories import leads, sponsors
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db


def url(name, conference, *args):
    return reverse(f"checkin:{name}", args=[conference.slug, *args])


def posted(conference, **fields):
    entry = conference.checkin_lists.first() or make.checkin_list(conference)
    return {"name": "Door 9", "kind": "phone", "checkin_list": entry.pk} | fields


# --- who may -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [None, Role.PROGRAM, Role.FINANCE])
def test_stations_are_for_registration_and_door(as_role, conference, role):
    station = make.station(conference)
    client = as_role(*[role] if role else [])
    for answer in (
        client.get(url("stations", conference)),
        client.post(url("stations", conference), posted(conference)),
        client.get(url("station", conference, station.pk)),
        client.post(url("station-pair", conference, station.pk)),
        client.post(url("station-revoke", conference, station.pk)),
    ):
        assert answer.status_code == 403
    assert Station.objects.count() == 1
    assert Client().get(url("stations", conference)).status_code == 302


def test_the_door_captain_makes_and_pairs_stations(as_role, conference):
    client = as_role(Role.DOOR)
    assert client.get(url("stations", conference)).status_code == 200
    client.post(url("stations", conference), posted(conference))
    station = Station.objects.get(name="Door 9")
    assert client.post(url("station-pair", conference, station.pk)).status_code == 200
    client.post(url("station-revoke", conference, station.pk))
    station.refresh_from_db()
    assert station.revoked_at is not None


@pytest.mark.parametrize(
    "role, status", [(Role.REGISTRATION, 200), (Role.DOOR, 200), (Role.CHAIR, 200), (None, 403)]
)
def test_live_page_is_for_registration_and_door(as_role, conference, role, status):
    client = as_role(*[role] if role else [])
    assert client.get(url("live", conference)).status_code == status


def test_station_of_another_edition_is_not_there(registrar, conference):
    other = make.station(make_scale.conference())
    for name in ("station", "station-pair", "station-revoke"):
        assert registrar.post(url(name, conference, other.pk)).status_code == 404
    other.refresh_from_db()
    assert not other.revoked_at and not other.pairing_hash


@pytest.mark.parametrize(
    "role, stations, live",
    [(Role.REGISTRATION, True, True), (Role.DOOR, True, True), (Role.PROGRAM, False, False)],
)
def test_navigation_shows_what_the_role_may_open(conference, role, stations, live):
    user = make_scale.user()
    make_scale.staff_role(user, conference, role)
    links = {link["url"] for link in links_for(user, conference, "")}
    assert (url("stations", conference) in links, url("live", conference) in links) == (
        stations,
        live,
    )


# --- stations ----------------------------------------------------------------------------------


def test_empty_state_says_what_to_do_first(registrar, conference):
    text = registrar.get(url("stations", conference)).content.decode()
    assert "No station yet" in text and "Make a check-in list" in text


def test_station_is_made_and_changed(registrar, conference):
    answer = registrar.post(url("stations", conference), posted(conference))
    assert answer.url == url("stations", conference)
    station = Station.objects.get()
    assert (station.name, station.conference, station.state) == ("Door 9", conference, "new")
    assert "Door 9" in registrar.get(answer.url).content.decode()
    desk = posted(conference, name="door 9", kind="desk")
    assert registrar.post(url("station", conference, station.pk), desk).status_code == 302
    station.refresh_from_db()
    assert (station.name, station.kind) == ("door 9", "desk")


@pytest.mark.parametrize(
    "field, value",
    [
        *(("name", bad) for bad in ("", "x" * 61, "x" * 1_000_000, "a\0b", "DOOR 1")),
        *(("kind", bad) for bad in ("", "spaceship")),
        *(("checkin_list", bad) for bad in ("", "-1", "99999999999999999999", "x")),
    ],
)
def test_bad_station_is_an_error_beside_the_field(registrar, conference, station, field, value):
    page = registrar.post(url("stations", conference), posted(conference, **{field: value}))
    assert page.status_code == 200 and list(page.context["form"].errors) == [field]
    assert Station.objects.count() == 1


def test_station_names_a_printer_of_its_own_edition(registrar, conference):
    mine = make.station(conference, kind="printer")
    others = make.station(make_scale.conference(), kind="printer")
    kiosk = make.station(conference)
    change = url("station", conference, kiosk.pk)
    for printer, stands in ((mine, mine), (others, mine), (kiosk, mine)):
        registrar.post(change, posted(conference, kind="kiosk", name="Kiosk", printer=printer.pk))
        kiosk.refresh_from_db()
        assert kiosk.printer == stands
    for kind, printer in (("kiosk", ""), ("kiosk", mine.pk), ("phone", mine.pk)):
        registrar.post(change, posted(conference, kind=kind, name="Kiosk", printer=printer))
        kiosk.refresh_from_db()
        assert kiosk.printer == (mine if printer and kind == "kiosk" else None)


def test_station_cannot_use_another_editions_list(registrar, conference):
    other = make.checkin_list(make_scale.conference())
    page = registrar.post(url("stations", conference), posted(conference, checkin_list=other.pk))
    assert list(page.context["form"].errors) == ["checkin_list"]


def test_exhibitors_station_names_its_exhibitor_and_no_list(registrar, conference):
    exhibitor = leads.exhibitor(conference)
    asked = posted(conference, kind="exhibitor")
    page = registrar.post(url("stations", conference), asked)
    assert list(page.context["form"].errors) == ["organization"]
    assert 'value="Door 9"' in page.content.decode()
    strangers = [sponsors.organization(), leads.exhibitor(make_scale.conference())]
    for stranger in strangers:
        page = registrar.post(url("stations", conference), asked | {"organization": stranger.pk})
        assert list(page.context["form"].errors) == ["organization"]
    registrar.post(url("stations", conference), asked | {"organization": exhibitor.pk})
    made = Station.objects.get()
    assert (made.organization, made.checkin_list) == (exhibitor, None)
    assert exhibitor.name in registrar.get(url("stations", conference)).content.decode()
    registrar.post(url("station", conference, made.pk), posted(conference))
    made.refresh_from_db()
    assert made.organization is None and made.checkin_list.name == "Entry"


def test_the_database_wants_a_list_or_an_exhibitor(conference):
    for wrong in ({"kind": "exhibitor"}, {"organization": sponsors.organization()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            fields = {"checkin_list": make.checkin_list(conference), **wrong}
            Station.objects.create(conference=conference, name="Odd", **fields)


def test_stations_are_found_by_name_kind_and_state(registrar, conference):
    make.station(conference, name="Hall door")
    paired = make.paired(conference, name="Desk 1", kind="desk")[0]
    Station.objects.filter(pk=paired.pk).update(queued=3, last_seen_at=None)
    actions.revoke(make.paired(conference, name="Lost phone")[0])

    def found(**asked):
        page = registrar.get(url("stations", conference), asked)
        return sorted(one.name for one in page.context["page"])

    assert found(q="hall") == ["Hall door"]
    assert found(kind="desk") == ["Desk 1"]
    assert [found(state=one) for one in ("new", "silent", "queue", "revoked")] == [
        ["Hall door"],
        ["Desk 1"],
        ["Desk 1"],
        ["Lost phone"],
    ]
    assert found(state="nonsense", kind="x") != []
    nothing = registrar.get(url("stations", conference), {"q": "nowhere"}).content.decode()
    assert "No station fits" in nothing


def test_list_of_stations_tells_who_scans_now(registrar, conference, station):
    for name in ("Mei", "Jana"):
        scan(station, make.ticket(conference), volunteer=name)
    text = registrar.get(url("stations", conference)).content.decode()
    assert "Jana" in text and "Mei" not in text


def test_list_of_stations_names_no_list_where_nobody_is_checked_in(registrar, conference):
    make.station(conference, name="Zebra", kind="printer")
    make.station(conference, name="Gate", kind="kiosk")
    text = registrar.get(url("stations", conference)).content.decode()
    assert "self-service kiosk · Entry<" in text and ">print station<" in text


def test_emoji_and_right_to_left_names_are_kept(registrar, conference):
    for name in ("🎉 Door", "الباب"):
        registrar.post(url("stations", conference), posted(conference, name=name))
        assert Station.objects.get(name=name).name == name


def test_pairing_page_shows_a_code_that_pairs(registrar, conference, client):
    station = make.station(conference)
    page = registrar.post(url("station-pair", conference, station.pk))
    text = page.content.decode()
    assert "<svg" in text and "no-store" in page["Cache-Control"]
    code = "".join(re.search(r">(\w{5}) (\w{5})<", text).groups())
    assert client.post(f"/door/pair/{code}/").status_code == 302
    assert client.get("/door/").status_code == 200
    listed = registrar.get(url("stations", conference)).content.decode()
    assert "paired" in listed and "Pair again" in listed


def test_revoke_shuts_the_phone_out_at_once(registrar, phone, conference):
    assert phone.get("/door/").status_code == 200
    registrar.post(url("station-revoke", conference, phone.station.pk))
    assert phone.get("/door/").status_code == 403
    assert "revoked" in registrar.get(url("stations", conference)).content.decode()


@pytest.mark.parametrize("name", ["station-pair", "station-revoke"])
def test_get_pairs_and_revokes_nothing(registrar, conference, name):
    station = make.station(conference)
    assert registrar.get(url(name, conference, station.pk)).status_code == 405


def test_closed_edition_can_only_be_read(registrar, conference):
    station = make.station(conference)
    editions.close(conference)
    page = registrar.post(url("stations", conference), posted(conference))
    assert "closed" in str(page.context["form"].non_field_errors())
    registrar.post(url("station", conference, station.pk), posted(conference))
    registrar.post(url("station-pair", conference, station.pk))
    station.refresh_from_db()
    assert (Station.objects.count(), station.pairing_hash) == (1, None)
    assert station.name != "Door 9"


def test_list_of_stations_takes_the_same_statements_for_one_and_three(
    registrar, conference, django_assert_num_queries
):
    make.station(conference)
    registrar.get(url("stations", conference))
    with django_assert_num_queries(11):
        registrar.get(url("stations", conference))
    for _ in range(2):
        make.paired(conference)
    with django_assert_num_queries(11):
        registrar.get(url("stations", conference))


# --- live page ---------------------------------------------------------------------------------


def scan(station, ticket, **fields):
    return actions.admit(station, ticket.code, scan_id=uuid.uuid4(), **fields)


def test_live_page_without_anything_says_so(registrar, conference):
    text = registrar.get(url("live", conference)).content.decode()
    for words in ("Nobody has come", "Nothing to check in to yet", "No station yet", "No scan yet"):
        assert words in text


def test_live_page_escapes_names(registrar, conference, station):
    scan(station, make.ticket(conference, attendee_name="<script>alert(1)</script>"))
    assert "<script>alert" not in registrar.get(url("live", conference)).content.decode()
