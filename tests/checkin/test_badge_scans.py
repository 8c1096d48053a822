"""A badge at the door: it stands for its ticket, until another one does."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checkin import actions, verdicts
from checkin.badges.actions import print_here
from checkin.models import Badge, CheckIn, Scan
from registration.actions import pass_on
from tests.factories import checkin as make
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db


def admit(station, code, **fields):
    return actions.admit(station, code, **{"scan_id": uuid.uuid4()} | fields)


@pytest.fixture
def ticket(conference):
    return make.ticket(conference, attendee_name="Ana Ruiz")


def test_badge_lets_in_once_together_with_its_ticket(station, ticket):
    badge = print_here(ticket.pk)
    scan = admit(station, badge.code)
    assert (scan.verdict, scan.ticket, scan.badge) == ("admitted", ticket, badge)
    assert verdicts.screen(scan)["name"] == "Ana Ruiz"
    assert admit(station, badge.code).verdict == admit(station, ticket.code).verdict == "already"
    assert CheckIn.objects.live().count() == 1


def test_reprinted_badge_says_when(station, ticket):
    old = print_here(ticket.pk)
    new = print_here(ticket.pk, why="lost")
    at = dt.datetime(2027, 3, 4, 14, 2, tzinfo=station.conference.zone)
    Badge.objects.filter(pk=old.pk).update(voided_at=at)
    scan = admit(station, old.code)
    assert scan.verdict == "old_badge" and not CheckIn.objects.exists()
    for told in (scan, Scan.objects.told().get(pk=scan.pk)):
        screen = verdicts.screen(told)
        assert (screen["words"], screen["look"], screen["name"]) == (
            "Old badge",
            "stop",
            "Ana Ruiz",
        )
        assert "reprinted Thu 4 March, 14:02 · send to the help desk" in screen["says"]
    assert admit(station, new.code).verdict == "admitted"


def test_badge_of_who_had_the_ticket_before_names_nobody(station, ticket):
    badge = print_here(ticket.pk)
    pass_on(ticket, name="Bo Li", email="bo@example.org", by_staff=True)
    scan = admit(station, badge.code)
    assert scan.verdict == "old_badge"
    for told in (scan, Scan.objects.told().get(pk=scan.pk)):
        screen = verdicts.screen(told)
        assert (screen["name"], screen["type"], screen["notes"]) == ("", "", [])
        assert screen["says"] == "the ticket was passed on · send to the help desk"


def test_badge_of_another_edition_is_unknown(station):
    badge = print_here(make.ticket(make_scale.conference()).pk)
    assert admit(station, badge.code).verdict == "unknown"


def test_unpaid_ticket_is_so_by_its_badge_too(station, conference):
    ticket = make.ticket(conference, order_status="paid")
    badge = print_here(ticket.pk)
    ticket.order.status = "cancelled"
    ticket.order.save()
    assert admit(station, badge.code).verdict == "cancelled"


def test_scan_id_belongs_to_the_card_that_was_shown(station, ticket):
    badge, scan_id = print_here(ticket.pk), uuid.uuid4()
    first = admit(station, badge.code, scan_id=scan_id)
    assert admit(station, badge.code, scan_id=scan_id) == first
    with pytest.raises(actions.ScanIdTaken):
        admit(station, ticket.code, scan_id=scan_id)


def test_guessed_badges_are_slowed(station, monkeypatch):
    monkeypatch.setattr(actions.deciding, "UNKNOWN_LIMIT", 1)
    assert admit(station, "A" * 13).verdict == "unknown"
    with pytest.raises(actions.TooManyUnknown):
        admit(station, "B" * 13)


@pytest.mark.django_db(transaction=True)
def test_badge_takes_one_statement_more_than_its_ticket(conference):
    station = make.paired(conference)[0]
    one, other = make.ticket(conference), make.ticket(conference)
    badge = print_here(other.pk)
    assert station.checkin_list.pk  # as the door has it at hand
    counts = []
    for code in (one.code, badge.code):
        with CaptureQueriesContext(connection) as captured:
            admit(station, code)
        counts.append(len(captured))
    assert counts == [6, 7]
