"""The storm on a Galera cluster of three nodes: with one writer, and writing on all of them.

Two nodes can each let a transaction through that the other's forbids; the later of them
fails at its commit (1213) and is run again as a whole, like after any deadlock.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from .crowd import BUYERS, PLACES
from .mariadb import GALERA, cluster

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.galera,
    pytest.mark.slow,
    pytest.mark.skipif(not GALERA.exists(), reason="apt-get install galera-4"),
]
ROUNDS = int(os.environ.get("SCALE_STORM_ROUNDS", "1"))


@pytest.fixture(scope="module")
def nodes(django_db_setup, django_db_blocker):
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with ExitStack() as stack:
        folder = tempfile.TemporaryDirectory(prefix="scale-galera-", dir=memory)
        path = Path(stack.enter_context(folder))
        with django_db_blocker.unblock():
            connection.ensure_connection()
            made = stack.enter_context(cluster(path, connection))
        run(made[0], "make")
        yield made


def begin(node, *task):
    """A process of its own, connected to this node."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.registration.crowd", *map(str, task)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": node.url, "CELERY_EAGER": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(process):
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err[-3000:]
    return json.loads(out)


def run(node, *task):
    return end(begin(node, *task))


def test_nodes_are_one_cluster(nodes):
    sizes = [node.ask("SHOW STATUS LIKE 'wsrep_cluster_size'") for node in nodes]
    assert sizes == ["wsrep_cluster_size\t3"] * 3


@pytest.mark.parametrize(("writers", "buyers"), [(1, BUYERS), (3, 16)])
def test_buyers_at_each_writer(nodes, writers, buyers):
    outcome: Counter[str] = Counter()
    for number in range(ROUNDS):
        seed = writers * 1000 + number * writers
        storms = [begin(node, "storm", seed + n, buyers) for n, node in enumerate(nodes[:writers])]
        for one in storms:
            outcome.update(end(one))
        taken, *wrong = run(nodes[-1], "errors")
        assert (taken <= PLACES, wrong) == (True, [])
        assert run(nodes[0], "fill", seed) == [PLACES]
        proofs = [begin(node, "errors") for node in nodes]
        assert [end(one) for one in proofs] == [[PLACES]] * 3
        run(nodes[0], "half")
    assert outcome.total() == ROUNDS * writers * buyers
    assert not [how for how in outcome if how.startswith("lost")], outcome
    assert min(outcome["bought"], outcome["sold out"]) > 0
