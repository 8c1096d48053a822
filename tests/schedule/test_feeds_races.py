"""While versions follow each other, every answer is one of them, whole."""

import datetime as dt
import threading
import time

import pytest
from django.db import connections
from django.test import Client

from schedule.actions import publish
from schedule.feeds.lines import latest
from schedule.plans import working_plan
from tests.factories import scale as make_scale
from tests.factories import schedule as make
from tests.readers import READERS

PATHS = {"schedule.ics": "ics", "schedule.xml": "frab", "schedule.json": "c3voc", "signs": "signs"}
PUBLISHES = 25


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_no_answer_mixes_two_versions(monkeypatch):
    """Each publish moves every talk by five minutes, and an answer says its number.

    The reading is slowed down between that number and the slots: without one snapshot for
    both, a publish in between is seen by this test every time.
    """

    def slowly(conference):
        number = latest(conference)
        time.sleep(0.02)
        return number

    monkeypatch.setattr("schedule.feeds.lines.latest", slowly)
    conference = make_scale.conference()
    slots = [make.slot(conference, starts_at=make.at(conference, 9 + n)) for n in range(3)]
    first = {slot.what: slot.starts_at for slot in slots}
    wrong, versions, done = [], set(), threading.Event()

    def read(name):
        try:
            while not done.is_set():
                answer = Client().get(f"/{conference.slug}/{name}")
                shifts = {
                    fact.starts_at - first[fact.title]
                    for fact in READERS[PATHS[name]](answer.content)
                }
                number = int(answer["Schedule-Version"])
                versions.add(number)
                if shifts != {(number - len(slots)) * dt.timedelta(minutes=5)}:
                    wrong.append((name, number, shifts))
        except Exception as error:  # noqa: BLE001
            wrong.append(error)
        finally:
            connections.close_all()

    readers = [threading.Thread(target=read, args=(name,)) for name in PATHS for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(PUBLISHES):
            for slot in slots:
                slot.refresh_from_db()
                make.move(slot, starts_at=slot.starts_at + dt.timedelta(minutes=5))
            publish(working_plan(conference), notify=False)
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert wrong == []
    assert len(versions) > 5, "the readers saw too few versions to prove anything"
