"""Issuing, voiding and queueing badges."""

import datetime as dt

import pytest
from django.utils import timezone

from checkin.badges import actions
from checkin.badges.lookup import looks_like_badge, printed_before, printed_words
from checkin.badges.models import LEASE, Badge, PrinterReport, PrintJob
from registration.models import Ticket
from scale.editions import EditionClosed
from tests.factories import badges as make
from tests.factories import checkin as door
from tests.factories import scale as make_scale

# A @retry action refuses to run inside another transaction.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


@pytest.fixture
def conference():
    return make_scale.conference()


@pytest.fixture
def desk(conference):
    return make.printer(conference, name="desk 3")[0]


def came_out(station, job):
    actions.fetch(station, job.pk, job.attempt)
    return actions.report(station, job.pk, job.attempt, printed=True)


def printed_by(station, job):
    claimed = actions.claim(station)
    assert claimed == job
    return came_out(station, claimed)


def at(job, **values):
    """As if the row had been written then."""
    PrintJob.objects.filter(pk=job.pk).update(**values)


# --- first badge and reprint -------------------------------------------------------------------


def test_printed_before_tells_when_and_where(conference, desk, django_assert_num_queries):
    ticket = door.ticket(conference)
    assert printed_before(ticket) is None
    job = actions.print_badge(ticket.pk)
    waiting = printed_before(ticket)
    assert (waiting.is_out, waiting.where, waiting.says[:9]) == (False, "", "asked for")
    printed_by(desk, job)
    when = dt.datetime.combine(conference.today(), dt.time(9, 14), tzinfo=conference.zone)
    Badge.objects.update(printed_at=when)
    with django_assert_num_queries(1):
        found = printed_before(ticket)
        assert (found.is_out, found.at, found.says) == (True, when, "09:14, desk 3")


def test_the_badge_of_an_earlier_holder_was_not_printed_before(conference):
    ticket = door.ticket(conference)
    actions.print_here(ticket.pk)
    assert printed_before(ticket).where == "on a sheet"
    Ticket.objects.filter(pk=ticket.pk).update(nonce="another")
    assert printed_before(Ticket.objects.get()) is None


def test_a_second_badge_is_refused_with_when_and_where(conference, desk):
    job = make.job(conference)
    printed_by(desk, job)
    when = dt.datetime.combine(conference.today(), dt.time(9, 14), tzinfo=conference.zone)
    Badge.objects.update(printed_at=when)
    with pytest.raises(actions.AlreadyPrinted) as refused:
        actions.print_badge(job.badge.ticket_id)
    assert str(refused.value) == "badge already printed (09:14, desk 3)"
    assert Badge.objects.count() == PrintJob.objects.count() == 1


def test_one_in_the_queue_counts_as_a_badge(conference):
    job = make.job(conference)
    with pytest.raises(actions.AlreadyPrinted, match="on its way to the printer"):
        actions.print_badge(job.badge.ticket_id)


def test_reprint_voids_old_badge(conference, desk):
    old = printed_by(desk, make.job(conference)).badge
    new = actions.reprint(old.ticket_id, why="coffee on it").badge
    old.refresh_from_db()
    assert (old.status, old.why_void, new.status) == ("void", "coffee on it", "live")
    assert old.code != new.code
    assert (new.ticket, new.voided_at) == (old.ticket, None)
    assert dt.timedelta(0) <= timezone.now() - old.voided_at < dt.timedelta(minutes=1)


def test_reprint_takes_the_old_one_out_of_the_queue(conference, desk):
    job = make.job(conference)
    new = actions.reprint(job.badge.ticket_id, why="name was wrong")
    job.refresh_from_db()
    assert job.status == "dropped"
    assert actions.claim(desk) == new
    assert actions.claim(desk) == new  # asked again: the answer was lost


@pytest.mark.parametrize(
    "fields",
    [{"status": "cancelled"}, {"order_status": "pending"}, {"attendee_name": ""}],
)
def test_who_is_not_admitted_gets_no_badge(conference, fields):
    ticket = door.ticket(conference, **fields)
    for call in (actions.print_badge, actions.print_here):
        with pytest.raises(actions.CannotPrint):
            call(ticket.pk)
    with pytest.raises(actions.CannotPrint):
        actions.reprint(ticket.pk, why="x")
    assert not Badge.objects.exists()


def test_who_got_the_ticket_passed_on_gets_a_badge_of_their_own(conference):
    old = make.printed(conference)
    Ticket.objects.filter(pk=old.ticket_id).update(nonce="another", attendee_name="Grace")
    new = actions.print_here(old.ticket_id)
    old.refresh_from_db()
    assert (old.status, old.why_void) == ("void", "the ticket was passed on")
    assert (new.holder, Badge.objects.live().get()) == ("another", new)


def test_a_closed_edition_prints_nothing(conference, desk):
    ticket = door.ticket(conference)
    conference.closed_at = timezone.now()
    conference.save(update_fields=["closed_at"])
    with pytest.raises(EditionClosed):
        actions.print_badge(ticket.pk)


def test_a_printer_of_another_edition_is_refused(conference):
    stranger = make.printer(make_scale.conference())[0]
    with pytest.raises(actions.CannotPrint):
        actions.print_badge(door.ticket(conference).pk, printer=stranger)
    assert not Badge.objects.exists()


def test_sheets_hold_those_who_have_no_badge_yet(conference):
    had, open_one = make.printed(conference), door.ticket(conference, attendee_name="")
    lacking = [door.ticket(conference) for _ in range(3)]
    moved = make.printed(conference)
    Ticket.objects.filter(pk=moved.ticket_id).update(nonce="another")
    foreign = door.ticket(make_scale.conference())
    chosen = [had.ticket_id, open_one.pk, moved.ticket_id, foreign.pk, *(t.pk for t in lacking)]
    run, n = actions.print_sheets(conference, chosen)
    assert n == 4
    tickets = set(Badge.objects.live().filter(run=run).values_list("ticket", flat=True))
    assert tickets == {moved.ticket_id, *(t.pk for t in lacking)}
    assert actions.print_sheets(conference, chosen)[1] == 0
    words = printed_words(Badge.objects.filter(run=run).select_related("station").first())
    assert words.endswith(", on a sheet)")


def test_codes_of_tickets_are_never_taken_for_badges(conference):
    badge = make.printed(conference)
    assert looks_like_badge(badge.code) and not looks_like_badge(badge.ticket.code)


# --- the queue --------------------------------------------------------------------------------


def test_order_is_kept(conference, desk):
    jobs = [make.job(conference) for _ in range(3)]
    seen = []
    while job := actions.claim(desk):
        seen.append(job)
        came_out(desk, job)
    assert seen == jobs
    badge = Badge.objects.get(pk=jobs[0].badge_id)
    assert (badge.station, badge.printed_at is not None) == (desk, True)


def test_a_job_for_one_printer_waits_for_it(conference, desk):
    other = make.printer(conference)[0]
    mine = make.job(conference, printer=desk)
    anyones = make.job(conference)
    assert actions.claim(other) == anyones
    assert actions.claim(desk) == mine


def test_a_printer_gets_nothing_of_another_edition(conference):
    make.job(conference)
    assert actions.claim(make.printer(make_scale.conference())[0]) is None


def test_a_job_of_a_dead_station_goes_back_to_its_place(conference, desk):
    first, second = make.job(conference), make.job(conference)
    other = make.printer(conference)[0]
    dead = actions.claim(desk)
    at(first, lease_ends_at=timezone.now() - LEASE)
    again = actions.claim(other)
    assert (again, again.badge, again.printer) == (first, first.badge, other)
    # It never got the badge, so there is no paper: the same code may go to paper now.
    with pytest.raises(actions.NotYours):
        actions.fetch(desk, dead.pk, dead.attempt)
    came_out(other, again)
    assert actions.claim(other) == second


def test_what_may_be_on_paper_goes_on_with_a_new_code(conference, desk):
    first = make.job(conference)
    job = actions.claim(desk)
    actions.fetch(desk, job.pk, job.attempt)
    at(first, lease_ends_at=timezone.now() - LEASE)
    other = make.printer(conference)[0]
    again = actions.claim(other)
    assert again == first and again.badge != first.badge
    first.badge.refresh_from_db()
    assert first.badge.status == "void" and first.badge.voided_at
    with pytest.raises(actions.NotYours):
        actions.report(desk, job.pk, job.attempt, printed=True)
    came_out(other, again)
    assert Badge.objects.live().get() == again.badge


def test_the_same_report_twice_is_harmless(conference, desk):
    job = printed_by(desk, make.job(conference))
    assert actions.report(desk, job.pk, job.attempt, printed=True) == job
    with pytest.raises(actions.NotYours):
        actions.report(desk, job.pk, job.attempt, printed=False)
    with pytest.raises(actions.NotYours):
        actions.report(make.printer(conference)[0], job.pk, job.attempt, printed=True)


def test_a_failed_one_is_sent_again_by_staff(conference, desk):
    make.job(conference)
    job = actions.claim(desk)
    failed = actions.report(desk, job.pk, job.attempt, printed=False, why="no such printer")
    assert (failed.status, failed.why) == ("failed", "no such printer")
    assert actions.claim(desk) is None
    actions.send_again(job.pk)
    again = printed_by(desk, job)
    assert again.attempt == 2
    with pytest.raises(actions.CannotPrint):
        actions.send_again(job.pk)


def test_a_printer_without_paper_gets_nothing_and_staff_see_it(conference, desk):
    job = make.job(conference)
    assert actions.claim(desk, trouble="out of paper") is None
    report = PrinterReport.objects.get(station=desk)
    assert report.trouble == "out of paper"
    assert actions.claim(desk) == job
    report.refresh_from_db()
    assert report.trouble == ""


def test_claiming_asks_the_same_however_long_the_queue(conference, desk, django_assert_num_queries):
    def asks():
        with django_assert_num_queries(8):
            job = actions.claim(desk)
        came_out(desk, job)

    make.job(conference)
    actions.claim(desk, trouble="x")
    actions.claim(desk, trouble="y")
    asks()
    for _ in range(3):
        make.job(conference)
    actions.claim(desk, trouble="x")
    asks()
