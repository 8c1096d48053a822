"""Announcements: who gets them when, and that nobody reads one before its minute."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from scale import cache, email
from scale.models import OutgoingEmail
from sponsors import actions
from sponsors.actions import Refused
from sponsors.models import Announcement
from tests.factories import scale as make
from tests.factories import sponsors as sell

from .test_races import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
UNTIL = dt.datetime(2027, 3, 4, 18, 0, tzinfo=dt.UTC)  # 10:00 in Los Angeles
SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)


def at(name, conference, *args):
    return reverse(f"sponsors:{name}", args=[conference.slug, *args])


def errors(answer):
    return {name: list(found) for name, found in answer.context["form"].errors.items()}


@pytest.fixture
def team(as_role):
    return as_role("press")


def test_the_zone_is_that_of_the_minute_not_of_the_conference(conference, team):
    row = sell.announcement(
        conference=conference, embargo_until=dt.datetime(2027, 7, 5, 16, 0, tzinfo=dt.UTC)
    )
    page = team.get(at("announcement-edit", conference, row.pk)).content.decode()
    assert page.count("Pacific (UTC−7)") == 2  # beside the state, and below the field


@pytest.fixture
def clock(monkeypatch):
    """`clock(instant)` sets it for the pages, the actions and the cache."""

    def show(instant):
        monkeypatch.setattr(timezone, "now", lambda: instant)
        monkeypatch.setattr(cache.time, "time", instant.timestamp)

    show(UNTIL - HOUR)
    return show


@pytest.fixture
def people(conference):
    """keeps: keeps embargoes, waits: keeps none; and those to whom nothing goes."""
    approved = {"conference": conference, "status": "approved"}
    sell.press_request(conference=conference, keeps_embargo=True)
    sell.press_request(**approved, keeps_embargo=True, wants_news=False)
    sell.press_request(status="approved", keeps_embargo=True)  # of another edition
    return {
        "keeps": sell.press_request(**approved, keeps_embargo=True, email="keeps@example.org"),
        "waits": sell.press_request(**approved, email="waits@example.org"),
    }


def told():
    rows = OutgoingEmail.objects.filter(kind="press announcement").order_by("pk")
    return [row.to_address for row in rows]


def sent(conference, **fields):
    row = sell.announcement(**{"conference": conference, "embargo_until": UNTIL} | fields)
    actions.send_announcement(row, was=row.seen)
    return row


# --- mails -----------------------------------------------------------------------------------


def test_who_keeps_embargoes_gets_it_ahead_and_the_others_when_it_ends(conference, people, clock):
    sent(conference, title="A keynote")
    assert told() == ["keeps@example.org"]
    letter = OutgoingEmail.objects.get()
    assert letter.subject == "Embargo until 4 March, 10:00 PST: A keynote"
    assert letter.text.startswith(
        "EMBARGO: not to be published before\nThursday 4 March 2027, 10:00 PST (4 March, 18:00 UTC)"
    )
    assert people["keeps"].news_url in letter.text
    clock(UNTIL - SECOND)
    assert actions.send_announcements() == 0
    clock(UNTIL + HOUR)  # an hour missed is caught up
    assert actions.send_announcements() == 1
    assert actions.send_announcements() == 0
    assert told() == ["keeps@example.org", "waits@example.org"]
    letter = OutgoingEmail.objects.get(to_address="waits@example.org")
    assert letter.subject == "A keynote"
    assert letter.text.startswith("For immediate release")


def test_who_is_approved_later_gets_it_before_it_ends_and_not_long_after(conference, clock):
    sent(conference)
    assert told() == []
    late = {"conference": conference, "status": "approved"}
    sell.press_request(**late, keeps_embargo=True, email="late@example.org")
    assert actions.send_announcements() == 1
    clock(UNTIL)
    actions.send_announcements()
    sell.press_request(**late, keeps_embargo=True)
    assert actions.send_announcements() == 0
    assert told() == ["late@example.org"]


def test_without_an_embargo_it_goes_to_all_at_once(conference, people, clock):
    row = sent(conference, embargo_until=None)
    row.refresh_from_db()
    assert row.is_public
    assert told() == ["keeps@example.org", "waits@example.org"]


def test_sent_twice_is_refused_and_pulled_goes_to_nobody_else(conference, people, clock):
    row = sent(conference)
    with pytest.raises(Refused, match="changed this meanwhile"):
        actions.send_announcement(row, was=row.seen)
    row.refresh_from_db()
    with pytest.raises(Refused, match="sent already"):
        actions.send_announcement(row, was=row.seen)
    assert OutgoingEmail.objects.get().status == OutgoingEmail.Status.QUEUED
    actions.pull_announcement(row)
    assert OutgoingEmail.objects.get().status == OutgoingEmail.Status.DROPPED
    clock(UNTIL)
    assert actions.send_announcements() == 0
    assert Client().get(row.get_absolute_url()).status_code == 404


def test_a_form_that_is_out_of_date_overwrites_nothing(conference, clock):
    """Else a typo mended on an old page would lose the embargo that a colleague has set."""
    row = sell.announcement(conference=conference, title="Old", embargo_until=None)
    was = row.seen
    actions.change_announcement(row, was=was, title="New", text="Text", embargo_until=UNTIL)
    for act in (actions.send_announcement, actions.change_announcement):
        facts = {"title": "Old."} if act is actions.change_announcement else {}
        with pytest.raises(Refused, match="changed this meanwhile"):
            act(row, was=was, **facts)
    row.refresh_from_db()
    assert (row.title, row.embargo_until, row.status) == ("New", UNTIL, "draft")


def test_link_in_the_mail_ends_them_by_a_button_alone(conference, people, clock):
    person = people["keeps"]
    page = Client()
    assert "No more announcements?" in page.get(person.news_url).content.decode()
    person.refresh_from_db()
    assert person.wants_news
    sent(conference)
    headers = email.build(OutgoingEmail.objects.get()).extra_headers
    assert headers["List-Unsubscribe"].endswith(f"{person.news_url}>")
    page.post(person.news_url)
    sent(conference)
    assert told() == ["keeps@example.org"]
    page.post(person.news_url, {"again": "1"})
    assert actions.send_announcements() == 1


# --- pages -----------------------------------------------------------------------------------


def test_nobody_reads_it_before_its_minute_and_everyone_from_then_on(conference, clock):
    row = sent(conference, title="A keynote")
    press = at("press", conference)
    clock(UNTIL - SECOND)
    for _ in range(2):
        assert Client().get(row.get_absolute_url()).status_code == 404
    assert "A keynote" not in Client().get(press).content.decode()
    clock(UNTIL)
    page = Client().get(row.get_absolute_url())
    assert page.status_code == 200
    assert "We <strong>open</strong> soon." in page.content.decode()
    shown = Client().get(press)
    assert "A keynote" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]


def test_copies_of_a_page_last_to_the_end_of_the_minute(conference, clock):
    """Even where a later embargo was put on the row behind everyone's back."""
    row = sent(conference, embargo_until=None)
    path = row.get_absolute_url()
    etag = Client().get(path)["ETag"]
    Announcement.objects.filter(pk=row.pk).update(embargo_until=UNTIL)
    clock(UNTIL - HOUR + 60 * SECOND)
    answer = Client().get(path, headers={"If-None-Match": etag})
    assert answer.status_code == 404


def test_draft_is_on_no_page(conference, clock):
    row = sell.announcement(conference=conference, title="Not yet", embargo_until=UNTIL - HOUR)
    assert Client().get(row.get_absolute_url()).status_code == 404
    assert "Not yet" not in Client().get(at("press", conference)).content.decode()


# --- the press team --------------------------------------------------------------------------


def test_team_writes_corrects_and_sends(clock, conference, people, team):
    data = {"title": "A keynote", "text": "By **Ada**", "embargo_until": "2027-03-04T10:00"}
    team.post(at("announcement-new", conference), data)
    row = Announcement.objects.get()
    assert (row.embargo_until, row.by, row.status) == (UNTIL, team.user, "draft")
    page = at("announcement-edit", conference, row.pk)
    shown = team.get(page).content.decode()
    assert 'value="2027-03-04T10:00"' in shown
    assert "<strong>Ada</strong>" in shown
    seen = {"was": row.seen}
    assert shown.count(f'value="{row.seen}"') == 2
    sent_page = team.post(at("announcement-send", conference, row.pk), seen, follow=True)
    assert "Sent to 1 person" in sent_page.content.decode()
    changed = data | {"title": "Two keynotes", "embargo_until": "2027-03-04T08:00"}
    refused = team.post(page, changed | seen).content.decode()
    assert "saved this meanwhile" in refused and "Two keynotes" in refused
    row.refresh_from_db()
    team.post(page, changed | {"was": row.seen})
    row.refresh_from_db()
    assert (row.title, row.embargo_until, row.status) == ("Two keynotes", UNTIL, "sent")
    team.post(at("announcement-pull", conference, row.pk))
    row.refresh_from_db()
    assert row.status == "pulled"
    assert "pulled back" in team.get(at("announcements", conference)).content.decode()


@pytest.fixture
def old_page(conference, team):
    """A draft that a colleague saved after its form was loaded: row, page, what the form sends."""
    row = sell.announcement(conference=conference, title="Old", embargo_until=None)
    page = at("announcement-edit", conference, row.pk)
    data = sent_by(team.get(page)) | {"title": "Mine"}
    actions.change_announcement(row, was=row.seen, title="Theirs", text="Their text")
    return row, page, data


def sent_by(answer):
    """What the browser sends when its form is sent as it was shown."""
    form = answer.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_old_form_shows_what_is_saved_and_stands_when_it_is_sent_again(old_page, team):
    row, page, data = old_page
    answer = team.post(page, data)
    shown = answer.content.decode()
    assert "Saved meanwhile" in shown and "Their text" in shown
    assert "Send to press" not in shown
    row.refresh_from_db()
    assert (row.title, sent_by(answer)) == ("Theirs", data | {"was": row.seen})
    assert errors(answer) == {
        "__all__": ["Somebody saved this meanwhile. Save once more if yours shall stand."]
    }
    assert team.post(page, sent_by(answer)).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.text) == ("Mine", data["text"])


def test_who_saves_once_more_over_yet_another_change_is_told_again(old_page, team):
    row, page, data = old_page
    again = sent_by(team.post(page, data))
    row.refresh_from_db()
    actions.change_announcement(row, was=row.seen, title="A third")
    answer = team.post(page, again)
    assert "A third" in answer.content.decode()
    row.refresh_from_db()
    assert row.title == "A third"


def test_embargo_that_a_colleague_set_is_kept_by_the_second_save(old_page, team):
    row, page, data = old_page
    row.refresh_from_db()
    actions.change_announcement(row, was=row.seen, embargo_until=UNTIL)
    answer = team.post(page, data)
    assert errors(answer)["embargo_until"] == [
        "Saved meanwhile. Empty it again if there shall be none."
    ]
    team.post(page, sent_by(answer))
    row.refresh_from_db()
    assert (row.title, row.embargo_until) == ("Mine", UNTIL)


def test_embargo_that_a_colleague_set_goes_when_the_field_is_emptied_again(old_page, team):
    row, page, data = old_page
    row.refresh_from_db()
    actions.change_announcement(row, was=row.seen, embargo_until=UNTIL)
    again = sent_by(team.post(page, data)) | {"embargo_until": ""}
    assert team.post(page, again).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.embargo_until) == ("Mine", None)


@pytest.mark.parametrize(
    ("theirs", "words"),
    [
        (UNTIL + HOUR, "What is saved has another one: 2027-03-04 11:00."),
        (None, "What is saved has another one: none."),
        (UNTIL, None),
    ],
)
def test_embargoes_that_differ_are_told_of(conference, team, theirs, words):
    row = sell.announcement(conference=conference, embargo_until=UNTIL)
    was = row.seen
    actions.change_announcement(row, was=was, title="Theirs", embargo_until=theirs)
    data = {"was": was, "title": "Mine", "text": "T", "embargo_until": "2027-03-04T10:00"}
    page = at("announcement-edit", conference, row.pk)
    answer = team.post(page, data)
    assert errors(answer).get("embargo_until") == (words and [words])
    team.post(page, sent_by(answer))
    row.refresh_from_db()
    assert (row.title, row.embargo_until) == ("Mine", UNTIL)


def test_old_form_of_what_was_sent_meanwhile_moves_no_embargo(clock, conference, team):
    row = sell.announcement(conference=conference, embargo_until=UNTIL)
    data = {"was": row.seen, "title": "Mine", "text": "T", "embargo_until": ""}
    actions.send_announcement(row, was=row.seen)
    page = at("announcement-edit", conference, row.pk)
    answer = team.post(page, data)
    assert "It is sent by now: its minute stays as it is." in errors(answer)["__all__"]
    team.post(page, sent_by(answer))
    row.refresh_from_db()
    assert (row.title, row.status, row.embargo_until) == ("Mine", "sent", UNTIL)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("title", ""),
        ("text", "x" * 20_001),
        ("embargo_until", "soon"),
        ("embargo_until", "2027-03-14T02:30"),  # the clocks skip it
        ("embargo_until", "0001-01-01T00:00"),
    ],
)
def test_what_cannot_be_stays_in_the_form(conference, team, field, typed):
    data = {"title": "T", "text": "By Ada"} | {field: typed}
    answer = team.post(at("announcement-new", conference), data)
    assert list(errors(answer)) == [field]
    assert not Announcement.objects.exists()


def test_database_knows_when_a_sent_one_is_free(conference):
    with pytest.raises(IntegrityError):
        sell.announcement(conference=conference, status="sent", embargo_until=None)


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_same_however_many(conference, team, number, django_assert_num_queries):
    for _ in range(number):
        sell.announcement(conference=conference, by=make.user(), status="sent")
    with django_assert_num_queries(6):
        team.get(at("announcements", conference))


# --- many hands; the lock was taken out once to see this fail ----------------------------------


@pytest.mark.django_db(transaction=True)
def test_sent_and_caught_up_at_once_is_one_mail_each():
    conference = make.conference()
    row = sell.announcement(conference=conference)
    for _ in range(3):
        sell.press_request(conference=conference, status="approved")
    ends = at_once(
        *[lambda: actions.send_announcement(row, was=row.seen)] * 3,
        *[actions.send_announcements] * 3,
    )
    assert sorted(type(end).__name__ for end in ends).count("Refused") == 2
    assert OutgoingEmail.objects.count() == 3
