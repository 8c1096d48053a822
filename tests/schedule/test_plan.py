"""Staff place talks by plain forms."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cfp.models import Talk
from scale.editions import close
from scale.models import Role
from schedule.models import Move, Release, Slot, SlotLock
from schedule.plans import working_plan
from tests.factories import cfp as make_cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make


def form(room, talk=None, /, **fields):
    return {
        "talk": talk.pk if talk else "",
        "room": room.pk if room else "",
        "title": "",
        "place": "",
        "day": "2027-03-05",
        "begins": "10:00",
        "minutes": "45",
        "kind": "main",
        "why": "",
    } | fields


@pytest.fixture
def program(as_role):
    return as_role(Role.PROGRAM)


@pytest.fixture
def urls(conference):
    base = f"/staff/{conference.slug}/rooms/"
    return {
        "plan": base,
        "place": f"{base}place/",
        "publish": f"/staff/{conference.slug}/plans/{working_plan(conference).pk}/publish/",
        "move": f"{base}move/",
    }


@pytest.mark.sqlite
def test_from_the_form_to_the_public_page(conference, program, client, urls):
    room = make.room(conference, name="Ballroom B")
    talk = make.confirmed(conference, title="Ceph at scale")
    assert b"Ceph at scale" in program.get(urls["plan"]).content
    response = program.post(f"{urls['place']}?talk={talk.code}", form(room, talk))
    assert response.status_code == 302
    assert Slot.objects.count() == 0
    program.post(urls["publish"], {"notify": "on"})
    slot = Slot.objects.get()
    assert slot.starts_at.isoformat() == "2027-03-05T18:00:00+00:00"
    assert b"Ballroom B" in client.get(talk.get_absolute_url()).content


def test_conflicts_are_told_when_a_move_is_noted(conference, program, urls):
    slot = make.slot(conference, starts_at=make.at(conference, 10, day=1))
    mic = make_cfp.equipment(conference, name="lapel mic")
    talk = make.confirmed(conference, title="Second", expected_audience=250)
    talk.equipment.add(mic)
    response = program.post(urls["place"], form(slot.room, talk), follow=True)
    body = response.content.decode()
    assert "Room taken" in body
    assert "no lapel mic" in body
    assert "250 expected" in body
    blocked = program.post(urls["publish"], {}, follow=True)
    assert "Nothing was published" in blocked.content.decode()
    assert Release.objects.count() == 1


def test_only_a_chair_overrides_and_with_a_reason(conference, program, chair, urls):
    slot = make.slot(conference, starts_at=make.at(conference, 10, day=1))
    talk = make.confirmed(conference)
    program.post(urls["place"], form(slot.room, talk))
    reason = {"override_reason": "They share the stage"}
    assert program.post(urls["publish"], reason).status_code == 403
    assert Release.objects.count() == 1
    chair.post(urls["publish"], reason)
    assert Release.objects.first().override_reason == "They share the stage"


def test_slot_is_moved_and_taken_off(conference, program, urls):
    slot = make.slot(conference)
    other = make.room(conference)
    path = f"{urls['place']}?slot={slot.uuid}"
    assert slot.talk.title in program.get(path).content.decode()
    program.post(path, form(other, slot.talk, begins="13:30"))
    program.post(urls["publish"], {})
    slot.refresh_from_db()
    assert (slot.room, slot.version) == (other, 2)
    program.post(urls["move"], {"slot": str(slot.uuid), "what": "remove"})
    program.post(urls["publish"], {})
    assert Slot.objects.count() == 0


def test_a_planned_move_can_be_changed_and_dropped(conference, program, urls):
    talk = make.confirmed(conference)
    room = make.room(conference)
    program.post(urls["place"], form(room, talk))
    move = Move.objects.get()
    program.post(f"{urls['place']}?slot={move.slot_uuid}", form(room, talk, begins="16:00"))
    move.refresh_from_db()
    assert move.starts_at.hour == 0  # 16:00 Pacific is midnight UTC
    program.post(urls["move"], {"slot": str(move.slot_uuid), "what": "drop"})
    assert Move.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"minutes": "-5"}, "greater than or equal to 5"),
        ({"minutes": "99999999999999999999"}, "less than or equal to 1440"),
        ({"minutes": "long"}, "Enter a whole number"),
        ({"begins": "25:00"}, "Enter a valid time"),
        ({"day": "2027-03-14"}, "not one of the available choices"),
        ({"room": ""}, "Choose a room, or name a place"),
        ({"place": "Lawn"}, "not both"),
        ({"talk": ""}, "say what it is"),
        ({"title": "Both"}, "A talk has its title already"),
        ({"title": "x" * 300, "talk": ""}, "at most 250"),
        ({"why": "a\x00b"}, "Null characters"),
    ],
)
def test_bad_input_is_said_beside_the_field_and_kept(conference, program, urls, fields, says):
    talk = make.confirmed(conference)
    room = make.room(conference)
    response = program.post(urls["place"], form(room, talk, **{"why": "Kept"} | fields))
    assert response.status_code == 200
    body = response.content.decode()
    assert says in body
    assert Move.objects.count() == 0
    if "why" not in fields:
        assert "Kept" in body


def test_a_time_that_the_clocks_skip_is_refused(program, conference, urls):
    conference.ends_on = conference.starts_on.replace(day=15)
    conference.save()
    talk, room = make.confirmed(conference), make.room(conference)
    response = program.post(urls["place"], form(room, talk, day="2027-03-14", begins="02:30"))
    assert "does not exist" in response.content.decode()


@pytest.mark.parametrize("hour", [8, 9])
def test_another_room_leaves_a_talk_in_its_one_of_two_hours(program, db, hour):
    conference = make_scale.conference(starts_on=dt.date(2027, 11, 6))
    make_scale.staff_role(program.user, conference, Role.PROGRAM)
    slot = make.slot(conference, starts_at=dt.datetime(2027, 11, 7, hour, 30, tzinfo=dt.UTC))
    other = make.room(conference)
    sent = form(other, slot.talk, day="2027-11-07", begins="01:30")
    path = f"/staff/{conference.slug}/rooms/place/?slot={slot.uuid}"
    assert program.post(path, sent).status_code == 302
    move = working_plan(conference).moves.get()
    assert (move.room, move.starts_at, move.ends_at) == (other, slot.starts_at, slot.ends_at)


def test_rows_of_another_edition_are_not_there(conference, program, urls):
    other = make_scale.conference()
    slot = make.slot(other)
    foreign = make.confirmed(other)
    room = make.room(conference)
    assert program.get(f"{urls['place']}?slot={slot.uuid}").status_code == 404
    assert program.get(f"{urls['place']}?talk={foreign.code}").status_code == 404
    assert program.post(urls["move"], {"slot": str(slot.uuid), "what": "remove"}).status_code == 404
    assert program.post(urls["place"], form(room, foreign)).status_code == 200
    assert program.post(urls["place"], form(slot.room, None, title="x")).status_code == 200
    assert Move.objects.count() == 0


@pytest.mark.parametrize("role", [Role.REGISTRATION, Role.CREW, Role.SPONSORSHIP, Role.REVIEWER])
def test_others_cannot_plan(conference, as_role, urls, role):
    client = as_role(role)
    assert client.get(urls["plan"]).status_code == 403
    assert client.get(urls["place"]).status_code == 403
    assert client.post(urls["publish"], {}).status_code == 403
    assert client.post(urls["move"], {}).status_code == 403


def test_strangers_are_sent_to_sign_in(client, urls):
    assert client.get(urls["plan"])["Location"].startswith("/account/login/")


def test_plan_costs_the_same_for_one_and_for_three(conference, program, urls):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert program.get(urls["plan"]).status_code == 200
        return len(queries)

    def add(n):
        for _ in range(n):
            slot = make.slot(conference, starts_at=make.at(conference, 8 + next(make.number) % 12))
            make.move(slot, place="Lawn", room_id=None)
            make.confirmed(conference)

    add(1)
    cost()
    one = cost()
    add(3)
    assert cost() == one


def test_cancelled_talk_is_proposed_for_removal(conference, program, urls):
    slot = make.slot(conference)
    slot.talk.status = Talk.Status.CANCELLED
    slot.talk.save()
    assert b"Take it off" in program.get(urls["plan"]).content
    assert b"Take all" not in program.get(urls["plan"]).content  # there is one


def cancel(*slots):
    for slot in slots:
        Talk.objects.filter(pk=slot.talk_id).update(status=Talk.Status.WITHDRAWN)


def test_all_cancelled_talks_are_noted_at_once_and_stay_until_published(conference, program, urls):
    gone = [make.slot(conference), make.slot(conference)]
    locked, stays = make.slot(conference), make.slot(conference)
    cancel(*gone, locked)
    SlotLock.objects.create(conference=conference, slot_uuid=locked.uuid, by=program.user)
    assert "Take all 3 off" in program.get(urls["plan"]).content.decode()
    program.post(urls["move"], {"what": "clear"})
    assert Slot.objects.count() == 4
    program.post(urls["publish"], {})
    assert set(Slot.objects.all()) == {locked, stays}


def test_who_uses_the_place_again_takes_the_cancelled_talk_off(conference, program, urls):
    whole, part = make.room(conference), make.room(conference)
    whole.parts.add(part)
    gone = make.slot(conference, room=part)
    elsewhere = make.slot(conference)
    cancel(gone, elsewhere)
    talk = make.confirmed(conference)
    program.post(f"{urls['place']}?talk={talk.code}", form(whole, talk, day="2027-03-04"))
    (removal,) = Move.objects.filter(goes_away=True)
    assert removal.slot_uuid == gone.uuid
    program.post(urls["publish"], {})
    assert {slot.talk for slot in Slot.objects.all()} == {talk, elsewhere.talk}


def test_stale_move_is_shown_and_kept_by_hand(conference, program, urls):
    slot = make.slot(conference)
    make.move(slot, starts_at=make.at(conference, 12))
    Move.objects.update(made_against=0, is_stale=True)
    assert b"changed here since" in program.get(urls["plan"]).content
    assert b"Nothing was published" in program.post(urls["publish"], {}, follow=True).content
    program.post(urls["move"], {"slot": str(slot.uuid), "what": "confirm"})
    program.post(urls["publish"], {})
    assert Slot.objects.get().starts_at == make.at(conference, 12)


def test_closed_edition_says_so(conference, program, urls):
    slot = make.slot(conference)
    make.move(slot, starts_at=make.at(conference, 12))
    close(conference)
    response = program.post(urls["publish"], {}, follow=True)
    assert "is closed and can only be read" in response.content.decode()


def test_versions_are_listed_and_told_in_words(conference, program):
    slot = make.slot(conference, room=make.room(conference, name="Room 104"))
    make.move(slot, room_id=make.room(conference, name="Ballroom B").pk)
    program.post(f"/staff/{conference.slug}/plans/{working_plan(conference).pk}/publish/", {})
    assert b"Version 2" in program.get(f"/staff/{conference.slug}/releases/").content
    body = program.get(f"/staff/{conference.slug}/releases/2/").content.decode()
    assert "Room 104 Thu 4 March, 10:00 → Ballroom B Thu 4 March, 10:00" in body
    assert working_plan(conference).moves.count() == 0


# --- sent twice, sent too late -----------------------------------------------------------------


def page_form(client, path, **fields):
    """What a browser would send of the page's form, with these fields typed."""
    once = client.get(path).context["form"]["once"].value()
    return fields | {"once": once}


def test_form_sent_twice_makes_one_line(conference, program, urls):
    room = make.room(conference)
    sent = page_form(program, urls["place"], **form(room, title="Lunch"))
    program.post(urls["place"], sent)
    program.post(urls["place"], sent)
    assert Move.objects.count() == 1
    program.post(urls["place"], sent | {"title": "Coffee"})  # back, other words, sent again
    assert sorted(Move.objects.values_list("title", flat=True)) == ["Coffee", "Lunch"]
    program.post(urls["publish"], {"override_reason": ""})
    program.post(urls["place"], sent | {"place": "Lawn", "room": ""})
    assert not Move.objects.filter(slot_uuid__in=Slot.objects.values("uuid")).exists()


def test_form_cannot_name_another_slot(conference, program, urls):
    foreign = make.slot(make_scale.conference())
    sent = form(make.room(conference), title="Lunch") | {"once": str(foreign.uuid)}
    assert program.post(urls["place"], sent).status_code == 302
    assert Move.objects.get().slot_uuid != foreign.uuid


def test_closed_edition_takes_no_plans(conference, program, urls):
    slot = make.slot(conference)
    planned = make.move(slot, place="Lawn", room_id=None)
    close(conference)
    answer = program.post(urls["place"], form(slot.room, title="Kept"))
    assert b"closed" in answer.content
    assert b"Kept" in answer.content
    for what in ("remove", "confirm", "drop"):
        program.post(urls["move"], {"slot": str(slot.uuid), "what": what})
    left = Move.objects.get()
    assert (left.pk, left.goes_away) == (planned.pk, False)
