"""Seats in workshops: none at the same time on one ticket, and whoever waits comes first."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from registration import actions
from registration.models import OrderLine, Quota, WaitlistEntry
from registration.proof import errors
from scale import privacy
from scale.models import OutgoingEmail, Role
from schedule.actions import Offer, fit_rooms, offer_seats, publish
from schedule.models import RoomSetup, Slot
from schedule.plans import working_plan
from tests.factories import registration as reg
from tests.factories import scale as make_scale
from tests.factories import schedule as make

from .conftest import form_data

Status = WaitlistEntry.Status


def workshop(conference, title, hour=10, **fields):
    room = make.room(conference)
    at = make.at(conference, hour)
    return make.workshop(conference, room=room, starts_at=at, title=title, **fields)


@pytest.fixture
def knots(conference):
    return workshop(conference, "Knots")


@pytest.fixture
def splices(conference):
    """At the same time as the knots."""
    return workshop(conference, "Splices")


def take(ticket, *workshops, token=None):
    held = [line.add_on for line in actions.lines_in_force(ticket) if line.add_on]
    extras = [*held, *(one.add_on for one in workshops)]
    order, _ = actions.upgrade_ticket(
        ticket, ticket.ticket_type, extras, form_token=token or ticket.code, shown_cost=None
    )
    return order


def page_of(ticket, name="ticket", *args):
    return reverse(
        f"registration:{name}", args=[ticket.conference.slug, ticket.code, ticket.secret, *args]
    )


def state_of(entry):
    return WaitlistEntry.objects.get(pk=entry.pk).status


BOTH = (
    "“Splices” (Thu 4 March 10:00–10:45) and “Knots” (Thu 4 March 10:00–10:45) take place at the "
    "same time. One ticket can have a seat in one of them."
)


# --- one at a time -----------------------------------------------------------------------------


def test_shop_says_beside_the_field_that_two_seats_overlap(client, conference, knots, splices):
    full = reg.ticket_type(conference, price=0)
    order, _ = actions.reserve(conference, [full], form_token="a" * 32)
    names = {f"ticket1-extra-{one.add_on_id}": "on" for one in (knots, splices)}
    page = reverse("registration:details", args=[conference.slug, order.code, order.secret])
    answer = client.post(page, form_data(**{"ticket1-name": "Ada", **names}))
    form = answer.context["form"].attendees[0]
    assert form.errors == {f"extra-{splices.add_on_id}": [BOTH]}
    assert form[f"extra-{knots.add_on_id}"].value() is True
    assert OrderLine.objects.filter(add_on__isnull=False).count() == 0


@pytest.mark.sqlite
def test_one_after_the_other_is_fine(conference, knots):
    later = workshop(conference, "Later", hour=12)
    ticket = make.ticket(conference)
    assert take(ticket, knots, later).status == "paid"


@pytest.mark.sqlite
@pytest.mark.parametrize("way", ["order", "reservation", "group"])
def test_actions_refuse_what_forms_let_through(conference, knots, splices, way):
    full = reg.ticket_type(conference, price=0)
    extras = [knots.add_on, splices.add_on]
    ada = actions.Attendee(full, "Ada", email="ada@example.org", add_ons=extras)
    buyer = actions.Buyer("Ada", "ada@example.org")
    with pytest.raises(actions.NoSeat) as refused:
        if way == "order":
            actions.place_order(conference, buyer, [ada], form_token="a" * 32)
        elif way == "reservation":
            order, _ = actions.reserve(conference, [full], form_token="a" * 32)
            actions.fill_in(order, buyer, [ada])
        else:
            actions.redeem(reg.group_code(conference, types=[full]), ada)
    assert (str(refused.value), refused.value.thing) == (BOTH, splices.add_on)
    assert [Quota.objects.get(pk=one.quota_id).taken for one in (knots, splices)] == [0, 0]


def test_later_seat_is_refused_on_the_ticket_and_at_the_desk(
    client, conference, knots, splices, as_role
):
    ticket = make.seat(knots)
    with pytest.raises(actions.CannotUpgrade) as refused:
        take(ticket, splices)
    assert str(refused.value) == BOTH
    chosen = {"type": ticket.ticket_type.code, "extra": [knots.add_on_id, splices.add_on_id]}
    assert BOTH.encode() in client.get(page_of(ticket, "ticket-upgrade"), chosen).content
    desk = reverse("registration:add-extra", args=[conference.slug, ticket.code])
    sent = {"extra": splices.add_on_id, "why": "They asked.", "token": "t" * 32}
    answer = as_role(Role.REGISTRATION).post(desk, sent)
    assert answer.context["form"].errors == {"extra": [BOTH]}


@pytest.mark.sqlite
def test_seats_that_a_move_made_overlap_do_not_stop_other_extras(conference, knots):
    later = workshop(conference, "Later", hour=12)
    ticket = make.seat(later, make.seat(knots))
    make.move(Slot.objects.get(talk=later.talk), starts_at=make.at(conference, 10))
    publish(working_plan(conference))
    shirt = reg.add_on(conference, price=0, kind="shirt")
    held = [knots.add_on, later.add_on, shirt]
    order, _ = actions.upgrade_ticket(
        ticket, ticket.ticket_type, held, form_token="s" * 32, shown_cost=None
    )
    assert order.status == "paid"


@pytest.mark.sqlite
def test_cancelled_workshop_is_not_sold(conference, knots):
    knots.talk.status = "cancelled"
    knots.talk.save()
    with pytest.raises(actions.CannotUpgrade, match="Knots does not take place."):
        take(make.ticket(conference), knots)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_two_seats_at_once_for_one_ticket_never_get_through(turn):
    conference = make_scale.conference()
    ones = [workshop(conference, f"Workshop {n}") for n in range(4)]
    ticket = reg.ticket(reg.ticket_type(conference, price=0))
    by = make_scale.user()

    def add(one):
        return actions.add_extra(ticket, one.add_on, token=one.talk.code, why="Asked.", by=by)

    said = at_once([lambda one=one: add(one) for one in ones], actions.CannotUpgrade)
    held = OrderLine.objects.in_force().filter(ticket=ticket).exclude(add_on=None)
    assert held.count() == 1
    assert sorted(said) == ["CannotUpgrade"] * 3 + ["Order"]
    assert [str(one) for one in errors(conference)] == []


def at_once(works, *expected):
    start, said = threading.Barrier(len(works)), []

    def run(work):
        start.wait()
        try:
            said.append(type(work()).__name__)
        except expected as error:
            said.append(type(error).__name__)
        except Exception as error:  # told in the assertion, not lost in its thread
            said.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


# --- waiting -----------------------------------------------------------------------------------


@pytest.fixture
def served(django_capture_on_commit_callbacks):
    """Does something, and what happens right after its transaction."""

    def act(work, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return work(*args, **kwargs)

    return act


def full(conference, **fields):
    """A workshop with one seat, and the ticket that has it."""
    one = workshop(conference, "Full", wanted=1, **fields)
    return one, make.seat(one)


@pytest.mark.sqlite
def test_free_seat_is_given_to_who_waits_longest(conference, served):
    one, holder = full(conference)
    first, second = (make.ticket(conference) for _ in range(2))
    entries = [served(actions.join_seat, ticket, one.add_on) for ticket in (first, second)]
    assert [entry.status for entry in entries] == ["waiting", "waiting"]
    assert [entry.place_in_line() for entry in entries] == [1, 2]
    assert served(actions.join_seat, first, one.add_on) == entries[0]
    served(actions.cancel_tickets, holder.order, [holder], by=None, why="Ill")
    assert [state_of(entry) for entry in entries] == ["taken", "waiting"]
    held = OrderLine.objects.in_force().filter(ticket=first, add_on=one.add_on)
    assert held.get().order.status == "paid"
    (mail,) = OutgoingEmail.objects.filter(kind="seat")
    assert (mail.to_address, mail.subject) == (
        first.attendee_email,
        f"{conference.name}: You have a seat in Full",
    )
    assert [str(one) for one in errors(conference)] == []


@pytest.mark.sqlite
def test_paid_seat_is_kept_for_a_day_and_then_goes_on(conference, served):
    one, holder = full(conference, price=20)
    reg.payment(holder.order, amount=20)
    first, second = (make.ticket(conference) for _ in range(2))
    entries = [served(actions.join_seat, ticket, one.add_on) for ticket in (first, second)]
    line = holder.order.lines.get(add_on=one.add_on)
    served(
        actions.end_extra,
        holder.order,
        line,
        seen=holder.order.state_key(),
        why="Ill",
        by=make_scale.user(),
    )
    entry = WaitlistEntry.objects.get(pk=entries[0].pk)
    order = entry.order
    assert (entry.status, order.status, order.upgrades, order.total()) == (
        "offered",
        "pending",
        first,
        20,
    )
    hours = (order.expires_at - timezone.now()).total_seconds() / 3600
    assert 23.9 < hours < 24.1
    (mail,) = OutgoingEmail.objects.filter(kind="seat")
    assert order.get_absolute_url() in mail.text
    served(actions.drop_upgrade, order)
    assert [state_of(entry) for entry in entries] == ["lapsed", "offered"]
    last = WaitlistEntry.objects.get(pk=entries[1].pk).order
    type(last).objects.filter(pk=last.pk).update(expires_at=timezone.now())
    served(actions.expire_orders)
    assert state_of(entries[1]) == "lapsed"
    assert Quota.objects.get(pk=one.quota_id).taken == 0


@pytest.mark.sqlite
def test_offer_that_is_paid_is_taken(conference, served):
    one, holder = full(conference, price=20)
    ticket = make.ticket(conference)
    entry = served(actions.join_seat, ticket, one.add_on)
    served(actions.cancel_order, holder.order, by=None)
    order = WaitlistEntry.objects.get(pk=entry.pk).order
    actions.record_payment(
        order.code, provider="demo", reference="seat", amount=20, currency=order.currency
    )
    assert state_of(entry) == "taken"
    assert [line.add_on for line in actions.seats_held([one.add_on_id])] == [one.add_on]


@pytest.mark.sqlite
def test_larger_room_serves_who_waits(conference, served):
    one = make.workshop(conference, wanted=3)
    make.slot(conference, room=make.room(conference, capacity=1), talk=one.talk)
    make.seat(one)
    entries = [served(actions.join_seat, make.ticket(conference), one.add_on) for _ in range(3)]
    slot = Slot.objects.get(talk=one.talk)
    make.move(slot, room_id=make.room(conference, capacity=90).pk)
    served(publish, working_plan(conference))
    assert [state_of(entry) for entry in entries] == ["taken", "taken", "waiting"]


@pytest.mark.sqlite
def test_more_chairs_on_the_day_serve_who_waits(conference, served):
    room = make.room(conference, capacity=40)
    chairs = RoomSetup.objects.create(room=room, date=conference.starts_on, capacity=1)
    one = make.workshop(conference, wanted=3)
    make.slot(conference, room=room, talk=one.talk)
    make.seat(one)
    entries = [served(actions.join_seat, make.ticket(conference), one.add_on) for _ in range(3)]
    chairs.capacity = 2
    chairs.save()
    served(fit_rooms, conference)
    assert [state_of(entry) for entry in entries] == ["taken", "waiting", "waiting"]


@pytest.mark.sqlite
def test_what_is_free_is_left_to_those_who_wait(conference):
    """Between the freeing and the serving nobody else gets in, at no counter."""
    one, holder = full(conference)
    waits, other = (make.ticket(conference) for _ in range(2))
    entry = actions.join_seat(waits, one.add_on)
    actions.cancel_tickets(holder.order, [holder], by=None, why="Ill")
    assert Quota.objects.get(pk=one.quota_id).left == 1
    with pytest.raises(actions.SoldOut):
        take(other, one)
    with pytest.raises(actions.SoldOut):
        actions.add_extra(other, one.add_on, token="d" * 32, why="Asked.", by=make_scale.user())
    kind = reg.ticket_type(conference, price=0)
    ada = actions.Attendee(kind, "Ada", email="ada@example.org", add_ons=[one.add_on])
    with pytest.raises(actions.SoldOut):
        actions.place_order(conference, actions.Buyer("A", "a@b.example"), [ada], form_token="x")
    actions.serve_waiting()
    assert state_of(entry) == "taken"


@pytest.mark.sqlite
def test_extra_that_lost_its_quota_is_sold_though_somebody_waits(client, conference):
    """What has no quota is never scarce."""
    one, holder = full(conference)
    entry = actions.join_seat(make.ticket(conference), one.add_on)
    one.add_on.quotas.clear()
    kind = reg.ticket_type(conference, price=0)
    order, _ = actions.reserve(conference, [kind], form_token="x")
    page = reverse("registration:details", args=[conference.slug, order.code, order.secret])
    answer = client.post(page, form_data(**{f"ticket1-extra-{one.add_on_id}": "on"}))
    assert answer.status_code == 302
    assert order.lines.filter(add_on=one.add_on, status=OrderLine.Status.LIVE).exists()
    assert state_of(entry) == "waiting"


@pytest.mark.sqlite
def test_turn_passes_over_who_cannot_have_it(conference, served, knots):
    one, holder = full(conference)
    busy, gone, paying, last = (make.ticket(conference) for _ in range(4))
    entries = [
        served(actions.join_seat, ticket, one.add_on) for ticket in (busy, gone, paying, last)
    ]
    make.seat(knots, busy)
    served(actions.cancel_tickets, gone.order, [gone], by=None, why="Ill")
    dear = reg.add_on(conference, price=9)
    waits = take_extra(paying, dear)
    served(actions.cancel_tickets, holder.order, [holder], by=None, why="Ill")
    assert [state_of(entry) for entry in entries] == ["passed", "left", "waiting", "taken"]
    (mail,) = OutgoingEmail.objects.filter(kind="seat", to_address=busy.attendee_email)
    assert "take place at the same time" in mail.text
    assert waits.status == "pending"


def take_extra(ticket, extra):
    order, _ = actions.upgrade_ticket(
        ticket, ticket.ticket_type, [extra], form_token="e" * 32, shown_cost=None
    )
    return order


@pytest.mark.sqlite
def test_who_has_a_seat_or_one_at_that_time_cannot_wait(conference, knots):
    one, holder = full(conference)
    with pytest.raises(actions.CannotWait, match="You have this seat already."):
        actions.join_seat(holder, one.add_on)
    with pytest.raises(actions.CannotWait, match="same time.*Give that seat back first."):
        actions.join_seat(make.seat(knots), one.add_on)
    shirt = reg.add_on(conference, kind="shirt")
    with pytest.raises(actions.CannotWait, match="not on sale"):
        actions.join_seat(make.ticket(conference), shirt)


def test_database_refuses_an_entry_for_nothing_or_for_two_things(conference):
    one, holder = full(conference)
    kind = conference.ticket_types.first()
    for wrong in ({}, {"add_on": one.add_on}, {"ticket_type": kind, "ticket": holder}):
        with pytest.raises(IntegrityError), transaction.atomic():
            WaitlistEntry.objects.create(conference=conference, **wrong)
    WaitlistEntry.objects.create(conference=conference, add_on=one.add_on, ticket=holder)
    with pytest.raises(IntegrityError), transaction.atomic():
        WaitlistEntry.objects.create(conference=conference, add_on=one.add_on, ticket=holder)


@pytest.mark.sqlite
def test_privacy_shows_and_ends_the_waiting(conference):
    one, _ = full(conference)
    ticket = make.ticket(conference, attendee_name="Ada", attendee_email="ada@example.org")
    entry = actions.join_seat(ticket, one.add_on)
    told = "\n".join(privacy.show("ada@example.org")["Orders and tickets"])
    assert "for Full: “Ada”, waiting" in told
    privacy.erase("ada@example.org")
    assert state_of(entry) == "left"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_freed_seats_go_to_the_waiting_whatever_the_public_tries(turn):
    """Three give back, three wait, six of the public try: only those who wait get in."""
    conference = make_scale.conference()
    one = workshop(conference, "Full", wanted=3)
    holders = [make.seat(one) for _ in range(3)]
    entries = [actions.join_seat(make.ticket(conference), one.add_on) for _ in range(3)]
    public = [make.ticket(conference) for _ in range(6)]

    def give_back(ticket):
        return actions.cancel_tickets(ticket.order, [ticket], by=None, why="Ill")

    works = [lambda ticket=ticket: give_back(ticket) for ticket in holders]
    works += [lambda ticket=ticket: take(ticket, one) for ticket in public]
    said = at_once(works, actions.SoldOut)
    assert sorted(said) == ["Order"] * 3 + ["SoldOut"] * 6
    assert [state_of(entry) for entry in entries] == ["taken"] * 3
    assert Quota.objects.get(pk=one.quota_id).taken == 3
    assert [str(one) for one in errors(conference)] == []


# --- pages -------------------------------------------------------------------------------------


def test_ticket_page_shows_seats_and_lets_one_wait(client, conference, knots):
    one, _ = full(conference, hour=14)
    ticket = make.seat(knots)
    shown = client.get(page_of(ticket))
    seats = shown.context["workshops"]
    assert [seat.add_on for seat in seats.held] == [knots.add_on]
    assert [seat.add_on for seat in seats.full] == [one.add_on]
    assert b"Wait for a seat" in shown.content
    client.post(page_of(ticket, "ticket-wait", one.add_on_id))
    shown = client.get(page_of(ticket))
    (seat,) = shown.context["workshops"].waiting
    assert b"You are next" in shown.content
    client.post(page_of(ticket, "ticket-wait-leave", seat.entry.pk))
    assert state_of(seat.entry) == "left"
    other = make.ticket(conference)
    assert client.post(page_of(other, "ticket-wait-leave", seat.entry.pk)).status_code == 404


def test_ticket_page_says_that_seats_are_at_the_same_time(client, conference, knots, splices):
    ticket = make.seat(splices, make.seat(knots))
    shown = client.get(page_of(ticket)).content.decode()
    assert "At the same time as your seat in “Splices”" in shown
    assert "At the same time as your seat in “Knots”" in shown


def test_refused_wish_to_wait_is_said(client, conference, knots, splices):
    ticket = make.seat(knots)
    answer = client.post(page_of(ticket, "ticket-wait", splices.add_on_id), follow=True)
    assert "Give that seat back first." in answer.content.decode()
    assert client.post(page_of(ticket, "ticket-wait", 0)).status_code == 404


def test_ticket_page_costs_the_same_with_more_workshops(client, conference):
    ticket = make.seat(workshop(conference, "One"))
    client.get(page_of(ticket))
    with CaptureQueriesContext(connection) as one:
        client.get(page_of(ticket))
    for n in range(2):
        make.seat(workshop(conference, f"More {n}", hour=12 + n), ticket)
    with CaptureQueriesContext(connection) as three:
        client.get(page_of(ticket))
    assert len(three) == len(one)


def test_seat_page_leads_to_ones_ticket_and_keeps_to_itself(client, conference, knots):
    page = reverse("registration:seat", args=[conference.slug, knots.add_on_id])
    shown = client.get(page)
    assert "sign in" in shown.content.decode()
    assert shown["Cache-Control"] == "private, no-store"
    user = make_scale.user()
    ticket = make.ticket(conference)
    ticket.user = user
    ticket.save()
    client.force_login(user)
    assert f"{ticket.get_absolute_url()}#workshops" in client.get(page).content.decode()
    shirt = reg.add_on(conference, kind="shirt")
    for pk in (shirt.pk, 999_999):
        assert (
            client.get(reverse("registration:seat", args=[conference.slug, pk])).status_code == 404
        )


def test_hidden_seats_are_the_desks_alone(client, conference, knots):
    offer_seats(knots.talk, Offer(wanted=5, name="Knots", is_hidden=True), by=None)
    page = reverse("registration:seat", args=[conference.slug, knots.add_on_id])
    assert client.get(page).status_code == 404
    ticket = make.ticket(conference)
    assert not client.get(page_of(ticket)).context["workshops"]
    order = actions.add_extra(
        ticket, knots.add_on, token="d" * 32, why="Asked.", by=make_scale.user()
    )
    assert order.status == "paid"
