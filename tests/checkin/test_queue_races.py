"""Queues of many devices at once, over a network that loses questions and answers."""

import datetime as dt
import json
import random
import uuid
from collections import Counter
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from checkin import actions
from checkin.actions import Attempt
from checkin.models import CheckIn, Scan
from registration.models import code_key
from tests.checkin.test_races import at_once
from tests.factories import checkin as make
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db(transaction=True)
STATIONS, THREADS, TICKETS = 40, 8, 240
LOST_QUESTIONS, LOST_ANSWERS = 0.3, 0.3


@pytest.fixture
def conference(transactional_db):
    return make_scale.conference()


def offline(ticket, at):
    return Attempt(uuid.uuid4(), code_key(ticket.code), at, said="admitted", was_offline=True)


def test_of_queues_sent_at_once_the_earliest_scan_owns_the_check_in(conference):
    doors = [make.paired(conference)[0] for _ in range(6)]
    now = timezone.now()
    for _ in range(6):
        ticket = make.ticket(conference)
        attempts = [offline(ticket, now - dt.timedelta(seconds=n)) for n in range(6)]
        random.shuffle(attempts)
        found = at_once(
            *(
                partial(actions.take, door, door.checkin_list, [attempt])
                for door, attempt in zip(doors, attempts, strict=True)
            )
        )
        assert not [one for one in found if isinstance(one, Exception)]
        first = min(attempts, key=lambda attempt: attempt.at)
        owner = Scan.objects.get(ticket=ticket, verdict="admitted")
        checkin = CheckIn.objects.live().get(ticket=ticket)
        assert owner.scan_id == first.scan_id
        assert (owner.checkin, checkin.at, checkin.station) == (checkin, first.at, owner.station)
        assert Scan.objects.open_conflicts(conference).filter(ticket=ticket).count() == 5


def test_one_queue_sent_many_times_at_once_counts_once(conference):
    door = make.paired(conference)[0]
    assert door.checkin_list.pk
    for _ in range(4):
        attempts = [offline(make.ticket(conference), timezone.now()) for _ in range(12)]
        attempts += [Attempt(uuid.uuid4(), "f" * 32, timezone.now()) for _ in range(2)]
        before = Scan.objects.count()
        sends = [partial(actions.take, door, door.checkin_list, attempts[n:]) for n in (0, 0, 3, 5)]
        found = at_once(*sends)
        for result in found:
            verdicts = Counter(scan.verdict for scan in result.values())
            assert verdicts["unknown"] == 2 and verdicts["admitted"] == len(result) - 2
        assert Scan.objects.count() == before + 14
    assert CheckIn.objects.count() == 48


def test_queues_with_the_same_tickets_in_another_order_do_not_block_each_other(conference):
    doors = [make.paired(conference)[0] for _ in range(4)]
    tickets = [make.ticket(conference) for _ in range(30)]
    now = timezone.now()
    sends = []
    for door in doors:
        mixed = random.sample(tickets, len(tickets))
        attempts = [offline(one, now - dt.timedelta(seconds=n)) for n, one in enumerate(mixed)]
        sends.append(partial(actions.take, door, door.checkin_list, attempts))
    found = at_once(*sends)
    assert not [one for one in found if isinstance(one, Exception)]
    assert CheckIn.objects.live().count() == 30
    assert Scan.objects.count() == 120
    assert Scan.objects.filter(verdict="admitted").count() == 30


def test_staff_and_doors_at_once_let_in_once(conference):
    door = make.paired(conference)[0]
    for _ in range(8):
        ticket = make.ticket(conference)
        at_once(
            partial(actions.let_in, ticket, door.checkin_list, by=None, why="x"),
            partial(actions.admit, door, ticket.code, scan_id=uuid.uuid4()),
            partial(actions.let_in, ticket, door.checkin_list, by=None, why="x"),
        )
        assert CheckIn.objects.live().filter(ticket=ticket).count() == 1
        assert Scan.objects.filter(ticket=ticket, verdict="admitted").count() == 1


class Device:
    """Keeps its queue until it was answered; the network loses what it likes."""

    def __init__(self, conference, dice):
        self.station, credential = make.paired(conference)
        self.client, self.dice = Client(), dice
        self.client.cookies["station"] = credential
        self.queue, self.answers = [], {}

    def scan(self, ticket, at):
        said = self.dice.choice(["admitted", ""])
        self.queue.append(
            {
                **{"id": str(uuid.uuid4()), "code": ticket.code, "at": at.isoformat()},
                **{"list": self.station.checkin_list_id, "verdict": said},
            }
        )

    def drain(self):
        while self.queue:
            if self.dice.random() < LOST_QUESTIONS:
                continue
            batch = self.queue[: self.dice.randint(1, 9)]
            answer = self.client.post(
                "/door/scans/", json.dumps({"scans": batch}), content_type="application/json"
            )
            assert answer.status_code == 200, answer.content
            if self.dice.random() < LOST_ANSWERS:
                continue
            for one in answer.json()["answers"]:
                self.answers[one["id"]] = one
            self.queue = [one for one in self.queue if one["id"] not in self.answers]


def test_forty_stations_lose_nothing_and_let_nobody_in_twice(conference):
    """Random repeats and duplicates; three of ten questions and of ten answers are lost."""
    dice = random.Random(24)
    devices = [Device(conference, random.Random(n)) for n in range(STATIONS)]
    tickets, now, shown = [make.ticket(conference) for _ in range(TICKETS)], timezone.now(), 0
    for ticket in tickets:
        for device in dice.choices(devices, k=dice.choice([1, 1, 2, 3])):
            device.scan(ticket, now - dt.timedelta(seconds=dice.randrange(600)))
            shown += 1

    def work(n):
        for device in devices[n::THREADS]:
            device.drain()

    results = at_once(*(partial(work, n) for n in range(THREADS)))
    assert results == [None] * THREADS
    answered = {pk: one for device in devices for pk, one in device.answers.items()}
    kept = {str(scan.scan_id): scan for scan in Scan.objects.all()}
    assert len(answered) == shown and set(kept) == set(answered)
    assert "error" not in {key for one in answered.values() for key in one}
    inside = Counter(CheckIn.objects.live().values_list("ticket", flat=True))
    assert inside == {ticket.pk: 1 for ticket in tickets}
    owners = Counter(Scan.objects.filter(verdict="admitted").values_list("ticket", flat=True))
    assert owners == inside
