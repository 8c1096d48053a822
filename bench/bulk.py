"""Work that comes in bulk, each in a process of its own: how long, how many, how large."""

import io
import os
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scale.settings")
    django.setup()

import subprocess  # noqa: E402

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from checkin.badges import drawing  # noqa: E402
from checkin.badges.facts import facts_of_ticket  # noqa: E402
from checkin.badges.layouts import design_of  # noqa: E402
from checkin.badges.models import new_badge_code  # noqa: E402
from registration.documents import ticket as sheet  # noqa: E402
from registration.exports import TABLES  # noqa: E402
from registration.exports.files import csv_lines  # noqa: E402
from registration.exports.tables import Wanted  # noqa: E402
from registration.models import Ticket  # noqa: E402
from scale.models import Conference, OutgoingEmail, Role  # noqa: E402

from . import mailbox, scheduling, sponsoring  # noqa: E402
from .client import hidden  # noqa: E402
from .committee import with_decisions  # noqa: E402
from .visitors import staff  # noqa: E402

SHEETS = BADGES = 500
DECISIONS = 300


@dataclass(frozen=True)
class Work:
    """`bounds` are {figure: limit}, with figures seconds and mb (most) and rate (least)."""

    name: str
    task: str
    bounds: dict = field(default_factory=dict)


WORKS = (
    Work("attendee export, CSV", "export", {"rate": 20_000, "mb": 200}),
    Work(f"{SHEETS} ticket PDFs, one by one", "pdf", {"seconds": 8}),
    Work(f"{BADGES} badges, one PDF", "badges", {"seconds": 3}),
    Work("one badge after the other, a PDF each", "badge", {"rate": 1 / 0.03}),
    Work("check_ledger", "ledger", {"seconds": 10, "mb": 200}),
    Work("release, mails queued in one request", "release", {"seconds": 2}),
    Work("mail taken in from Dovecot", "mail", {"rate": 100, "mb": 150}),
    Work("conflicts of a whole plan", "conflicts", {"rate": 1 / 0.3}),
    Work("publishing 15 moves, mails queued", "publish", {"rate": 1 / 0.15}),
    Work("reverting all of those", "revert"),
    Work("1,000 publishes in a row", "publishes"),
    Work("100 publishes after those", "publishes-after"),
    Work("sponsors: list of 10,000 lines", "organization-import", {"seconds": 30}),
)


def export(conference):
    table = TABLES["attendees"]

    def work():
        rows = table.rows(conference, table.select(conference, Wanted()))
        return sum(piece.count(b"\n") for piece in csv_lines(table.columns(conference), rows)) - 1

    return work


def pdf(conference):
    def work():
        pks = list(Ticket.objects.filter(conference=conference).live().values_list("pk", flat=True))
        for pk in pks[:SHEETS]:
            assert sheet.pdf(Ticket.objects.get(pk=pk))[:4] == b"%PDF"  # nosec B101
        return len(pks[:SHEETS])

    return work


def badges(conference):
    """From the rows, as a run of sheets takes them; the tickets stand in for their badges."""

    def work():
        found = badge_facts(conference)
        assert drawing.pdf(found, design_of(conference))[:4] == b"%PDF"  # nosec B101
        return len(found)

    return work


def badge(conference):
    def work():
        found = badge_facts(conference)[:100]
        for one in found:
            assert drawing.pdf([one], design_of(conference))[:4] == b"%PDF"  # nosec B101
        return len(found)

    return work


def badge_facts(conference):
    rows = Ticket.objects.filter(conference=conference).admitting().exclude(attendee_name="")
    rows = rows.select_related("conference", "ticket_type").prefetch_related("ribbons")
    return [facts_of_ticket(one, new_badge_code()) for one in rows.order_by("pk")[:BADGES]]


def ledger(conference):
    def work():
        call_command("check_ledger", stdout=io.StringIO())
        return Ticket.objects.count()

    return work


def release(conference):
    """In an edition made for it; the mails are queued, nothing sends them."""
    fresh = with_decisions(DECISIONS)
    browser = Client(HTTP_HOST="127.0.0.1")
    browser.cookies[settings.SESSION_COOKIE_NAME] = staff(fresh, Role.PROGRAM)
    page = browser.get(reverse("cfp:decisions", args=[fresh.slug]))
    seen = {"seen": hidden(page.content, "seen")}

    def work():
        browser.post(reverse("cfp:release", args=[fresh.slug]), seen)
        return OutgoingEmail.objects.filter(conference=fresh, sent_at=None).count()

    return work


TASKS = {
    "export": export,
    "pdf": pdf,
    "badges": badges,
    "badge": badge,
    "ledger": ledger,
    "release": release,
    "mail": mailbox.taken_in,
    **scheduling.TASKS,
    **sponsoring.TASKS,
}


def main(task):
    work = TASKS[task](Conference.objects.current())
    began = time.perf_counter()
    done = work()
    seconds = time.perf_counter() - began
    print(done, seconds, peak_megabytes())


def peak_megabytes():
    """Of this process alone: what `getrusage` tells begins with the peak of who started it."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s*(\d+) kB", status).group(1)) / 1000


def measure(work):
    """Print one line; returns the bounds that do not hold."""
    command = [sys.executable, "-m", "bench.bulk", work.task]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    done, seconds, megabytes = (float(word) for word in out.split())
    found = {"seconds": seconds, "mb": megabytes, "rate": done / seconds}
    print(
        f"| {work.name} | {done:,.0f} | {seconds:.2f} | {found['rate']:,.0f} | {megabytes:.0f} |",
        flush=True,
    )
    return [
        f"{work.name}: {name} {found[name]:.2f}, bound {limit}"
        for name, limit in work.bounds.items()
        if (found[name] < limit if name == "rate" else found[name] > limit)
    ]


if __name__ == "__main__":
    main(sys.argv[1])
