"""What the database itself refuses, and how a station reads."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from checkin.models import CheckIn, CheckInList, Scan, Station
from tests.factories import checkin as make

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def refused():
    def check(write):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()

    return check


def check_in(station, ticket, **fields):
    row = {"checkin_list": station.checkin_list, "station": station, "ticket": ticket}
    return CheckIn.objects.create(**row | {"at": timezone.now()} | fields)


def scan(station, **fields):
    row = {"checkin_list": station.checkin_list, "station": station, "verdict": "unknown"}
    return Scan.objects.create(**row | {"scanned_at": timezone.now()} | fields)


def test_second_live_checkin_is_refused(conference, station, refused):
    ticket = make.ticket(conference)
    first = check_in(station, ticket)
    refused(lambda: check_in(station, ticket))
    first.undone_at = timezone.now()
    first.save()
    check_in(station, ticket)
    refused(lambda: CheckIn.objects.update(undone_at=None))


def test_live_checkins_differ_by_list_and_day(conference, station, refused):
    ticket, other = make.ticket(conference), make.checkin_list(conference, name="Party")
    check_in(station, ticket, day=dt.date(2027, 3, 4))
    check_in(station, ticket, day=dt.date(2027, 3, 5))
    check_in(station, ticket, checkin_list=other)
    refused(lambda: check_in(station, ticket, day=dt.date(2027, 3, 4)))
    refused(lambda: check_in(station, ticket, checkin_list=other))


def test_scan_id_is_taken_once(station, refused):
    taken = uuid.uuid4()
    scan(station, scan_id=taken)
    refused(lambda: scan(station, scan_id=taken))


def test_unknown_verdict_is_refused(station, refused):
    refused(lambda: scan(station, verdict="maybe"))


def test_list_that_closes_before_it_opens_is_refused(conference, refused):
    now = timezone.now()
    refused(lambda: make.checkin_list(conference, opens_at=now, closes_at=now))
    make.checkin_list(conference, opens_at=now)
    make.checkin_list(conference, closes_at=now)


@pytest.mark.parametrize("field", ["pairing_hash", "credential_hash"])
def test_code_and_credential_belong_to_one_station(conference, refused, field):
    make.station(conference, **{field: "a" * 64})
    refused(lambda: make.station(conference, **{field: "a" * 64}))


def test_list_with_stations_cannot_be_deleted(station):
    with pytest.raises(ProtectedError):
        CheckInList.objects.all().delete()


def test_last_seen_is_written_every_half_minute(station, django_assert_num_queries):
    now = timezone.now()
    station.last_seen_at = None
    Station.objects.update(last_seen_at=None)
    for moment, statements, kept in [
        (now, 1, now),
        (now + dt.timedelta(seconds=29), 0, now),
        (now + dt.timedelta(seconds=30), 1, now + dt.timedelta(seconds=30)),
    ]:
        with django_assert_num_queries(statements):
            station.note_seen(moment)
        station.refresh_from_db()
        assert station.last_seen_at == kept


def test_state_of_a_station(conference):
    now = timezone.now()
    later, earlier = now + dt.timedelta(minutes=5), now - dt.timedelta(minutes=5)
    states = {
        "new": {},
        "waiting": {"pairing_hash": "a", "pairing_ends_at": later},
        "paired": {"credential_hash": "b", "pairing_hash": "c", "pairing_ends_at": earlier},
        "revoked": {"revoked_at": now},
    }
    assert [make.station(conference, **fields).state for fields in states.values()] == [*states]
