"""What a device sends after it was alone: each scan once, whoever's clock is wrong."""

import datetime as dt
import json
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checkin import actions
from checkin.actions import deciding
from checkin.models import CheckIn, Scan
from registration.models import code_key
from tests.factories import checkin as make
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db
SCANS = "/door/scans/"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def conference(db):
    return make_scale.conference(starts_on=dt.date(2027, 3, 4), ends_on=dt.date(2027, 3, 7))


@pytest.fixture
def now(monkeypatch):
    """Friday at nine, at the door; `now.value` can be moved."""
    clock = dt.datetime(2027, 3, 5, 17, tzinfo=dt.UTC)

    class Now:
        value = clock

    monkeypatch.setattr(timezone, "now", lambda: Now.value)
    return Now


def entry(phone, ticket, at, **fields):
    code = ticket if isinstance(ticket, str) else ticket.code
    return {
        **{"id": str(uuid.uuid4()), "code": code, "list": phone.station.checkin_list_id},
        **{"at": at.isoformat(), "offline": True},
    } | fields


def let_in(phone, ticket, at, **fields):
    return entry(phone, ticket, at, verdict="admitted", **fields)


def send(phone, *scans, clock=None, undos=(), **device):
    if clock:
        device["clock"] = clock.isoformat()
    body = {"scans": list(scans), "undos": list(undos), "device": device}
    answer = phone.post(
        SCANS, json.dumps(body), content_type="application/json", headers={"accept": "*/*"}
    )
    assert answer.status_code == 200, answer.content
    return answer.json()


def verdicts_of(answer):
    return [one.get("verdict") or one["why"] for one in answer["answers"]]


def another(conference, name, **fields):
    phone = Client()
    phone.station, phone.cookies["station"] = make.paired(conference, name=name, **fields)
    return phone


# --- what is taken ------------------------------------------------------------------------------


def test_scans_are_decided_and_answered_in_the_order_sent(phone, conference, now):
    ticket, unpaid = make.ticket(conference), make.ticket(conference, order_status="pending")
    sent = [
        let_in(phone, ticket, now.value - MINUTE, volunteer=" Ana "),
        entry(phone, unpaid, now.value - 3 * MINUTE),
        entry(phone, "NOSUCHCODE", now.value - 2 * MINUTE),
        entry(phone, ticket, now.value),
    ]
    answer = send(phone, *sent)
    assert verdicts_of(answer) == ["admitted", "not_paid", "unknown", "already"]
    assert [one["id"] for one in answer["answers"]] == [one["id"] for one in sent]
    assert [one["conflict"] for one in answer["answers"]] == [False] * 4
    assert answer["answers"][0]["screen"]["name"] == ticket.attendee_name
    kept = Scan.objects.get(scan_id=sent[0]["id"])
    assert (kept.said, kept.was_offline, kept.volunteer) == ("admitted", True, "Ana")
    assert kept.scanned_at == kept.checkin.at == now.value - MINUTE
    assert (kept.received_at, kept.checkin.station) == (now.value, phone.station)


def test_same_queue_again_changes_nothing(phone, conference, now):
    sent = [let_in(phone, make.ticket(conference), now.value - MINUTE) for _ in range(5)]
    sent.append(entry(phone, "NOSUCHCODE", now.value))
    first = send(phone, *sent)
    rows = list(Scan.objects.values()), list(CheckIn.objects.values())
    now.value += MINUTE
    assert send(phone, *sent)["answers"] == first["answers"]
    assert send(phone, *sent[:2], sent[1])["answers"] == [
        *first["answers"][:2],
        first["answers"][1],
    ]
    assert (list(Scan.objects.values()), list(CheckIn.objects.values())) == rows


def test_one_bad_entry_stands_in_nobodys_way(phone, conference, now, monkeypatch):
    monkeypatch.setattr(deciding, "UNKNOWN_LIMIT", 1)
    good, other = make.ticket(conference), make.ticket(conference)
    first = let_in(phone, good, now.value)
    sent = [
        *(7, None, {}, {"id": "x"}, [], "scan"),
        *(first | {"id": str(uuid.uuid4()), "at": at} for at in (None, "x", 5, "2027-03-05T09:00")),
        # MariaDB cannot keep it; scans of such ids stay off the queue like others.
        first | {"id": "358f6720-3461-ed83-6656-d0b0fcda845d"},
        first | {"id": str(uuid.uuid4()), "code": " "},
        first | {"id": str(uuid.uuid4()), "code": 5, "h": "zz"},
        first | {"id": str(uuid.uuid4()), "verdict": "nonsense"},
        first | {"id": str(uuid.uuid4()), "list": 0},
        first | {"id": str(uuid.uuid4()), "list": make.checkin_list(make_scale.conference()).pk},
        first | {"id": str(uuid.uuid4()), "list": str(phone.station.checkin_list_id)},
        first,
        first | {"code": other.code},
        entry(phone, "NOSUCHCODE", now.value),
        entry(phone, "NOSUCHCODE2", now.value),
    ]
    answer = send(phone, *sent)
    assert verdicts_of(answer) == [
        *["unreadable"] * 14,
        *["list"] * 3,
        *("admitted", "taken", "unknown", "slow"),
    ]
    assert all(one["error"] for one in answer["answers"] if "why" in one)
    assert verdicts_of(send(phone, first, first | {"code": other.code})) == ["admitted", "taken"]
    assert CheckIn.objects.count() == 1


def test_id_of_another_station_is_taken(phone, conference, now):
    sent = let_in(phone, make.ticket(conference), now.value)
    send(phone, sent)
    assert verdicts_of(send(another(conference, "Door 9"), sent)) == ["taken"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"scans": 5}', "application/json"),
        (b'{"scans": [%s 1]}' % (b"1," * 200), "application/json"),
        (b'{"undos": {"a": 1}}', "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"{}", "text/plain"),
    ],
)
def test_what_cannot_be_read_as_a_whole_is_400(phone, body, kind):
    answer = phone.post(SCANS, body, content_type=kind)
    assert answer.status_code == 400 and answer.json()["error"]


def test_pages_of_other_sites_send_nothing(phone, conference, now):
    body = json.dumps({"scans": [let_in(phone, make.ticket(conference), now.value)]})
    for header in ({"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}):
        answer = phone.post(SCANS, body, content_type="application/json", headers=header)
        assert answer.status_code == 403
    assert not Scan.objects.exists()


def test_sign_of_life_says_version_and_queue(phone, now):
    assert send(phone, version="2026.11.1", queued=17) == {
        "now": now.value.isoformat(),
        "answers": [],
        "undone": [],
    }
    phone.station.refresh_from_db()
    assert (phone.station.app_version, phone.station.queued) == ("2026.11.1", 17)
    send(phone, version=5, queued=True, clock=None)
    send(phone, version="\0x\ud800" * 50, queued=-5)
    phone.station.refresh_from_db()
    assert (phone.station.app_version, phone.station.queued) == ("x" * 40, 0)


def test_revoked_device_keeps_its_queue(phone, conference, now):
    sent = let_in(phone, make.ticket(conference), now.value)
    actions.revoke(phone.station)
    answer = phone.post(
        SCANS,
        json.dumps({"scans": [sent]}),
        content_type="application/json",
        headers={"accept": "application/json"},
    )
    assert (answer.status_code, answer.json()["paired"]) == (403, False)
    assert not Scan.objects.exists()
    assert verdicts_of(send(another(conference, "Door 9"), sent)) == ["admitted"]


def test_who_was_found_by_name_comes_by_key(phone, conference, now):
    ticket = make.ticket(conference)
    sent = let_in(phone, "", now.value) | {"h": code_key(ticket.code)}
    assert verdicts_of(send(phone, sent)) == ["admitted"]
    theirs = make.ticket(make_scale.conference())
    other = let_in(phone, "", now.value) | {"h": code_key(theirs.code)}
    assert verdicts_of(send(phone, other)) == ["unknown"]


def test_scan_for_another_list_of_the_edition(phone, conference, now):
    shirts = make.checkin_list(conference, name="Shirts", kind="shirt")
    ticket = make.ticket(conference)
    sent = [let_in(phone, ticket, now.value), let_in(phone, ticket, now.value, list=shirts.pk)]
    assert verdicts_of(send(phone, *sent)) == ["admitted", "admitted"]
    assert set(CheckIn.objects.values_list("checkin_list", flat=True)) == {
        *(phone.station.checkin_list_id, shirts.pk)
    }


# --- what the device had said ---------------------------------------------------------------------


@pytest.mark.parametrize("said", ["already", "not_paid", "old_badge", "unknown", "help_desk"])
def test_who_was_sent_away_is_not_let_in_afterwards(phone, conference, now, said):
    answer = send(phone, entry(phone, make.ticket(conference), now.value, verdict=said))
    assert verdicts_of(answer) == [said] and not CheckIn.objects.exists()
    assert answer["answers"][0]["conflict"] is False


def test_who_was_let_in_by_mistake_is_a_conflict(phone, conference, now):
    unpaid = make.ticket(conference, order_status="pending")
    sent = [let_in(phone, unpaid, now.value), let_in(phone, "NOSUCHCODE", now.value)]
    answer = send(phone, *sent)
    assert verdicts_of(answer) == ["not_paid", "unknown"]
    assert [one["conflict"] for one in answer["answers"]] == [True, True]
    assert Scan.objects.open_conflicts(conference).count() == 2
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("earlier_comes_first", [True, False])
def test_of_two_offline_phones_the_earlier_owns_the_check_in(
    phone, conference, now, earlier_comes_first
):
    ticket, other = make.ticket(conference), another(conference, "Door 9")
    early = let_in(phone, ticket, now.value - 5 * MINUTE)
    late = let_in(other, ticket, now.value - 2 * MINUTE)
    order = [(phone, early), (other, late)]
    for device, sent in order if earlier_comes_first else reversed(order):
        send(device, sent)
    mine, theirs = (Scan.objects.get(scan_id=one["id"]) for one in (early, late))
    checkin = CheckIn.objects.get()
    assert (checkin.station, checkin.at) == (phone.station, mine.scanned_at)
    assert (mine.verdict, mine.is_conflict, mine.checkin) == ("admitted", False, checkin)
    assert (theirs.verdict, theirs.is_conflict, theirs.checkin) == ("already", True, checkin)
    assert theirs.conflict_with == mine
    assert list(Scan.objects.open_conflicts(conference)) == [theirs]
    again = send(other, late)["answers"][0]
    assert (again["verdict"], again["conflict"]) == ("already", True)
    assert "at Door 3" in again["screen"]["says"]
    assert send(phone, early)["answers"][0]["conflict"] is False


def test_three_phones_one_owner(conference, now):
    ticket = make.ticket(conference)
    doors = [another(conference, f"Gate {n}") for n in range(3)]
    sent = [let_in(door, ticket, now.value - n * MINUTE) for n, door in enumerate(doors)]
    for door, one in zip(doors, sent, strict=True):  # each is earlier than the one before
        send(door, one)
    owner = Scan.objects.get(verdict="admitted")
    assert owner.station == doors[2].station and CheckIn.objects.get().station == owner.station
    assert Scan.objects.open_conflicts(conference).count() == 2


def test_online_admission_moves_to_an_earlier_offline_one(phone, conference, now):
    ticket, other = make.ticket(conference), another(conference, "Door 9")
    asked = actions.admit(phone.station, ticket.code, scan_id=uuid.uuid4())
    send(other, let_in(other, ticket, now.value - MINUTE))
    asked.refresh_from_db()
    assert (asked.verdict, asked.is_conflict) == ("already", True)
    assert CheckIn.objects.get().station == other.station


# --- time -------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [dt.timedelta(hours=3), dt.timedelta(days=-400)])
def test_wrong_clock_does_no_harm(phone, conference, now, error):
    """The phone's clock is off; by the true times it was the second."""
    ticket, other = make.ticket(conference), another(conference, "Door 9")
    send(other, let_in(other, ticket, now.value - 5 * MINUTE), clock=now.value)
    wrong = now.value + error
    send(phone, let_in(phone, ticket, wrong - 2 * MINUTE), clock=wrong)
    mine = Scan.objects.get(station=phone.station)
    assert mine.scanned_at == now.value - 2 * MINUTE
    assert CheckIn.objects.get().station == other.station


def test_times_stay_between_the_doors_opening_and_now(phone, conference, now):
    begins = dt.datetime(2027, 3, 4, tzinfo=conference.zone)
    early = begins - dt.timedelta(days=2)
    preview = make.checkin_list(conference, name="Preview", opens_at=early)
    sent = [
        let_in(phone, make.ticket(conference), now.value + dt.timedelta(days=3)),
        let_in(phone, make.ticket(conference), now.value - dt.timedelta(days=30)),
        let_in(phone, make.ticket(conference), early, list=preview.pk),
        let_in(phone, make.ticket(conference), dt.datetime(1, 1, 1, tzinfo=dt.UTC)),
    ]
    send(phone, *sent, clock=now.value - MINUTE)
    times = [Scan.objects.get(scan_id=one["id"]).scanned_at for one in sent]
    assert times == [now.value, begins, early + MINUTE, begins]


def test_rehearsal_reaches_back_one_day(phone, conference, now):
    now.value = dt.datetime(2027, 2, 1, tzinfo=dt.UTC)
    long_ago = now.value - dt.timedelta(days=9)
    send(phone, let_in(phone, make.ticket(conference), long_ago))
    assert Scan.objects.get().scanned_at == now.value - dt.timedelta(days=1)


def test_each_day_counts_the_scan_of_that_day(conference, now):
    daily = make.checkin_list(conference, name="Daily", once_a_day=True)
    phone, ticket = another(conference, "Door 9", checkin_list=daily), make.ticket(conference)
    yesterday = now.value - dt.timedelta(days=1)
    sent = [
        let_in(phone, ticket, now.value - MINUTE),
        let_in(phone, ticket, yesterday),
        entry(phone, ticket, yesterday + MINUTE, verdict="already"),
    ]
    answer = send(phone, *sent)
    assert verdicts_of(answer) == ["admitted", "admitted", "already"]
    assert [one["conflict"] for one in answer["answers"]] == [False] * 3
    days = CheckIn.objects.values_list("day", flat=True)
    assert set(days) == {dt.date(2027, 3, 4), dt.date(2027, 3, 5)}


# --- undo -------------------------------------------------------------------------------------


def undo(scan, at):
    return {"id": scan["id"], "at": at.isoformat()}


def test_undo_in_the_same_call_counts_by_its_own_time(phone, conference, now):
    """Pressed after a minute, sent after hours, by a clock that is wrong."""
    wrong = now.value + dt.timedelta(hours=5)
    pressed = wrong - dt.timedelta(hours=3)
    scan = let_in(phone, make.ticket(conference), pressed - MINUTE)
    for _ in range(2):
        answer = send(phone, scan, undos=[undo(scan, pressed)], clock=wrong)
        assert [(one["id"], one["verdict"]) for one in answer["undone"]] == [(scan["id"], "undone")]
    assert not CheckIn.objects.live().exists()
    assert verdicts_of(send(phone, scan)) == ["undone"]


def test_undo_that_cannot_be_says_why(phone, conference, now):
    scan = let_in(phone, make.ticket(conference), now.value - 20 * MINUTE)
    send(phone, scan)
    stranger = {"id": str(uuid.uuid4()), "at": now.value.isoformat()}
    undos = [undo(scan, now.value), stranger, {"id": "x"}, 7, {"id": scan["id"]}]
    answer = send(phone, undos=undos)
    whys = [one["why"] for one in answer["undone"]]
    assert whys == ["late", "nothing", "unreadable", "unreadable", "unreadable"]
    assert CheckIn.objects.live().count() == 1


def test_undo_of_the_loser_of_a_conflict_takes_nobody_out(phone, conference, now):
    ticket, other = make.ticket(conference), another(conference, "Door 9")
    late = let_in(other, ticket, now.value - MINUTE)
    send(other, late)
    send(phone, let_in(phone, ticket, now.value - 2 * MINUTE))
    answer = send(other, undos=[undo(late, now.value)])
    assert [one["why"] for one in answer["undone"]] == ["nothing"]
    assert CheckIn.objects.live().count() == 1


# --- what it costs ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_statements_do_not_grow_with_the_queue(conference):
    phone, when = another(conference, "Door 9"), timezone.now()
    counts = []
    for many in (2, 40):
        tickets = [make.ticket(conference, order_status="paid") for _ in range(many)]
        sent = [let_in(phone, ticket, when) for ticket in tickets]
        with CaptureQueriesContext(connection) as captured:
            assert verdicts_of(send(phone, *sent)) == ["admitted"] * many
        counts.append(len(captured))
    assert counts == [7, 7]
