"""What an exhibitor gets when it scans a badge, and what it does not."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from checkin.badges.actions import reprint
from checkin.leads import actions
from checkin.models import Lead
from registration.actions import CannotShare, pass_on, share
from registration.models import SaleRules, Ticket
from scale.editions import EditionClosed, close
from scale.models import User
from tests.factories import badges
from tests.factories import checkin as make
from tests.factories import leads as factory
from tests.factories import registration as reg
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db


@pytest.fixture
def station(conference):
    return factory.phone(conference).station


def scan(station, code, **fields):
    said = {"lead_id": uuid.uuid4(), "at": timezone.now()} | fields
    return actions.scan_badge(station, code, **said)


@pytest.mark.parametrize(
    "ticked, given",
    [
        (["name"], {"name": "Ada Example"}),
        (["email", "phone"], {"email": "ada@example.org", "phone": "+1 555 0100"}),
        (["organization"], {"organization": "Analytical Engines"}),
    ],
)
def test_exactly_what_was_ticked_is_given(conference, station, ticked, given):
    lead = scan(station, factory.badge(conference, *ticked).code, note="Wants a demo")
    lead.refresh_from_db()
    assert lead.given() == given
    assert (lead.exhibitor, lead.station, lead.note) == (
        station.organization,
        station,
        "Wants a demo",
    )


def nothing_of(station, code):
    with pytest.raises(actions.NothingGiven):
        scan(station, code, note="Tall, with a dog")
    assert not Lead.objects.exists()


def test_who_ticked_nothing_leaves_nothing(conference, station):
    nothing_of(station, factory.badge(conference).code)


def test_what_is_ticked_but_empty_is_nothing(conference, station):
    nothing_of(station, factory.badge(conference, "phone", phone="").code)


def test_ticket_code_gives_nothing(conference, station):
    nothing_of(station, factory.badge(conference, "name").ticket.code)


def test_unknown_code_gives_nothing(conference, station):
    nothing_of(station, "ABCDEFGHJKLMN")


def test_old_badge_gives_nothing(conference, station):
    old = factory.badge(conference, "name")
    reprint(old.ticket_id, why="lost", by=make_scale.user())
    nothing_of(station, old.code)


def test_badge_of_another_edition_gives_nothing(conference, station):
    other = make_scale.conference()
    SaleRules.objects.create(conference=other, exhibitors_scan=True)
    nothing_of(station, factory.badge(other, "name").code)


def test_cancelled_ticket_gives_nothing(conference, station):
    badge = factory.badge(conference, "name")
    Ticket.objects.filter(pk=badge.ticket_id).update(status="cancelled")
    nothing_of(station, badge.code)


def test_minor_by_the_type_gives_nothing(conference, station):
    kids = reg.ticket_type(conference, for_minors=True)
    nothing_of(station, factory.badge(conference, "name", ticket_type=kids).code)


def test_who_has_a_guardian_gives_nothing(conference, station):
    badge = factory.badge(conference, "name", guardian_name="Guardian")
    nothing_of(station, badge.code)
    with pytest.raises(CannotShare):
        share(badge.ticket, ["name"], phone="")


def test_edition_that_does_not_ask_gives_nothing(conference, station):
    badge = factory.badge(conference, "name")
    SaleRules.objects.filter(conference=conference).update(exhibitors_scan=False)
    nothing_of(station, badge.code)


def test_the_database_refuses_ticks_of_minors(conference):
    ticket = make.ticket(conference, is_minor=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(shares_phone=True)


def test_closed_edition_hands_nothing_over(conference, station):
    badge = factory.badge(conference, "name")
    close(conference)
    station.conference.refresh_from_db()
    with pytest.raises(EditionClosed):
        scan(station, badge.code)


# --- again ---------------------------------------------------------------------------------------


def test_same_scan_again_changes_nothing(conference, station):
    badge, lead_id = factory.badge(conference, "name"), uuid.uuid4()
    first = scan(station, badge.code, lead_id=lead_id, note="One")
    actions.write_note(station, lead_id, was="One", note="Two")
    Ticket.objects.filter(pk=badge.ticket_id).update(shares_email=True)
    again = scan(station, badge.code, lead_id=lead_id, note="One")
    assert (again.pk, again.note, again.email) == (first.pk, "Two", "")


def test_later_scan_follows_the_ticks_and_keeps_both_notes(conference, station):
    badge = factory.badge(conference, "name", "email")
    scan(station, badge.code, note="Likes blue")
    Ticket.objects.filter(pk=badge.ticket_id).update(shares_email=False, shares_phone=True)
    other = factory.phone(conference, station.organization).station
    lead = scan(other, badge.code, note="Call in May")
    assert lead.given() == {"name": "Ada Example", "phone": "+1 555 0100"}
    assert lead.note == "Likes blue\nCall in May"
    assert Lead.objects.count() == 1


def test_unticking_takes_it_from_all_who_scanned_before(conference, station):
    badge = factory.badge(conference, "name", "email")
    other = scan(station, factory.badge(conference, "name", "email").code)
    lead = scan(station, badge.code, note="Likes blue")
    actions.share(badge.ticket, ["name", "phone"], phone="+1 555 0100")
    lead.refresh_from_db()
    assert (lead.given(), lead.note) == ({"name": "Ada Example"}, "Likes blue")
    actions.share(badge.ticket, [], phone="")
    with pytest.raises(actions.NothingGiven):
        scan(station, badge.code)
    assert list(Lead.objects.all()) == [other]
    other.refresh_from_db()
    assert list(other.given()) == ["name", "email"]


def test_unticking_leaves_what_was_taken_back_as_it_is(conference, station):
    badge = factory.badge(conference, "name")
    lead = scan(station, badge.code)
    actions.take_back(badge.ticket, lead.lead_id)
    actions.share(badge.ticket, [], phone="")
    actions.share(badge.ticket, ["name"], phone="")
    with pytest.raises(actions.NothingGiven):
        scan(station, badge.code)


def test_another_exhibitor_has_a_lead_of_its_own(conference, station):
    badge = factory.badge(conference, "name")
    scan(station, badge.code)
    scan(factory.phone(conference).station, badge.code)
    assert Lead.objects.count() == 2


def test_id_of_another_badge_is_refused(conference, station):
    lead = scan(station, factory.badge(conference, "name").code)
    with pytest.raises(actions.IdTaken):
        scan(station, factory.badge(conference, "name").code, lead_id=lead.lead_id)
    with pytest.raises(actions.IdTaken):
        scan(factory.phone(conference).station, lead.ticket.badges.get().code, lead_id=lead.lead_id)


def test_new_holder_of_a_ticket_is_another_person(conference, station):
    ticket = make.ticket(conference, order_status="paid", attendee_name="Old", shares_name=True)
    old = badges.actions.print_here(ticket.pk)
    scan(station, old.code)
    passed = pass_on(ticket, name="New", email="new@example.org", by_staff=True)
    assert (passed.shares(), passed.phone) == ([], "")
    with pytest.raises(actions.NothingGiven):
        scan(station, old.code)
    share(passed, ["name"], phone="")
    lead = scan(station, badges.actions.print_here(passed.pk).code)
    assert lead.name == "New"
    assert list(Lead.objects.given_by(Ticket.objects.get(pk=ticket.pk))) == [lead]


def test_guessing_is_slowed_and_good_badges_still_work(conference, station, monkeypatch):
    monkeypatch.setattr(actions, "UNKNOWN_LIMIT", 3)
    for _ in range(3):
        nothing_of(station, "ABCDEFGHJKLMN")
    with pytest.raises(actions.TooManyUnknown):
        scan(station, "ABCDEFGHJKLMN")
    assert scan(station, factory.badge(conference, "name").code).name == "Ada Example"


# --- notes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "now, was, new, together",
    [
        ("", "", "a", "a"),
        ("a", "a", "b", "b"),
        ("a", "a", "", ""),
        ("b", "a", "b", "b"),
        ("b", "a", "a and more", "b\nand more"),
        ("b", "a", "c", "b\nc"),
        ("b\nc", "a", "c", "b\nc"),
        ("b", "a", "", "b"),
    ],
)
def test_notes_of_two_phones_stand_together(now, was, new, together):
    assert actions.merged(now, was, new) == together


def test_note_of_another_exhibitor_cannot_be_written(conference, station):
    lead = scan(station, factory.badge(conference, "name").code)
    with pytest.raises(actions.NoLead):
        actions.write_note(factory.phone(conference).station, lead.lead_id, was="", note="Mine")
    lead.refresh_from_db()
    assert lead.note == ""


# --- taking back ---------------------------------------------------------------------------------


def test_taken_back_is_empty_and_cannot_be_had_again_until_allowed(conference, station):
    badge = factory.badge(conference, "name", "email")
    lead = scan(station, badge.code, note="Tall")
    assert actions.take_back(badge.ticket, lead.lead_id)
    assert not actions.take_back(badge.ticket, lead.lead_id)
    lead.refresh_from_db()
    assert (lead.given(), lead.note, lead.taken_back_at is not None) == ({}, "", True)
    assert not Lead.objects.of_station(station).exists()
    for lead_id in (lead.lead_id, uuid.uuid4()):
        with pytest.raises(actions.NothingGiven):
            scan(station, badge.code, lead_id=lead_id)
    with pytest.raises(actions.NoLead):
        actions.write_note(station, lead.lead_id, was="", note="Tall")
    assert actions.allow_again(badge.ticket, lead.lead_id)
    assert scan(station, badge.code).email == "ada@example.org"


def test_the_database_wants_what_was_taken_back_empty(conference, station):
    lead = scan(station, factory.badge(conference, "name").code)
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.filter(pk=lead.pk).update(taken_back_at=timezone.now())


def test_nobody_takes_back_what_another_gave(conference, station):
    lead = scan(station, factory.badge(conference, "name").code)
    assert not actions.take_back(factory.badge(conference).ticket, lead.lead_id)
    lead.refresh_from_db()
    assert lead.name == "Ada Example"


def test_the_database_takes_one_lead_of_a_holder(conference, station):
    badge = factory.badge(conference, "name")
    scan(station, badge.code)
    with pytest.raises(IntegrityError), transaction.atomic():
        factory.lead(badge, station)


@pytest.mark.django_db(transaction=True)
def test_two_phones_at_once_make_one_lead(transactional_db):
    conference = make_scale.conference()
    first = factory.phone(conference).station
    second = factory.phone(conference, first.organization).station
    codes = [factory.badge(conference, "name").code for _ in range(12)]
    start, failed = threading.Barrier(2, timeout=20), []

    def run(station):
        try:
            for code in codes:
                start.wait()
                scan(station, code, note=station.name)
        except Exception as error:
            failed.append(error)
            start.abort()
        finally:
            connection.close()

    both = [threading.Thread(target=run, args=[one]) for one in (first, second)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert failed == []
    assert Lead.objects.count() == len(codes)
    for lead in Lead.objects.all():
        assert sorted(lead.note.splitlines()) == sorted([first.name, second.name])


def test_what_a_scan_costs(conference, station, django_assert_max_num_queries):
    code = factory.badge(conference, "name").code
    User.objects.count()
    with django_assert_max_num_queries(9):
        scan(station, code, at=timezone.now() - dt.timedelta(minutes=1))
