"""What checkin tells the kernel: people's data, the next edition."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from checkin import actions
from checkin.models import CheckIn, CheckInList, Scan, Station
from registration.actions import CannotPassOn, pass_on
from scale import editions as kernel
from scale import privacy
from tests.factories import checkin as make
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db


def test_next_edition_takes_over_lists_with_types_and_moved_times(conference):
    kind = make.ticket_type(conference, code="tutorial")
    make.ticket_type(conference, code="other")
    opens = dt.datetime(2027, 3, 4, 8, tzinfo=conference.zone)
    make.checkin_list(
        conference,
        name="Tutorial",
        kind="tutorial",
        once_a_day=True,
        opens_at=opens,
        ticket_types=[kind],
    )
    make.station(conference)
    new = kernel.create_next(
        conference, slug="next", name="SCALE next", starts_on=dt.date(2028, 3, 9)
    )
    made = CheckInList.objects.get(conference=new)
    assert (made.name, made.kind, made.once_a_day) == ("Tutorial", "tutorial", True)
    assert made.opens_at == dt.datetime(2028, 3, 9, 8, tzinfo=new.zone)
    assert made.closes_at is None
    assert list(made.ticket_types.all()) == [new.ticket_types.get(code="tutorial")]
    assert not Station.objects.filter(conference=new).exists()


def test_erasing_an_edition_blanks_initials_and_credentials(conference, station):
    ticket = make.ticket(conference)
    actions.admit(station, ticket.code, scan_id=uuid.uuid4(), volunteer="Ana")
    other = make.paired(make_scale.conference())[0]
    actions.admit(other, "NOSUCHCODE", scan_id=uuid.uuid4(), volunteer="Bo")
    kernel.erase_personal_data(conference)
    assert list(Scan.objects.order_by("pk").values_list("volunteer", flat=True)) == ["", "Bo"]
    station.refresh_from_db()
    assert station.credential_hash is None and CheckIn.objects.count() == 1


def test_person_sees_when_they_came(conference, station):
    ticket = make.ticket(conference, attendee_email="ana@example.org")
    make.ticket(conference, attendee_email="bo@example.org")
    scan = actions.admit(station, ticket.code, scan_id=uuid.uuid4())
    clock = timezone.now().astimezone(conference.zone)
    assert privacy.show(" Ana@Example.org ")["Check-ins"] == [
        f"Admitted to Entry of {conference}, {clock:%a} {clock.day} {clock:%B %Y, %H:%M}"
    ]
    assert "Check-ins" not in privacy.show("bo@example.org")
    privacy.erase("ana@example.org")
    assert CheckIn.objects.filter(pk=scan.checkin_id).exists()


def test_a_ticket_that_let_someone_in_is_not_passed_on_until_that_is_undone(conference):
    station = make.paired(conference)[0]
    ticket = make.ticket(conference, order_status="paid")
    scan = actions.admit(station, ticket.code, scan_id=uuid.uuid4())
    with pytest.raises(CannotPassOn, match="used at the door already"):
        pass_on(ticket, name="Ana Okafor", email="ana@example.org")
    actions.undo(station, scan.scan_id)
    assert pass_on(ticket, name="Ana Okafor", email="ana@example.org").code != ticket.code
