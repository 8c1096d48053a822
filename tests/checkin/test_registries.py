"""What checkin tells the kernel: people's data, the next edition."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from checkin import actions
from checkin.badges import actions as badges
from checkin.models import Badge, CheckIn, CheckInList, PrintJob, Scan, Station
from registration.actions import CannotPassOn, pass_on
from registration.models import CashDrawer, Payment
from scale import editions as kernel
from scale import privacy
from scale.models import AuditEntry
from tests.factories import checkin as make
from tests.factories import registration as reg
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


def test_erasing_an_edition_forgets_who_sat_at_the_cash(conference):
    desk = make.paired(conference, kind=Station.Kind.DESK)[0]
    sitting = actions.Sitting(desk, "Anastasia")
    drawer = actions.open_station_drawer(sitting, opening_float=Decimal(50))
    order = reg.pending_order(conference, types=[reg.ticket_type(conference)])
    actions.take_cash(order, sitting, seen="", token="a" * 32, given=Decimal(100))
    by = make_scale.user()
    actions.give_drawer(desk, None, by=by)
    actions.give_drawer(desk, drawer, by=by)
    ticket = make.ticket(conference)
    badges.print_here(ticket.pk, by=by)
    badges.reprint(ticket.pk, why="Anastasia tore it", by=by)

    def told():
        rows = [*CashDrawer.objects.all(), *Payment.objects.all(), *Station.objects.all()]
        trail = AuditEntry.objects.of_rows([*rows, *Badge.objects.all(), order])
        said = [f"{one.object_repr} {one.changes}" for one in trail]
        kept = [f"{vars(one)} {one}" for one in [*rows, *Badge.objects.all()]]
        return [one for one in (*said, *kept) if "Anastasia" in one]

    assert len(told()) > 6
    kernel.erase_personal_data(conference)
    assert told() == []
    drawer, paid = CashDrawer.objects.get(), Payment.objects.get()
    assert (drawer.opening_float, paid.amount, drawer.expected()) == (50, 90, 140)
    assert str(drawer) == desk.name


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


@pytest.mark.django_db(transaction=True)
def test_erasing_a_person_takes_what_staff_wrote_about_them(conference):
    by = make_scale.user()
    mine = make.ticket(conference, attendee_email="ana@example.org")
    other = make.ticket(conference, attendee_email="bo@example.org")
    entry = make.checkin_list(conference)
    for ticket in (mine, other):
        badges.print_here(ticket.pk, by=by)
        job = badges.reprint(ticket.pk, why="Left it at the hospital", by=by)
        badges.drop_job(job.pk, why="Went home ill", by=by)
        scan = actions.let_in(ticket, entry, why="Knows the guard", by=by)
        actions.take_out(scan.checkin, why="Was rude", by=by)
    assert privacy.erase("ana@example.org") > 0

    def written(ticket):
        rows = [
            *ticket.badges.exclude(why_void="").values_list("why_void", flat=True),
            *PrintJob.objects.filter(badge__ticket=ticket).exclude(why="").values_list("why"),
            *ticket.checkins.exclude(undone_why="").values_list("undone_why"),
            *ticket.scans.exclude(why="").values_list("why"),
        ]
        trail = AuditEntry.objects.of_rows([*ticket.badges.all(), *ticket.checkins.all()])
        return len(rows), sum(bool(entry.says()) for entry in trail) > 0

    assert written(mine) == (0, False)
    assert written(other) == (5, True)
    assert (CheckIn.objects.count(), Badge.objects.count()) == (2, 4)


def test_a_ticket_that_let_someone_in_is_not_passed_on_until_that_is_undone(conference):
    station = make.paired(conference)[0]
    ticket = make.ticket(conference, order_status="paid")
    scan = actions.admit(station, ticket.code, scan_id=uuid.uuid4())
    with pytest.raises(CannotPassOn, match="used at the door already"):
        pass_on(ticket, name="Ana Okafor", email="ana@example.org")
    actions.undo(station, scan.scan_id)
    assert pass_on(ticket, name="Ana Okafor", email="ana@example.org").code != ticket.code
