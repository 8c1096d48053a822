"""Who is told that a talk with a place does not take place."""

import pytest

from cfp import actions
from cfp.errors import Refused
from cfp.models import Talk
from scale.models import OutgoingEmail, Role
from tests.factories import cfp as make_cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make


@pytest.fixture
def people(as_role):
    return {role: as_role(role).user for role in (Role.CHAIR, Role.PROGRAM, Role.CREW, Role.DOOR)}


def told():
    mails = OutgoingEmail.objects.filter(kind="talk gone")
    return sorted(mails.values_list("to_address", flat=True))


def addresses(*users):
    return sorted(user.email for user in users)


@pytest.mark.parametrize("leave", ["withdraw", "cancel"])
def test_chairs_and_crew_are_told_once_where_it_was(conference, people, leave):
    track = make_cfp.track(conference)
    chair = make_scale.user()
    make_cfp.track_role(chair, track, "chair")
    slot = make.slot(
        conference,
        room=make.room(conference, name="Ballroom B"),
        talk=make.confirmed(conference, track=track, title="Ceph at scale"),
    )
    for _ in range(2):
        talk = Talk.objects.get(pk=slot.talk_id)
        if leave == "withdraw":
            actions.withdraw_talk(talk, reason="Flu")
        else:
            actions.cancel_talk(talk, by=people[Role.PROGRAM], reason="Flu")
    counted_on_it = [people[Role.CHAIR], people[Role.CREW], chair]
    if leave == "withdraw":
        counted_on_it.append(people[Role.PROGRAM])  # else it was their own doing
    assert told() == addresses(*counted_on_it)
    text = OutgoingEmail.objects.filter(kind="talk gone").first().text
    assert "Ballroom B, Thursday 10:00" in text
    assert "Flu" in text
    assert f"/{conference.slug}/talks/" in text


def test_crew_hears_nothing_of_talks_without_a_place(conference, people):
    actions.withdraw_talk(make.confirmed(conference))
    assert told() == addresses(people[Role.CHAIR], people[Role.PROGRAM])
    OutgoingEmail.objects.all().delete()
    actions.cancel_talk(make.confirmed(conference), by=people[Role.CHAIR], reason="Flu")
    assert told() == []


def test_a_talk_is_put_back_only_where_its_place_is_free(conference, people):
    by, room = people[Role.PROGRAM], make.room(conference, name="Room 104")
    slot = make.slot(conference, room=room, talk=make.confirmed(conference, title="Ceph"))
    actions.cancel_talk(slot.talk, by=by, reason="Flu")
    other = make.slot(conference, room=room, talk=make.confirmed(conference, title="Btrfs"))
    with pytest.raises(Refused, match="Room taken: Room 104.*“(Ceph|Btrfs)”"):
        actions.put_back(slot.talk, Talk.Status.CONFIRMED, by=by)
    assert Talk.objects.get(pk=slot.talk_id).status == Talk.Status.CANCELLED
    actions.cancel_talk(other.talk, by=by, reason="Flu")
    back = actions.put_back(slot.talk, Talk.Status.CONFIRMED, by=by)
    assert back.status == Talk.Status.CONFIRMED


def test_nobody_is_added_to_a_talk_while_speaking_elsewhere(conference):
    ann, bo = (make_cfp.speaker(name=name) for name in ("Ann", "Bo"))
    slots = [
        make.slot(conference, talk=make.confirmed(conference, speakers=[person]))
        for person in (ann, bo)
    ]
    with pytest.raises(Refused, match="Speaker in two places: Ann"):
        actions.set_speakers(slots[1].talk, [bo, ann])
    assert [person.name for person in Talk.objects.get(pk=slots[1].talk_id).speakers()] == ["Bo"]
    slots[0].delete()
    actions.set_speakers(slots[1].talk, [bo, ann])
