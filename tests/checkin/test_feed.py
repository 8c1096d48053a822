"""What a device knows of the tickets: all at first, then each change once it is committed."""

import gzip
import hashlib
import json
import threading
import uuid

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from checkin import actions, feed
from checkin.badges.actions import print_here
from checkin.models import ChangeCounter, CheckIn
from registration.actions import pass_on
from registration.models import AddOn, Order, OrderLine, Ribbon, Ticket
from tests.factories import checkin as make
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db(transaction=True)
TICKETS, SEARCH = "/door/tickets/", "/door/search/"
JSON = {"accept": "application/json"}


@pytest.fixture
def conference(transactional_db):
    return make_scale.conference(conduct_phone="+1 555 0100")


def pull(phone, since=""):
    """(head, lines) of an answer that arrived whole."""
    answer = phone.get(TICKETS, {"since": since}, headers=JSON)
    assert answer["Content-Type"] == "application/x-ndjson"
    assert "no-store" in answer["Cache-Control"]
    head, *lines = [json.loads(one) for one in answer.getvalue().splitlines()]
    assert head["count"] == len(lines)
    return head, lines


def changed(phone, cursor):
    head, lines = pull(phone, cursor)
    assert not head["full"]
    return head["cursor"], lines


def key(code):
    return hashlib.sha256(code.encode()).hexdigest()[:32]


def extra(conference, **fields):
    return AddOn.objects.create(
        **{"conference": conference, "kind": "shirt", "choice": "T-shirt", "name": "Size M"}
        | fields
    )


def line_of(ticket, add_on, **fields):
    return OrderLine.objects.create(
        **{"order": ticket.order, "ticket": ticket, "add_on": add_on, "price": 20} | fields
    )


def test_first_answer_has_all_that_the_door_needs(phone, conference):
    kind = make.ticket_type(conference)
    shirt = extra(conference)
    ticket = make.ticket(
        conference,
        ticket_type=kind,
        order_status="paid",
        attendee_name="Ana Ruiz",
        is_minor=True,
        attendee_email="ana@example.org",
        phone="+1 555 0199",
        guardian_phone="+1 555 0198",
    )
    line_of(ticket, shirt)
    Ribbon.objects.create(ticket=ticket, role="speaker", why="talk")
    badge = print_here(ticket.pk)
    scan = actions.admit(phone.station, ticket.code, scan_id=uuid.uuid4())
    head, lines = pull(phone)
    assert lines == [
        {
            "h": key(ticket.code),
            "n": "Ana Ruiz",
            "o": ticket.order.code,
            "t": kind.pk,
            "s": "ok",
            "b": key(badge.code),
            "m": ["minor", "shirt:Size M", "speaker"],
            "a": [shirt.pk],
            "in": {str(phone.station.checkin_list_id): [scan.checkin.at.isoformat(), "Door 3"]},
        }
    ]
    entry = phone.station.checkin_list
    assert head | {"now": "", "cursor": ""} == {
        "edition": conference.slug,
        "name": conference.name,
        "zone": "America/Los_Angeles",
        "starts": conference.starts_on.isoformat(),
        "ends": conference.ends_on.isoformat(),
        "conduct": "+1 555 0100",
        "station": {"name": "Door 3", "kind": "phone", "list": entry.pk},
        "lists": [
            {
                **{"pk": entry.pk, "name": "Entry", "kind": "entry", "once_a_day": False},
                **{"opens": None, "closes": None, "types": [], "add_ons": [], "leftovers": None},
            }
        ],
        "types": {str(kind.pk): {"name": "Full access", "from": None, "until": None}},
        "add_ons": {str(shirt.pk): {"name": "T-shirt Size M", "kind": "shirt"}},
        "now": "",
        "cursor": "",
        "full": True,
        "count": 1,
    }
    text = json.dumps([head, lines])
    secrets = [ticket.code, badge.code, "example.org", "0199", "0198", ticket.nonce]
    assert not [one for one in secrets if one in text]


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        ({}, "ok"),
        ({"order_status": "paid"}, "ok"),
        ({"order_status": "pending"}, "unpaid"),
        ({"order_status": "expired"}, "unpaid"),
        ({"order_status": "cancelled"}, "cancelled"),
        ({"status": "cancelled"}, "cancelled"),
    ],
)
def test_standing(phone, conference, fields, standing):
    make.ticket(conference, **fields)
    assert [line["s"] for line in pull(phone)[1]] == [standing]


def test_other_editions_are_not_told(phone, conference):
    other = make_scale.conference()
    theirs = make.ticket(other)
    cursor = pull(phone)[0]["cursor"]
    assert pull(phone)[1] == []
    theirs.save()
    print_here(theirs.pk)
    assert changed(phone, cursor)[1] == []


def change_each(phone, ticket, shirt):
    """Name → a change that must be told; each is committed when it returns."""
    station = phone.station
    line = line_of(ticket, shirt)
    yield "extra", lambda: None
    yield "name", lambda: Ticket.objects.filter(pk=ticket.pk).update(attendee_name="Bo")
    yield "save", lambda: Ticket.objects.get(pk=ticket.pk).save(update_fields=["attendee_name"])
    yield "bulk", lambda: Ticket.objects.bulk_update([ticket], ["attendee_name"])
    yield "order", lambda: Order.objects.filter(pk=ticket.order_id).update(status="cancelled")
    yield "paid", lambda: Order.objects.filter(pk=ticket.order_id).update(status="paid")
    yield "line", lambda: OrderLine.objects.filter(pk=line.pk).update(status="ended")
    yield "ribbon", lambda: Ribbon.objects.create(ticket=ticket, role="staff", why="x")
    yield "no ribbon", lambda: ticket.ribbons.get().delete()
    yield "badge", lambda: print_here(ticket.pk)
    yield "new badge", lambda: print_here(ticket.pk, why="lost")
    scan_id = uuid.uuid4()
    yield "in", lambda: actions.admit(station, ticket.code, scan_id=scan_id)
    yield "out", lambda: actions.undo(station, scan_id)


def test_every_change_is_told_once(phone, conference):
    ticket = make.ticket(conference, order_status="paid")
    make.ticket(conference)
    cursor = pull(phone)[0]["cursor"]
    for name, change in change_each(phone, ticket, extra(conference)):
        change()
        if name == "extra":
            cursor = pull(phone)[0]["cursor"]  # the extra's name is new
            continue
        cursor, lines = changed(phone, cursor)
        told = [line["h"] for line in lines if line["s"] != "old"]
        assert told == [key(ticket.code)], name
        assert changed(phone, cursor) == (cursor, []), name


def test_reprint_tells_the_new_badge_and_the_old_one(phone, conference):
    ticket = make.ticket(conference)
    old = print_here(ticket.pk)
    cursor = pull(phone)[0]["cursor"]
    new = print_here(ticket.pk, why="lost")
    old.refresh_from_db()
    gone = {"h": key(old.code), "s": "old", "at": old.voided_at.isoformat()}
    for line, other in (changed(phone, cursor)[1], pull(phone)[1]):
        assert (line["b"], other) == (key(new.code), gone)


def test_passing_on_moves_the_old_code_and_ends_the_badge(phone, conference):
    ticket = make.ticket(conference, attendee_name="Ana Ruiz")
    old, badge = ticket.code, print_here(ticket.pk)
    cursor = pull(phone)[0]["cursor"]
    new = pass_on(ticket, name="Bo Li", email="bo@example.org", by_staff=True)
    for lines in (changed(phone, cursor)[1], pull(phone)[1]):
        mine, *gone = lines
        assert (mine["h"], mine["n"], "b" in mine) == (key(new.code), "Bo Li", False)
        told = {(one["h"], one["s"], bool(one["at"])) for one in gone}
        assert told == {(key(old), "moved", True), (key(badge.code), "old", False)}


def test_renamed_extra_begins_anew(phone, conference):
    shirt = extra(conference)
    cursor = pull(phone)[0]["cursor"]
    assert not pull(phone, cursor)[0]["full"]
    AddOn.objects.filter(pk=shirt.pk).update(name="Size L")
    assert pull(phone, cursor)[0]["full"]


@pytest.mark.parametrize("since", ["x", "9-", "-", "99999999999-{}", "²-{}", "-1-{}", "9" * 5000])
def test_cursor_that_the_server_does_not_know_begins_anew(phone, conference, since):
    known = pull(phone)[0]["cursor"].partition("-")[2]
    assert pull(phone, since.format(known))[0]["full"]


def test_cursor_of_another_edition_begins_anew(phone, client):
    cursor = pull(phone)[0]["cursor"]
    _, client.cookies["station"] = make.paired(make_scale.conference())
    assert pull(client, cursor)[0]["full"]


def test_change_that_is_committed_late_is_told_late(phone, conference):
    """Another transaction holds the ticket while two pulls go by: neither waits nor forgets it."""
    ticket, other = make.ticket(conference), make.ticket(conference)
    cursor = pull(phone)[0]["cursor"]
    written, go_on = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            Ticket.objects.filter(pk=ticket.pk).update(attendee_name="Late")
            written.set()
            go_on.wait(20)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    try:
        assert written.wait(10)
        Ticket.objects.filter(pk=other.pk).update(attendee_name="Early")
        cursor, lines = changed(phone, cursor)
        assert [line["n"] for line in lines] == ["Early"]
        cursor, lines = changed(phone, cursor)
        assert lines == []
    finally:
        go_on.set()
        thread.join()
    assert [line["n"] for line in changed(phone, cursor)[1]] == ["Late"]


def test_pulls_and_scans_at_once_lose_nothing(conference):
    """Devices pull while others scan; in the end each knows every check-in."""
    doors = [make.paired(conference)[0] for _ in range(4)]
    tickets = [make.ticket(conference) for _ in range(60)]
    feed.number_changes()
    cursor = pull_for(doors[0], "")[0]
    known: list = [set() for _ in range(2)]
    done = threading.Event()

    def follow(n):
        at = cursor
        try:
            while True:
                last = done.is_set()
                at, told = pull_for(doors[n], at)
                known[n] |= told
                if last:
                    return
        finally:
            connections.close_all()

    def scan(n):
        try:
            for ticket in tickets[n::2]:
                actions.admit(doors[2 + n], ticket.code, scan_id=uuid.uuid4())
        finally:
            connections.close_all()

    followers = [threading.Thread(target=follow, args=(n,)) for n in range(2)]
    scanners = [threading.Thread(target=scan, args=(n,)) for n in range(2)]
    for thread in followers + scanners:
        thread.start()
    for thread in scanners:
        thread.join()
    done.set()
    for thread in followers:
        thread.join()
    assert CheckIn.objects.count() == 60
    every = {key(ticket.code) for ticket in tickets}
    assert [len(every - one) for one in known] == [0, 0]


def pull_for(station, cursor):
    found = feed.changes(station, cursor, station.paired_at)
    return found.head["cursor"], {line["h"] for line in found.lines if line.get("in")}


def test_numbers_are_given_some_at_a_time(phone, conference, monkeypatch):
    monkeypatch.setattr(feed, "AT_ONCE", 2)
    for _ in range(5):
        make.ticket(conference)
    assert len(pull(phone)[1]) == 5
    assert not Ticket.objects.filter(change_no=None).exists()
    assert ChangeCounter.objects.get().number >= 3


def test_answer_is_compressed_for_who_can_read_it(phone, conference):
    make.ticket(conference, attendee_name="Ana Ruiz")
    plain = phone.get(TICKETS, headers=JSON).getvalue()
    assert "Ana Ruiz" in plain.decode()
    for accepted, packed in [("gzip, br", True), ("br;q=1, gzip;q=0.5", True), ("gzip;q=0", False)]:
        answer = phone.get(TICKETS, headers={**JSON, "accept-encoding": accepted})
        assert answer.get("Content-Encoding") == ("gzip" if packed else None)
        assert "Accept-Encoding" in answer["Vary"]
        body = answer.getvalue()
        assert b"Ana Ruiz" in (gzip.decompress(body) if packed else body)


def statements(call):
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


@pytest.mark.parametrize("many", [1, 3])
def test_statements_do_not_grow(phone, conference, many):
    first = make.ticket(conference, order_status="paid")
    cursor = pull(phone)[0]["cursor"]
    phone.get("/door/state/")  # writes when it was seen
    for _ in range(many):
        line_of(make.ticket(conference, order_status="paid"), extra(conference))
    cursor = pull(phone)[0]["cursor"]
    assert statements(lambda: pull(phone)) == 12
    assert statements(lambda: pull(phone, cursor)) == 8
    Ticket.objects.filter(pk__gte=first.pk).update(attendee_name="Bo")
    assert statements(lambda: pull(phone, cursor)) == 18


# --- search ------------------------------------------------------------------------------------


def search(phone, words):
    return phone.get(SEARCH, {"q": words}, headers=JSON)


def test_search_finds_by_name_order_and_code(phone, conference):
    ticket = make.ticket(
        conference, order_status="paid", attendee_name="Ana Ruiz", postcode="90210"
    )
    make.ticket(conference, attendee_name="Bo Li")
    make.ticket(make_scale.conference(), attendee_name="Ana Ruiz")
    for words in ("ruiz", "Ana R", ticket.order.code, ticket.code, "90210"):
        found = search(phone, words).json()["found"]
        assert [(one["h"], one["n"], one["t"], one["s"]) for one in found] == [
            (key(ticket.code), "Ana Ruiz", ticket.ticket_type.name, "ok")
        ], words
    assert search(phone, "zz").json() == search(phone, "").json() == {"found": []}


def test_only_a_desk_searches_by_address(conference, client, phone):
    ticket = make.ticket(conference, attendee_email="ana@example.org")
    answer = search(phone, "ana@example.org")
    assert answer.status_code == 403 and "Only a desk" in answer.json()["error"]
    _, client.cookies["station"] = make.paired(conference, kind="desk")
    found = search(client, "ana@example.org").json()
    assert [one["h"] for one in found["found"]] == [key(ticket.code)]
    assert "example.org" not in json.dumps(found)


def test_search_is_slowed(phone, monkeypatch):
    monkeypatch.setattr("checkin.views.queue.MOST_QUESTIONS", 2)
    assert [search(phone, "ana").status_code for _ in range(3)] == [200, 200, 429]
    assert int(search(phone, "ana")["Retry-After"]) > 0


@pytest.mark.parametrize("path", [TICKETS, SEARCH])
@pytest.mark.parametrize("kind", ["kiosk", "printer", "exhibitor"])
def test_other_kinds_get_no_tickets(conference, client, path, kind):
    make.ticket(conference, attendee_name="Ana Ruiz")
    _, client.cookies["station"] = make.paired(conference, kind=kind)
    answer = client.get(path, {"q": "ana"}, headers=JSON)
    assert answer.status_code == 403 and "paired" not in answer.json()
    assert client.get("/door/state/", headers=JSON).status_code == 200


@pytest.mark.parametrize("path", [TICKETS, SEARCH, "/door/state/"])
def test_revoked_phone_is_told_to_wipe(phone, path):
    actions.revoke(phone.station)
    answer = phone.get(path, {"q": "ana"}, headers=JSON)
    assert (answer.status_code, answer.json()["paired"]) == (403, False)


def test_state_takes_what_the_device_says_of_itself(phone):
    answer = phone.get("/door/state/", {"version": "2026.11.1", "queued": "17"}, headers=JSON)
    assert set(answer.json()) == {"inside", "now"}
    phone.station.refresh_from_db()
    assert (phone.station.app_version, phone.station.queued) == ("2026.11.1", 17)
    for odd in ("", "x", "-1", "9" * 400):
        phone.get("/door/state/", {"queued": odd}, headers=JSON)
    phone.station.refresh_from_db()
    assert (phone.station.app_version, phone.station.queued) == ("2026.11.1", 17)
