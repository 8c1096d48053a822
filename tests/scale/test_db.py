"""Transactions that are run again, and reads that see one moment."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from scale import db
from scale.models import Conference
from tests.factories import scale as make

pytestmark = pytest.mark.django_db(transaction=True)


def run(*functions):
    """Each in a thread of its own; what they returned or raised, in order."""
    results = [None] * len(functions)

    def call(n, function):
        try:
            results[n] = function()
        except Exception as error:
            results[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=call, args=pair) for pair in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    return results


def taglines():
    return list(Conference.objects.order_by("pk").values_list("tagline", flat=True))


@pytest.mark.skipif(connection.vendor != "mysql", reason="row locks are MariaDB's")
def test_a_deadlock_is_run_again_and_both_succeed():
    one, other = make.conference(tagline=""), make.conference(tagline="")
    met, calls = threading.Barrier(2, timeout=60), []

    def write(first, second, word):
        def body():
            calls.append(word)
            locked = Conference.objects.select_for_update()
            locked.get(pk=first.pk)
            if calls.count(word) == 1:
                met.wait()  # both hold one lock and now want the other's
            locked.get(pk=second.pk)
            for edition in (first, second):
                row = Conference.objects.get(pk=edition.pk)
                Conference.objects.filter(pk=edition.pk).update(tagline=row.tagline + word)

        return db.retry(body)

    assert run(write(one, other, "a"), write(other, one, "b")) == [None, None]
    assert len(calls) == 3, "one of them was run again as a whole"
    assert taglines() in (["ab", "ab"], ["ba", "ba"])


@pytest.mark.skipif(connection.vendor != "mysql", reason="row locks are MariaDB's")
def test_without_retry_the_loser_of_a_deadlock_is_told():
    """What the test above would see if nothing ran again."""
    one, other = make.conference(), make.conference()
    met = threading.Barrier(2, timeout=60)

    def write(first, second):
        def body():
            with transaction.atomic():
                Conference.objects.select_for_update().get(pk=first.pk)
                met.wait()
                Conference.objects.select_for_update().get(pk=second.pk)

        return body

    results = run(write(one, other), write(other, one))
    [lost] = [result for result in results if result is not None]
    assert db.lost_a_race(lost)


@pytest.mark.sqlite
def test_it_gives_up_in_the_end_and_nothing_stays(monkeypatch):
    monkeypatch.setattr(db.time, "sleep", lambda seconds: None)
    calls = []

    @db.retry
    def unlucky():
        calls.append(1)
        make.conference()
        raise loss()

    with pytest.raises(OperationalError):
        unlucky()
    assert len(calls) == db.TRIES
    assert Conference.objects.count() == 0


def loss():
    if connection.vendor == "mysql":
        return OperationalError(db.DEADLOCK, "Deadlock found")
    return OperationalError("database is locked")


def test_another_error_is_not_run_again():
    calls = []

    @db.retry
    def broken():
        calls.append(1)
        raise OperationalError(1054, "Unknown column")

    with pytest.raises(OperationalError):
        broken()
    assert len(calls) == 1


@pytest.mark.sqlite
def test_it_refuses_to_run_inside_another_transaction():
    @db.retry
    def action():
        return make.conference()

    with pytest.raises(RuntimeError), transaction.atomic():
        action()
    assert Conference.objects.count() == 0
    assert action().pk


@pytest.mark.sqlite
def test_what_waits_for_the_commit_happens_once():
    sent, calls = [], []

    @db.retry
    def action():
        calls.append(1)
        transaction.on_commit(lambda: sent.append(1))
        if len(calls) < 3:
            raise loss()

    action()
    assert (len(calls), sent) == (3, [1])


@pytest.mark.sqlite
def test_a_snapshot_sees_one_moment_while_others_write():
    edition = make.conference(tagline="before", venue_name="before")
    read, written = threading.Event(), threading.Event()

    def reader():
        with db.snapshot():
            first = Conference.objects.get().tagline
            read.set()
            assert written.wait(60)
            row = Conference.objects.get()
            return first, row.tagline, row.venue_name, Conference.objects.count()

    def writer():
        assert read.wait(60)
        with transaction.atomic():
            Conference.objects.filter(pk=edition.pk).update(tagline="after", venue_name="after")
            make.conference()
        written.set()

    seen, nothing = run(reader, writer)
    assert nothing is None
    assert seen == ("before", "before", "before", 1)
    assert taglines()[0] == "after"


@pytest.mark.skipif(connection.vendor != "mysql", reason="SQLite transactions are snapshots")
def test_without_a_snapshot_a_transaction_sees_what_others_commit():
    edition = make.conference(tagline="before")
    read, written = threading.Event(), threading.Event()

    def reader():
        with transaction.atomic():
            first = Conference.objects.get().tagline
            read.set()
            assert written.wait(60)
            return first, Conference.objects.get().tagline

    def writer():
        assert read.wait(60)
        Conference.objects.filter(pk=edition.pk).update(tagline="after")
        written.set()

    assert run(reader, writer) == [("before", "after"), None]


@pytest.mark.sqlite
def test_after_a_snapshot_transactions_are_as_before():
    edition = make.conference(tagline="x")
    with db.snapshot():
        Conference.objects.get()
    with transaction.atomic():
        Conference.objects.filter(pk=edition.pk).update(tagline="y")
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW SESSION VARIABLES LIKE 't%isolation'")
            assert cursor.fetchone()[1] == "READ-COMMITTED"
    else:
        assert connection.transaction_mode == "IMMEDIATE"
    assert taglines() == ["y"]
