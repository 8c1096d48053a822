"""Prints one table: what pages and actions cost here, and the ratio to this run's ceiling."""

import argparse
import datetime as dt
import functools
import os
import platform
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scale.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from scale.models import Conference  # noqa: E402

from . import bulk  # noqa: E402
from .client import Browser, load  # noqa: E402
from .rows import rows  # noqa: E402
from .servers import gunicorn  # noqa: E402

HEAD = (
    "| page or action | SQL | CPU ms | bytes | 1 client /s | p50 ms | p95 ms "
    "| 8 clients /s | p50 ms | p95 ms | of the ceiling |"
)


def main():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--size", choices=["small", "scale", "big"], default="scale")
    parser.add_argument("--seconds", type=float, default=4.0, help="for each load")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("demo", size=options.size, really=True, if_empty=True)
    conference = Conference.objects.current()
    missed = []
    with gunicorn("bench.ceiling_wsgi") as ceiling, gunicorn() as site:
        print(
            f"\n{dt.date.today():%Y-%m-%d}, size {options.size}, {platform.machine()}, "  # noqa: DTZ011
            f"{os.cpu_count()} cores, Python {platform.python_version()}, "
            f"{connection.vendor}\n\n{HEAD}\n|{'---|' * 11}",
            flush=True,
        )
        for row in rows(conference):
            if options.only in row.name:
                missed += measure(row, site, ceiling, options.seconds)
        memory = site.megabytes()
        print(f"\nLargest web process: {memory:.0f} MB (bound 150)")
        if memory > 150:
            missed.append(f"web process: {memory:.0f} MB")
    print("\n| work | rows | seconds | rows /s | MB |\n|---|---|---|---|---|")
    for work in bulk.WORKS:
        if options.only in work.name:
            missed += bulk.measure(work)
    for line in missed:
        print(f"bound not met: {line}")
    return 1 if missed else 0


def measure(row, site, ceiling, seconds):
    """Print one line; returns the bounds that do not hold."""
    statements, size = cost_once(row, site)
    # What a process does once, such as reading a template, is no cost of the act.
    load(functools.partial(row.act, site.port), 4, seconds / 4)
    figures, cpu, fastest, results = [], 0.0, 0.0, []
    for clients in (1, 8):
        # A row for more clients than that stands in the place of the eight.
        clients = next((n for n in row.clients if n == clients or n > clients == 8), 0)
        if not clients:
            figures += ["–"] * 3
            continue
        before = site.cpu_ms()
        result = load(functools.partial(row.act, site.port), clients, seconds)
        results.append(result)
        if len(results) == 1:
            cpu = (site.cpu_ms() - before) / max(1, len(result.times))
        fastest = max(fastest, result.per_second)
        figures += [
            f"{result.per_second:,.1f}",
            f"{result.percentile(0.5):.1f}",
            f"{result.percentile(0.95):.1f}",
        ]
        if result.errors:
            figures[-3] += f" ({result.errors} failed)"
    path = row.ceiling.format(size=size)
    most = max(
        load(functools.partial(plain, ceiling.port, path), clients, seconds / 2).per_second
        for clients in row.clients
    )
    ratio = fastest / most if most else 0.0
    print(
        f"| {row.name} | {statements} | {cpu:.1f} | {size:,} | "
        + " | ".join(figures)
        + f" | {ratio:.0%} |",
        flush=True,
    )
    found = {
        **{"sql": statements, "cpu": cpu, "bytes": size, "ratio": ratio, "rate": fastest},
        **{"p50": results[0].percentile(0.5), "p95": results[-1].percentile(0.95)},
        "mb": site.peak_megabytes(),
    }
    minima = ("ratio", "rate")
    return [
        f"{row.name}: {name} {found[name]:.2f}, bound {limit}"
        for name, limit in row.bounds.items()
        if (found[name] < limit if name in minima else found[name] > limit)
    ]


def plain(port, path, n):
    browser = Browser(port)
    browser.get(path)
    return lambda: browser.get(path)[0] == 200


def cost_once(row, site):
    """SQL statements of one act, counted by the database, and the bytes of its last answer."""
    act = row.act(site.port, 0)
    act()
    before = statements_so_far()
    act()
    own = 1 if "cold" in row.name else 0  # the touch that makes the page cold
    return statements_so_far() - before - own, Browser.last_size


def statements_so_far():
    """Selects and writes of all connections; not BEGIN, COMMIT, SET or this question."""
    counted = ("Com_select", "Com_insert", "Com_update", "Com_delete", "Com_replace")
    with connection.cursor() as cursor:
        cursor.execute("SHOW GLOBAL STATUS LIKE 'Com\\_%'")
        return sum(int(value) for name, value in cursor.fetchall() if name in counted)


if __name__ == "__main__":
    sys.exit(main())
