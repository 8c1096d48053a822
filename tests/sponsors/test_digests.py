"""The daily mail of the committees."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.utils import timezone

from scale.models import OutgoingEmail, Role
from sponsors import actions, tasks
from sponsors.models import Conversation, Digest
from tests.factories import scale as make
from tests.factories import sponsors as sell

from .test_conversations import at, errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(conference):
    user = make.user(name="Ana Ruiz")
    make.staff_role(user, conference, Role.COMMUNITY)
    return user


@pytest.fixture
def noon(conference):
    return dt.datetime.combine(conference.today(), dt.time(12), conference.zone)


@pytest.fixture
def thread(conference, ana):
    return sell.conversation(conference=conference, owner=ana, subject="Lanyards")


def due(thread, owner, day, what="Call them"):
    return sell.follow_up(conversation=thread, owner=owner, due_on=day, what=what)


def silent(thread, noon, days):
    at_ = noon - dt.timedelta(days=days, hours=1)
    Conversation.objects.filter(pk=thread.pk).update(created_at=at_)


def mails():
    return list(OutgoingEmail.objects.filter(kind="sponsors digest").order_by("pk"))


def test_mail_tells_what_is_due_overdue_and_silent(ana, thread, noon):
    due(thread, ana, noon.date(), "Send the logo size")
    due(thread, ana, noon.date() - dt.timedelta(days=2), "Ask for the contract")
    due(thread, ana, noon.date() + dt.timedelta(days=1), "Not yet")
    silent(thread, noon, 14)
    assert actions.send_digests(noon) == 1
    (mail,) = mails()
    assert (mail.to_address, mail.subject) == (ana.email, "3 things wait for you")
    order = [mail.text.index(words) for words in ("Overdue", "Ask for", "Due today", "Send the")]
    assert order == sorted(order) and "14 days" in mail.text and "Not yet" not in mail.text
    assert f"/conversations/{thread.pk}/" in mail.text and "/conversations/digest/" in mail.text


def test_nothing_due_is_no_mail(ana, thread, noon):
    silent(thread, noon, 13)
    assert actions.send_digests(noon) == 0
    assert not mails()


def test_one_mail_a_day_however_often_it_runs_and_missed_days_are_made_up_for(ana, thread, noon):
    due(thread, ana, noon.date())
    early = noon.replace(hour=6)
    assert actions.send_digests(early) == 0
    for hour in (7, 7, 9, 23):
        actions.send_digests(noon.replace(hour=hour))
    assert len(mails()) == 1
    actions.send_digests(noon + dt.timedelta(days=2))  # nobody ran it on the day between
    assert [("Overdue" in mail.text) for mail in mails()] == [False, True]


def test_what_is_done_is_not_told(ana, thread, noon):
    step = due(thread, ana, noon.date())
    silent(thread, noon, 30)
    type(step).objects.filter(pk=step.pk).update(done_at=timezone.now())
    Conversation.objects.filter(pk=thread.pk).update(state="done")
    assert actions.send_digests(noon) == 0


def test_only_ones_own_and_only_where_one_has_a_say(conference, ana, thread, noon):
    other = make.user(name="Bo")
    due(thread, other, noon.date())  # no longer of the committee
    elsewhere = sell.conversation(conference=make.conference(), owner=ana)
    due(elsewhere, ana, noon.date())
    assert actions.send_digests(noon) == 0
    make.staff_role(other, conference, Role.PRESS)
    assert actions.send_digests(noon) == 0
    make.staff_role(other, conference, Role.SPONSORSHIP)
    assert actions.send_digests(noon) == 1


def test_closed_edition_waits_for_nobody(conference, ana, thread, noon):
    due(thread, ana, noon.date())
    type(conference).objects.filter(pk=conference.pk).update(closed_at=timezone.now())
    make.staff_role(ana, make.conference(), Role.COMMUNITY)
    assert actions.send_digests(noon) == 0


def test_who_works_on_two_editions_gets_one_mail(conference, ana, thread, noon):
    second = make.conference()
    make.staff_role(ana, second, Role.SPONSORSHIP)
    due(thread, ana, noon.date(), "First")
    due(sell.conversation(conference=second), ana, noon.date(), "Second")
    actions.send_digests(noon)
    (mail,) = mails()
    assert "First" in mail.text and "Second" in mail.text


def test_person_sets_the_days_or_wants_none(conference, ana, thread, noon):
    silent(thread, noon, 5)
    mine = Digest.objects.create(user=ana, silent_days=5)
    assert actions.send_digests(noon) == 1
    mine.is_wanted = False
    mine.save()
    assert actions.send_digests(noon + dt.timedelta(days=1)) == 0


def test_settings_are_ones_own(conference, as_role):
    client = as_role("community")
    page = at("digest", conference)
    assert client.get(page).status_code == 200
    answer = client.post(page, {"silent_days": "30"})
    assert answer["Location"] == at("conversations", conference)
    said = Digest.objects.get()
    assert (said.user, said.is_wanted, said.silent_days) == (client.user, False, 30)
    for odd in ("0", "366", "-1", "x", ""):
        assert "silent_days" in errors(client.post(page, {"silent_days": odd}))
    client.post(page, {"is_wanted": "on", "silent_days": "9"})
    assert Digest.objects.get().silent_days == 9


def test_database_refuses_days_that_are_none():
    with pytest.raises(IntegrityError):
        Digest.objects.create(user=make.user(), silent_days=0)


def test_task_sends(ana, thread, conference, monkeypatch, noon):
    due(thread, ana, noon.date() - dt.timedelta(days=1))
    monkeypatch.setattr(timezone, "now", lambda: noon)
    tasks.send_digests()
    assert len(mails()) == 1
