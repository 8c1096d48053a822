"""Rooms and slots for programs."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scale.models import Conference
from schedule.actions import publish
from schedule.plans import working_plan
from tests.factories import cfp as make_cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make


def api(conference, path):
    return Client().get(f"/api/v1/{conference.slug}/{path}")


def test_a_slot_says_what_is_where_and_when(conference):
    talk = make.confirmed(conference, title="Locks")
    room = make.room(conference, name="Room 104", code="104")
    slot = make.slot(conference, talk=talk, room=room, starts_at=make.at(conference, 10))
    (row,) = api(conference, "slots/").json()["results"]
    assert row == {
        "uuid": str(slot.uuid),
        "title": "Locks",
        "talk": talk.code,
        "is_cancelled": False,
        "room": "104",
        "place": "Room 104",
        "starts_at": "2027-03-04T10:00:00-08:00",
        "ends_at": "2027-03-04T10:45:00-08:00",
        "kind": "main",
        "version": 1,
    }
    assert api(conference, f"slots/{slot.uuid}/").json() == row


def test_breaks_are_slots_too_and_slots_come_in_order_of_time(conference):
    make.slot(conference, title="Lunch", place="Lawn", starts_at=make.at(conference, 12))
    make.slot(conference, title="Doors", place="Lobby", starts_at=make.at(conference, 8))
    rows = api(conference, "slots/").json()["results"]
    assert [(row["title"], row["talk"], row["room"], row["place"]) for row in rows] == [
        ("Doors", None, None, "Lobby"),
        ("Lunch", None, None, "Lawn"),
    ]


def test_slots_follow_the_truth(conference):
    slot = make.slot(conference)
    path = f"slots/{slot.uuid}/"
    first = api(conference, path)
    make.move(slot, starts_at=make.at(conference, 15))
    publish(working_plan(conference))
    slot.talk.move_to("cancelled")
    slot.talk.save()
    after = api(conference, path)
    assert after["ETag"] != first["ETag"]
    row = after.json()
    assert (row["starts_at"][11:16], row["version"], row["is_cancelled"]) == ("15:00", 2, True)


def test_a_draft_move_is_nobodys_business(conference):
    slot = make.slot(conference)
    make.move(slot, starts_at=make.at(conference, 15))
    (row,) = api(conference, "slots/").json()["results"]
    assert row["starts_at"][11:16] == "10:00"


def test_a_room_says_what_it_is_made_of(conference):
    parts = [make.room(conference, code=code, name=code.upper()) for code in ("g", "h")]
    whole = make.room(conference, code="gh", name="Ballroom GH", capacity=300)
    whole.parts.set(parts)
    row = api(conference, "rooms/gh/").json()
    assert row == {
        "code": "gh",
        "name": "Ballroom GH",
        "venue": None,
        "capacity": 300,
        "parts": ["g", "h"],
        "url": f"http://127.0.0.1:8000/{conference.slug}/rooms/gh/",
    }
    assert api(conference, "rooms/").json()["count"] == 3


@pytest.mark.parametrize(
    "path", ["rooms/none/", "slots/none/", f"slots/{uuid.UUID(int=1)}/", "slots/💥/", "rooms/💥/"]
)
def test_what_is_not_there_is_said_in_json(conference, path):
    answer = api(conference, path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")


def test_other_editions_keep_their_own(conference):
    slot = make.slot(make_scale.conference())
    assert api(conference, "slots/").json()["count"] == 0
    assert api(conference, f"slots/{slot.uuid}/").status_code == 404
    assert api(conference, f"rooms/{slot.room.code}/").status_code == 404


def test_an_edition_that_is_not_public_has_none(conference):
    make.slot(conference)
    Conference.objects.filter(pk=conference.pk).update(is_public=False)
    assert api(conference, "slots/").status_code == 404
    assert api(conference, "rooms/").status_code == 404


@pytest.mark.parametrize("name", ["slots", "rooms"])
def test_unknown_parameters_are_refused(conference, name):
    assert api(conference, f"{name}/?room=104").status_code == 400


@pytest.mark.parametrize(("name", "most"), [("slots", 4), ("rooms", 5)])
def test_statements_do_not_grow(conference, name, most):
    def statements():
        Conference.objects.touch([conference.pk])
        with CaptureQueriesContext(connection) as queries:
            assert api(conference, f"{name}/").status_code == 200
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    track = make_cfp.track(conference)
    make.slot(conference, talk=make.confirmed(conference, track=track))
    one = statements()
    for n in range(3):
        slot = make.slot(
            conference,
            talk=make.confirmed(conference, track=track),
            starts_at=make.at(conference, 12 + n),
        )
        slot.room.parts.add(make.room(conference))
    assert statements() == one
    assert one <= most
