"""Forty doors and ten thousand people against a site of its own, and what it does to it.

Believed only after the lock of the ticket and the unique key were taken out and this failed.
"""

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from bench.servers import free_port
from deploy.with_services import (
    install_mariadb,
    mariadb_url,
    redis,
    running_mariadb,
    wait_for,
)

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parent.parent.parent
DOORS = "40"


class Site:
    """A MariaDB and a gunicorn that can be killed and started again."""

    def __init__(self, folder, stack):
        self.folder, self.stack, self.port = folder, stack, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {
            **os.environ,
            "DATABASE_URL": mariadb_url(folder),
            "REDIS_URL": stack.enter_context(redis(folder)),
            "SITE_URL": self.url,
            "PYTHONPATH": str(ROOT),
        }
        install_mariadb(folder)
        self.start_database()
        self.manage("migrate", "-v0")
        self.start_web()

    def manage(self, *args):
        subprocess.run(self.command(*args), cwd=ROOT, env=self.env, check=True)

    def command(self, *args):
        return [sys.executable, "manage.py", *args]

    def start_database(self):
        running = running_mariadb(self.folder, survives_kill=True)
        self.database = self.stack.enter_context(running)

    def start_web(self):
        command = [
            *(sys.executable, "-m", "gunicorn", "scale.wsgi", "--no-control-socket"),
            *("--bind", f"127.0.0.1:{self.port}", "--workers", "2"),
            *("--worker-class", "gthread", "--threads", "8", "--keep-alive", "60"),
        ]
        self.web = self.stack.enter_context(self.served(command))

    @contextmanager
    def served(self, command):
        log = self.folder / "web.log"
        with open(log, "ab") as out:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=out, stderr=out, start_new_session=True
            )
        try:
            wait_for(self.answers, f"gunicorn (see {log})", process)
            yield process
        finally:
            kill_all(process)

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill_web(self):
        kill_all(self.web)

    def kill_database(self):
        self.database.kill()
        self.database.wait()

    def rehearse(self, people, *args):
        """Starts a rehearsal as fast as it goes."""
        wanted = ("--server", self.url, "--minutes", "0", "--stations", DOORS, "--people", people)
        return subprocess.Popen(
            self.command("rehearse_door", *wanted, *args),
            **{"cwd": ROOT, "env": self.env, "text": True},
            **{"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT},
        )


def kill_all(process):
    """gunicorn with its workers, as a machine does that loses its power."""
    try:
        os.killpg(process.pid, 9)
    except ProcessLookupError:
        return
    process.wait()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    memory = Path("/dev/shm")  # nosec B108
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("door")
        if os.access(memory, os.W_OK):
            folder = memory / f"scale-door-{os.getpid()}"
            stack.callback(subprocess.run, ["rm", "-rf", folder], check=True)
            folder.mkdir()
        yield Site(folder, stack)


def told(process, until):
    """The lines of a rehearsal, up to the one by which this share has come."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        found = re.match(r"(\d+) of (\d+) have come", line)
        if found and int(found[1]) >= until * int(found[2]):
            break
    return "".join(lines)


def assert_all_is_well(process, said):
    said += process.stdout.read()
    assert process.wait(30) == 0, said[-3000:]
    assert "Nothing was lost, and nobody was let in twice" in said
    return said


def test_all_online_with_repeats_and_duplicates(site):
    process = site.rehearse("2500", "--offline", "0", "--again", "25")
    said = assert_all_is_well(process, "")
    assert "without network" not in said
    assert "there was no answer" not in said


def test_through_lost_packets_killed_servers_and_a_killed_database(site):
    process = site.rehearse("10000", "--again", "10", "--loses", "30")
    said = told(process, until=0.2)
    site.kill_web()
    site.start_web()
    said += told(process, until=0.5)
    site.kill_database()
    time.sleep(2)
    site.start_database()
    said += told(process, until=0.8)
    site.kill_web()
    site.start_web()
    said = assert_all_is_well(process, said)
    assert "there was no answer" in said
