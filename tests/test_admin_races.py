"""The admin saves rows while others write; a lost deadlock is nobody's error page."""

import threading
import time

import pytest
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.utils import timezone

from registration.models import Quota
from scale.models import Conference, Throttle
from tests.factories import registration

pytestmark = pytest.mark.django_db(transaction=True)


def sell(conference, quota, has_locked):
    """What a sale does: the quota first, then the edition. It has written more, so it wins."""
    try:
        with transaction.atomic():
            for n in range(50):
                Throttle.objects.create(key=f"row {n}", count=1, window_ends_at=timezone.now())
            Quota.objects.filter(pk=quota.pk).update(taken=1)
            has_locked.set()
            time.sleep(1)
            Conference.objects.touch([conference.pk])
    finally:
        has_locked.set()
        connection.close()


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="one writer at a time: no deadlocks")
def test_save_that_loses_a_deadlock_is_made_again(conference, chair):
    quota = registration.quota(conference, size=10)
    lost, has_locked = [], threading.Event()

    def note(sender, **kwargs):
        lost.append(sender)

    sale = threading.Thread(target=sell, args=[conference, quota, has_locked])
    sale.start()
    has_locked.wait()
    got_request_exception.connect(note)
    try:
        answer = chair.post(
            f"/admin/registration/quota/{quota.pk}/change/",
            {"conference": conference.pk, "name": "Building", "size": 20},
        )
    finally:
        got_request_exception.disconnect(note)
        sale.join()
    quota.refresh_from_db()
    assert answer.status_code == 302
    assert (quota.name, quota.size, quota.taken) == ("Building", 20, 1)
    assert not lost
