"""Spreading talks: worked out by hand, and against every possible way."""

import random
from collections import Counter
from itertools import combinations, product

import pytest

from cfp.spread import spread

A, B, C = 10, 20, 30


def test_turns_are_taken():
    may = dict.fromkeys([1, 2, 3, 4], [A, B])
    assert spread(1, may) == [(1, A), (2, B), (3, A), (4, B)]


def test_two_reviewers_each_and_two_talks_each():
    # Talk 1: A, B. Talk 2: C has none, then A. Talk 3: B and C have one, A two.
    may = dict.fromkeys([1, 2, 3], [A, B, C])
    assert spread(2, may) == [(1, A), (1, B), (2, A), (2, C), (3, B), (3, C)]


def test_talks_with_few_reviewers_come_first():
    # Talk 2 can only go to A, so talk 1 goes to B.
    assert spread(1, {1: [A, B], 2: [A]}) == [(1, B), (2, A)]


def test_talks_are_handed_on_until_loads_are_even():
    # In turn: 1 to A, 2 to B, 3 to A, 4 to B, and C has none. B hands 2 to C and gets 1 from A.
    may = {1: [A, B], 2: [B, C], 3: [A, B], 4: [A, B]}
    assert spread(1, may) == [(1, B), (2, C), (3, A), (4, B)]


def test_what_is_there_counts_and_stays():
    assert spread(2, {1: [A, B, C]}, held=[(1, A)]) == [(1, B)]
    assert spread(1, {2: [A, B]}, held=[(1, A)]) == [(2, B)]
    assert spread(1, {1: [A, B], 2: [A, B]}, held=[(1, A), (2, A)]) == []
    assert spread(1, {1: [A]}, held=[(1, 99)]) == []


def test_talks_get_as_many_as_there_are():
    assert spread(3, {1: [A], 2: [], 3: [A, B]}) == [(1, A), (3, A), (3, B)]
    assert spread(3, {}) == []


def test_order_of_input_changes_nothing():
    may = {1: [A, B], 2: [B, C], 3: [A, B], 4: [A, B]}
    turned = {talk: may[talk][::-1] for talk in reversed(may)}
    assert spread(1, turned) == spread(1, may)


@pytest.mark.parametrize("seed", range(40))
def test_no_other_way_is_more_even(seed):
    dice = random.Random(seed)
    people = [A, B, C, 40][: dice.choice([3, 4])]
    k = dice.choice([1, 2])
    may = {talk: dice.sample(people, dice.randrange(1, len(people))) for talk in range(5)}
    held = [(99, A)] * dice.choice([0, 1])
    pairs = spread(k, may, held)
    assert all(one in may[talk] for talk, one in pairs)
    assert Counter(talk for talk, _ in pairs) == {t: min(k, len(p)) for t, p in may.items()}
    ways = product(*(list(combinations(p, min(k, len(p)))) for p in may.values()))
    best = min(unevenness([*held, *((0, one) for way in ways_ for one in way)]) for ways_ in ways)
    assert unevenness([*held, *pairs]) == best


def unevenness(pairs):
    return sum(load * load for load in Counter(one for _, one in pairs).values())
