"""Plan → Move → Release: the only way the public schedule changes."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from cfp.models import Talk
from scale.editions import EditionClosed, close
from scale.models import Conference, OutgoingEmail
from schedule import actions
from schedule.models import Change, Move, Plan, Release, Slot
from schedule.plans import working_plan
from tests.factories import cfp as make_cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make


def version_of(conference):
    return Conference.objects.values_list("version", flat=True).get(pk=conference.pk)


@pytest.mark.sqlite
def test_a_move_is_public_only_after_publishing(conference):
    slot = make.slot(conference)
    other = make.room(conference)
    make.move(slot, room_id=other.pk)
    assert Slot.objects.get(pk=slot.pk).room_id == slot.room_id
    before = version_of(conference)

    release = actions.publish(working_plan(conference))

    moved = Slot.objects.get(pk=slot.pk)
    assert (moved.room, moved.version) == (other, release.number)
    assert version_of(conference) > before
    assert Move.objects.count() == 0


@pytest.mark.sqlite
def test_release_records_what_changed_and_what_it_followed(conference):
    slot = make.slot(conference)
    first_room = slot.room
    make.move(slot, room_id=make.room(conference).pk)
    release = actions.publish(working_plan(conference))
    (change,) = release.changes.all()
    assert (change.before.room, change.removed) == (first_room, False)


def test_two_talks_swap_rooms_in_one_release(conference):
    one, other = make.slot(conference), make.slot(conference)
    make.move(one, room_id=other.room_id)
    make.move(other, room_id=one.room_id)
    actions.publish(working_plan(conference))
    assert Slot.objects.get(pk=one.pk).room_id == other.room_id
    assert Slot.objects.get(pk=other.pk).room_id == one.room_id


def test_taken_room_stops_publishing_and_changes_nothing(conference):
    one, other = make.slot(conference), make.slot(conference)
    make.move(one, room_id=other.room_id)
    third = make.slot(conference, starts_at=make.at(conference, 15))
    make.move(third, starts_at=make.at(conference, 16))
    releases = Release.objects.count()
    with pytest.raises(actions.Blocked) as blocked:
        actions.publish(working_plan(conference))
    assert [conflict.kind for conflict in blocked.value.conflicts] == ["room"]
    assert Release.objects.count() == releases
    assert Slot.objects.get(pk=third.pk).starts_at == third.starts_at
    assert Move.objects.count() == 2


def test_a_reason_overrides_and_is_kept(conference):
    one, other = make.slot(conference), make.slot(conference)
    make.move(one, room_id=other.room_id)
    release = actions.publish(working_plan(conference), override_reason="They share the stage")
    assert release.override_reason == "They share the stage"


def test_a_conflict_elsewhere_does_not_stop_publishing(conference):
    one, other = make.slot(conference), make.slot(conference)
    make.move(one, room_id=other.room_id)
    actions.publish(working_plan(conference), override_reason="They share the stage")
    third = make.slot(conference, starts_at=make.at(conference, 15))
    make.move(third, starts_at=make.at(conference, 16))
    assert actions.publish(working_plan(conference)).override_reason == ""


def test_speaker_in_two_places_stops_publishing(conference):
    lena = make_cfp.speaker(name="Lena Ortiz")
    make.slot(conference, talk=make.confirmed(conference, speakers=[lena]))
    with pytest.raises(actions.Blocked) as blocked:
        make.slot(conference, talk=make.confirmed(conference, speakers=[lena]))
    assert [conflict.kind for conflict in blocked.value.conflicts] == ["speaker"]


def test_nothing_to_change_makes_no_release(conference):
    slot = make.slot(conference)
    make.move(slot)
    number, version = Release.objects.count(), version_of(conference)
    assert actions.publish(working_plan(conference)) is None
    assert (Release.objects.count(), version_of(conference)) == (number, version)
    assert Move.objects.count() == 0


def test_removed_slot_goes_and_its_history_stays(conference):
    slot = make.slot(conference)
    actions.plan_removal(working_plan(conference), slot)
    release = actions.publish(working_plan(conference))
    assert Slot.objects.count() == 0
    assert [change.removed for change in release.changes.all()] == [True]
    with pytest.raises(ProtectedError):
        slot.talk.delete()


def test_moves_on_a_slot_that_changed_turn_stale_and_wait(conference):
    slot = make.slot(conference)
    other_plan = Plan.objects.create(conference=conference, name="What if 106 floods")
    stale = make.move(slot, other_plan, starts_at=make.at(conference, 14))
    make.move(slot, starts_at=make.at(conference, 12))
    actions.publish(working_plan(conference))

    stale.refresh_from_db()
    assert stale.is_stale
    with pytest.raises(actions.StaleMoves):
        actions.publish(other_plan)
    actions.change_plan(other_plan, stale.slot_uuid, "confirm", by=None)
    actions.publish(other_plan)
    assert Slot.objects.get(pk=slot.pk).starts_at == make.at(conference, 14)


def test_a_move_that_became_true_vanishes_from_other_plans(conference):
    slot = make.slot(conference)
    other_plan = Plan.objects.create(conference=conference, name="Also 12")
    make.move(slot, other_plan, starts_at=make.at(conference, 12))
    make.move(slot, starts_at=make.at(conference, 12))
    actions.publish(working_plan(conference))
    assert other_plan.moves.count() == 0


def test_chosen_moves_alone_are_published(conference):
    one, other = make.slot(conference), make.slot(conference)
    chosen = make.move(one, starts_at=make.at(conference, 12))
    make.move(other, starts_at=make.at(conference, 12))
    actions.publish(working_plan(conference), moves=[chosen])
    assert Slot.objects.get(pk=other.pk).starts_at == other.starts_at
    assert working_plan(conference).moves.count() == 1


def test_composite_room_blocks_its_part(conference):
    g, h = make.room(conference, name="G"), make.room(conference, name="H")
    both = make.room(conference, name="GH")
    both.parts.set([g, h])
    make.slot(conference, room=both)
    with pytest.raises(actions.Blocked):
        make.slot(conference, room=g)
    make.slot(conference, room=h, starts_at=make.at(conference, 12))


def test_cancelled_talk_may_be_replaced_at_its_place(conference):
    slot = make.slot(conference)
    slot.talk.status = Talk.Status.CANCELLED
    slot.talk.save()
    assert [one.pk for one in actions.cancelled_still_shown(conference)] == [slot.pk]
    make.slot(conference, room=slot.room)


def test_each_touched_speaker_gets_one_mail_for_all_their_slots(conference):
    lena = make_cfp.speaker(name="Lena Ortiz", email="lena@example.org")
    ana = make_cfp.speaker(name="Ana", email="ana@example.org")
    talk = make.confirmed(conference, title="Ceph at scale", speakers=[lena, ana])
    twice = make.confirmed(conference, title="Twice", speakers=[lena])
    plan = working_plan(conference)
    for n, one in enumerate([talk, twice]):
        placed = make.placement(
            make.room(conference, name="Ballroom B"),
            talk=one,
            starts_at=make.at(conference, 10 + n),
        )
        actions.plan_move(plan, placed)
    actions.publish(plan)
    mails = OutgoingEmail.objects.order_by("to_address")
    assert [mail.to_address for mail in mails] == ["ana@example.org", "lena@example.org"]
    assert mails[1].text.count("Ballroom B") == 2
    assert "Twice" not in mails[0].text


def test_mail_can_be_left_out(conference):
    make.slot(conference)  # the factory publishes without mail
    assert OutgoingEmail.objects.count() == 0


def test_closed_edition_cannot_be_published(conference):
    slot = make.slot(conference)
    make.move(slot, starts_at=make.at(conference, 12))
    close(conference)
    with pytest.raises(EditionClosed):
        actions.publish(working_plan(conference))


@pytest.mark.sqlite
def test_any_release_is_rebuilt_exactly_with_todays_titles(conference):
    first = make.slot(conference)
    second = make.slot(conference, starts_at=make.at(conference, 13))
    number = Release.objects.first().number
    wanted = {slot.uuid: slot.placement() for slot in (first, second)}
    make.move(first, starts_at=make.at(conference, 15))
    actions.plan_removal(working_plan(conference), second)
    actions.publish(working_plan(conference))
    Talk.objects.filter(pk=first.talk_id).update(title="Renamed")

    rebuilt = actions.schedule_at(conference, number)

    assert {change.slot_uuid: change.placement() for change in rebuilt} == wanted
    assert "Renamed" in {change.what for change in rebuilt}


def test_reverting_is_a_plan_that_brings_a_release_back(conference):
    first = make.slot(conference)
    second = make.slot(conference, starts_at=make.at(conference, 13), kind="part", part=2)
    number = Release.objects.first().number
    wanted = {slot.uuid: slot.placement() for slot in (first, second)}
    make.move(first, starts_at=make.at(conference, 15))
    actions.plan_removal(working_plan(conference), second)
    actions.publish(working_plan(conference))
    make.slot(conference, starts_at=make.at(conference, 17))

    actions.publish(actions.plan_release(conference, number))

    assert {slot.uuid: slot.placement() for slot in Slot.objects.all()} == wanted


def test_publishing_costs_the_same_for_one_talk_and_for_ten(
    conference, django_assert_max_num_queries
):
    def publish(talks):
        plan = working_plan(conference)
        for n in range(talks):
            placed = make.placement(
                make.room(conference),
                talk=make.confirmed(conference),
                starts_at=make.at(conference, 8 + n),
            )
            actions.plan_move(plan, placed)
        with django_assert_max_num_queries(60) as queries:
            actions.publish(plan, notify=False)
        return len(queries)

    publish(1)  # looks up once what kind of row the audit trail is about
    assert publish(1) == publish(10)


@pytest.mark.django_db(transaction=True)
def test_eight_publishers_never_put_two_talks_into_one_room():
    conference = make_scale.conference()
    room = make.room(conference)
    plans = []
    for n in range(8):
        plan = Plan.objects.create(conference=conference, name=f"Plan {n}")
        talk = make.confirmed(conference)
        actions.plan_move(plan, make.placement(room, talk=talk, starts_at=make.at(conference, 10)))
        plans.append(plan)
    outcomes = []
    start = threading.Barrier(8)

    def run(plan):
        start.wait()
        try:
            actions.publish(plan, notify=False)
            outcomes.append("published")
        except actions.Blocked:
            outcomes.append("blocked")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(plan,)) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["blocked"] * 7 + ["published"]
    assert Slot.objects.count() == 1
    assert [release.number for release in Release.objects.all()] == [1]


@pytest.mark.parametrize("model", [Slot, Move, Change])
def test_database_refuses_an_end_before_the_start(conference, model):
    slot = make.slot(conference)
    make.move(slot)
    row = model.objects.first()
    row.ends_at = row.starts_at
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.bulk_update([row], ["ends_at"])


def test_database_refuses_a_slot_without_talk_and_title(conference):
    slot = make.slot(conference)
    with pytest.raises(IntegrityError), transaction.atomic():
        Slot.objects.filter(pk=slot.pk).update(talk=None)


def test_database_refuses_a_release_number_twice(conference):
    make.slot(conference)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.create(conference=conference, number=1)


def test_database_refuses_two_moves_of_one_slot_in_a_plan(conference):
    slot = make.slot(conference)
    moved = make.move(slot)
    moved.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        moved.save(force_insert=True)
