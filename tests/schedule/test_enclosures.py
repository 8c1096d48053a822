"""The calendar file in the mail to speakers, read back with a real calendar parser."""

import pytest
from django.core import mail
from icalendar import Calendar

from cfp.models import Talk
from scale import email
from scale.models import EmailAttachment, OutgoingEmail
from schedule import actions, enclosures
from schedule.models import Slot
from schedule.plans import working_plan
from tests.factories import cfp as make_cfp
from tests.factories import schedule as make


@pytest.fixture
def lena():
    return make_cfp.speaker(name="Lena Ortiz", email="lena@example.org")


def events_of(row):
    ((name, mime, body),) = enclosures.of_placed(row)
    assert (name.endswith(".ics"), mime) == (True, "text/calendar")
    calendar = Calendar.from_ical(body)
    assert calendar["METHOD"] == "PUBLISH"
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def publish(conference):
    return actions.publish(working_plan(conference))


@pytest.mark.sqlite
def test_mail_carries_the_slots_that_the_release_touched(conference, lena):
    talk = make.confirmed(conference, title="Ceph at scale", speakers=[lena])
    slot = make.slot(conference, talk=talk)
    untouched = make.slot(
        conference,
        talk=make.confirmed(conference, speakers=[lena]),
        starts_at=make.at(conference, 15),
    )
    room = make.room(conference, name="Ballroom B")
    make.move(slot, room_id=room.pk, starts_at=make.at(conference, 12))
    release = publish(conference)

    (event,) = events_of(OutgoingEmail.objects.get()).values()
    assert str(event["UID"]) == str(slot.uuid) != str(untouched.uuid)
    assert event.decoded("DTSTART") == make.at(conference, 12)
    assert (event["LOCATION"], event["STATUS"]) == ("Ballroom B", "CONFIRMED")
    assert event["SUMMARY"] == "Ceph at scale (Lena Ortiz)"
    assert Slot.objects.get(pk=slot.pk).version == release.number


def test_sequence_grows_and_what_went_away_is_cancelled(conference, lena):
    slot = make.slot(conference, talk=make.confirmed(conference, title="Ceph", speakers=[lena]))
    make.move(slot, starts_at=make.at(conference, 12))
    publish(conference)
    (moved,) = events_of(OutgoingEmail.objects.latest("pk")).values()
    actions.plan_removal(working_plan(conference), Slot.objects.get(pk=slot.pk))
    publish(conference)

    (gone,) = events_of(OutgoingEmail.objects.latest("pk")).values()
    assert (gone["UID"], gone["STATUS"]) == (moved["UID"], "CANCELLED")
    assert gone["SEQUENCE"] > moved["SEQUENCE"]
    assert gone.decoded("DTSTART") == make.at(conference, 12)
    assert "not on the schedule any more" in gone["DESCRIPTION"]


def test_mail_that_waited_tells_of_what_is_true_when_it_leaves(conference, lena):
    slot = make.slot(conference, talk=make.confirmed(conference, speakers=[lena]))
    make.move(slot, starts_at=make.at(conference, 12))
    publish(conference)
    first = OutgoingEmail.objects.get()
    make.move(Slot.objects.get(pk=slot.pk), starts_at=make.at(conference, 14))
    actions.publish(working_plan(conference), notify=False)
    (event,) = events_of(first).values()
    assert event.decoded("DTSTART") == make.at(conference, 14)


def test_slot_that_another_talk_took_is_struck_out_for_the_former_speaker(conference, lena):
    ana = make_cfp.speaker(name="Ana", email="ana@example.org")
    slot = make.slot(conference, talk=make.confirmed(conference, title="Old", speakers=[lena]))
    make.move(slot, talk_id=make.confirmed(conference, title="New", speakers=[ana]).pk)
    publish(conference)

    rows = {row.to_address: row for row in OutgoingEmail.objects.all()}
    (old,) = events_of(rows["lena@example.org"]).values()
    (new,) = events_of(rows["ana@example.org"]).values()
    assert (old["STATUS"], old["SUMMARY"]) == ("CANCELLED", "Old")
    assert (new["STATUS"], new["SUMMARY"]) == ("CONFIRMED", "New (Ana)")
    assert old["UID"] == new["UID"]


def test_cancelled_talk_that_was_moved_is_cancelled_in_the_file(conference, lena):
    talk = make.confirmed(conference, speakers=[lena])
    slot = make.slot(conference, talk=talk)
    Talk.objects.filter(pk=talk.pk).update(status=Talk.Status.CANCELLED)
    make.move(slot, starts_at=make.at(conference, 12))
    publish(conference)
    (event,) = events_of(OutgoingEmail.objects.get()).values()
    assert event["STATUS"] == "CANCELLED"


def test_the_file_is_in_the_mail_that_leaves(conference, lena):
    slot = make.slot(conference, talk=make.confirmed(conference, speakers=[lena]))
    make.move(slot, starts_at=make.at(conference, 12))
    publish(conference)
    assert email.deliver_queued() == 1
    (sent,) = mail.outbox
    ((name, content, mime),) = sent.attachments
    assert (name, mime) == (f"{conference.slug}-talks.ics", "text/calendar")
    assert f"UID:{slot.uuid}" in content
    part = next(p for p in sent.message().walk() if p.get_content_type() == "text/calendar")
    assert Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")


def test_nothing_is_enclosed_for_who_is_gone(conference, lena):
    make.move(
        make.slot(conference, talk=make.confirmed(conference, speakers=[lena])),
        starts_at=make.at(conference, 12),
    )
    publish(conference)
    row = OutgoingEmail.objects.get()
    row.about = f"{row.about}XX"
    assert list(enclosures.of_placed(row)) == []
    row.about = ""
    assert list(enclosures.of_placed(row)) == []


def test_file_costs_the_same_for_one_slot_and_for_three(
    conference, lena, django_assert_max_num_queries
):
    def cost(slots):
        for n in range(slots):
            talk = make.confirmed(conference, speakers=[lena])
            starts_at = make.at(conference, 8 + n, day=slots % 2)
            placed = make.placement(make.room(conference), talk=talk, starts_at=starts_at)
            actions.plan_move(working_plan(conference), placed)
        publish(conference)
        with django_assert_max_num_queries(9) as queries:
            assert len(events_of(OutgoingEmail.objects.latest("pk"))) == slots
        return len(queries)

    assert cost(1) == cost(4)


def test_publishing_fifteen_moves_with_their_mails_stays_cheap(
    conference, django_assert_max_num_queries
):
    def cost(talks):
        for n in range(talks):
            speaker = make_cfp.speaker(email=f"s{talks}x{n}@example.org")
            talk = make.confirmed(conference, speakers=[speaker])
            placed = make.placement(
                make.room(conference), talk=talk, starts_at=make.at(conference, 10)
            )
            actions.plan_move(working_plan(conference), placed)
        before = OutgoingEmail.objects.count()
        with django_assert_max_num_queries(60) as queries:
            publish(conference)
        assert OutgoingEmail.objects.count() == before + talks
        assert EmailAttachment.objects.count() == 0  # nothing is rendered before a mail leaves
        return len(queries)

    assert cost(2) == cost(15)
