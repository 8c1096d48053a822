"""Another track for a talk: reviewers suggest, the track's chair answers."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cfp import actions
from cfp.errors import AnsweredMeanwhile, NotInReview, OwnTalk, SuggestedAlready
from cfp.models import Talk, TrackSuggestion
from scale.models import AuditEntry, Role
from tests.factories import cfp, scale

Status = Talk.Status
Answer = TrackSuggestion.Status


def text_of(response):
    return response.content.decode()


@pytest.fixture
def path(conference):
    return reverse("cfp:suggestions", args=[conference.slug])


def form_of(talk):
    return reverse("cfp:suggest-track", args=[talk.conference.slug, talk.code])


def answer_of(one):
    return reverse("cfp:answer-track", args=[one.talk.conference.slug, one.pk])


@pytest.fixture
def one(conference):
    here, there = cfp.track(conference, name="Here"), cfp.track(conference, name="There")
    return cfp.suggestion(cfp.talk(conference, track=here), to=there, why="Fits")


# --- suggesting --------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_reviewer_suggests_a_track(as_role, conference):
    reviewer, track = as_role(Role.REVIEWER), cfp.track(conference)
    talk = cfp.talk(conference)
    assert reviewer.get(form_of(talk)).status_code == 200
    response = reviewer.post(form_of(talk), {"track": track.pk, "why": "Fits"})
    assert response.url == reverse("cfp:review", args=[conference.slug, talk.code])
    one = TrackSuggestion.objects.get()
    assert (one.talk, one.track, one.by, one.why) == (talk, track, reviewer.user, "Fits")
    assert one.status == Answer.OPEN
    again = reviewer.post(form_of(talk), {"track": track.pk, "why": "Kept words"})
    assert "already" in text_of(again) and "Kept words" in text_of(again)
    assert TrackSuggestion.objects.count() == 1


def test_suggestion_says_what_is_wrong(as_role, conference):
    reviewer, track = as_role(Role.REVIEWER), cfp.track(conference)
    talk, foreign = cfp.talk(conference, track=track), cfp.track(scale.conference())
    for wrong in ("", track.pk, foreign.pk, "x", 999_999):
        response = reviewer.post(form_of(talk), {"track": wrong})
        assert "track" in response.context["form"].errors, wrong
    decided = cfp.talk(conference, status=Status.ACCEPTED)
    assert "accepted" in text_of(reviewer.post(form_of(decided), {"track": track.pk}))
    assert not TrackSuggestion.objects.exists()


def test_rules_of_suggesting(conference):
    talk, track = cfp.talk(conference), cfp.track(conference)
    user = scale.user()
    with pytest.raises(OwnTalk):
        actions.suggest_track(cfp.talk_of(user, conference), track, by=user)
    with pytest.raises(SuggestedAlready):
        actions.suggest_track(talk, cfp.track(scale.conference()), by=user)
    first = actions.suggest_track(talk, track, by=user)
    actions.answer_suggestion(first, accept=False, by=scale.user())
    assert actions.suggest_track(talk, track, by=user).pk != first.pk


def test_database_takes_one_open_suggestion_a_track(one):
    with pytest.raises(IntegrityError), transaction.atomic():
        cfp.suggestion(one.talk, to=one.track)
    with pytest.raises(IntegrityError), transaction.atomic():
        TrackSuggestion.objects.update(status="x")
    one.status = Answer.REJECTED
    one.save()
    cfp.suggestion(one.talk, to=one.track)


# --- answering ---------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_chair_of_the_track_takes_the_talk_and_the_others_close(as_track, one, path):
    other = cfp.suggestion(one.talk)
    chair = as_track(one.track)
    page = text_of(chair.get(path))
    assert one.talk.title in page and "Fits" in page and other.track.name not in page
    assert chair.post(answer_of(one), {"answer": "accept"}).url == path
    for row in (one, other):
        row.refresh_from_db()
    assert one.talk.track == one.track
    assert (one.status, other.status) == (Answer.ACCEPTED, Answer.CLOSED)
    assert one.answered_by == other.answered_by == chair.user and one.answered_at
    trail = [entry.changes for entry in AuditEntry.objects.get_for_object(one.talk)]
    assert any("track" in changes for changes in trail)
    assert "Accepted" in text_of(chair.get(path))


def test_chair_hears_of_suggestions_on_the_list_of_reviews(as_track, one, conference):
    chair, reviews = as_track(one.track), reverse("cfp:reviews", args=[conference.slug])
    cfp.suggestion(one.talk)
    assert chair.get(reviews).context["suggested"] == 1
    actions.answer_suggestion(one, accept=False, by=scale.user())
    assert chair.get(reviews).context["suggested"] == 0


def test_rejected_suggestion_leaves_talk_and_others(as_track, one):
    other, before = cfp.suggestion(one.talk), one.talk.track
    as_track(one.track).post(answer_of(one), {"answer": "reject"})
    for row in (one, other, one.talk):
        row.refresh_from_db()
    assert (one.status, other.status, one.talk.track) == (Answer.REJECTED, Answer.OPEN, before)


def test_only_chairs_of_that_track_answer(as_track, as_role, one, conference, path):
    for client in (as_track(one.talk.track), as_track(cfp.track(conference))):
        assert one.talk.title not in text_of(client.get(path))
        assert client.post(answer_of(one), {"answer": "accept"}).status_code == 404
    for client in (as_track(one.track, "reviewer"), as_role(Role.REVIEWER)):
        assert client.post(answer_of(one), {"answer": "accept"}).status_code == 403
    one.refresh_from_db()
    assert one.status == Answer.OPEN
    assert as_role(Role.PROGRAM).post(answer_of(one), {"answer": "accept"}).status_code == 302
    one.refresh_from_db()
    assert one.status == Answer.ACCEPTED


@pytest.mark.parametrize("said", ["accept", "reject"])
def test_anonymous_talk_has_no_name_before_it_is_taken(as_track, conference, path, said):
    cfp.review_rules(conference, is_anonymous=True)
    zoe = cfp.speaker(name="Zoe Zebra")
    talk = cfp.talk(
        conference, speakers=[zoe], title="By Zoe Zebra", abstract="Zoe Zebra of Corvid"
    )
    cfp.redaction(talk, "Corvid")
    suggestion = cfp.suggestion(talk, to=cfp.track(conference))
    chair = as_track(suggestion.track)
    page = text_of(chair.get(path))
    assert "By █████" in page and "Zebra" not in page and "Corvid" not in page
    told = text_of(chair.post(answer_of(suggestion), {"answer": said}, follow=True))
    assert ("By Zoe Zebra" in told) == (said == "accept")
    talk.refresh_from_db()
    assert talk.title == "By Zoe Zebra"


def test_nobody_answers_for_their_own_talk(as_track, one):
    chair = as_track(one.track)
    one.talk.talk_speakers.create(speaker=cfp.speaker(user=chair.user))
    assert chair.post(answer_of(one), {"answer": "accept"}).status_code == 404
    with pytest.raises(OwnTalk):
        actions.answer_suggestion(one, accept=True, by=chair.user)


def test_nothing_chosen_changes_nothing(as_track, one):
    chair = as_track(one.track)
    for sent in ({}, {"answer": "x"}):
        response = chair.post(answer_of(one), sent, follow=True)
        assert "nothing was chosen" in text_of(response)
    one.refresh_from_db()
    assert one.status == Answer.OPEN


def test_late_answers_are_refused(as_track, one):
    chair = as_track(one.track)
    actions.answer_suggestion(one, accept=False, by=scale.user())
    with pytest.raises(AnsweredMeanwhile):
        actions.answer_suggestion(one, accept=True, by=chair.user)
    assert "by now" in text_of(chair.post(answer_of(one), {"answer": "accept"}, follow=True))
    other = cfp.suggestion(one.talk)
    Talk.objects.update(status=Status.ACCEPTED)
    with pytest.raises(NotInReview):
        actions.answer_suggestion(other, accept=True, by=chair.user)


def test_closed_edition_answers_nothing(as_track, one, conference):
    chair = as_track(one.track)
    conference.closed_at = timezone.now()
    conference.save()
    response = chair.post(answer_of(one), {"answer": "accept"}, follow=True)
    assert "can only be read" in text_of(response)


def test_page_costs_the_same_with_more_suggestions(
    as_role, one, conference, path, django_assert_num_queries, django_assert_max_num_queries
):
    program = as_role(Role.PROGRAM)
    actions.answer_suggestion(cfp.suggestion(one.talk), accept=False, by=scale.user())
    with django_assert_max_num_queries(25) as first:
        program.get(path)
    for _ in range(2):
        cfp.suggestion(cfp.talk(conference, track=cfp.track(conference)))
        actions.answer_suggestion(cfp.suggestion(one.talk), accept=False, by=scale.user())
    with django_assert_num_queries(len(first)):
        program.get(path)
