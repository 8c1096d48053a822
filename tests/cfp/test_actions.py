"""Verbs that no page shows alone."""

import pytest

from cfp import actions
from cfp.errors import IllegalMove, NotEditable, NotInReview, OwnTalk
from cfp.models import Talk
from scale.editions import EditionClosed
from scale.models import Conference, OutgoingEmail, Role
from tests.factories import cfp, scale

Status = Talk.Status


def version(conference):
    return Conference.objects.get(pk=conference.pk).version


@pytest.mark.sqlite
def test_speakers_are_replaced_in_order_and_the_public_sees_it(conference):
    zoe, max_, ana = cfp.speaker(name="Zoe"), cfp.speaker(name="Max"), cfp.speaker(name="Ana")
    talk = cfp.talk(conference, status=Status.CONFIRMED, speakers=[zoe, max_])
    before = version(conference)
    actions.set_speakers(talk, [ana, zoe])
    assert Talk.objects.with_speakers().get().speakers() == [ana, zoe]
    assert version(conference) > before
    before = version(conference)
    actions.set_speakers(talk, [ana, zoe])
    assert version(conference) == before


def test_every_way_off_the_stage_and_on_it_raises_the_version(conference):
    talk, chair = cfp.talk(conference), scale.user()
    for act in (
        lambda: cfp.tell(talk, "accept", chair),
        lambda: actions.put_back(talk, Status.SUBMITTED, by=chair),
        lambda: cfp.tell(talk, "accept", chair),
        lambda: actions.confirm_talk(talk, may_record=True),
        lambda: actions.cancel_talk(talk, by=chair, reason="Flu"),
        lambda: actions.put_back(talk, Status.CONFIRMED, by=chair),
        lambda: actions.withdraw_talk(talk),
    ):
        before = version(conference)
        act()
        assert version(conference) == before + 1


def test_waitlisting_and_reviewing_raise_nothing(conference):
    talk = cfp.talk(conference)
    before = version(conference)
    actions.review_talk(talk, scale.user(), score=3)
    cfp.tell(talk, "waitlist")
    cfp.tell(talk, "reject")
    assert version(conference) == before


def test_reason_goes_when_a_talk_comes_back(conference):
    talk = cfp.talk(conference, status=Status.CONFIRMED)
    actions.cancel_talk(talk, by=scale.user(), reason="Flu")
    assert actions.put_back(talk, Status.CONFIRMED, by=scale.user()).reason == ""


def test_status_to_put_back_to_is_one_of_two(conference):
    talk = cfp.talk(conference)
    with pytest.raises(ValueError, match="not a status to put a talk back to"):
        actions.put_back(talk, Status.ACCEPTED, by=scale.user())


def test_illegal_moves_raise_and_change_nothing(conference):
    talk = cfp.talk(conference)
    for act in (
        lambda: actions.confirm_talk(talk, may_record=True),
        lambda: actions.decline_talk(talk),
        lambda: actions.cancel_talk(talk, by=scale.user(), reason="x"),
        lambda: actions.put_back(talk, Status.CONFIRMED, by=scale.user()),
    ):
        with pytest.raises(IllegalMove):
            act()
    assert Talk.objects.get().status == Status.SUBMITTED


def test_own_talks_are_judged_by_others_whoever_asks(conference):
    chair = scale.user(is_superuser=True)
    scale.staff_role(chair, conference, Role.CHAIR)
    talk = cfp.talk_of(chair, conference)
    with pytest.raises(OwnTalk):
        actions.review_talk(talk, chair, score=5)
    with pytest.raises(OwnTalk):
        actions.decide_talk(talk, "accept", by=chair)
    assert not OutgoingEmail.objects.exists()


def test_reviews_end_with_the_decision(conference):
    talk = cfp.talk(conference, status=Status.REJECTED)
    with pytest.raises(NotInReview, match="it needs no more reviews"):
        actions.review_talk(talk, scale.user(), score=5)


def test_talk_that_was_given_to_others_is_not_edited(conference, open_call):
    with pytest.raises(NotEditable):
        actions.edit_talk(scale.user(), cfp.talk(conference), {"title": "Mine now"})


def test_closed_edition_is_read_only(conference):
    talk = cfp.talk(conference, status=Status.ACCEPTED)
    conference.closed_at = talk.submitted_at
    conference.save()
    for act in (
        lambda: actions.set_speakers(talk, []),
        lambda: actions.rename_talk(talk, "New"),
        lambda: actions.withdraw_talk(talk),
        lambda: actions.cancel_talk(talk, by=scale.user(), reason="x"),
        lambda: actions.save_draft(scale.user(), conference, {"title": "T"}),
    ):
        with pytest.raises(EditionClosed):
            act()


def test_mail_goes_to_the_account_of_a_claimed_profile(conference):
    user = scale.user(email="now@example.org")
    talk = cfp.talk(conference, speakers=[cfp.speaker(user=user, email="then@example.org")])
    cfp.tell(talk, "accept")
    assert OutgoingEmail.objects.get().to_address == "now@example.org"
