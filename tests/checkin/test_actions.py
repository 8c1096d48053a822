"""Pairing, the verdicts, undoing; races are in test_races.py."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from checkin import actions, verdicts
from checkin.models import CheckIn, Scan, Station
from registration.models import Order, OrderLine, Ribbon
from scale import editions
from scale.models import AuditEntry
from tests.factories import checkin as make
from tests.factories import registration as reg
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db


def admit(station, ticket, **fields):
    code = ticket if isinstance(ticket, str) else ticket.code
    return actions.admit(station, code, **{"scan_id": uuid.uuid4()} | fields)


def at(monkeypatch, moment):
    monkeypatch.setattr(timezone, "now", lambda: moment)


def local(conference, *wall):
    return dt.datetime(*wall, tzinfo=conference.zone)


# --- pairing ---------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_code_pairs_one_device_once(conference):
    station = make.station(conference)
    code = actions.open_pairing(station)
    paired, credential = actions.pair(code)
    assert (paired, Station.objects.holding(credential)) == (station, station)
    assert paired.state == "paired"
    with pytest.raises(actions.NotWaiting):
        actions.pair(code)


def test_neither_code_nor_credential_is_stored(conference):
    station = make.station(conference)
    code = actions.open_pairing(station)
    station.refresh_from_db()
    assert code not in station.pairing_hash and len(code) == 10
    _, credential = actions.pair(code)
    station.refresh_from_db()
    assert credential not in str(vars(station))
    entries = AuditEntry.objects.get_for_object(station)
    assert entries and not [e for e in entries if "hash" in str(e.changes)]


def test_code_ends_after_ten_minutes(conference, monkeypatch):
    code = actions.open_pairing(make.station(conference))
    at(monkeypatch, timezone.now() + dt.timedelta(minutes=10, seconds=1))
    with pytest.raises(actions.NotWaiting):
        actions.pair(code)


def test_new_code_replaces_the_old_one(conference):
    station = make.station(conference)
    old, new = actions.open_pairing(station), actions.open_pairing(station)
    with pytest.raises(actions.NotWaiting):
        actions.pair(old)
    assert actions.pair(new)[0] == station


def test_old_device_works_until_the_new_one_takes_over(conference):
    station, old = make.paired(conference)
    code = actions.open_pairing(station)
    assert Station.objects.holding(old) == station
    _, new = actions.pair(code)
    assert Station.objects.holding(old) is None
    assert Station.objects.holding(new) == station


def test_revoke_ends_credential_and_open_code_for_good(conference):
    station, old = make.paired(conference)
    code = actions.open_pairing(station)
    actions.revoke(station)
    station.refresh_from_db()
    assert station.state == "revoked" and Station.objects.holding(old) is None
    with pytest.raises(actions.NotWaiting):
        actions.pair(code)
    _, new = actions.pair(actions.open_pairing(station))
    assert Station.objects.holding(new) == station
    assert Station.objects.holding(old) is None


def test_closed_edition_pairs_and_admits_nobody(conference, station):
    code = actions.open_pairing(make.station(conference))
    ticket = make.ticket(conference)
    editions.close(conference)
    station.conference.refresh_from_db()
    with pytest.raises(editions.EditionClosed):
        actions.pair(code)
    with pytest.raises(editions.EditionClosed):
        admit(station, ticket)
    with pytest.raises(editions.EditionClosed):
        actions.open_pairing(station)
    assert not Scan.objects.exists()


# --- verdicts --------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_first_scan_admits_and_the_second_says_where(conference, station):
    ticket = make.ticket(conference)
    first = admit(station, ticket, volunteer="Ana")
    other = make.paired(conference)[0]
    second = admit(other, ticket)
    assert (first.verdict, second.verdict) == ("admitted", "already")
    assert second.checkin == first.checkin and second.checkin.station == station
    assert CheckIn.objects.live().count() == 1
    assert list(Scan.objects.order_by("pk").values_list("verdict", "volunteer")) == [
        ("admitted", "Ana"),
        ("already", ""),
    ]


@pytest.mark.parametrize(
    "status, verdict",
    [
        (Order.Status.PAID, "admitted"),
        (Order.Status.PENDING, "not_paid"),
        (Order.Status.EXPIRED, "not_paid"),
        (Order.Status.CANCELLED, "cancelled"),
    ],
)
def test_order_decides(conference, station, status, verdict):
    assert admit(station, make.ticket(conference, order_status=status)).verdict == verdict
    assert CheckIn.objects.count() == (verdict == "admitted")


def test_cancelled_ticket_is_refused_even_after_it_was_used(conference, station):
    ticket = make.ticket(conference)
    admit(station, ticket)
    ticket.status = "cancelled"
    ticket.save()
    assert admit(station, ticket).verdict == "cancelled"


def test_type_must_be_on_the_list(conference):
    tutorial, full = make.ticket_type(conference), make.ticket_type(conference)
    only = make.checkin_list(conference, name="Tutorial", ticket_types=[tutorial])
    station = make.paired(conference, checkin_list=only)[0]
    assert admit(station, make.ticket(conference, ticket_type=full)).verdict == "not_here"
    assert admit(station, make.ticket(conference, ticket_type=tutorial)).verdict == "admitted"


@pytest.mark.sqlite
def test_extra_qualifies_while_it_is_in_force(conference):
    shirt, other = (reg.add_on(conference, kind="shirt", name=name) for name in ("M", "L"))
    shirts = make.checkin_list(conference, name="Shirts", kind="shirt")
    shirts.add_ons.add(shirt)
    counter = make.paired(conference, kind="counter", checkin_list=shirts)[0]
    holders = []
    for add_on in (shirt, shirt, other):
        ticket = make.ticket(conference, order_status="paid")
        OrderLine.objects.create(order=ticket.order, ticket=ticket, add_on=add_on, price=20)
        holders.append(ticket)
    OrderLine.objects.filter(ticket=holders[1], add_on=shirt).update(status="ended")
    found = [admit(counter, ticket).verdict for ticket in holders]
    assert found == ["admitted", "not_here", "not_here"]
    shirts.ticket_types.add(holders[2].ticket_type)  # a type or an extra
    assert admit(counter, holders[2]).verdict == "admitted"


def test_scan_shows_extras_ribbons_and_that_a_guardian_signs(conference, station):
    ticket = make.ticket(conference, order_status="paid", is_minor=True)
    add_on = reg.add_on(conference, kind="shirt", choice="T-shirt", name="Size M, long")
    OrderLine.objects.create(order=ticket.order, ticket=ticket, add_on=add_on, price=20)
    for role in ("speaker", "track-chair"):
        Ribbon.objects.create(ticket=ticket, role=role, why="x")
    scan = admit(station, ticket)
    notes = ["minor: guardian signs", "Speaker", "Track chair", "T-shirt Size M, long"]
    for told in (scan, Scan.objects.told().get(pk=scan.pk)):
        assert verdicts.screen(told)["notes"] == notes


@pytest.mark.sqlite
def test_ticket_without_a_name_goes_to_the_help_desk(conference, station):
    assert admit(station, make.ticket(conference, attendee_name="")).verdict == "help_desk"


def test_ticket_of_another_edition_is_unknown(conference, station):
    stranger = make.ticket(make_scale.conference())
    scan = admit(station, stranger)
    assert (scan.verdict, scan.ticket) == ("unknown", None)


def test_days_are_the_conferences_not_utc(conference, station, monkeypatch):
    friday = dt.date(2027, 3, 5)
    kind = make.ticket_type(conference, admits_from=friday, admits_until=friday)
    ticket = make.ticket(conference, ticket_type=kind)
    at(monkeypatch, local(conference, 2027, 3, 4, 23, 59))  # Friday already in UTC
    assert admit(station, ticket).verdict == "not_today"
    at(monkeypatch, local(conference, 2027, 3, 6, 0, 0))
    assert admit(station, ticket).verdict == "not_today"
    at(monkeypatch, local(conference, 2027, 3, 5, 23, 59))  # Saturday already in UTC
    assert admit(station, ticket).verdict == "admitted"


def test_list_has_opening_times(conference, monkeypatch):
    opens, closes = local(conference, 2027, 3, 4, 8), local(conference, 2027, 3, 4, 18)
    party = make.checkin_list(conference, opens_at=opens, closes_at=closes)
    station = make.paired(conference, checkin_list=party)[0]
    ticket = make.ticket(conference)
    second = dt.timedelta(seconds=1)
    for moment, verdict in [
        (opens - second, "not_today"),
        (closes, "not_today"),
        (opens, "admitted"),
        (closes - second, "already"),
    ]:
        at(monkeypatch, moment)
        assert admit(station, ticket).verdict == verdict


@pytest.mark.sqlite
def test_list_once_a_day_counts_each_day_in_the_conferences_zone(conference, monkeypatch):
    daily = make.checkin_list(conference, once_a_day=True)
    station, ticket = make.paired(conference, checkin_list=daily)[0], make.ticket(conference)
    seen = []
    for wall in [(4, 9), (4, 23), (5, 0), (5, 9), (6, 9)]:
        at(monkeypatch, local(conference, 2027, 3, *wall))
        seen.append(admit(station, ticket).verdict)
    assert seen == ["admitted", "already", "admitted", "already", "admitted"]
    assert [str(day) for day in CheckIn.objects.values_list("day", flat=True)] == [
        "2027-03-04",
        "2027-03-05",
        "2027-03-06",
    ]


def test_lists_are_independent(conference, station):
    shirts = make.checkin_list(conference, name="T-shirts", kind="shirt")
    counter = make.paired(conference, checkin_list=shirts, kind="counter")[0]
    ticket = make.ticket(conference)
    assert admit(station, ticket).verdict == "admitted"
    assert admit(counter, ticket).verdict == "admitted"
    assert admit(counter, ticket).verdict == "already"


def test_admission_is_no_entry_in_the_audit_trail_but_undoing_is(conference, station):
    scan = admit(station, make.ticket(conference))
    assert not AuditEntry.objects.get_for_object(scan.checkin).exists()
    actions.undo(station, scan.scan_id)
    assert AuditEntry.objects.get_for_object(scan.checkin).count() == 1


# --- a scan id is taken once -----------------------------------------------------------------


@pytest.mark.sqlite
def test_same_scan_id_again_gets_the_first_verdict(conference, station):
    ticket, scan_id = make.ticket(conference), uuid.uuid4()
    first = admit(station, ticket, scan_id=scan_id)
    assert admit(station, ticket, scan_id=scan_id) == first
    assert admit(station, ticket).verdict == "already"
    assert admit(station, ticket, scan_id=scan_id).verdict == "admitted"
    unknown = uuid.uuid4()
    assert admit(station, "NOSUCHCODE", scan_id=unknown) == admit(
        station, "NOSUCHCODE", scan_id=unknown
    )
    assert Scan.objects.count() == 3


def test_scan_id_never_shows_one_persons_verdict_for_another_code(conference, station):
    scan_id = uuid.uuid4()
    admit(station, make.ticket(conference), scan_id=scan_id)
    for code in (make.ticket(conference), "NOSUCHCODE"):
        with pytest.raises(actions.ScanIdTaken):
            admit(station, code, scan_id=scan_id)
    mistyped = uuid.uuid4()
    admit(station, "NOSUCHCODE", scan_id=mistyped)
    with pytest.raises(actions.ScanIdTaken):
        admit(station, make.ticket(conference), scan_id=mistyped)
    assert CheckIn.objects.count() == 1


def test_scan_id_of_another_station_is_refused(conference, station):
    ticket, scan_id = make.ticket(conference), uuid.uuid4()
    admit(station, ticket, scan_id=scan_id)
    with pytest.raises(actions.ScanIdTaken):
        admit(make.paired(conference)[0], ticket, scan_id=scan_id)


# --- guessing --------------------------------------------------------------------------------


def test_guessing_is_slowed_and_good_codes_are_not(conference, station, monkeypatch):
    ticket = make.ticket(conference)
    for n in range(actions.UNKNOWN_LIMIT):
        assert admit(station, f"GUESS{n}").verdict == "unknown"
    with pytest.raises(actions.TooManyUnknown):
        admit(station, "ONEMORE")
    assert admit(station, ticket).verdict == "admitted"
    assert admit(make.paired(conference)[0], "OTHERDOOR").verdict == "unknown"
    assert Scan.objects.filter(station=station, verdict="unknown").count() == 60
    at(monkeypatch, timezone.now() + actions.UNKNOWN_TIME + dt.timedelta(seconds=1))
    assert admit(station, "LATER").verdict == "unknown"


# --- undo ------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_undo_takes_the_admission_back_and_lets_in_again(conference, station):
    ticket = make.ticket(conference)
    scan = admit(station, ticket)
    undone = actions.undo(station, scan.scan_id)
    again = actions.undo(station, scan.scan_id)  # a double click
    assert undone.checkin.undone_at == again.checkin.undone_at
    assert undone.checkin.undone_why == "undone at the door"
    assert admit(station, ticket).verdict == "admitted"
    assert CheckIn.objects.count() == 2 and CheckIn.objects.live().count() == 1


def test_undo_is_for_the_same_station_within_15_minutes(conference, station, monkeypatch):
    scan = admit(station, make.ticket(conference))
    other = make.paired(conference)[0]
    with pytest.raises(actions.CannotUndo, match="no admission"):
        actions.undo(other, scan.scan_id)
    at(monkeypatch, scan.scanned_at + dt.timedelta(minutes=15))
    with pytest.raises(actions.CannotUndo, match="15 minutes"):
        actions.undo(station, scan.scan_id)
    assert CheckIn.objects.live().count() == 1


def test_only_an_admission_can_be_undone(conference, station):
    ticket = make.ticket(conference)
    admit(station, ticket)
    already = admit(station, ticket)
    for scan_id in (already.scan_id, uuid.uuid4()):
        with pytest.raises(actions.CannotUndo):
            actions.undo(station, scan_id)
    assert CheckIn.objects.live().count() == 1
