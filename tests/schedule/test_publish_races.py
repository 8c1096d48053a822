"""Eight people publish what nobody looked through: no room and no speaker is ever taken twice."""

import random
from collections import Counter

import pytest
from django.utils import timezone

from schedule import actions
from schedule.models import Plan, Release, Slot
from tests.factories import cfp as make_cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make
from tests.registration.crowd import at_once
from tests.schedule.truth import double_booked, placed

PUBLISHERS, ROUNDS = 8, 10
HOURS = range(10, 13)


@pytest.fixture
def hall(db):
    """Ballroom GH is G and H; three people give eight talks, so three hours are never enough."""
    conference = make_scale.conference()
    g, h, whole, other = (make.room(conference, name=name) for name in ("G", "H", "GH", "104"))
    whole.parts.set([g, h])
    people = [make_cfp.speaker(name=name) for name in ("Ada", "Bob", "Eve")]
    pairs = [[people[n % 3], *([people[(n + 1) % 3]] if n > 5 else [])] for n in range(8)]
    return {
        "conference": conference,
        "rooms": [g, h, whole, other],
        "talks": [make.confirmed(conference, speakers=pair) for pair in pairs],
    }


def some_plan(hall, dice, n):
    """One to three moves to anywhere: of slots that there are, or of new ones."""
    conference = hall["conference"]
    plan = Plan.objects.create(conference=conference, name=f"Plan {n}")
    slots = list(Slot.objects.filter(conference=conference))
    for slot in dice.sample([*slots, None, None, None], dice.randint(1, 3)):
        spot = make.placement(
            dice.choice(hall["rooms"]),
            talk=slot.talk if slot else dice.choice(hall["talks"]),
            starts_at=make.at(conference, dice.choice(HOURS)),
            minutes=60,
        )
        if slot and dice.random() < 0.3:
            actions.plan_removal(plan, slot)
        else:
            actions.plan_move(plan, spot, slot=slot)
    return plan


def published(plan):
    try:
        return "published" if actions.publish(plan, notify=False) else "nothing"
    except actions.Refused as refused:
        return type(refused).__name__


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_whatever_eight_publish_at_once_no_release_books_anything_twice(hall):
    conference, told, dice = hall["conference"], Counter(), random.Random(24)  # noqa: S311
    for turn in range(ROUNDS):
        plans = [some_plan(hall, dice, f"{turn}.{n}") for n in range(PUBLISHERS)]
        told += Counter(at_once(lambda n, plans=plans: published(plans[n]), PUBLISHERS))
        Plan.objects.filter(pk__in=[plan.pk for plan in plans]).update(closed_at=timezone.now())
    assert set(told) <= {"published", "nothing", "Blocked", "StaleMoves"}
    assert told["published"] > ROUNDS and told["Blocked"] > ROUNDS, told
    numbers = sorted(Release.objects.values_list("number", flat=True))
    assert numbers == list(range(1, told["published"] + 1))
    for number in numbers:
        rebuilt = actions.schedule_at(conference, number)
        assert double_booked(conference, rebuilt) == [], number
    assert placed(rebuilt) == placed(Slot.objects.filter(conference=conference))
