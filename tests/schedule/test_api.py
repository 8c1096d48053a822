"""Rooms, slots and favourites for programs."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cfp.models import ApiToken
from scale.models import Conference, Role
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


# --- what is one's own -----------------------------------------------------------------------


def starred(conference, user, scope="public", **more):
    """The answer to a token of the user."""
    _, token = ApiToken.make(user, "A test", scope)
    path = f"/api/v1/{conference.slug}/favourites/"
    return Client().get(path, headers={"Authorization": f"Bearer {token}"} | more)


def codes_of(response):
    assert response.status_code == 200, response.content
    return [row["code"] for row in response.json()["results"]]


def test_owner_of_a_token_reads_the_talks_they_starred(conference):
    ana = make_scale.user()
    talk, gone, _ = (make.confirmed(conference) for _ in range(3))
    make.slot(conference, talk=gone)
    make.favourites(conference, talk, gone, user=ana)
    gone.move_to("cancelled")
    gone.save()
    answer = starred(conference, ana)
    assert answer["Cache-Control"] == "private, no-store"
    first, second = answer.json()["results"]
    assert (first["code"], first["is_cancelled"]) == (talk.code, False)
    assert (second["code"], second["is_cancelled"]) == (gone.code, True)
    assert first["speakers"][0]["name"] == talk.speakers()[0].name


def test_nobody_reads_the_stars_of_another(conference):
    """Neither another account's nor those of a browser, whatever else is asked or sent."""
    ana, bob = make_scale.user(), make_scale.user()
    make.favourites(conference, make.confirmed(conference), user=ana)
    make.favourites(conference, make.confirmed(conference), key="a" * 32)
    assert codes_of(starred(conference, bob)) == []
    assert codes_of(starred(conference, make_scale.user(is_superuser=True), "committee")) == []
    _, token = ApiToken.make(bob, "A test", "public")
    headers = {"Authorization": f"Bearer {token}"}
    path = f"/api/v1/{conference.slug}/favourites/"
    for asked in (f"user={ana.pk}", f"list={ana.favourite_lists.get().code}", f"key={'a' * 32}"):
        assert Client().get(f"{path}?{asked}", headers=headers).status_code == 400
    signed_in = Client()
    signed_in.force_login(ana)
    assert codes_of(signed_in.get(path, headers=headers)) == []  # the token's, not the session's


def test_a_session_or_no_token_reads_no_stars(conference, chair):
    make.favourites(conference, make.confirmed(conference), user=chair.user)
    path = f"/api/v1/{conference.slug}/favourites/"
    for answer in (chair.get(path), Client().get(path)):
        assert answer.status_code == 401
        assert answer["Cache-Control"] == "private, no-store"
    token, secret = ApiToken.make(chair.user, "A test", "public")
    token.revoke()
    assert Client().get(path, headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_stars_stay_in_their_edition_and_with_the_public(conference):
    ana, other = make_scale.user(), make_scale.conference()
    make.favourites(other, make.confirmed(other), user=ana)
    withdrawn = make.confirmed(conference)
    make.favourites(conference, withdrawn, user=ana)
    withdrawn.move_to("withdrawn")  # never placed: the public does not know it any more
    withdrawn.save()
    assert codes_of(starred(conference, ana)) == []
    Conference.objects.filter(pk=other.pk).update(is_public=False)
    assert starred(other, ana).status_code == 404
    make_scale.staff_role(ana, other, Role.DOOR)
    assert len(codes_of(starred(other, ana))) == 1


def test_stars_cannot_be_changed_by_the_api(conference):
    _, token = ApiToken.make(make_scale.user(), "A test", "public")
    for method in ("post", "put", "patch", "delete"):
        path = f"/api/v1/{conference.slug}/favourites/"
        answer = getattr(Client(), method)(path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 405


def test_statements_of_the_stars_do_not_grow(conference, django_assert_num_queries):
    ana = make_scale.user()
    _, token = ApiToken.make(ana, "A test", "public")
    headers, path = {"Authorization": f"Bearer {token}"}, f"/api/v1/{conference.slug}/favourites/"
    mine = make.favourites(conference, make.confirmed(conference), user=ana)
    Client().get(path, headers=headers)  # the first one of a day notes that the token is used
    for more in (0, 3):
        for _ in range(more):
            mine.favourites.create(talk=make.confirmed(conference))
        with django_assert_num_queries(5):
            assert len(codes_of(Client().get(path, headers=headers))) == 1 + more
