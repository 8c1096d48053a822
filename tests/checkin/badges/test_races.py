"""Many printers and desks at once; with the guards taken out these fail."""

import threading
from collections import Counter
from functools import partial

import pytest
from django.utils import timezone

from checkin.badges import actions
from checkin.badges.models import LEASE, Badge, PrintJob
from tests.checkin.test_races import at_once
from tests.factories import badges as make
from tests.factories import checkin as door
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def conference(transactional_db):
    return make_scale.conference()


def test_two_reprints_at_once_leave_exactly_one_live(conference):
    for _ in range(8):
        old = make.printed(conference)
        reprint = partial(actions.reprint, old.ticket_id, why="lost")
        found = at_once(*[reprint] * 4)
        assert [repr(one) for one in found if not isinstance(one, PrintJob)] == []
        badges = Badge.objects.filter(ticket=old.ticket_id)
        assert Counter(badges.values_list("status", flat=True)) == {"live": 1, "void": 4}
        live = badges.live().get()
        waiting = PrintJob.objects.open().filter(badge__ticket=old.ticket_id)
        assert [job.badge for job in waiting] == [live]


def test_two_desks_at_once_print_one_first_badge(conference):
    for _ in range(5):
        ticket = door.ticket(conference)
        found = at_once(*[partial(actions.print_badge, ticket.pk)] * 4)
        assert Counter(type(one).__name__ for one in found) == {"PrintJob": 1, "AlreadyPrinted": 3}


def test_printers_share_a_queue_and_print_each_badge_once(conference):
    printers = [make.printer(conference)[0] for _ in range(4)]
    jobs = [make.job(conference) for _ in range(24)]
    out, lock = [], threading.Lock()

    def work(station):
        while job := actions.claim(station):
            actions.fetch(station, job.pk, job.attempt)
            with lock:
                out.append(job.badge_id)
            actions.report(station, job.pk, job.attempt, printed=True)

    assert at_once(*[partial(work, one) for one in printers]) == [None] * 4
    assert sorted(out) == sorted(job.badge_id for job in jobs)
    assert Counter(PrintJob.objects.values_list("status", flat=True)) == {"printed": 24}


def test_a_lapsed_job_is_taken_over_once(conference):
    dead = make.printer(conference)[0]
    printers = [make.printer(conference)[0] for _ in range(4)]
    for _ in range(5):
        make.job(conference)
        job = actions.claim(dead)
        actions.fetch(dead, job.pk, job.attempt)
        PrintJob.objects.filter(pk=job.pk).update(lease_ends_at=timezone.now() - LEASE)
        found = at_once(*[partial(actions.claim, one) for one in printers])
        taken = [one for one in found if one is not None]
        assert taken == [job]
        ticket = job.badge.ticket_id
        assert Badge.objects.live().filter(ticket=ticket).count() == 1
        assert Badge.objects.filter(ticket=ticket).count() == 2
        winner = PrintJob.objects.get(pk=job.pk)
        actions.report(winner.printer, winner.pk, winner.attempt, printed=True)


def test_two_desks_at_once_replace_one_badge_once(conference):
    for _ in range(5):
        old = make.printed(conference)
        again = partial(actions.reprint, old.ticket_id, why="coffee", seen=old.pk)
        here = partial(actions.print_here, old.ticket_id, why="coffee", seen=old.pk)
        found = at_once(*[again, here] * 2)
        refused = [one for one in found if isinstance(one, actions.PrintedMeanwhile)]
        assert len(refused) == 3, found
        badges = Badge.objects.filter(ticket=old.ticket_id)
        assert Counter(badges.values_list("status", flat=True)) == {"live": 1, "void": 1}


def test_what_is_dropped_while_printers_ask_is_not_printed(conference):
    printers, by = [make.printer(conference)[0] for _ in range(3)], make_scale.user()
    for _ in range(30):
        job = make.job(conference)
        drop = partial(actions.drop_job, job.pk, why="x", by=by)
        dropped, *claimed = at_once(drop, *[partial(actions.claim, one) for one in printers])
        job.refresh_from_db()
        badge = Badge.objects.get(pk=job.badge_id)
        if job in claimed:
            assert isinstance(dropped, actions.CannotPrint), dropped
            assert (job.status, badge.status) == ("claimed", "live")
            actions.fetch(job.printer, job.pk, job.attempt)
            actions.report(job.printer, job.pk, job.attempt, printed=True)
        else:
            assert (job.status, badge.status) == ("dropped", "void")
