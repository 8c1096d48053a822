"""Workshops with seats: never more of them than the room holds."""

import threading
import time

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from registration import actions as shop
from registration.models import AddOn, Order, Quota
from registration.proof import errors
from scale.editions import EditionClosed, close
from scale.models import Conference, OutgoingEmail, Role
from schedule import actions
from schedule.models import Plan, RoomSetup, Slot, Workshop
from schedule.plans import State, working_plan
from tests.factories import scale as make_scale
from tests.factories import schedule as make


def offer(workshop, **fields):
    add_on = workshop.add_on
    facts = {"wanted": workshop.wanted, "name": add_on.name, "price": add_on.price}
    return actions.offer_seats(workshop.talk, actions.Offer(**facts | fields), by=None)


def size_of(workshop):
    quota = Quota.objects.get(pk=workshop.quota_id)
    return quota.size, quota.over


def move_to(workshop, room, **more):
    slot = Slot.objects.get(talk=workshop.talk)
    make.move(slot, room_id=room.pk)
    return actions.publish(working_plan(slot.conference), **more)


# --- offering ----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_talk_gets_seats_of_its_own(conference):
    workshop = make.workshop(conference, wanted=12, price=20, title="Knots")
    assert (workshop.add_on.kind, workshop.add_on.name) == (AddOn.Kind.TUTORIAL, "Knots")
    assert [quota.pk for quota in workshop.add_on.quotas.all()] == [workshop.quota_id]
    assert size_of(workshop) == (12, 0)


@pytest.mark.sqlite
def test_no_more_seats_than_the_smallest_room_holds(conference):
    small = make.room(conference, capacity=24, name="Room 104")
    talk = make.workshop(conference, room=small, wanted=24).talk
    make.slot(
        conference,
        room=make.room(conference, capacity=90, name="Ballroom"),
        talk=talk,
        starts_at=make.at(conference, 14),
    )
    with pytest.raises(actions.WrongSeats) as refused:
        offer(talk.workshop, wanted=25)
    assert str(refused.value) == (
        "Ballroom and Room 104 has 24 seats. Offer at most 24, or publish a larger room first."
    )
    assert size_of(talk.workshop) == (24, 0)


@pytest.mark.sqlite
def test_the_days_set_up_counts(conference):
    room = make.room(conference, capacity=100)
    RoomSetup.objects.create(room=room, date=conference.starts_on, capacity=30)
    with pytest.raises(actions.WrongSeats):
        make.workshop(conference, room=room, wanted=31)
    assert size_of(make.workshop(conference, wanted=31)) == (31, 0)


@pytest.mark.sqlite
def test_not_fewer_seats_than_are_taken(conference):
    workshop = make.workshop(conference, wanted=3)
    make.seat(workshop)
    make.seat(workshop)
    with pytest.raises(actions.WrongSeats, match="2 seats are taken already"):
        offer(workshop, wanted=1)
    assert size_of(offer(workshop, wanted=2)) == (2, 0)


@pytest.mark.sqlite
def test_nothing_is_offered_in_a_closed_edition(conference):
    workshop = make.workshop(conference)
    close(conference)
    workshop.talk.conference.refresh_from_db()
    with pytest.raises(EditionClosed):
        offer(workshop, wanted=5)


def test_database_refuses_a_workshop_without_seats(conference):
    workshop = make.workshop(conference)
    with pytest.raises(IntegrityError), transaction.atomic():
        Workshop.objects.filter(pk=workshop.pk).update(wanted=0)


# --- publishing --------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_seats_follow_the_room(conference):
    small, large = (make.room(conference, capacity=n) for n in (24, 60))
    workshop = make.workshop(conference, wanted=40)
    assert size_of(workshop) == (40, 0)
    make.slot(conference, room=small, talk=workshop.talk)
    assert size_of(workshop) == (24, 0)
    before = Conference.objects.get(pk=conference.pk).version
    move_to(workshop, large)
    assert size_of(workshop) == (40, 0)
    assert Conference.objects.get(pk=conference.pk).version > before


@pytest.mark.sqlite
def test_more_taken_than_the_new_room_holds_stops_publishing(conference):
    workshop = make.workshop(
        conference, room=make.room(conference, capacity=40), wanted=40, title="Knots"
    )
    for _ in range(3):
        make.seat(workshop)
    small = make.room(conference, capacity=2, name="Room 104")
    with pytest.raises(actions.Blocked) as blocked:
        move_to(workshop, small)
    assert str(blocked.value) == "“Knots”: 3 seats sold, Room 104 holds 2."
    state = State.of(working_plan(conference))
    assert [one.title for one in state.conflicts if one.is_hard] == [
        "More seats taken than there are"
    ]
    assert size_of(workshop) == (40, 0)


@pytest.mark.sqlite
def test_chair_overrides_and_what_comes_back_is_not_sold_again(conference):
    workshop = make.workshop(conference, room=make.room(conference, capacity=40), wanted=40)
    tickets = [make.seat(workshop) for _ in range(4)]
    release = move_to(
        workshop, make.room(conference, capacity=2), override_reason="They stand gladly."
    )
    assert release.override_reason == "They stand gladly."
    assert size_of(workshop) == (4, 2)
    sizes = []
    for ticket in tickets[:3]:
        shop.cancel_tickets(ticket.order, [ticket], by=None, why="Ill")
        quota = Quota.objects.get(pk=workshop.quota_id)
        sizes.append((quota.taken, quota.size, quota.over))
    assert sizes == [(3, 3, 1), (2, 2, 0), (1, 2, 0)]
    assert [str(one) for one in errors(conference)] == []


@pytest.mark.sqlite
def test_room_made_smaller_afterwards_takes_seats_along(conference):
    room = make.room(conference, capacity=40)
    workshop = make.workshop(conference, room=room, wanted=40)
    make.seat(workshop)
    room.capacity = 5
    room.save()
    actions.fit_rooms(conference)
    assert size_of(workshop) == (5, 0)
    make.seat(workshop)
    room.capacity = 1
    room.save()
    with pytest.raises(actions.WrongSeats, match="2 seats of"):
        actions.fit_rooms(conference)
    assert size_of(workshop) == (5, 0)


def test_admin_says_beside_the_capacity_that_seats_are_taken(client, conference, as_role):
    room = make.room(conference, capacity=40)
    workshop = make.workshop(conference, room=room, wanted=40, title="Knots")
    make.seat(workshop)
    make.seat(workshop)
    chair = as_role(Role.PROGRAM)
    page = reverse("admin:schedule_room_change", args=[room.pk])
    shown = chair.get(page).context["adminform"].form
    sent = {
        "name": room.name,
        "code": room.code,
        "position": room.position,
        "conference": conference.pk,
        "setups-TOTAL_FORMS": 1,
        "setups-INITIAL_FORMS": 0,
        "setups-0-date": conference.starts_on.isoformat(),
        "setups-0-capacity": 1,
        "closures-TOTAL_FORMS": 0,
        "closures-INITIAL_FORMS": 0,
    }
    assert shown.instance == room
    refused = chair.post(page, sent | {"capacity": 1})
    words = "2 seats of “Knots” are taken in this room. Move the workshop to a larger one first."
    assert refused.context["adminform"].form.errors["capacity"] == [words]
    assert refused.context["inline_admin_formsets"][0].formset.forms[0].errors["capacity"] == [
        words
    ]
    room.refresh_from_db()
    assert (room.capacity, room.setups.count()) == (40, 0)
    saved = chair.post(page, sent | {"capacity": 9, "setups-0-capacity": 7})
    assert saved.status_code == 302
    assert size_of(workshop) == (7, 0)


@pytest.mark.parametrize("name", ["quota", "addon"])
def test_admin_of_the_shop_leaves_places_to_the_room(conference, as_role, name):
    workshop = make.workshop(conference, wanted=40)
    row = workshop.quota if name == "quota" else workshop.add_on
    page = reverse(f"admin:registration_{name}_change", args=[row.pk])
    form = as_role(Role.REGISTRATION).get(page).context["adminform"].form
    assert {"quota": "size", "addon": "quotas"}[name] not in form.fields


def test_seats_stay_a_tutorial(conference, as_role):
    workshop = make.workshop(conference)
    workshop.add_on.kind = AddOn.Kind.OTHER
    with pytest.raises(Exception, match="stays a tutorial"):
        workshop.add_on.full_clean()


# --- who has seats in two ----------------------------------------------------------------------


def both(conference, hour=10):
    one, other = (
        make.workshop(
            conference, room=make.room(conference), starts_at=make.at(conference, at), title=title
        )
        for at, title in ((10, "Knots"), (hour, "Splices"))
    )
    return one, other


@pytest.mark.sqlite
def test_seats_that_a_move_puts_at_one_time_are_counted(conference):
    one, other = both(conference, hour=12)
    for _ in range(2):
        make.seat(other, make.seat(one))
    make.seat(one)
    slot = Slot.objects.get(talk=other.talk)
    assert State.of(working_plan(conference)).conflicts == []
    make.move(slot, starts_at=make.at(conference, 10, 15))
    (found,) = State.of(working_plan(conference)).conflicts
    assert (found.title, found.is_hard) == ("Seats at the same time", False)
    assert found.says == "2 people have seats in both “Knots” and “Splices”, Thu 10:15."
    assert actions.publish(working_plan(conference)) is not None


# --- mails -------------------------------------------------------------------------------------


def mails(kind="seats"):
    return list(OutgoingEmail.objects.filter(kind=kind).order_by("pk"))


@pytest.mark.sqlite
def test_holders_get_one_mail_for_each_release(conference):
    one, other = both(conference, hour=12)
    ticket = make.seat(other, make.seat(one, attendee_name="Ada"))
    make.seat(one, attendee_name="Bo")
    plan = working_plan(conference)
    room = make.room(conference, name="Ballroom B")
    make.move(Slot.objects.get(talk=one.talk), room_id=room.pk)
    make.move(Slot.objects.get(talk=other.talk), starts_at=make.at(conference, 10, 15))
    actions.publish(plan, notify=False)
    first, second = mails()
    assert first.to_address == ticket.attendee_email
    assert "Knots" in first.text
    assert "Ballroom B" in first.text
    assert "Splices" in first.text
    assert "are at the same time now" in first.text
    assert "same time now" not in second.text


@pytest.mark.sqlite
def test_holders_are_told_that_it_goes_away_and_can_be_left_alone(conference):
    workshop = make.workshop(conference, room=make.room(conference))
    make.seat(workshop)
    slot = Slot.objects.get(talk=workshop.talk)
    plan = working_plan(conference)
    make.move(slot, starts_at=make.at(conference, 15))
    actions.publish(plan, notify_holders=False)
    assert mails() == []
    slot.refresh_from_db()
    actions.plan_removal(plan, slot)
    actions.publish(plan)
    (mail,) = mails()
    assert "does not take place there any more" in mail.text
    assert size_of(workshop) == (10, 0)


@pytest.mark.sqlite
def test_releases_without_a_move_of_the_workshop_write_to_nobody(conference):
    workshop = make.workshop(conference, room=make.room(conference))
    make.seat(workshop)
    make.slot(conference)
    slot = Slot.objects.get(talk=workshop.talk)
    make.move(slot, kind="part", part=1)
    actions.publish(working_plan(conference))
    assert mails() == []


# --- races -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(6))
def test_sale_and_smaller_room_at_once_never_leave_people_without_a_seat(turn):
    """Four have a seat, and eight more want one while it moves to where only four fit."""
    conference = make_scale.conference()
    workshop = make.workshop(conference, room=make.room(conference, capacity=30), wanted=30)
    for _ in range(4):
        make.seat(workshop)
    tickets = [make.ticket(conference) for _ in range(8)]
    small = make.room(conference, capacity=4)
    plan = Plan.objects.create(conference=conference, name="Smaller")
    make.move(Slot.objects.get(talk=workshop.talk), plan, room_id=small.pk)
    start, said = threading.Barrier(9), []

    def run(work):
        start.wait()
        try:
            said.append(work())
        except (actions.Blocked, shop.SoldOut) as error:
            said.append(type(error).__name__)
        except Exception as error:  # what must not happen is told, not lost in its thread
            said.append(repr(error))
        finally:
            connection.close()

    def take(ticket):
        extras, token = [workshop.add_on], ticket.code
        shop.upgrade_ticket(ticket, ticket.ticket_type, extras, form_token=token, shown_cost=None)
        return "seat"

    def publish():
        time.sleep(turn * 0.01)
        actions.publish(plan, notify=False)
        return "published"

    works = [lambda ticket=ticket: take(ticket) for ticket in tickets] + [publish]
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    quota = Quota.objects.get(pk=workshop.quota_id)
    seats = said.count("seat")
    assert set(said) <= {"seat", "published", "Blocked", "SoldOut"}
    assert quota.taken == 4 + seats
    if "published" in said:
        assert (seats, quota.size) == (0, 4)
        assert Slot.objects.get(talk=workshop.talk).room == small
    else:
        assert (seats, quota.size) == (8, 30)
    assert [str(one) for one in errors(conference)] == []
    assert Order.objects.filter(status="pending").count() == 0
