"""From a held decision to one mail a speaker: preview, release, ledger, moving up, reminders."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cfp import actions
from cfp.actions import reminders
from cfp.errors import DecidedMeanwhile
from cfp.letters import confirm_path
from cfp.models import Decision, Notice, Talk
from cfp.tasks import remind_unconfirmed
from scale.models import AuditEntry, Conference, OutgoingEmail, Role
from tests.factories import cfp, scale

Status = Talk.Status
WEEK = dt.timedelta(days=7)


def text_of(response):
    return response.content.decode()


def at(conference, name="decisions", query=""):
    return reverse(f"cfp:{name}", args=[conference.slug]) + query


@pytest.fixture
def program(as_role):
    return as_role(Role.PROGRAM)


@pytest.fixture
def zoe():
    return cfp.speaker(name="Zoe & Co", email="zoe@example.org")


def hold(talk, verdict="accept", **words):
    return actions.decide_talk(talk, verdict, by=scale.user(), **words)


def release(client, conference, query=""):
    seen = client.get(at(conference, query=query)).context["mark"]
    return client.post(at(conference, "release", query), {"seen": seen}, follow=True)


def status_of(talk):
    return Talk.objects.get(pk=talk.pk).status


# --- releasing ---------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_speaker_with_three_talks_gets_one_mail(program, conference, zoe, settings):
    yes, no, perhaps = (
        cfp.talk(conference, title=title, speakers=[zoe]) for title in ("Q & A", "Nope", "Maybe")
    )
    for talk, verdict in ((yes, "accept"), (no, "reject"), (perhaps, "waitlist")):
        hold(talk, verdict, why="Between us")
    page = text_of(release(program, conference))
    assert "Released: 3. Mails on their way: 1." in page
    assert [status_of(t) for t in (yes, no, perhaps)] == ["accepted", "rejected", "waitlisted"]
    mail = OutgoingEmail.objects.get()
    assert (mail.kind, mail.to_address) == ("talk decisions", "zoe@example.org")
    assert mail.to_name == "Zoe & Co"
    assert mail.subject == (
        f"Your 3 talks at {conference}: 1 accepted, 1 on the waiting list, 1 not accepted"
    )
    assert mail.text == (
        "Dear Zoe & Co,\n\n"
        f"good news: your talk is accepted for {conference}.\n\n"
        "  Q & A\n\n"
        "Please tell us whether you will be there. Until you confirm, we cannot count on the talk:"
        "\n"
        f"{settings.SITE_URL}{confirm_path(yes)}\n\n"
        "This talk of yours is on the waiting list:\n\n"
        "  Maybe\n\n"
        "We like it and have no room for it yet. Should a place become free, we write to you."
        " Nothing is to be done until then. Your talks:\n"
        f"{settings.SITE_URL}/my/talks/\n\n"
        "Thank you for offering this talk too:\n\n"
        "  Nope\n\n"
        "We could not take it this time. There were more good talks than rooms, and we hope that"
        " you submit again.\n\n"
        f"{conference}\n{conference.venue_name}, 4 March – 7 March 2027\n"
    )
    assert "Between us" not in mail.text


@pytest.mark.parametrize(
    ("verdict", "subject", "words"),
    [
        ("accept", "Accepted: T", "\ngood news: your talk is accepted for"),
        ("waitlist", "On the waiting list: T", "\nyour talk is on the waiting list of"),
        ("reject", "Not accepted this time: T", "\nthank you for offering this talk to"),
    ],
)
def test_one_talk_has_the_words_of_its_verdict(program, conference, verdict, subject, words):
    hold(cfp.talk(conference, title="T"), verdict)
    release(program, conference)
    mail = OutgoingEmail.objects.get()
    assert (mail.kind, mail.subject) == (f"talk {verdict}", subject)
    assert words in mail.text


def test_two_accepted_talks_have_a_link_each(program, conference, zoe):
    talks = [cfp.talk(conference, speakers=[zoe]) for _ in range(2)]
    for talk in talks:
        hold(talk)
    release(program, conference)
    text = OutgoingEmail.objects.get().text
    assert all(f"{talk.title}\n  Please tell us" in text for talk in talks)
    assert all(confirm_path(talk) in text for talk in talks)


@pytest.mark.sqlite
def test_mails_are_read_before_they_leave(program, conference, zoe):
    hold(cfp.talk(conference, title="Zebras", speakers=[zoe, cfp.speaker(name="Max")]))
    page = program.get(at(conference))
    [(max_, _, _), (to_zoe, _, _)] = page.context["letters"]
    text = text_of(page)
    assert "Max" in text and "gets no mail" in text
    assert "Release 1 decision, send 1 mail" in text
    told = text_of(release(program, conference))
    assert "No address is known for Max" in told
    mail = OutgoingEmail.objects.get()
    assert (mail.subject, mail.text) == (to_zoe.subject, to_zoe.text.strip() + "\n")


def test_release_of_other_mails_than_those_read_is_refused(program, conference, zoe, sent):
    talk = cfp.talk(conference, speakers=[zoe])
    hold(talk)
    seen = program.get(at(conference)).context["mark"]
    late = hold(cfp.talk(conference, title="Came later"))
    page = program.post(at(conference, "release"), {"seen": seen})
    assert "have changed since; look again" in text_of(page) and "Came later" in text_of(page)
    assert (sent(), status_of(talk)) == ([], Status.SUBMITTED)
    late.delete()
    program.post(at(conference, "release"), {"seen": seen})
    assert len(sent()) == 1


def test_release_without_the_mark_of_a_page_is_refused(program, conference, sent):
    hold(cfp.talk(conference))
    for seen in ("", "x" * 65, "nonsense"):
        assert program.post(at(conference, "release"), {"seen": seen}).status_code == 200
    assert sent() == []


def test_second_release_sends_nothing(program, conference, sent):
    hold(cfp.talk(conference))
    release(program, conference)
    assert "Released" not in text_of(release(program, conference))
    assert len(sent()) == 1


def test_filter_in_the_link_releases_a_part(program, conference, sent):
    no, yes = cfp.talk(conference), cfp.talk(conference)
    hold(no, "reject")
    hold(yes)
    release(program, conference, "?verdict=reject")
    assert (status_of(no), status_of(yes)) == (Status.REJECTED, Status.SUBMITTED)
    assert [kind for kind, _ in sent()] == ["talk reject"]


def test_what_was_withdrawn_meanwhile_is_left_out(program, conference, sent):
    gone, stays = cfp.talk(conference), cfp.talk(conference)
    hold(gone)
    hold(stays)
    actions.withdraw_talk(gone)
    release(program, conference)
    assert (status_of(gone), status_of(stays)) == (Status.WITHDRAWN, Status.ACCEPTED)
    assert len(sent()) == 1


def test_track_chair_releases_their_track_alone(as_track, conference, sent):
    track = cfp.track(conference)
    mine, other = cfp.talk(conference, track=track), cfp.talk(conference, title="Not theirs")
    hold(mine)
    foreign = hold(other)
    client = as_track(track)
    assert "Not theirs" not in text_of(client.get(at(conference)))
    release(client, conference)
    assert (status_of(mine), status_of(other)) == (Status.ACCEPTED, Status.SUBMITTED)
    assert "Not theirs" not in text_of(client.get(at(conference, "sent")))
    foreign.refresh_from_db()
    assert foreign.released_at is None and len(sent()) == 1


def test_closed_edition_releases_nothing(program, conference, sent):
    hold(cfp.talk(conference))
    conference.closed_at = timezone.now()
    conference.save()
    assert "can only be read" in text_of(release(program, conference))
    assert sent() == []


def test_release_is_in_the_trail_and_raises_the_public_version(program, conference):
    talk = cfp.talk(conference)
    decision = hold(talk)
    before = Conference.objects.get(pk=conference.pk).version
    release(program, conference)
    decision.refresh_from_db()
    assert decision.released_by == program.user
    trail = AuditEntry.objects.get_for_object(talk)
    entry = next(one for one in trail if "status" in (one.changes or {}))
    assert (entry.changes["status"], entry.actor) == (["submitted", "accepted"], program.user)
    assert Conference.objects.get(pk=conference.pk).version > before


def test_every_new_decision_sends_its_own_mail(conference, sent):
    talk = cfp.talk(conference)
    cfp.tell(talk, "waitlist")
    cfp.tell(talk, "accept")
    actions.put_back(talk, Status.SUBMITTED, by=scale.user())
    cfp.tell(talk, "accept")
    assert [kind for kind, _ in sent()] == ["talk waitlist", "talk accept", "talk accept"]


def test_page_costs_the_same_with_more_decisions(program, conference, django_assert_num_queries):
    def more(n):
        for _ in range(n):
            hold(cfp.talk(conference, track=cfp.track(conference)))
            left = cfp.talk(conference, status=Status.ACCEPTED)
            cfp.decision(left)

    more(1)
    with django_assert_num_queries(17):
        program.get(at(conference))
    more(2)
    with django_assert_num_queries(17):
        program.get(at(conference))


# --- the database ------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_database_refuses_a_second_pending_decision(conference):
    talk = cfp.talk(conference)
    hold(talk)
    with pytest.raises(IntegrityError), transaction.atomic():
        cfp.decision(talk, released_at=None)
    cfp.decision(talk)
    cfp.decision(talk)


def test_database_refuses_to_tell_twice(conference, zoe):
    decision = cfp.decision(cfp.talk(conference))
    Notice.objects.create(decision=decision, speaker=zoe)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(decision=decision, speaker=zoe)


# --- the ledger --------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_ledger_names_who_was_told_what(program, conference, zoe):
    for title in ("One", "Two"):
        cfp.tell(cfp.talk(conference, title=title, speakers=[zoe]), "accept")
    silent = cfp.talk(conference, title="Three", speakers=[cfp.speaker(name="Max")])
    cfp.tell(silent, "reject")
    page = text_of(program.get(at(conference, "sent")))
    for words in ("Zoe &amp; Co", "One", "Two", "Accepted: One", "no address known", "waiting"):
        assert words in page, words
    found = program.get(at(conference, "sent", "?q=two")).context["page"].object_list
    assert [one.decision.talk.title for one in found] == ["Two"]
    OutgoingEmail.objects.all().forget()
    assert "no longer kept" in text_of(program.get(at(conference, "sent")))


def test_page_of_a_talk_shows_the_mail_about_several(program, conference, zoe):
    talks = [cfp.talk(conference, speakers=[zoe]) for _ in range(2)]
    ids = [hold(talk).pk for talk in talks]
    actions.release_decisions(conference, ids, by=scale.user())
    for talk in talks:
        page = program.get(reverse("cfp:talk", args=[conference.slug, talk.code]))
        assert [mail.to_address for mail in page.context["mails"]] == ["zoe@example.org"]


def test_ledger_costs_the_same_with_more_rows(program, conference, django_assert_num_queries):
    cfp.tell(cfp.talk(conference), "accept")
    with django_assert_num_queries(14):
        program.get(at(conference, "sent"))
    for _ in range(2):
        cfp.tell(cfp.talk(conference), "accept")
    with django_assert_num_queries(14):
        program.get(at(conference, "sent"))


# --- moving up ---------------------------------------------------------------------------------


def waiting(conference, score, **fields):
    talk = cfp.talk(conference, status=Status.WAITLISTED, **fields)
    cfp.decision(talk, verdict="waitlist")
    cfp.review(talk, score=score)
    return talk


def accepted(conference, **fields):
    talk = cfp.talk(conference, status=Status.ACCEPTED, **fields)
    cfp.decision(talk)
    return talk


def proposed(client, conference):
    return client.get(at(conference)).context["proposals"]


@pytest.mark.sqlite
def test_best_of_the_tracks_waiting_list_is_proposed_for_each_place(program, conference, sent):
    track = cfp.track(conference)
    leaving = [accepted(conference, track=track) for _ in range(2)]
    worst, best, middle = (waiting(conference, n, track=track) for n in (1, 5, 3))
    waiting(conference, 5, track=cfp.track(conference))
    assert proposed(program, conference) == []
    actions.decline_talk(leaving[0])
    assert proposed(program, conference) == [best]
    actions.confirm_talk(leaving[1], may_record=True)
    actions.withdraw_talk(leaving[1])
    assert proposed(program, conference) == [best, middle]
    address = reverse("cfp:promote", args=[conference.slug, best.code])
    assert "Mails on their way: 1." in text_of(program.post(address, follow=True))
    assert status_of(best) == Status.ACCEPTED
    assert (
        "a place became free, and your talk is accepted" in OutgoingEmail.objects.latest("pk").text
    )
    assert proposed(program, conference) == [middle]
    actions.decline_talk(best)
    assert proposed(program, conference) == [middle, worst]


def test_talk_without_track_moves_up_too_and_a_held_yes_fills_the_place(program, conference):
    one, other = waiting(conference, 4), waiting(conference, 2)
    actions.cancel_talk(accepted(conference), by=scale.user(), reason="Flu")
    assert proposed(program, conference) == [one]
    hold(other)
    assert proposed(program, conference) == []


def test_only_the_waiting_list_moves_up(program, conference, sent):
    talk = cfp.talk(conference, status=Status.REJECTED)
    address = reverse("cfp:promote", args=[conference.slug, talk.code])
    assert "not accepted by now" in text_of(program.post(address, follow=True))
    with pytest.raises(DecidedMeanwhile):
        actions.promote_talk(talk, by=program.user)
    assert (status_of(talk), sent()) == (Status.REJECTED, [])


def test_moving_up_releases_a_held_yes(program, conference, sent):
    talk = waiting(conference, 4)
    hold(talk)
    done = actions.promote_talk(talk, by=program.user)
    assert (done.decisions, done.mails, status_of(talk)) == (1, 1, Status.ACCEPTED)


# --- reminders ---------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_three_reminders_a_week_apart_however_late_the_task_runs(conference, zoe):
    talks = [cfp.talk(conference, status=Status.ACCEPTED, speakers=[zoe]) for _ in range(2)]
    start = timezone.now() - dt.timedelta(days=100)
    for talk in talks:
        cfp.decision(talk, released_at=start)
    hour = dt.timedelta(hours=1)
    runs = [
        (WEEK - hour, 0),
        (WEEK * 4, 1),  # three weeks late: one mail, not three
        (WEEK * 4 + hour, 0),
        (WEEK * 5 - hour, 0),
        (WEEK * 5 + hour, 1),
        (WEEK * 6 + hour, 1),
        (WEEK * 7 + hour, 0),
        (WEEK * 9, 0),
    ]
    for after, mails in runs:
        assert actions.remind_unconfirmed(start + after) == mails, after
    rows = OutgoingEmail.objects.order_by("pk")
    assert [mail.kind for mail in rows] == ["talk reminder"] * 3
    for talk in talks:
        assert confirm_path(talk) in rows[0].text


@pytest.mark.parametrize(
    ("status", "fields"),
    [
        ("confirmed", {}),
        ("declined", {}),
        ("waitlisted", {"verdict": "waitlist"}),
        ("submitted", {"released_at": None}),
    ],
)
def test_nobody_else_is_reminded(conference, sent, status, fields):
    talk = cfp.talk(conference, status=status)
    cfp.decision(talk, **{"released_at": timezone.now() - WEEK * 2} | fields)
    assert actions.remind_unconfirmed() == 0 and sent() == []


def test_after_three_reminders_it_is_quiet(conference, sent):
    cfp.talk(
        conference,
        status=Status.ACCEPTED,
        submitted_at=timezone.now() - WEEK * 9,
        reminders=reminders.MOST,
        reminded_at=timezone.now() - WEEK * 2,
    )
    assert actions.remind_unconfirmed() == 0 and sent() == []


def test_talk_that_a_chair_entered_is_reminded_and_listed(program, conference, sent):
    start = timezone.now() - WEEK * 3
    talk = cfp.talk(conference, status=Status.ACCEPTED, submitted_at=start)
    assert not talk.decisions.exists()
    assert [one for one in program.get(at(conference)).context["unconfirmed"]] == [talk]
    assert actions.remind_unconfirmed(start + WEEK / 2) == 0
    assert actions.remind_unconfirmed(start + WEEK) == 1
    assert actions.remind_unconfirmed(start + WEEK) == 0
    mail = OutgoingEmail.objects.get()
    assert mail.kind == "talk reminder" and confirm_path(talk) in mail.text
    assert "reminded 1×" in text_of(program.get(at(conference)))


def test_talk_that_came_from_a_file_is_reminded_from_its_arrival_on(conference, sent):
    talk = cfp.talk(conference, status=Status.ACCEPTED, submitted_at=None, source_key="x" * 64)
    assert actions.remind_unconfirmed(talk.created_at + WEEK / 2) == 0
    assert actions.remind_unconfirmed(talk.created_at + WEEK) == 1


def test_accepted_anew_begins_anew(conference, sent):
    talk = cfp.talk(conference, status=Status.WAITLISTED)
    Talk.objects.update(reminders=reminders.MOST, reminded_at=timezone.now() - WEEK)
    cfp.tell(talk, "accept")
    assert actions.remind_unconfirmed(timezone.now() + WEEK) == 1
    talk.refresh_from_db()
    assert talk.reminders == 1


def test_an_older_acceptance_does_not_count(conference):
    talk = cfp.talk(conference, status=Status.ACCEPTED)
    cfp.decision(talk, released_at=timezone.now() - WEEK * 2)
    cfp.decision(talk, released_at=timezone.now() - WEEK / 7)
    assert actions.remind_unconfirmed() == 0


def test_nobody_is_reminded_of_an_edition_that_has_begun_or_is_closed(sent):
    today = timezone.now().date()
    begun = scale.conference(starts_on=today - dt.timedelta(days=1))
    closed = scale.conference(closed_at=timezone.now())
    for conference in (begun, closed):
        talk = cfp.talk(conference, status=Status.ACCEPTED)
        cfp.decision(talk, released_at=timezone.now() - WEEK * 2)
    remind_unconfirmed()
    assert sent() == []


def test_unconfirmed_are_listed_oldest_first(program, conference):
    new, old = (cfp.talk(conference, status=Status.ACCEPTED) for _ in range(2))
    cfp.decision(new, released_at=timezone.now() - WEEK)
    cfp.decision(old, released_at=timezone.now() - WEEK * 3)
    Talk.objects.filter(pk=old.pk).update(reminders=2, reminded_at=timezone.now())
    page = program.get(at(conference))
    assert list(page.context["unconfirmed"]) == [old, new]
    assert "reminded 2×" in text_of(page) and "not reminded yet" in text_of(page)


def test_strangers_get_nothing(client, ana, as_role, conference):
    hold(cfp.talk(conference))
    for name in ("decisions", "sent"):
        assert client.get(at(conference, name)).status_code == 302
        assert ana.get(at(conference, name)).status_code == 403
        assert as_role(Role.REVIEWER).get(at(conference, name)).status_code == 403
    assert ana.post(at(conference, "release"), {"seen": "x"}).status_code == 403
    assert Decision.objects.pending().count() == 1
