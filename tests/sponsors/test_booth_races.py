"""Many hands at the same booth; each guard was taken out once to see these fail."""

from decimal import Decimal

import pytest

from sponsors import actions
from sponsors.actions import Refused
from sponsors.actions import booths as verbs
from sponsors.models import Booth
from tests.factories import scale as make
from tests.factories import sponsors as sell

from .test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MEMBERS = 16


def test_the_last_booth_is_given_once():
    conference = make.conference()
    booth = sell.booth(conference=conference)
    deals = [sell.sponsorship(conference=conference, status="signed") for _ in range(MEMBERS)]
    ends = at_once(*(lambda deal=deal: actions.give_booth(booth, deal) for deal in deals))
    assert sorted(type(end).__name__ for end in ends) == ["Booth", *["Refused"] * (MEMBERS - 1)]
    winner = next(end for end in ends if isinstance(end, Booth))
    booth.refresh_from_db()
    assert booth.sponsorship_id == winner.sponsorship_id


def test_a_deal_gets_one_of_many_booths():
    conference = make.conference()
    plan = sell.floor_plan(conference=conference)
    booths = [sell.booth(plan=plan) for _ in range(MEMBERS)]
    deal = sell.sponsorship(conference=conference, status="signed")
    ends = at_once(*(lambda booth=booth: actions.give_booth(booth, deal) for booth in booths))
    assert sum(isinstance(end, Refused) for end in ends) == MEMBERS - 1
    assert deal.booths.count() == 1


def test_exchanges_at_once_lose_nobody():
    conference = make.conference()
    plan = sell.floor_plan(conference=conference)
    deals = [sell.sponsorship(conference=conference, status="signed") for _ in range(4)]
    booths = [sell.booth(plan=plan, sponsorship=deal) for deal in deals]
    pairs = [(booths[n % 4], booths[(n + 1) % 4]) for n in range(MEMBERS)]
    ends = at_once(*(lambda pair=pair: actions.swap_booths(*pair) for pair in pairs))
    assert all(isinstance(end, tuple | Refused) for end in ends)
    held = Booth.objects.values_list("sponsorship", flat=True)
    assert sorted(held) == sorted(deal.pk for deal in deals)


def test_a_lost_deal_keeps_no_booth_while_it_is_moved(dawdling):
    dawdling(verbs, "lock_booths")
    conference = make.conference()
    plan = sell.floor_plan(conference=conference)
    deal = sell.sponsorship(conference=conference, status="signed")
    booths = [sell.booth(plan=plan) for _ in range(4)]
    actions.give_booth(booths[3], deal)
    jobs = [lambda n=n: actions.swap_booths(booths[3 - n], booths[2 - n]) for n in range(3)]
    at_once(lambda: actions.move_sponsorship(deal.pk, "lost", lost_why="fit"), *jobs)
    assert not Booth.objects.exclude(sponsorship=None).exists()


def test_one_number_is_drawn_once():
    conference = make.conference()
    plans = [sell.floor_plan(conference=conference) for _ in range(MEMBERS)]
    side = Decimal("0.1")
    ends = at_once(
        *(
            lambda plan=plan: actions.add_booths(
                plan, number="7", count=2, x=side, y=side, w=side, h=side
            )
            for plan in plans
        )
    )
    assert sum(isinstance(end, list) for end in ends) == 1
    assert all(isinstance(end, list | Refused) for end in ends)
    assert sorted(Booth.objects.values_list("number", flat=True)) == ["7", "8"]
