"""Two web processes sell twenty places to a crowd, and their database is killed in the middle."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import MySQLdb
import pytest
from django.conf import settings
from django.db import connection

from bench import shopper
from bench.client import Browser
from bench.servers import gunicorn
from registration.payments import demo

from .crowd import PLACES
from .mariadb import MariaDB

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
BUYERS, BEGUN = 24, 8
PATIENCE = 30


@pytest.fixture
def database(monkeypatch):
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="scale-outage-", dir=memory) as folder:
        made = MariaDB(Path(folder))
        made.start()
        try:
            connection.ensure_connection()
            made.fill_from(connection)
            monkeypatch.setenv("DATABASE_URL", made.url)
            monkeypatch.setenv("PLAIN_STATIC", "1")
            yield made
        finally:
            made.stop()


def crowd(task):
    done = subprocess.run(
        [sys.executable, "-m", "tests.registration.crowd", task],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def notify(port, session):
    """What the provider's server sends; the status it is answered with, 0 for none."""
    body = demo.notification(demo.open_session(session))
    try:
        return Browser(port).request("POST", "/payments/demo/notify/", body)[0]
    except OSError:
        return 0


def patiently(act):
    """Try until it is done; a provider repeats for days, a buyer for a while."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        try:
            if done := act():
                return done
        except (shopper.NotSold, OSError, AttributeError):
            pass
        time.sleep(0.3)
    return None


class Buyer:
    """Buys a place for money. `answers` is what the provider's server was told."""

    def __init__(self, site, slug):
        self.site, self.slug, self.answers, self.code = site, slug, [], None

    def go(self, paid):
        for _ in range(3):
            try:
                browser = Browser(self.site.port)
                path = shopper.buy(browser, self.slug, "full=1")
                session = shopper.pay(browser, path)
            except (shopper.NotSold, OSError, AttributeError):
                time.sleep(0.5)
                continue
            self.code = path.split("/")[-3]
            patiently(lambda session=session: self.tell(session) < 500)
            paid.release()
            return

    def tell(self, session):
        self.answers.append(notify(self.site.port, session))
        return self.answers[-1]


@contextmanager
def payments_held_up(database):
    """Transactions stop where they write a payment: all that comes before it is done."""
    options = {"user": "root", "unix_socket": str(database.socket), "database": "scale"}
    holder = MySQLdb.connect(**options)
    holder.cursor().execute("LOCK TABLES registration_payment READ")
    try:
        yield
    finally:
        with suppress(MySQLdb.Error):
            holder.close()


def held_up(database):
    insert = "INSERT INTO `registration_payment`%"
    return int(
        *lines(database, "COUNT(*)", f"information_schema.processlist WHERE info LIKE '{insert}'")
    )


def test_no_paid_order_is_lost_when_the_database_dies(database):
    slug = crowd("make")
    with gunicorn(workers=2) as site:
        late = Browser(site.port)
        begun = [shopper.pay(late, shopper.buy(late, slug, "full=1")) for _ in range(BEGUN)]
        buyers = [Buyer(site, slug) for _ in range(BUYERS)]
        paid = threading.Semaphore(0)
        with ThreadPoolExecutor(BUYERS + BEGUN) as pool:
            ended = [pool.submit(buyer.go, paid) for buyer in buyers]
            for _ in range(4):  # some have paid, others are at it
                assert paid.acquire(timeout=60)
            with payments_held_up(database):
                for session in begun:
                    pool.submit(notify, site.port, session)
                assert patiently(lambda: held_up(database) >= BEGUN // 2)
                database.kill()
            assert notify(site.port, begun[0]) >= 500
            database.start()
            assert crowd("errors")[1:] == []  # nothing is half written
            for session in begun:
                assert patiently(lambda session=session: notify(site.port, session) == 200)
            for one in ended:
                one.result()
        assert notify(site.port, begun[0]) == 200  # and once more: nothing changes
    done = {buyer.code for buyer in buyers if buyer.answers and buyer.answers[-1] == 200}
    done |= {demo.open_session(session)["order"] for session in begun}
    payments = Counter(lines(database, "order_id", "registration_payment"))
    ids = dict(one.split("\t") for one in lines(database, "code, id", "registration_order"))
    assert {ids[code] for code in done} <= set(payments)
    assert set(payments.values()) == {1}
    assert len(done) >= BEGUN + 4
    mails = lines(database, "to_address", "scale_outgoingemail WHERE kind = 'tickets'")
    assert len(mails) == len(payments)
    [taken] = lines(database, "taken", "registration_quota WHERE name = 'Places'")
    assert crowd("errors") == [min(PLACES, int(taken))]


def lines(database, columns, table):
    return database.ask(f"SELECT {columns} FROM {table}", "scale").split("\n")
