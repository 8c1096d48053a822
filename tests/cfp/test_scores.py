"""Means, spread and severity, computed by hand."""

import pytest

from cfp.scores import leanings, score, scores
from tests.factories import cfp, scale


def test_leaning_is_the_distance_from_the_mean_of_all_and_few_reviews_count_little():
    # 5 reviews of 4.0 and 5 of 2.0: all 3.0; each counts 5 of 10 parts.
    assert leanings({1: (5, 20), 2: (5, 10)}) == {1: pytest.approx(0.5), 2: pytest.approx(-0.5)}
    # One review of 5 beside nine of 1: all 1.4; (5 - 1.4) × 1/6 and (1 - 1.4) × 9/14.
    assert leanings({1: (1, 5), 2: (9, 9)}) == {
        1: pytest.approx(0.6),
        2: pytest.approx(-0.257142857),
    }


def test_nobody_leans_where_nothing_was_written_or_all_are_alike():
    assert leanings({}) == {}
    assert leanings({1: (0, 0)}) == {}
    assert leanings({1: (3, 9), 2: (7, 21)}) == {1: 0, 2: 0}


def test_score_of_a_talk():
    # 2 and 4: mean 3, deviation 1; leanings 0.5 and -0.25 take 0.125 off.
    one = score([(1, 2), (2, 4)], {1: 0.5, 2: -0.25})
    assert (one.opinions, one.mean, one.spread) == (2, 3, 1)
    assert one.fair == pytest.approx(2.875)
    assert score([(9, 4)], {}).fair == 4


def test_a_talk_read_by_the_severe_is_lifted(conference, django_assert_num_queries):
    mild, severe = scale.user(), scale.user()
    for _ in range(5):
        cfp.review(cfp.talk(conference), mild, score=5)
        cfp.review(cfp.talk(conference), severe, score=2)
    by_mild, by_severe = cfp.talk(conference), cfp.talk(conference)
    cfp.review(by_mild, mild, score=4)
    cfp.review(by_severe, severe, score=4)
    cfp.review(cfp.talk(scale.conference()), mild, score=1)  # another edition counts nothing
    with django_assert_num_queries(2):
        found = scores(conference)
    assert found[by_mild.pk].mean == found[by_severe.pk].mean == 4
    assert found[by_severe.pk].fair > 4 > found[by_mild.pk].fair
    assert scores(conference, [by_mild.pk]) == {by_mild.pk: found[by_mild.pk]}
    assert by_mild.pk not in scores(conference, hidden=[by_mild.pk])


def test_normalised_mean_stays_on_the_scale():
    lean = {1: -0.9, 2: 0.9}
    assert score([(1, 5)], lean).fair == 5
    assert score([(2, 1)], lean).fair == 1
    assert score([(1, 4)], lean).fair == pytest.approx(4.9)
