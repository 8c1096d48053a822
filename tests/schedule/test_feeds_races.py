"""While versions follow each other, every answer is one of them, whole."""

import datetime as dt
import itertools
import re
import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connections
from django.test import Client

from schedule.actions import publish
from schedule.feeds.lines import latest
from schedule.plans import working_plan
from schedule.views.public import latest_release
from tests.factories import scale as make_scale
from tests.factories import schedule as make
from tests.pages.test_drift import aware
from tests.readers import READERS

PATHS = {
    "schedule/": "html",
    "schedule.ics": "ics",
    "schedule.xml": "frab",
    "schedule.json": "c3voc",
    "signs": "signs",
    "app": "app",
    "schedule/?view=list": "html",
    "guidebook.csv": "guidebook",
}
PUBLISHES = 100


class Readers:
    """One for each of the paths, who asks again and again with what is kept from before.

    Each publish moves every talk by five minutes, so the times in an answer tell its version.
    """

    def __init__(self, conference, slots):
        self.conference = conference
        self.first = {slot.what: slot.starts_at for slot in slots}
        self.number = self.released = len(slots)
        self.done = threading.Event()
        self.wrong, self.seen, self.answers = [], set(), 0
        self.threads = [threading.Thread(target=self.read, args=(path,)) for path in PATHS]

    @contextmanager
    def reading(self):
        for thread in self.threads:
            thread.start()
        try:
            yield
        finally:
            self.done.set()
            for thread in self.threads:
                thread.join()

    def read(self, path):
        client, kept = Client(), {}
        try:
            while not self.done.is_set():
                self.look(client, path, kept)
        except Exception as error:  # noqa: BLE001
            self.wrong.append((path, error))
        finally:
            connections.close_all()

    def look(self, client, path, kept):
        """`kept` is what a browser holds: versions by ETag, the last one under None."""
        least = self.released
        asked = {"If-None-Match": kept["last"]} if "last" in kept else {}
        answer = client.get(f"/{self.conference.slug}/{path}", headers=asked)
        etag = answer["ETag"]
        if answer.status_code == 304:
            number = kept[etag]
        else:
            number = self.version_of(path, answer)
            if kept.setdefault(etag, number) != number:
                self.wrong.append((path, "two versions with one ETag", kept[etag], number))
            kept["last"] = etag
        if number < least:
            self.wrong.append((path, f"version {number} after {least} was public"))
        self.seen.add(number)
        self.answers += 1

    def version_of(self, path, answer):
        """What the answer says of itself, which all that stands in it must bear out."""
        said = (
            answer.headers.get("Schedule-Version")
            or re.search(rb"Schedule version (\d+)", answer.content)[1]
        )
        facts = [aware(fact, self.conference) for fact in READERS[PATHS[path]](answer.content)]
        shifts = {fact.starts_at - self.first[fact.title.split(" · ")[0]] for fact in facts}
        if shifts != {(int(said) - self.number) * dt.timedelta(minutes=5)}:
            self.wrong.append((path, int(said), shifts))
        return int(said)

    def around(self, reading):
        """`reading` of a version's number; every third waits on both sides for the next version.

        So without one snapshot for the number and the slots the answer surely mixes two.
        """
        turns = itertools.count()

        def read(conference):
            waits = next(turns) % 3 == 0
            self.wait(waits)
            number = reading(conference)
            self.wait(waits)
            return number

        return read

    def wait(self, waits):
        before, give_up = self.released, time.monotonic() + 1
        while waits and self.released == before and time.monotonic() < give_up:
            if self.done.wait(0.002):
                break


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_no_answer_mixes_two_versions(monkeypatch):
    conference = make_scale.conference()
    slots = [make.slot(conference, starts_at=make.at(conference, 9 + n)) for n in range(3)]
    readers = Readers(conference, slots)
    monkeypatch.setattr("schedule.feeds.lines.latest", readers.around(latest))
    monkeypatch.setattr("schedule.views.public.latest_release", readers.around(latest_release))
    with readers.reading():
        for _ in range(PUBLISHES):
            for slot in slots:
                slot.refresh_from_db()
                make.move(slot, starts_at=slot.starts_at + dt.timedelta(minutes=5))
            readers.released = publish(working_plan(conference), notify=False).number
    assert readers.wrong == []
    assert len(readers.seen) > PUBLISHES / 4, "the readers saw too few versions"
