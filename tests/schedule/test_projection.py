"""The projection against cases worked out by hand."""

import pytest

from schedule.projection import (
    Counted,
    Projection,
    Signals,
    interest,
    project,
    turnout,
    will_not_fit,
)


def test_nothing_to_go_by_is_no_number():
    assert project(Signals(present=3000)) is None


def test_interest_leans_to_the_mean_of_the_track():
    # 30 of 80 people starred it; in its track a tenth of them star a talk:
    # (30 + 20 × 0.1) ÷ (80 + 20) = 0.32
    assert interest(30, 80, 0.1) == pytest.approx(0.32)
    # Nobody has starred anything yet: nothing but the mean of the track.
    assert interest(0, 0, 0.1) == pytest.approx(0.1)


def test_favourites_share_out_the_people_in_the_house():
    # 2,000 in the house, 70 % sit in talks: 1,400. A quarter of the interest: 350.
    # Weight 150 ÷ 200 = 0.75, so ± 0.5 ÷ 1.75 = 28.57 %: 100.
    signals = Signals(present=2000, fans=150, interest=0.2, rivals=0.8)
    assert project(signals) == Projection(350, 250, 450, ("favourites",))


def test_head_counts_of_earlier_talks():
    # 100 of 1,000 and 300 of 1,000: a fifth of the house on average; of 500 that is 100.
    # Weight 2 ÷ 4 = 0.5, so ± 0.5 ÷ 1.5: a third.
    signals = Signals(present=500, counted=Counted.of([(100, 1000), (300, 1000)]))
    assert project(signals) == Projection(100, 67, 133, ("head counts",))


def test_reviewers_and_speaker_together():
    # Reviewers: median of 40, 80, 300 = 80 with 1 − 1/8 = 0.875; the speaker says 200: 0.25.
    # (80 × 0.875 + 200 × 0.25) ÷ 1.125 = 120 ÷ 1.125 = 106.67; ± 0.5 ÷ 2.125 = 25.1.
    signals = Signals(reviewers=[300, 40, 80], speaker=200)
    assert project(signals) == Projection(107, 82, 132, ("reviewers", "speaker"))


def test_house_is_the_limit_on_the_day():
    assert project(Signals(present=120, limit=120, speaker=500)).people == 120
    assert project(Signals(present=120, speaker=500)).people == 500


def test_turnout_of_the_door():
    curve = {9: 50, 12: 80, 15: 70}
    # 1,000 tickets; by 9 half of them: 500 should have come, 600 have.
    assert turnout(1000, curve, 9, 600) == pytest.approx(1.2)
    # At 16 still at least the 800 of noon.
    assert turnout(1000, curve, 16, 600) == pytest.approx(0.75)
    assert turnout(1000, curve, 8, 3) == 1  # nobody should be there yet
    assert turnout(90, curve, 9, 3) == 1  # 45 should: too few to judge by
    assert turnout(1000, curve, 16, 0) == 1  # nobody is scanned


def test_repeat_and_overflow_take_a_share():
    assert project(Signals(speaker=200, kind="repeat")).people == 100
    assert project(Signals(speaker=200, kind="overflow")).people == 50
    assert project(Signals(speaker=200, kind="part")).people == 200


def test_staff_have_the_last_word():
    found = project(Signals(present=100, speaker=30, override=400))
    assert found == Projection(400, 400, 400, ("staff",))
    assert (found.is_overridden, found.range) == (True, "400")


def test_people_minutes_that_will_not_fit():
    assert will_not_fit(250, 160, 45) == 90 * 45
    assert will_not_fit(160, 160, 45) == 0
    assert will_not_fit(900, None, 45) == 0
