"""Mail sent by real worker processes: killed in the middle, and started by Celery."""

import datetime as dt
import signal
import sys
import time
from collections import Counter

import pytest
from django.conf import settings
from django.utils import timezone

from scale import email as ledger
from scale.models import OutgoingEmail
from tests.scale import mail_server, processes

Status = OutgoingEmail.Status
PATIENCE = 300  # seconds; only a broken sender takes as long
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SENDER = f"""{processes.DJANGO}
from scale import email
from scale.models import OutgoingEmail
while OutgoingEmail.objects.filter(status__in=["queued", "sending"]).exists():
    email.deliver_queued(50)
"""
WEB = "from scale import email; email.send('t', 'a@example.org', key='1', subject='s', text='t')"


@pytest.fixture
def mailbox():
    with mail_server.running() as box:
        yield box


@pytest.fixture
def asleep(monkeypatch):
    """Nobody is woken: the worker processes find the rows by themselves."""
    monkeypatch.setattr(ledger.waking, "wake_worker", lambda: None)


def queue(count, **fields):
    return [
        ledger.send(
            "bulk", f"p{n}@example.org", key=str(n), subject=f"Mail {n}", text="x", **fields
        )
        for n in range(count)
    ]


def wait_until(true, seconds=PATIENCE):
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up, "it never happened"
        time.sleep(0.02)


def kill_and_start_again(mailbox, kills, total):
    """Kill the sender at several points of its work; then let it finish.

    The leases of the killed run out by hand: a short one would make a slow machine's mail
    server look dead, and that leaves doubts of its own.
    """
    arguments = {"EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}"}
    for kill in range(1, kills + 1):
        wanted = total * kill // (kills + 1)
        with processes.started(sys.executable, "-c", SENDER, **arguments) as sender:
            wait_until(lambda wanted=wanted: len(mailbox.ids()) >= wanted)
            sender.send_signal(signal.SIGKILL)
            sender.wait(PATIENCE)
        killed = OutgoingEmail.objects.filter(status=Status.SENDING)
        killed.update(leased_until=timezone.now() - dt.timedelta(seconds=1))
    with processes.started(sys.executable, "-c", SENDER, **arguments) as sender:
        assert sender.wait(PATIENCE) == 0


def test_kill_9_sends_nothing_twice_and_loses_nothing(mailbox, asleep):
    kills = 6
    rows = queue(500)
    kill_and_start_again(mailbox, kills, total=500)
    received = Counter(mailbox.ids())
    states = dict(OutgoingEmail.objects.values_list("message_id", "status"))
    assert max(received.values()) == 1, "none twice"
    assert set(states.values()) <= {Status.SENT, Status.IN_DOUBT}
    assert {key for key, value in states.items() if value == Status.SENT} <= set(received)
    assert set(received) <= {row.message_id for row in rows}
    doubts = [key for key, value in states.items() if value == Status.IN_DOUBT]
    assert len(doubts) <= kills
    assert len(states) == 500


def test_kill_9_sends_ticket_mails_again_under_one_id(mailbox, asleep):
    rows = queue(200, resend_if_in_doubt=True)
    kill_and_start_again(mailbox, 4, total=200)
    received = Counter(mailbox.ids())
    assert set(received) == {row.message_id for row in rows}, "every one arrived"
    assert sum(received.values()) <= 200 + 4
    assert OutgoingEmail.objects.filter(status=Status.SENT).count() == 200


def test_two_processes_share_the_work(mailbox, asleep):
    rows = queue(200)
    arguments = {"EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}"}
    with (
        processes.started(sys.executable, "-c", SENDER, **arguments) as one,
        processes.started(sys.executable, "-c", SENDER, **arguments) as other,
    ):
        ended = (one.wait(PATIENCE), other.wait(PATIENCE))
        assert ended == (0, 0), one.stdout.read() + other.stdout.read()
    assert sorted(mailbox.ids()) == sorted(row.message_id for row in rows)
    assert not OutgoingEmail.objects.exclude(status=Status.SENT).exists()


@pytest.mark.parametrize("broker", ["folder", "redis"])
def test_a_real_celery_worker_sends_what_a_web_process_queues(mailbox, broker, tmp_path):
    redis = settings.REDIS_URL
    if broker == "redis" and not redis:
        pytest.skip("no REDIS_URL")
    arguments = {
        "EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}",
        "REDIS_URL": f"{redis.rsplit('/', 1)[0]}/7" if broker == "redis" else "",
        "VAR_DIR": str(tmp_path),
        "LOG_LEVEL": "INFO",
    }
    worker = (sys.executable, "-m", "celery", "-A", "scale", "worker", "-c", "2")
    with processes.started(*worker, **arguments):
        queued = processes.python(WEB, **arguments)
        assert queued.returncode == 0, queued.stderr
        assert "mail_wake_failed" not in queued.stderr
        wait_until(lambda: OutgoingEmail.objects.get().status == Status.SENT)
    assert mailbox.ids() == [OutgoingEmail.objects.get().message_id]


# Who asks a deaf broker still waits for its answer when the request is done.
ASKING = f"""{WEB}
import threading
print("asking" if any(t.name == "wake worker" for t in threading.enumerate()) else "done")"""


@pytest.mark.parametrize("how", ["dead", "deaf"])
def test_a_broker_that_is_away_delays_no_request(how):
    with mail_server.deaf() as port:
        port = mail_server.free_port() if how == "dead" else port
        queued = processes.python(ASKING, REDIS_URL=f"redis://127.0.0.1:{port}/0")
    assert queued.returncode == 0, queued.stderr
    assert "mail_wake_failed" in queued.stderr
    assert how == "dead" or queued.stdout.split() == ["asking"]
    assert OutgoingEmail.objects.get().status == Status.QUEUED
