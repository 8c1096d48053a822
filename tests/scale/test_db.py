"""Transactions against real deadlocks and real publishers."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from scale.db import TRIES, retry, snapshot
from scale.models import Conference
from tests.factories import scale as make


def together(*functions):
    """Run the functions in threads of their own; returns what they raised."""
    errors = []

    def run(function):
        try:
            function()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@pytest.mark.django_db(transaction=True)
def test_a_deadlock_is_run_again_and_both_succeed():
    one, other = make.conference(), make.conference()
    met = threading.Barrier(2, timeout=5)
    runs = []

    def crossing(first, second):
        @retry
        def rename():
            runs.append(first.pk)
            Conference.objects.filter(pk=first.pk).update(tagline="first")
            if len(runs) <= 2:
                met.wait()  # both hold their first row now, each wants the other's
            Conference.objects.filter(pk=second.pk).update(introduction="second")

        return rename

    assert together(crossing(one, other), crossing(other, one)) == []
    assert len(runs) >= 3
    for conference in (one, other):
        conference.refresh_from_db()
        assert (conference.tagline, conference.introduction) == ("first", "second")


@pytest.mark.django_db(transaction=True)
def test_retry_refuses_to_run_inside_a_transaction():
    with pytest.raises(RuntimeError), transaction.atomic():
        retry(lambda: None)()


@pytest.mark.django_db(transaction=True)
def test_retry_gives_up_and_never_repeats_other_errors():
    runs = []

    @retry
    def hopeless():
        runs.append(1)
        raise OperationalError(1213, "Deadlock found")

    @retry
    def broken():
        runs.append(1)
        raise OperationalError(1146, "Table does not exist")

    if connection.vendor == "mysql":
        with pytest.raises(OperationalError):
            hopeless()
        assert len(runs) == TRIES
    runs.clear()
    with pytest.raises(OperationalError):
        broken()
    assert len(runs) == 1


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_snapshot_sees_one_version_while_another_publishes():
    conference = make.conference()
    rows = Conference.objects.filter(pk=conference.pk).values_list("version", "tagline")

    def publish():
        Conference.objects.filter(pk=conference.pk).update(tagline="changed")
        Conference.objects.touch([conference.pk])

    with snapshot():
        before = rows.get()
        assert together(publish) == []
        assert rows.get() == before
    assert rows.get() == (before[0] + 1, "changed")
