"""Public answers: rendered once for each version, whatever the crowd."""

import threading
import time

import pytest

from scale import cache
from scale.cache import Memory, Rendered


def rendered(text="x"):
    return Rendered(200, {"Content-Type": "text/plain"}, text.encode(), b"")


def run_together(count, function):
    results = []
    start = threading.Barrier(count)

    def run():
        start.wait()
        results.append(function())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def counting(seconds=0.1):
    made = []

    def make():
        made.append(1)
        time.sleep(seconds)
        return rendered(f"made {len(made)}")

    return make, made


def test_a_crowd_in_one_process_waits_for_one_render():
    make, made = counting()
    bodies = {found.body for found in run_together(8, lambda: cache.fetch("crowd", make))}
    assert (bodies, len(made)) == ({b"made 1"}, 1)


def test_processes_wait_for_each_other_through_the_shared_cache():
    """`make_once` is what stands between processes: no memory, no lock in common."""
    make, made = counting()
    bodies = {found.body for found in run_together(4, lambda: cache.make_once("shared", make))}
    assert (bodies, len(made)) == ({b"made 1"}, 1)


def test_a_failed_render_is_not_kept_and_frees_the_claim():
    def broken():
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        cache.fetch("failing", broken)
    make, made = counting(0)
    assert cache.fetch("failing", make).body == b"made 1"


def test_an_error_page_is_never_kept():
    cache.fetch("gone", lambda: Rendered(404, {}, b"no", b""))
    assert cache.fetch("gone", lambda: rendered("yes")).body == b"yes"


def test_memory_lets_the_oldest_go_when_full():
    memory = Memory(limit=250)
    for name in "abc":
        memory.put(name, rendered(name * 100))
    assert (memory.get("a"), memory.size) == (None, 200)
    assert memory.get("c").body == b"c" * 100
