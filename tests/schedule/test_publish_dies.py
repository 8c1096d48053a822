"""The database goes away in the middle of a publish: then all of it is public, or nothing."""

import itertools
from contextlib import contextmanager, suppress

import pytest
from django.db import OperationalError, connection, connections
from django.test import Client
from django.urls import reverse

from registration.models import Quota
from scale.models import Conference, OutgoingEmail, Role
from schedule import actions
from schedule.models import Change, Move, Plan, Release, Slot
from schedule.plans import working_plan
from tests.factories import scale as make_scale
from tests.factories import schedule as make

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def after():
    """A context in which this thread loses its session once statement `n` is done.

    Another session ends it, so the server is well; what comes next, be it COMMIT, fails.
    """
    other = connections.create_connection("default")
    other.inc_thread_sharing()

    @contextmanager
    def killed(n):
        sent = itertools.count(1)

        def count(execute, sql, params, many, context):
            result = execute(sql, params, many, context)
            if next(sent) == n:
                session = context["connection"].connection.thread_id()
                with other.cursor() as cursor:
                    cursor.execute(f"KILL CONNECTION {session}")
            return result

        try:
            with connection.execute_wrapper(count):
                yield
        finally:
            if next(sent) > n:
                connection.close()  # as a request does with a broken one when it ends

    yield killed
    other.close()


@pytest.fixture
def planned():
    """A swap, a new talk, a break that goes and a workshop into a smaller room, with a holder."""
    conference = make_scale.conference()
    small, large = make.room(conference, capacity=5), make.room(conference, capacity=50)
    workshop = make.workshop(conference, room=large, wanted=10, starts_at=make.at(conference, 15))
    make.seat(workshop)
    one, other = make.slot(conference), make.slot(conference)
    gone = make.slot(conference, title="Lunch", place="Lawn")
    plan = working_plan(conference)
    make.move(Slot.objects.get(talk=workshop.talk), room_id=small.pk)
    make.move(one, room_id=other.room_id)
    make.move(other, room_id=one.room_id)
    actions.plan_removal(plan, gone)
    new = make.placement(large, talk=make.confirmed(conference), starts_at=make.at(conference, 9))
    actions.plan_move(plan, new)
    # What others plan for the same slot becomes stale with the release.
    make.move(one, actions.make_plan(conference, "Else", by=make_scale.user()), title="Else")
    return conference


def everything(conference):
    """All that a publish writes; mails only as to whom and about what."""
    rows = [
        Slot.objects.values_list("uuid", "version", *actions.planning.Placement.FIELDS),
        Release.objects.values_list("number", "plan", "override_reason"),
        Change.objects.values_list("slot_uuid", "release__number", "removed", "before"),
        Move.objects.values_list("pk", "is_stale"),
        Plan.objects.values_list("pk", "edits", "closed_at"),
        Quota.objects.values_list("pk", "size", "over", "taken"),
        OutgoingEmail.objects.values_list("to_address", "subject"),
        Conference.objects.filter(pk=conference.pk).values_list("version"),
    ]
    return [sorted(map(str, found)) for found in rows]


def assert_whole(conference):
    """The release that `planned` wants is there with everything that belongs to it."""
    (number,) = Conference.objects.get().releases.values_list("number", flat=True)[:1]
    assert Slot.objects.filter(version=number).count() == 4
    assert Change.objects.filter(release__number=number).count() == 5
    assert working_plan(conference).moves.count() == 0
    assert list(Move.objects.values_list("is_stale", flat=True)) == [True]
    assert Quota.objects.get(name__startswith="Seats").size == 5
    mails = OutgoingEmail.objects.filter(subject__contains=f"(version {number})")
    assert mails.count() == 5  # four speakers and who has a seat
    rebuilt = actions.schedule_at(conference, number)
    assert {one.slot_uuid: one.placement() for one in rebuilt} == {
        one.uuid: one.placement() for one in Slot.objects.all()
    }


def test_publish_that_loses_the_database_after_any_statement_is_all_or_nothing(planned, after):
    before = everything(planned)
    for n in itertools.count(1):
        with suppress(OperationalError), after(n):
            actions.publish(working_plan(planned))
        if everything(planned) != before:
            break
    assert n > 25, "too few statements for a publish"
    assert_whole(planned)


def test_so_is_a_change_on_the_day(planned, after):
    """What is planned already for the slot goes with it, or stays."""
    slot, staff = Slot.objects.get(title="Lunch"), make_scale.user()
    edit = actions.Edit(slot.uuid, slot.placement() | {"place": "Tent"})
    before = everything(planned)
    for n in itertools.count(1):
        with suppress(OperationalError), after(n):
            actions.change_now(planned, [edit], by=staff)
        if everything(planned) != before:
            break
    assert n > 20, "too few statements for a publish"
    release = Release.objects.first()
    assert release.plan.closed_at and release.changes.get().place == "Tent"
    assert Slot.objects.get(uuid=slot.uuid).version == release.number
    assert not Move.objects.filter(slot_uuid=slot.uuid).exists()
    assert working_plan(planned).moves.count() == 4


def test_who_publishes_then_reads_a_plain_error_or_that_it_is_public(planned, after):
    user = make_scale.user()
    make_scale.second_factor(user)
    make_scale.staff_role(user, planned, Role.PROGRAM)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    address = reverse("schedule:publish", args=[planned.slug, working_plan(planned).pk])
    before = everything(planned)
    for n in itertools.count(1):
        with after(n):
            answer = client.post(address, {"notify": "on", "notify_holders": "on"})
        if everything(planned) != before:
            break
        assert (n, answer.status_code) == (n, 500)
        assert b"Something broke here" in answer.content
    assert n > 30, "too few statements for a publish"
    assert_whole(planned)
    assert answer.status_code in (302, 500)
