"""Places, and when the cached pages that tell of them become new."""

import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from registration import actions, tasks
from registration.models import FEW_LEFT, Order, PromoCode, Quota
from scale.models import Conference
from tests.factories import registration as reg

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def version(conference):
    return Conference.objects.get(pk=conference.pk).version


def take(conference, quota, n):
    before = version(conference)
    with transaction.atomic():
        actions.take(conference, Counter({quota.pk: n}))
    return version(conference) > before


def give(conference, quota, n):
    before = version(conference)
    with transaction.atomic():
        actions.give_back(conference, Counter({quota.pk: n}))
    return version(conference) > before


def test_pages_become_new_only_when_their_words_change(conference):
    quota = reg.quota(conference, size=100)
    assert not take(conference, quota, 1)
    assert not take(conference, quota, 100 - 1 - FEW_LEFT - 1)  # one more than few are left
    assert take(conference, quota, 1)  # "20 left"
    assert take(conference, quota, 1)  # "19 left"
    assert take(conference, quota, 19)  # sold out
    assert give(conference, quota, 1)  # "1 left"
    assert give(conference, quota, 19)  # "20 left"
    assert give(conference, quota, 1)  # no number any more
    assert not give(conference, quota, 1)
    assert not take(conference, quota, 1)


def test_refused_taking_changes_nothing(conference):
    quota = reg.quota(conference, size=3, taken=2)
    before = version(conference)
    with pytest.raises(actions.SoldOut) as error:
        take(conference, quota, 2)
    quota.refresh_from_db()
    assert (error.value.left, quota.taken, version(conference)) == (1, 2, before)


def test_giving_back_too_much_never_goes_below_zero(conference):
    quota = reg.quota(conference, size=3, taken=1)
    assert give(conference, quota, 2)
    quota.refresh_from_db()
    assert quota.taken == 0


def test_task_frees_what_ran_out_in_every_edition(conference, full, quota, monkeypatch):
    monkeypatch.setattr("registration.actions.stock.BATCH", 2)
    orders = [reg.pending_order(conference, types=[full], minutes=-1) for _ in range(1)]
    for _ in range(4):
        full = type(full).objects.get(pk=full.pk)
        orders.append(reg.pending_order(conference, types=[full], minutes=-1))
    running = reg.pending_order(conference, types=[type(full).objects.get(pk=full.pk)])
    tasks.expire_orders.delay()
    quota.refresh_from_db()
    assert quota.taken == 1
    assert set(Order.objects.filter(status="expired")) == set(orders)
    assert Order.objects.get(status="pending") == running


def test_task_is_the_one_the_schedule_names(settings):
    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.expire_orders.name in named


def test_places_are_counted_again_when_a_type_gets_another_quota(conference, full):
    reg.order(conference, types=[full])
    reg.pending_order(conference, types=[full])
    reg.ticket(full)
    reg.ticket(full, status="cancelled")
    reg.order(conference, types=[full], status="expired")
    another = reg.quota(conference, size=3)
    full.quotas.add(another)
    actions.count_again(conference, [another.pk])
    another.refresh_from_db()
    assert another.taken == 3
    Quota.objects.filter(pk=another.pk).update(size=3, taken=0)
    reg.ticket(full)
    with pytest.raises(actions.SoldOut):
        actions.count_again(conference, [another.pk])


def test_uses_of_a_reservation_that_ran_out_are_free_for_the_next(conference, full):
    promo = PromoCode.objects.create(conference=conference, code="ONE", value=50, max_uses=1)
    first, _ = actions.reserve(conference, [full], form_token="1" * 32, promo=promo)
    assert PromoCode.objects.typed(conference, "one").problem() == "The code ONE has been used up."
    past = timezone.now() - dt.timedelta(minutes=1)
    Order.objects.filter(pk=first.pk).update(expires_at=past)
    typed = PromoCode.objects.typed(conference, "one")
    assert typed.problem() == ""
    again, is_new = actions.reserve(conference, [full], form_token="2" * 32, promo=typed)
    first.refresh_from_db()
    assert (is_new, again.lines.get().price, first.status) == (True, Decimal("45.00"), "expired")
    promo.refresh_from_db()
    assert promo.uses == 1
