import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from scale import tasks, throttle
from scale.models import Throttle


def hit(who="ada", **changes):
    throttle.hit("look-up", who, **{"limit": 3, "seconds": 60} | changes)


@pytest.mark.sqlite
def test_beyond_the_limit_one_must_wait(db):
    for _ in range(3):
        hit()
    with pytest.raises(throttle.Throttled) as told:
        hit()
    assert 55 <= told.value.seconds <= 60
    assert "Please wait" in str(told.value)
    hit("someone else")
    throttle.hit("another action", "ada", limit=1, seconds=60)


def test_after_the_window_one_begins_anew(db):
    for _ in range(3):
        hit()
    Throttle.objects.update(window_ends_at=timezone.now() - dt.timedelta(seconds=1))
    hit()
    assert Throttle.objects.get().count == 1


def test_waiting_is_not_made_longer_by_trying(db):
    for _ in range(3):
        hit()
    ends = Throttle.objects.get().window_ends_at
    with pytest.raises(throttle.Throttled):
        hit()
    assert Throttle.objects.get().window_ends_at == ends


def test_forgetting_ends_the_count(db):
    for _ in range(3):
        hit()
    throttle.forget("look-up", "ada")
    hit()


def test_what_is_given_back_can_be_tried_again(db):
    throttle.give_back("look-up", "ada")  # nothing was counted
    for _ in range(3):
        hit()
    throttle.give_back("look-up", "ada")
    hit()
    with pytest.raises(throttle.Throttled):
        hit()
    Throttle.objects.update(window_ends_at=timezone.now() - dt.timedelta(seconds=1))
    throttle.give_back("look-up", "ada")
    assert Throttle.objects.get().count == 3


def test_nobodys_name_stands_in_the_table(db):
    hit("ada@example.org")
    assert "ada" not in str(Throttle.objects.values())


def test_anything_can_be_counted(db):
    for who in ("x" * 1_000_000, "🎉", "a\x00b", ""):
        hit(who)


def test_the_database_keeps_one_row_for_a_key(db):
    hit()
    with pytest.raises(IntegrityError), transaction.atomic():
        Throttle.objects.create(key=Throttle.objects.get().key, window_ends_at=timezone.now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("start", ["no row", "an old window"])
def test_many_at_once_are_counted_exactly(start):
    if start == "an old window":
        hit(limit=10)
        Throttle.objects.update(window_ends_at=timezone.now() - dt.timedelta(seconds=1), count=10)
    begin, through = threading.Barrier(8), []

    def knock():
        try:
            begin.wait()
            for _ in range(3):
                try:
                    hit(limit=10)
                    through.append(1)
                except throttle.Throttled:
                    pass
        finally:
            connection.close()

    threads = [threading.Thread(target=knock) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(through) == 10


def test_old_counts_are_swept(db):
    hit()
    Throttle.objects.update(window_ends_at=timezone.now() - dt.timedelta(days=2))
    tasks.beat()
    assert Throttle.objects.exclude(key="worker-heartbeat").count() == 0


@pytest.mark.parametrize(
    ("behind_proxy", "passed_on", "address"),
    [
        (False, "6.6.6.6", "10.0.0.1"),
        (True, "6.6.6.6, 192.0.2.7", "192.0.2.7"),
        (True, "192.0.2.7", "192.0.2.7"),
        (True, "", "10.0.0.1"),
    ],
)
def test_a_client_cannot_choose_its_address(settings, behind_proxy, passed_on, address):
    settings.BEHIND_PROXY = behind_proxy
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1")
    if passed_on:
        request.META["HTTP_X_FORWARDED_FOR"] = passed_on
    assert throttle.client(request) == address
