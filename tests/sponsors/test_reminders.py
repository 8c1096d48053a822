"""What they owe is said on the days set, once, to whom it concerns."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from registration.actions import cancel_comp
from registration.models import Ticket
from scale.models import OutgoingEmail
from sponsors import actions, tasks
from sponsors.models import Deliverable, Reminder
from tests.factories import registration as reg
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
FIRST = dt.date(2027, 3, 4)


@pytest.fixture
def conference(db):
    return make.conference(starts_on=FIRST, ends_on=FIRST + dt.timedelta(days=3))


@pytest.fixture
def deal(conference):
    row = sell.sponsorship(
        conference=conference,
        status="signed",
        organization=sell.organization(name="Harbor DB"),
        owner=make.user(email="olga@example.org"),
    )
    sell.contact(organization=row.organization, name="Pat", email="pat@example.org")
    return row


def owed(deal, due_on=dt.date(2027, 2, 1), reminders="14, 7, 1", **fields):
    fields = {"wanted": "text", "name": "Words"} | fields
    return sell.deliverable(deal, due_on=due_on, reminders=reminders, **fields)


def on(year, month, day):
    return dt.datetime(year, month, day, 20, tzinfo=dt.UTC)


def mails():
    return list(OutgoingEmail.objects.filter(kind="sponsor reminder").order_by("pk"))


def test_it_leads_to_their_page_as_long_as_that_is_open(deal):
    owed(deal)

    def text(day):
        actions.send_reminders(on(2027, 1, day))
        return mails()[-1].text

    assert "/portal/" not in text(18)
    old = actions.open_portal(deal.pk, by=deal.owner).get_absolute_url()
    new = actions.open_portal(deal.pk, by=deal.owner).get_absolute_url()
    said = text(25)
    assert new in said
    assert old not in said
    actions.revoke_portal(deal.pk)
    assert "/portal/" not in text(31)


def test_each_day_set_brings_one_mail(deal):
    owed(deal)
    sent = {}
    for day in range(40):
        today = on(2027, 1, 10) + dt.timedelta(days=day)
        if number := actions.send_reminders(today):
            sent[today.date()] = number
        assert actions.send_reminders(today) == 0
    assert sent == {dt.date(2027, 1, 18): 1, dt.date(2027, 1, 25): 1, dt.date(2027, 1, 31): 1}
    mail = mails()[0]
    assert (mail.to_address, mail.reply_to) == ("pat@example.org", "olga@example.org")
    assert "1 thing we need from Harbor DB" in mail.subject
    assert "- Words (text), due Monday, 1 February 2027" in mail.text


def test_days_on_which_nobody_was_here_are_caught_up_with_one_mail(deal):
    owed(deal)
    assert actions.send_reminders(on(2027, 1, 28)) == 1  # the 18th and the 25th were missed
    assert Reminder.objects.count() == 2
    assert actions.send_reminders(on(2027, 1, 29)) == 0
    assert actions.send_reminders(on(2027, 2, 9)) == 1
    assert "was due Monday, 1 February 2027" in mails()[-1].text


def test_late_ones_are_reminded_where_that_is_set(deal):
    owed(deal, reminders="-3")
    assert actions.send_reminders(on(2027, 2, 3)) == 0
    assert actions.send_reminders(on(2027, 2, 4)) == 1


@pytest.mark.parametrize("status", ["arrived", "done", "waived"])
def test_what_has_arrived_is_never_asked_for(deal, status):
    row = owed(deal)
    if status == "arrived":
        actions.receive(row.pk, text="We like logs.")
    else:
        actions.settle(row.pk, status, why="no need")
    assert actions.send_reminders(on(2027, 1, 31)) == 0
    assert not mails()


def test_what_was_sent_back_is_asked_for_again(deal):
    row = owed(deal)
    actions.receive(row.pk, text="We like logs.")
    assert actions.send_reminders(on(2027, 1, 18)) == 0
    actions.send_again(row.pk)
    assert actions.send_reminders(on(2027, 1, 19)) == 1


def test_one_mail_has_everything_that_is_owed(deal):
    owed(deal)
    owed(deal, name="Inserts", wanted="", side="them", due_on=dt.date(2027, 2, 20))
    arrived = owed(deal, name="Names", wanted="names")
    actions.receive(arrived.pk, text="Ada")
    sell.deliverable(deal, name="Banner", due_on=dt.date(2027, 2, 1))  # ours
    assert actions.send_reminders(on(2027, 1, 18)) == 1
    [mail] = mails()
    assert "2 things we need" in mail.subject
    assert "- Words" in mail.text
    assert "- Inserts, due Saturday, 20 February 2027" in mail.text
    assert "Names" not in mail.text
    assert "Banner" not in mail.text


def test_each_is_asked_of_whom_it_concerns(deal):
    sell.contact(
        organization=deal.organization, roles=["marketing"], email="mara@example.org", name="Mara"
    )
    sell.contact(organization=deal.organization, roles=["logistics"], email="", name="No address")
    owed(deal, kind="logo", wanted="picture", name="Logo file")
    owed(deal, kind="booth", wanted="names", name="Booth staff")
    assert actions.send_reminders(on(2027, 1, 18)) == 2
    told = {mail.to_address: mail.text for mail in mails()}
    assert "Logo file" in told["mara@example.org"]
    assert "Booth staff" not in told["mara@example.org"]
    assert "Booth staff" in told["pat@example.org"]  # logistics has no address


def test_who_has_no_address_is_reminded_as_soon_as_there_is_one(deal):
    owed(deal)
    deal.organization.contacts.update(email="")
    assert actions.send_reminders(on(2027, 1, 18)) == 0
    assert not Reminder.objects.exists()
    deal.organization.contacts.update(email="pat@example.org")
    assert actions.send_reminders(on(2027, 1, 20)) == 1


def test_another_day_has_reminders_of_its_own(deal):
    row = owed(deal)
    actions.send_reminders(on(2027, 1, 18))
    actions.assign(row.pk, owner=None, due_on=dt.date(2027, 2, 22))
    assert actions.send_reminders(on(2027, 2, 7)) == 0
    assert actions.send_reminders(on(2027, 2, 8)) == 1


def test_nobody_is_reminded_of_what_is_promised_no_more(deal, conference):
    row = owed(deal)
    lead = sell.sponsorship(conference=conference)
    sell.having(lead.package, row.benefit)
    actions.move_sponsorship(deal.pk, "lost", lost_why="price")
    assert actions.send_reminders(on(2027, 1, 31)) == 0


@pytest.mark.parametrize("over", ["closed", "past"])
def test_an_edition_that_is_over_reminds_nobody(deal, over):
    owed(deal)
    if over == "closed":
        type(deal.conference).objects.update(closed_at="2027-01-01T00:00Z")
    assert (
        actions.send_reminders(on(2027, 1 if over == "closed" else 4, 31 - (over == "past"))) == 0
    )


def test_passes_are_asked_for_until_all_are_given(deal, conference):
    guest = reg.ticket_type(conference, price=None, quotas=[reg.quota(conference, size=5)])
    row = owed(deal, kind="passes", pass_type=guest, side="them", wanted="", name="Passes")
    assert actions.send_reminders(on(2027, 1, 18)) == 1
    actions.give_pass(deal.pk, name="A", email="a@example.org", role="sponsor", by=None)
    assert actions.send_reminders(on(2027, 1, 25)) == 0
    cancel_comp(Ticket.objects.get(), by=None, why="ill")
    assert actions.send_reminders(on(2027, 1, 25)) == 1
    assert row.reminded.count() == 2


def test_the_task_reminds_today(deal):
    today = deal.conference.today()
    type(deal.conference).objects.update(
        starts_on=today + dt.timedelta(days=60), ends_on=today + dt.timedelta(days=63)
    )
    owed(deal, due_on=today + dt.timedelta(days=7))
    tasks.send_reminders()
    assert len(mails()) == 1


def test_the_database_keeps_one_row_a_day(deal):
    row = owed(deal)
    facts = {"deliverable": row, "for_day": FIRST, "sent_at": timezone.now()}
    Reminder.objects.create(**facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(**facts)
    assert Deliverable.objects.get().reminded.count() == 1
