"""A morning at the door against a server that runs; and that the report tells what is wrong."""

import io
import re
import socket

import pytest
from django.core.management import CommandError, call_command

from checkin import rehearsal
from checkin.models import CheckIn, Scan, Station
from checkin.rehearsal.cast import SLUG
from checkin.rehearsal.morning import look_after
from registration.models import Order, Ticket, TicketType
from scale.models import Conference, Role
from tests.factories import checkin as make
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db(transaction=True)
QUICK = rehearsal.Script(seconds=0, again=0.2, loses=0.2)


def rehearse(server, *args):
    out = io.StringIO()
    call_command("rehearse_door", "--server", server, "--minutes", "0", *args, stdout=out)
    return out.getvalue()


def test_rehearsal_says_what_happened_and_leaves_nothing(live_server):
    conference = make_scale.conference()
    door, _ = make.paired(conference)
    ticket = make.ticket(conference)
    said = rehearse(live_server.url, "--people", "60", "--stations", "3", "--loses", "20")
    assert re.search(r"in the database: \d+ people in, 6\d scans", said)
    assert "without network for a while: Door 2, Door 3" in said
    assert said.endswith("nobody was let in twice but for the conflicts.\n")
    assert list(Conference.objects.all()) == [conference]
    assert list(Station.objects.all()) == [door]
    assert list(Ticket.objects.all()) == [ticket]
    assert Scan.objects.count() == CheckIn.objects.count() == Order.objects.count() == 0
    assert TicketType.objects.count() == 1


def test_one_that_is_kept_can_be_looked_at_until_a_later_one(live_server):
    conference, user = make_scale.conference(), make_scale.user()
    make_scale.staff_role(user, conference, Role.DOOR)
    said = rehearse(live_server.url, "--people", "9", "--stations", "1", "--keep")
    kept = Conference.objects.exclude(pk=conference.pk).get()
    assert f"/staff/{kept.slug}/door/" in said and not kept.is_public
    assert kept.staff_roles.get().user == user
    # Its doors were seen a moment ago: it may still be on.
    assert rehearsal.send_home_earlier() == 0
    kept.stations.update(last_seen_at=None)
    assert rehearsal.send_home_earlier() == 1
    assert Conference.objects.get() == conference


def test_nothing_is_made_without_a_server():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(CommandError, match="Start it first"):
            rehearse(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert not Conference.objects.exists()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--people", "0"], "--people"),
        (["--people", "100001"], "--people"),
        (["--stations", "-1"], "--stations"),
        (["--offline", "-1"], "--offline"),
        (["--minutes", "nan"], "--minutes"),
        (["--loses", "100"], "from 0 to 99"),
        (["--loses", "some"], "loses"),
        (["--server", "ftp://127.0.0.1"], "no address"),
    ],
)
def test_bad_numbers_are_refused_in_words(args, words):
    with pytest.raises(CommandError, match=words):
        call_command("rehearse_door", *args)
    assert not Conference.objects.exists()


def test_only_rehearsals_can_be_sent_home():
    conference = make_scale.conference()
    named = make_scale.conference(slug=f"{SLUG}24x")
    for one in (conference, named):
        with pytest.raises(ValueError, match="is no rehearsal"):
            rehearsal.send_home(one)


@pytest.fixture
def played(live_server):
    cast = rehearsal.gather(40, 2)
    report = rehearsal.Morning(cast, live_server.url, QUICK, say=lambda words: None).play()
    assert report.faults == []
    return cast, report


def faults(cast, report):
    report.faults.clear()
    look_after(report, cast)
    return report.faults


def test_report_tells_of_a_lost_scan_and_of_a_person_who_is_not_in(played):
    cast, report = played
    checkin = CheckIn.objects.live().first()
    checkin.scans.update(conflict_with=None)
    Scan.objects.filter(conflict_with__checkin=checkin).update(conflict_with=None)
    lost = checkin.scans.all().delete()[0]
    checkin.delete()
    assert faults(cast, report) == [
        f"{lost} scans are not in the database",
        "1 people were let in and are not in",
        "1 people who came were not let in",
    ]


def test_report_tells_of_who_is_in_and_may_not_be(played):
    cast, report = played
    stranger = make.ticket(cast.conference)
    CheckIn.objects.create(checkin_list=cast.entry, ticket=stranger, at="2026-01-01T00:00:00Z")
    assert faults(cast, report) == ["1 people are in who may not be"]


def test_report_tells_of_who_is_in_twice_and_of_scans_that_wait(played):
    cast, report = played
    again = CheckIn.objects.live().first()
    CheckIn.objects.create(
        checkin_list=cast.entry, ticket=again.ticket, day="2026-01-01", at=again.at
    )
    report.devices[0].queue.append({})
    assert faults(cast, report) == [
        "1 scans are still on a device",
        "1 people are in more than once",
    ]
