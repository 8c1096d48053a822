"""Editing a plan: steps, undo, locks, and two people at once."""

import threading
import uuid

import pytest
from django.db import connection

from scale.editions import EditionClosed, close
from scale.models import Conference
from schedule import actions
from schedule.actions import Edit
from schedule.models import Move, Plan, PlanStep, Slot
from schedule.plans import State, working_plan
from tests.factories import scale as make_scale
from tests.factories import schedule as make


@pytest.fixture
def staff(db):
    return make_scale.user()


def line_of(slot):
    state = State.of(working_plan(slot.conference))
    return next(line for line in state.lines if line.uuid == slot.uuid)


def to(slot, **changes):
    return Edit(slot.uuid, slot.placement() | changes, seen=line_of(slot).mark)


@pytest.mark.sqlite
def test_edit_is_a_move_and_a_step(conference, staff):
    slot, room = make.slot(conference), make.room(conference)
    plan = working_plan(conference)
    step = actions.edit_plan(plan, [to(slot, room_id=room.pk)], by=staff, what="Moved")
    move = plan.moves.get()
    assert (move.room, move.by, move.made_against, move.edit) == (room, staff, slot.version, 1)
    assert (step.what, step.edit, step.before) == ("Moved", 1, {str(slot.uuid): None})


def test_move_to_where_it_is_already_says_nothing(conference, staff):
    slot, room = make.slot(conference), make.room(conference)
    plan = working_plan(conference)
    assert actions.edit_plan(plan, [to(slot)], by=staff, what="Nothing") is None
    actions.edit_plan(plan, [to(slot, room_id=room.pk)], by=staff, what="Away")
    actions.edit_plan(plan, [to(slot)], by=staff, what="Back")
    assert not plan.moves.exists()


def test_who_looked_before_somebody_else_moved_it_is_told(conference, staff):
    slot, room = make.slot(conference), make.room(conference)
    plan = working_plan(conference)
    seen = to(slot, starts_at=make.at(conference, 9))
    actions.edit_plan(plan, [to(slot, room_id=room.pk)], by=make_scale.user(), what="Quicker")
    with pytest.raises(actions.ChangedMeanwhile) as refused:
        actions.edit_plan(plan, [seen], by=staff, what="Slower")
    assert refused.value.slots == [slot.uuid]
    assert plan.moves.get().room == room


def test_who_looked_before_a_release_is_told(conference, staff):
    slot = make.slot(conference)
    seen = to(slot, starts_at=make.at(conference, 9))
    make.move(slot, room_id=make.room(conference).pk)
    actions.publish(working_plan(conference), notify=False)
    with pytest.raises(actions.ChangedMeanwhile):
        actions.edit_plan(working_plan(conference), [seen], by=staff, what="Slower")


def test_all_edits_or_none(conference, staff):
    one, other = make.slot(conference), make.slot(conference)
    wanted = [
        to(one, starts_at=make.at(conference, 9)),
        to(other, starts_at=make.at(conference, 9)),
    ]
    wanted[1] = Edit(other.uuid, wanted[1].placement, seen="0.99")
    with pytest.raises(actions.ChangedMeanwhile):
        actions.edit_plan(working_plan(conference), wanted, by=staff, what="Both")
    assert not Move.objects.exists()


def test_locked_slot_stays_in_every_plan(conference, staff):
    slot = make.slot(conference)
    other = actions.make_plan(conference, "What if", by=staff)
    actions.lock_slot(conference, slot.uuid, by=staff, why="the mayor comes")
    for plan in (working_plan(conference), other):
        with pytest.raises(actions.SlotLocked, match="the mayor comes"):
            actions.edit_plan(plan, [Edit(slot.uuid, goes_away=True)], by=staff, what="Away")
    actions.unlock_slot(conference, slot.uuid)
    actions.edit_plan(other, [Edit(slot.uuid, goes_away=True)], by=staff, what="Away")
    assert other.moves.get().goes_away


@pytest.mark.sqlite
def test_undo_and_redo(conference, staff):
    slot, room = make.slot(conference), make.room(conference)
    plan = working_plan(conference)
    actions.edit_plan(plan, [to(slot, room_id=room.pk)], by=staff, what="Room")
    actions.edit_plan(plan, [to(slot, room_id=room.pk, title="")], by=staff, what="Same")
    later = make.at(conference, 15)
    actions.edit_plan(
        plan,
        [to(slot, room_id=room.pk, starts_at=later, ends_at=make.at(conference, 16))],
        by=staff,
        what="Time",
    )
    assert actions.undo(plan, by=staff).what == "Time"
    assert plan.moves.get().starts_at == slot.starts_at
    assert actions.undo(plan, by=staff).what == "Room"
    assert not plan.moves.exists()
    assert actions.undo(plan, by=staff) is None
    assert actions.redo(plan, by=staff).what == "Room"
    assert actions.redo(plan, by=staff).what == "Time"
    assert actions.redo(plan, by=staff) is None
    assert (plan.moves.get().starts_at, plan.moves.get().room) == (later, room)


@pytest.mark.sqlite
def test_into_a_room_that_was_deleted_meanwhile_nothing_comes_back(conference, staff):
    slot, room = make.slot(conference), make.room(conference)
    plan = working_plan(conference)
    actions.edit_plan(plan, [to(slot, room_id=room.pk)], by=staff, what="Room")
    actions.undo(plan, by=staff)
    room.delete()
    with pytest.raises(actions.Refused, match="not there any more"):
        actions.redo(plan, by=staff)
    assert not plan.moves.exists()
    assert PlanStep.objects.get().undone_at


def test_new_edit_ends_what_could_be_done_again(conference, staff):
    slot, room = make.slot(conference), make.room(conference)
    plan = working_plan(conference)
    actions.edit_plan(plan, [to(slot, room_id=room.pk)], by=staff, what="Room")
    actions.undo(plan, by=staff)
    actions.edit_plan(plan, [Edit(slot.uuid, goes_away=True)], by=staff, what="Away")
    assert actions.redo(plan, by=staff) is None
    assert actions.undo(plan, by=staff).what == "Away"


def test_undo_never_takes_back_what_somebody_else_did(conference, staff):
    slot, room = make.slot(conference), make.room(conference)
    plan, other = working_plan(conference), make_scale.user()
    actions.edit_plan(plan, [to(slot, room_id=room.pk)], by=staff, what="Mine")
    actions.edit_plan(plan, [Edit(slot.uuid, goes_away=True)], by=other, what="Theirs")
    with pytest.raises(actions.ChangedMeanwhile):
        actions.undo(plan, by=staff)
    assert plan.moves.get().goes_away


def test_what_is_undone_after_a_release_is_stale(conference, staff):
    slot, room = make.slot(conference), make.room(conference)
    plan = working_plan(conference)
    actions.edit_plan(plan, [to(slot, room_id=room.pk)], by=staff, what="Room")
    actions.edit_plan(plan, [Edit(slot.uuid)], by=staff, what="Dropped")
    slot.refresh_from_db()
    other = Plan.objects.create(conference=conference, name="Quicker")
    make.move(slot, other, starts_at=make.at(conference, 9))
    actions.publish(other, notify=False)
    actions.undo(plan, by=staff)
    assert plan.moves.get().is_stale


def test_plan_that_was_thrown_away_takes_nothing(conference, staff):
    slot = make.slot(conference)
    plan = actions.make_plan(conference, "What if", by=staff)
    actions.throw_plan_away(plan)
    with pytest.raises(actions.PlanClosed):
        actions.edit_plan(plan, [Edit(slot.uuid, goes_away=True)], by=staff, what="Away")


def test_working_plan_is_emptied_and_stays(conference, staff):
    slot = make.slot(conference)
    make.move(slot, starts_at=make.at(conference, 9))
    actions.throw_plan_away(working_plan(conference))
    plan = working_plan(conference)
    assert (plan.closed_at, plan.moves.count()) == (None, 0)


def test_copy_has_the_same_moves(conference, staff):
    slot = make.slot(conference)
    make.move(slot, starts_at=make.at(conference, 9), why="early bird")
    plan = working_plan(conference)
    copy = actions.copy_plan(plan, "What if", by=staff)
    (one,), (other,) = plan.moves.all(), copy.moves.all()
    assert one.placement() == other.placement()
    assert (other.slot_uuid, other.why, other.made_against) == (slot.uuid, "early bird", 1)


def test_closed_edition_keeps_its_plans(conference, staff):
    slot = make.slot(conference)
    close(conference)
    with pytest.raises(EditionClosed):
        actions.edit_plan(
            working_plan(Conference.objects.get(pk=conference.pk)),
            [Edit(slot.uuid, goes_away=True)],
            by=staff,
            what="Away",
        )


def test_steps_of_one_person_do_not_pile_up(conference, staff, monkeypatch):
    monkeypatch.setattr("schedule.actions.planning.STEPS_KEPT", 3)
    slot = make.slot(conference)
    for hour in range(8, 14):
        edit = to(slot, starts_at=make.at(conference, hour), ends_at=make.at(conference, hour + 1))
        actions.edit_plan(working_plan(conference), [edit], by=staff, what=f"{hour}")
    assert [step.what for step in PlanStep.objects.all()] == ["13", "12", "11"]


def test_editing_costs_the_same_for_one_slot_and_for_five(
    conference, staff, django_assert_num_queries
):
    plan = working_plan(conference)
    for slots in ([make.slot(conference)], [make.slot(conference) for _ in range(5)]):
        edits = [to(slot, starts_at=make.at(conference, 9)) for slot in slots]
        with django_assert_num_queries(10):
            actions.edit_plan(plan, edits, by=staff, what="All earlier")


def together(*works):
    start = threading.Barrier(len(works))
    outcomes = []

    def run(work):
        start.wait()
        try:
            work()
            outcomes.append("done")
        except actions.Refused as refused:
            outcomes.append(type(refused).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_eight_people_who_move_one_slot_one_succeeds():
    conference, staff = make_scale.conference(), make_scale.user()
    slot = make.slot(conference)
    plan = working_plan(conference)
    edits = [to(slot, title=f"{n}", talk_id=None) for n in range(8)]
    outcomes = together(
        *(
            lambda edit=edit: actions.edit_plan(plan, [edit], by=staff, what="Mine")
            for edit in edits
        )
    )
    assert outcomes == ["ChangedMeanwhile"] * 7 + ["done"]
    assert PlanStep.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_edit_during_a_publish_is_never_lost():
    """It comes before and is published, or after, and is refused because the slot changed."""
    conference, staff = make_scale.conference(), make_scale.user()
    for _ in range(6):
        slot = make.slot(conference)
        plan = working_plan(conference)
        make.move(slot, starts_at=make.at(conference, 12), ends_at=make.at(conference, 13))
        edit = to(slot, starts_at=make.at(conference, 14), ends_at=make.at(conference, 15))
        outcomes = together(
            lambda plan=plan, edit=edit: actions.edit_plan(plan, [edit], by=staff, what="Mine"),
            lambda plan=plan: actions.publish(plan, notify=False),
        )
        public = Slot.objects.get(uuid=slot.uuid)
        if outcomes == ["done", "done"]:
            assert public.starts_at == make.at(conference, 14)
        else:
            assert outcomes == ["ChangedMeanwhile", "done"]
            assert public.starts_at == make.at(conference, 12)
        assert not plan.moves.exists()


# --- releases ----------------------------------------------------------------------------------


def test_differences_of_any_two_releases(conference):
    slot, gone = make.slot(conference), make.slot(conference)
    make.move(slot, room_id=(room := make.room(conference)).pk)
    actions.publish(working_plan(conference), notify=False)
    actions.plan_removal(working_plan(conference), gone)
    actions.publish(working_plan(conference), notify=False)
    found = actions.differences(conference, 2, 4)
    told = {(one.before and one.before.room, one.after and one.after.room) for one in found}
    assert told == {(slot.room, room), (gone.room, None)}
    assert actions.differences(conference, 3, 3) == []
    assert len(actions.differences(conference, 0, 4)) == 1


def test_unknown_slot_is_a_new_one(conference, staff):
    new = uuid.uuid4()
    placed = make.placement(make.room(conference), starts_at=make.at(conference, 9), title="Lunch")
    actions.edit_plan(working_plan(conference), [Edit(new, placed)], by=staff, what="Lunch")
    actions.publish(working_plan(conference), notify=False)
    assert Slot.objects.get(uuid=new).title == "Lunch"
