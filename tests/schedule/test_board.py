"""The board's answers: what it shows, what can be done on it, and by whom."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cfp.models import Talk
from scale.editions import close
from scale.models import OutgoingEmail, Role
from schedule import actions
from schedule.models import Plan, Slot
from schedule.plans import working_plan
from tests.factories import cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make


@pytest.fixture
def program(as_role):
    return as_role(Role.PROGRAM)


@pytest.fixture
def url(conference):
    return lambda name, *args: reverse(f"schedule:{name}", args=[conference.slug, *args])


@pytest.fixture
def do(program, url):
    """Does one thing as program; then the board as data, with the answer's status and words."""

    def send(verb, client=program, **fields):
        sent = {name: "" if value is None else value for name, value in fields.items()}
        response = client.post(url("board-edit"), {"verb": verb, **sent})
        return response.json() | {"status": response.status_code} | shown(client, url)

    return send


def shown(client, url, **query):
    return client.get(url("board-data"), query).json()


def line(answer, slot):
    return next(one for one in answer["lines"] if one["uuid"] == str(slot.uuid))


@pytest.mark.sqlite
def test_board_shows_slots_and_moves_as_one(program, url, conference):
    slot = make.slot(conference, starts_at=make.at(conference, 10))
    new_room = make.room(conference, name="Ballroom B")
    make.move(slot, room_id=new_room.pk)
    answer = shown(program, url)
    one = line(answer, slot)
    assert (one["room"], one["starts"][11:], one["ends"][11:]) == (new_room.pk, "10:00", "10:45")
    assert (one["draft"], one["was"]) == (True, f"{slot.room.name}, Thu 10:00")
    assert answer["drafts"] == 1


def test_talks_without_a_place_wait_beside_it(program, url, conference):
    make.slot(conference, talk=make.confirmed(conference))
    waiting = make.confirmed(conference, title="Waits", expected_audience=80, minutes=90)
    cfp.talk(conference, title="Only submitted")
    (one,) = shown(program, url)["unplaced"]
    assert (one["code"], one["minutes"], one["range"]) == (waiting.code, 90, "48–112")


def test_nothing_new_is_a_short_answer(program, url, conference):
    slot = make.slot(conference)
    response = program.get(url("board-data"))
    seen = {"HTTP_IF_NONE_MATCH": response["ETag"]}
    assert program.get(url("board-data"), **seen).status_code == 304
    make.move(slot, starts_at=make.at(conference, 9))
    actions.publish(working_plan(conference), notify=False)
    assert program.get(url("board-data"), **seen).status_code == 200


def test_board_costs_the_same_with_more_talks(program, url, conference, django_assert_num_queries):
    def more(n):
        for hour in range(n):
            talk = make.confirmed(conference, track=cfp.track(conference), expected_audience=9)
            make.slot(conference, talk=talk, starts_at=make.at(conference, 8 + hour))
            make.confirmed(conference)

    more(1)
    program.get(url("board-data"))  # makes the working plan, and counts the people in the house
    with django_assert_num_queries(34):
        program.get(url("board-data"))
    more(3)
    with django_assert_num_queries(34):
        program.get(url("board-data"))


def test_moving_costs_the_same_with_more_talks(program, url, conference):
    """What it means for everything else is asked for afterwards."""
    slots = [make.slot(conference, starts_at=make.at(conference, 8))]

    def move(slot):
        seen = line(shown(program, url), slot)
        sent = {"slot": seen["uuid"], "seen": seen["mark"], "room": seen["room"]}
        times = {"starts": seen["starts"][:11] + "10:00", "ends": seen["starts"][:11] + "10:30"}
        with CaptureQueriesContext(connection) as statements:
            answer = program.post(url("board-edit"), {"verb": "move", **sent, **times}).json()
        (moved,) = answer["lines"]
        assert (moved["starts"][11:], moved["draft"]) == ("10:00", True)
        assert line(shown(program, url), slot)["mark"] == moved["mark"]
        return len(statements)

    alone = move(slots[0])
    more = [make.slot(conference, starts_at=make.at(conference, 9 + n)) for n in range(3)]
    assert move(more[-1]) == alone <= 24


@pytest.mark.sqlite
def test_placing_moving_and_undoing(do, conference):
    talk, room = make.confirmed(conference), make.room(conference)
    day = conference.starts_on.isoformat()
    spot = {"room": room.pk, "starts": f"{day}T10:00", "ends": f"{day}T10:45"}
    answer = do("new", talk=talk.code, **spot)
    (one,) = answer["lines"]
    assert (answer["status"], one["code"], one["new"]) == (200, talk.code, True)
    later = spot | {"starts": f"{day}T11:00", "ends": f"{day}T12:00"}
    (one,) = do("move", slot=one["uuid"], seen=one["mark"], **later)["lines"]
    assert (one["starts"][11:], one["ends"][11:]) == ("11:00", "12:00")
    answer = do("undo")
    assert (answer["lines"][0]["starts"][11:], answer["redo"]) == ("10:00", f"“{talk.title}” moved")
    assert do("undo")["lines"] == []
    assert do("undo")["done"] == "Nothing to undo."
    assert not Slot.objects.exists()


def test_who_saw_it_before_somebody_moved_it_is_told(do, program, url, conference):
    slot = make.slot(conference)
    old = line(shown(program, url), slot)
    day = old["starts"][:10]
    where = {"slot": old["uuid"], "seen": old["mark"], "room": old["room"]}
    assert do("move", **where, starts=f"{day}T09:00", ends=f"{day}T10:00")["status"] == 200
    refused = do("move", **where, starts=f"{day}T15:00", ends=f"{day}T16:00")
    assert refused["status"] == 409
    assert refused["error"] == "Somebody else changed this meanwhile. Nothing was saved."
    assert line(refused, slot)["starts"][11:] == "09:00"


def test_swap_exchanges_rooms_and_times(do, program, url, conference):
    one = make.slot(conference, starts_at=make.at(conference, 10), minutes=90)
    other = make.slot(conference, starts_at=make.at(conference, 14))
    answer = shown(program, url)
    seen = {"seen": line(answer, one)["mark"], "other_seen": line(answer, other)["mark"]}
    answer = do("swap", slot=one.uuid, other=other.uuid, **seen)
    first, second = line(answer, one), line(answer, other)
    assert (first["room"], first["starts"][11:], first["ends"][11:]) == (
        other.room_id,
        "14:00",
        "15:30",
    )
    assert (second["room"], second["starts"][11:]) == (one.room_id, "10:00")


def test_push_moves_what_follows_only_as_far_as_it_must(do, conference):
    room, hour = make.room(conference), make.at
    first = make.slot(conference, room=room, starts_at=hour(conference, 10), minutes=60)
    second = make.slot(conference, room=room, starts_at=hour(conference, 11, 10), minutes=50)
    third = make.slot(conference, room=room, starts_at=hour(conference, 13))
    answer = do("push", slot=first.uuid, minutes=20)
    assert [line(answer, one)["starts"][11:] for one in (first, second, third)] == [
        "10:20",
        "11:20",
        "13:00",
    ]
    answer = do("push", slot=second.uuid, minutes=-20)
    assert [line(answer, one)["starts"][11:] for one in (first, second, third)] == [
        "10:20",
        "11:00",
        "12:40",
    ]


def test_copy_puts_a_break_into_every_free_room(do, conference):
    ballroom, part = make.room(conference), make.room(conference)
    ballroom.parts.add(part)
    taken = make.slot(conference, starts_at=make.at(conference, 12))
    lunch = make.slot(conference, talk=None, title="Lunch", starts_at=make.at(conference, 12))
    answer = do("copy", slot=lunch.uuid)
    lunches = {one["room"] for one in answer["lines"] if one["title"] == "Lunch"}
    assert lunches == {lunch.room_id, ballroom.pk}  # its part and the taken room are left out
    assert do("copy", slot=taken.uuid)["error"] == "Only what is no talk can be in every room."


def test_locked_line_stays(do, conference):
    slot = make.slot(conference)
    answer = do("lock", slot=slot.uuid, why="the mayor comes")
    assert (line(answer, slot)["locked"], line(answer, slot)["lock"]) == (True, "the mayor comes")
    refused = do("remove", slot=slot.uuid)
    assert refused["error"] == "That is locked in place: the mayor comes. Unlock it first."
    do("unlock", slot=slot.uuid)
    assert line(do("remove", slot=slot.uuid), slot)["away"]
    assert not line(do("drop", slot=slot.uuid), slot)["draft"]


def test_staff_say_how_many_people_come(do, conference):
    talk = make.confirmed(conference, expected_audience=50)
    slot = make.slot(conference, talk=talk, room=make.room(conference, capacity=100))
    answer = do("expect", talk=talk.code, people=250)
    assert (line(answer, slot)["expected"], line(answer, slot)["said"]) == (250, True)
    assert answer["will_not_fit"] == 150 * 45
    assert [one["title"] for one in answer["conflicts"]] == ["People will not fit"]
    assert not line(do("expect", talk=talk.code), slot)["said"]


def test_parts_overflow_and_repeats_of_one_talk(do, conference):
    talk, day = make.confirmed(conference), conference.starts_on.isoformat()
    for n, (kind, part) in enumerate([("part", 1), ("part", 2), ("overflow", None)]):
        room = make.room(conference).pk
        spot = {"room": room, "starts": f"{day}T{10 + n}:00", "ends": f"{day}T{10 + n}:45"}
        answer = do("new", talk=talk.code, kind=kind, part=part, **spot)
    assert [(one["kind"], one["part"]) for one in answer["lines"]] == [
        ("part", 1),
        ("part", 2),
        ("overflow", None),
    ]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"starts": "soon"}, "Enter a valid date/time."),
        ({"ends": "2027-03-04T10:01"}, "It lasts from 5 minutes to 24 hours."),
        ({"room": "999999"}, "Select a valid choice"),
        ({"room": "", "place": ""}, "Choose a room, or name a place (not both)."),
        ({"title": ""}, "Choose a talk, or say what it is."),
        ({"title": "x" * 251}, "at most 250 characters"),
        ({"title": "nul\x00"}, "Null characters are not allowed."),
        ({"talk": "NOBODY"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_refused_with_words(do, conference, fields, says):
    room = make.room(conference)
    sent = {
        "title": "Lunch",
        "room": room.pk,
        "starts": "2027-03-04T10:00",
        "ends": "2027-03-04T11:00",
    }
    answer = do("new", **(sent | fields))
    assert answer["status"] in (409, 422)
    assert says in answer["error"]
    assert answer["lines"] == []


def test_hour_that_the_clocks_skip(program, db):
    conference = make_scale.conference(time_zone="Europe/Berlin", starts_on=dt.date(2027, 3, 28))
    make_scale.staff_role(program.user, conference, Role.PROGRAM)
    room = make.room(conference)
    spot = {"room": room.pk, "starts": "2027-03-28T02:30", "ends": "2027-03-28T03:30"}
    path = reverse("schedule:board-edit", args=[conference.slug])
    answer = program.post(path, {"verb": "new", "title": "Party", **spot}).json()
    assert "The clocks change" in answer["error"]


def test_talk_that_ends_before_its_start_by_the_clocks_is_drawn_and_moved(program, db):
    conference = make_scale.conference(starts_on=dt.date(2027, 11, 6))
    make_scale.staff_role(program.user, conference, Role.PROGRAM)
    slot = make.slot(conference, starts_at=dt.datetime(2027, 11, 7, 8, 30, tzinfo=dt.UTC))
    path = reverse("schedule:board-data", args=[conference.slug])
    one = line(program.get(path, {"day": "2027-11-07"}).json(), slot)
    assert (one["starts"], one["ends"]) == ("2027-11-07T01:30", "2027-11-07T02:15")
    room = make.room(conference)
    spot = {"room": room.pk, "starts": one["starts"], "ends": one["ends"]}
    path = reverse("schedule:board-edit", args=[conference.slug])
    answer = program.post(path, {"verb": "move", "slot": str(slot.uuid), **spot})
    assert answer.status_code == 200
    move = working_plan(conference).moves.get()
    assert (move.room, move.starts_at, move.ends_at) == (room, slot.starts_at, slot.ends_at)


@pytest.mark.parametrize("hour", [8, 9])
def test_hour_that_comes_twice_is_the_one_it_was(program, db, hour):
    conference = make_scale.conference(starts_on=dt.date(2027, 11, 6))
    make_scale.staff_role(program.user, conference, Role.PROGRAM)
    begins = dt.datetime(2027, 11, 7, hour, 0, tzinfo=dt.UTC)
    slot = make.slot(conference, starts_at=begins, minutes=30)
    spot = {
        "room": make.room(conference).pk,
        "starts": "2027-11-07T01:05",
        "ends": "2027-11-07T01:35",
    }
    path = reverse("schedule:board-edit", args=[conference.slug])
    answer = program.post(path, {"verb": "move", "slot": str(slot.uuid), **spot})
    assert answer.status_code == 200
    move = working_plan(conference).moves.get()
    later = dt.timedelta(minutes=5)
    assert (move.starts_at, move.ends_at) == (begins + later, slot.ends_at + later)


def test_other_editions_slots_rooms_and_plans_are_not_there(do, program, url, conference):
    other = make_scale.conference()
    theirs, their_room = make.slot(other), make.room(other)
    assert do("remove", slot=theirs.uuid)["error"] == "That is not on the schedule any more."
    day = conference.starts_on.isoformat()
    spot = {"starts": f"{day}T10:00", "ends": f"{day}T11:00"}
    assert do("new", title="x", room=their_room.pk, **spot)["status"] == 422
    plan = Plan.objects.create(conference=other, name="Theirs")
    assert program.get(url("board-data"), {"plan": plan.pk}).status_code == 404
    for odd in ("x", "9" * 30, "-1"):
        assert program.get(url("board"), {"plan": odd}).status_code == 404
        assert program.get(url("board"), {"day": odd}).status_code == 404


def test_closed_edition_keeps_its_schedule(do, conference):
    slot = make.slot(conference)
    close(conference)
    answer = do("remove", slot=slot.uuid)
    assert answer["status"] == 409
    assert not line(answer, slot)["draft"]


# --- a track's chair ---------------------------------------------------------------------------


@pytest.fixture
def track(conference):
    return cfp.track(conference)


@pytest.fixture
def track_chair(as_role, track):
    client = as_role()
    make_scale.second_factor(client.user)
    cfp.track_role(client.user, track, "chair")
    return client


def test_chair_of_a_track_sees_all_and_moves_their_talks(do, track_chair, url, conference, track):
    own = make.slot(conference, talk=make.confirmed(conference, track=track))
    other, lunch = make.slot(conference), make.slot(conference, talk=None, title="Lunch")
    answer = shown(track_chair, url)
    assert [line(answer, one)["mine"] for one in (own, other, lunch)] == [True, False, False]
    assert do("remove", track_chair, slot=own.uuid)["status"] == 200
    for one in (other, lunch):
        for verb in ("remove", "lock", "push"):
            refused = do(verb, track_chair, slot=one.uuid, minutes=5)
            assert (refused["status"], "talks of your track" in refused["error"]) == (409, True)
    assert do("expect", track_chair, talk=other.talk.code, people=5)["status"] == 409
    assert do("swap", track_chair, slot=own.uuid, other=other.uuid)["status"] == 409
    day = conference.starts_on.isoformat()
    spot = {"room": make.room(conference).pk, "starts": f"{day}T20:00", "ends": f"{day}T21:00"}
    assert do("new", track_chair, title="Party", **spot)["status"] == 409
    assert do("new", track_chair, talk=make.confirmed(conference).code, **spot)["status"] == 409
    assert (
        do("new", track_chair, talk=make.confirmed(conference, track=track).code, **spot)["status"]
        == 200
    )


def test_cancelled_talks_are_proposed_to_be_taken_off(do, track_chair, url, conference, track):
    make.slot(conference, talk=make.confirmed(conference, track=track))
    other = make.slot(conference, starts_at=make.at(conference, 11, day=1))
    stays = make.slot(conference)
    Talk.objects.exclude(pk=stays.talk_id).update(status=Talk.Status.CANCELLED)
    answer = shown(track_chair, url)
    assert [(one["where"][-9:], one["mine"]) for one in answer["cancelled"]] == [
        ("Thu 10:00", True),
        ("Fri 11:00", False),
    ]
    assert [one["title"] for one in do("clear", track_chair)["cancelled"]] == [other.talk.title]
    assert do("clear", track_chair)["status"] == 409
    assert do("clear")["cancelled"] == []
    assert Slot.objects.count() == 3  # until somebody publishes
    actions.publish(working_plan(conference), notify=False)
    assert list(Slot.objects.all()) == [stays]


def test_place_of_a_cancelled_talk_is_used_again_in_one_step(do, conference):
    slot = make.slot(conference)
    Talk.objects.update(status=Talk.Status.WITHDRAWN)
    talk, day = make.confirmed(conference), conference.starts_on.isoformat()
    spot = {"room": slot.room_id, "starts": f"{day}T10:15", "ends": f"{day}T11:00"}
    answer = do("new", talk=talk.code, **spot)
    assert (answer["status"], answer["hard"], answer["cancelled"]) == (200, 0, [])
    assert line(answer, slot)["away"]
    assert not line(do("undo"), slot)["away"]
    do("redo")
    actions.publish(working_plan(conference), notify=False)
    assert [one.talk for one in Slot.objects.all()] == [talk]


def test_chair_of_a_track_finds_the_board(track_chair, url, conference):
    page = track_chair.get(reverse("cfp:talks", args=[conference.slug])).content.decode()
    assert f'href="{url("board")}"' in page
    assert track_chair.get(url("board")).status_code == 200


def test_chair_of_a_track_proposes_and_does_not_publish(track_chair, url, conference, track):
    slot = make.slot(conference, talk=make.confirmed(conference, track=track))
    make.move(slot, starts_at=make.at(conference, 9))
    plan = working_plan(conference)
    page = track_chair.get(url("compare", plan.pk))
    assert "Publish version" not in page.content.decode()
    assert track_chair.post(url("publish", plan.pk)).status_code == 403
    assert Slot.objects.get(pk=slot.pk).starts_at == slot.starts_at


# --- plans and versions ------------------------------------------------------------------------


def test_publishing_chosen_moves(program, url, conference):
    one, other = make.slot(conference), make.slot(conference)
    chosen = make.move(one, starts_at=make.at(conference, 9))
    make.move(other, starts_at=make.at(conference, 9))
    plan = working_plan(conference)
    program.post(url("publish", plan.pk), {"chosen": "1", "move": [chosen.pk]})
    assert [Slot.objects.get(pk=slot.pk).starts_at for slot in (one, other)] == [
        make.at(conference, 9),
        other.starts_at,
    ]
    assert plan.moves.count() == 1


def test_hard_conflict_is_overridden_by_a_chair_with_a_reason(program, chair, url, conference):
    one, other = make.slot(conference), make.slot(conference)
    make.move(one, room_id=other.room_id)
    plan = working_plan(conference)
    page = program.post(url("publish", plan.pk), {"notify": "on"})
    assert "Nothing was published." in page.content.decode()
    reason = {"override_reason": "they share the stage"}
    assert program.post(url("publish", plan.pk), reason).status_code == 403
    assert chair.post(url("publish", plan.pk), reason).status_code == 302
    assert conference.releases.first().override_reason == "they share the stage"


def test_another_plan_from_making_to_throwing_away(program, url, conference):
    slot = make.slot(conference)
    response = program.post(url("plans"), {"name": "What if 106 floods"})
    plan = Plan.objects.get(name="What if 106 floods")
    assert response.url == f"{url('board')}?plan={plan.pk}"
    program.post(f"{url('board-edit')}?plan={plan.pk}", {"verb": "remove", "slot": slot.uuid})
    page = program.get(url("compare", plan.pk)).content.decode()
    assert "1 change from the public schedule" in page and "taken off" in page
    program.post(url("plan-change", plan.pk), {"what": "copy", "name": "Copy"})
    assert Plan.objects.get(name="Copy").moves.count() == 1
    program.post(url("plan-change", plan.pk), {"what": "rename", "name": "Flood"})
    program.post(url("plan-change", plan.pk), {"what": "throw away", "name": ""})
    assert program.get(url("compare", plan.pk)).status_code == 404
    assert Plan.objects.get(pk=plan.pk).name == "Flood"
    assert Slot.objects.filter(pk=slot.pk).exists()


def test_versions_are_compared_rebuilt_and_brought_back(program, url, conference):
    slot = make.slot(conference, starts_at=make.at(conference, 10))
    make.move(slot, starts_at=make.at(conference, 15), ends_at=make.at(conference, 16))
    actions.publish(working_plan(conference), notify=False)
    page = program.get(url("releases-compare"), {"from": 1, "to": 2}).content.decode()
    assert "Thu 4 March, 10:00–10:45" in page and "Thu 4 March, 15:00–16:00" in page
    assert "Thu 4 March, 10:00" in program.get(url("rebuilt", 1)).content.decode()
    response = program.post(url("revert", 1))
    plan = Plan.objects.get(name="Back to version 1")
    assert response.url.endswith(f"?plan={plan.pk}")
    actions.publish(plan, notify=False)
    assert Slot.objects.get(pk=slot.pk).starts_at == make.at(conference, 10)
    for odd in ("9", "x", "-1", "9" * 20):
        assert program.get(url("releases-compare"), {"from": odd}).status_code == 404


def test_pages_of_plans_and_versions_cost_the_same(program, url, conference):
    plan = working_plan(conference)

    def more(n):
        for hour in range(n):
            slot = make.slot(conference, starts_at=make.at(conference, 8 + hour))
            make.move(slot, starts_at=make.at(conference, 20))
            actions.make_plan(conference, "Another", by=program.user)

    counted = []
    for n in (1, 3):
        more(n)
        program.get(url("compare", plan.pk))  # counts the people in the house, once a minute
        for name, args in (("compare", [plan.pk]), ("plans", []), ("board", []), ("releases", [])):
            with CaptureQueriesContext(connection) as seen:
                program.get(url(name, *args))
            counted.append((name, len(seen)))
    assert counted[:4] == counted[4:]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_days_at_the_ends_of_the_calendar(program, client, url, conference, day):
    room = make.slot(conference).room
    asked = [program.get(url(name), {"day": day}) for name in ("board", "board-data", "crew")]
    asked.append(program.get(url("crew-sheet", room.code, day)))
    asked.append(client.get(url("count", room.code, room.count_secret), {"day": day}))
    asked.append(client.get(url("day", day)))
    assert {answer.status_code for answer in asked} == {404}


# --- a change on the day ---------------------------------------------------------------------


def test_one_move_is_published_at_once_and_alone(do, program, url, conference, mailoutbox):
    slot, other = make.slot(conference), make.slot(conference, starts_at=make.at(conference, 13))
    make.move(other, starts_at=make.at(conference, 15))
    room = make.room(conference)
    mark = line(shown(program, url), slot)["mark"]
    spot = {"room": room.pk, "starts": "2027-03-04T11:00", "ends": "2027-03-04T11:45"}
    answer = do("move", slot=slot.uuid, seen=mark, **spot, now="on", notify="on")
    slot.refresh_from_db()
    assert (answer["status"], slot.room, slot.starts_at) == (200, room, make.at(conference, 11))
    assert "public as version 3" in answer["done"]
    assert [one.uuid for one in overlay_drafts(conference)] == [other.uuid]
    (mail,) = OutgoingEmail.objects.all()
    assert "version 3" in mail.subject
    assert conference.plans.get(name="Changed at once").closed_at


def overlay_drafts(conference):
    moves = working_plan(conference).moves.values_list("slot_uuid", flat=True)
    return list(Slot.objects.filter(uuid__in=moves))


def test_change_now_settles_what_was_planned_for_the_slot(do, program, url, conference):
    slot = make.slot(conference)
    make.move(slot, starts_at=make.at(conference, 16))
    mark = line(shown(program, url), slot)["mark"]
    spot = {"room": slot.room_id, "starts": "2027-03-04T11:00", "ends": "2027-03-04T11:45"}
    assert do("move", slot=slot.uuid, seen=mark, **spot, now="on")["drafts"] == 0
    assert not OutgoingEmail.objects.exists()


def test_change_now_into_a_taken_room_changes_nothing(do, program, url, conference):
    slot, other = make.slot(conference), make.slot(conference, starts_at=make.at(conference, 13))
    mark = line(shown(program, url), slot)["mark"]
    spot = {"room": other.room_id, "starts": "2027-03-04T13:00", "ends": "2027-03-04T13:45"}
    answer = do("move", slot=slot.uuid, seen=mark, **spot, now="on")
    assert answer["status"] == 409
    assert other.room.name in answer["error"]
    assert (Slot.objects.get(pk=slot.pk).version, answer["drafts"]) == (1, 0)
    assert Plan.objects.filter(conference=conference, name="Changed at once").count() == 0


def test_a_new_break_can_be_public_at_once(do, conference):
    make.slot(conference)
    room = make.room(conference)
    spot = {"room": room.pk, "starts": "2027-03-04T15:00", "ends": "2027-03-04T15:30"}
    assert do("new", title="Cake", **spot, now="on")["status"] == 200
    assert Slot.objects.get(title="Cake").room == room


def test_somebody_elses_change_is_not_overwritten_at_once(do, program, url, conference):
    slot = make.slot(conference)
    mark = line(shown(program, url), slot)["mark"]
    spot = {"room": slot.room_id, "starts": "2027-03-04T11:00", "ends": "2027-03-04T11:45"}
    do("move", slot=slot.uuid, seen=mark, **spot, now="on")
    later = spot | {"starts": "2027-03-04T12:00", "ends": "2027-03-04T12:45"}
    assert do("move", slot=slot.uuid, seen=mark, **later, now="on")["status"] == 409
    slot.refresh_from_db()
    assert slot.starts_at == make.at(conference, 11)


def test_a_tracks_chair_publishes_nothing_at_once(do, conference, track_chair, track):
    slot = make.slot(conference, talk=make.confirmed(conference, track=track))
    spot = {"room": slot.room_id, "starts": "2027-03-04T11:00", "ends": "2027-03-04T11:45"}
    answer = do("move", client=track_chair, slot=slot.uuid, **spot, now="on")
    assert (answer["status"], answer["drafts"]) == (409, 0)
    assert Slot.objects.get(pk=slot.pk).starts_at == make.at(conference, 10)


def test_the_form_publishes_at_once_too(program, url, conference):
    slot = make.slot(conference)
    page = f"{url('place')}?slot={slot.uuid}"
    form = program.get(page).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    sent |= {"begins": "14:00", "now": "Publish it now, alone"}
    response = program.post(page, sent, follow=True)
    assert "Version 2 is public now" in response.content.decode()
    slot.refresh_from_db()
    assert slot.starts_at == make.at(conference, 14)
    # Sent again: it is there already.
    assert "Nothing was published" in program.post(page, sent, follow=True).content.decode()
