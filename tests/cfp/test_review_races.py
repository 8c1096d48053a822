"""Reviewers and chairs at once; each guard was taken out once to see these fail."""

import pytest

from cfp import actions
from cfp.models import Assignment, Talk, TrackSuggestion
from scale.models import Role
from tests.cfp.test_races import THREADS, at_once, names
from tests.factories import cfp, scale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.sqlite
def test_of_two_tracks_that_take_a_talk_at_once_one_gets_it():
    talk = cfp.talk(scale.conference())
    asked = [cfp.suggestion(talk) for _ in range(THREADS)]
    chairs = [scale.user() for _ in asked]
    results = at_once(
        *(
            lambda one=one, by=by: actions.answer_suggestion(one, accept=True, by=by)
            for one, by in zip(asked, chairs, strict=True)
        )
    )
    late = ["AnsweredMeanwhile"] * (THREADS - 1)
    assert names(results) == sorted([*late, "TrackSuggestion"])
    winner = TrackSuggestion.objects.get(status="accepted")
    assert Talk.objects.get().track == winner.track
    assert TrackSuggestion.objects.filter(status="closed").count() == THREADS - 1


@pytest.mark.sqlite
def test_chairs_who_spread_at_once_ask_as_many_as_one_would():
    conference = scale.conference()
    for _ in range(4):
        scale.staff_role(scale.user(), conference, Role.REVIEWER)
    talks = [cfp.talk(conference) for _ in range(6)]
    by = scale.user()
    spread = lambda: actions.spread_reviews(  # noqa: E731
        conference, Talk.objects.filter(conference=conference), 2, by=by
    )
    results = at_once(*[spread] * 4)
    assert sorted(one.made for one in results) == [0, 0, 0, 12]
    for talk in talks:
        assert talk.assignments.count() == 2
    assert Assignment.objects.count() == 12
