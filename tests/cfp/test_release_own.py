"""Who releases sees nothing of talks kept from them; still every speaker gets one mail."""

import pytest
from django.urls import reverse

from cfp import actions
from cfp.models import Talk
from scale.models import OutgoingEmail, Role
from tests.factories import cfp, scale

Status = Talk.Status


def text_of(response):
    return response.content.decode()


def at(conference, name="decisions", query=""):
    return reverse(f"cfp:{name}", args=[conference.slug]) + query


@pytest.fixture
def program(as_role):
    return as_role(Role.PROGRAM)


@pytest.fixture
def max_():
    return cfp.speaker(name="Max", email="max@example.org")


def hold(talk, verdict="accept"):
    return actions.decide_talk(talk, verdict, by=scale.user())


def release(client, conference, query=""):
    seen = client.get(at(conference, query=query)).context["mark"]
    return client.post(at(conference, "release", query), {"seen": seen}, follow=True)


def shared_with(client, max_, conference, **fields):
    """A talk of the person who is signed in, given together with Max."""
    talk = cfp.talk_of(client.user, conference, **fields)
    talk.talk_speakers.create(speaker=max_, position=1)
    return talk


@pytest.mark.sqlite
def test_co_speaker_of_who_releases_gets_one_mail(program, conference, max_):
    own = shared_with(program, max_, conference, title="Ours")
    other = cfp.talk(conference, title="Of Max alone", speakers=[max_])
    hold(own, "reject")
    hold(other)
    page = text_of(program.get(at(conference)))
    assert "Release 2 decisions, send 2 mails" in page
    assert "<b>1</b> of the decisions is about a talk of your own" in page
    assert "The mail also tells what was decided about 1 talk kept from you" in page
    for secret in ("Ours", "not accepted", "Reject</b>"):
        assert secret not in page, secret
    release(program, conference)
    assert [Talk.objects.get(pk=t.pk).status for t in (own, other)] == ["rejected", "accepted"]
    mails = OutgoingEmail.objects.filter(to_address="max@example.org")
    assert [mail.subject for mail in mails] == [
        f"Your 2 talks at {conference}: 1 accepted, 1 not accepted"
    ]
    assert OutgoingEmail.objects.count() == 2


@pytest.mark.sqlite
def test_own_decisions_alone_can_be_released_unseen(program, conference):
    own = cfp.talk_of(program.user, conference, title="Mine alone")
    hold(own, "waitlist")
    page = text_of(program.get(at(conference)))
    assert "Mine alone" not in page and "Release 1 decision, send 1 mail" in page
    assert "Nothing that you may read" in page
    release(program, conference)
    assert Talk.objects.get(pk=own.pk).status == Status.WAITLISTED
    assert "Mine alone" not in text_of(program.get(at(conference, "sent")))


def test_conflict_is_kept_out_of_sight_and_released(program, conference):
    talk = cfp.talk(conference, title="Touchy")
    hold(talk)
    cfp.conflict(talk, program.user)
    assert "Touchy" not in text_of(program.get(at(conference)))
    release(program, conference)
    assert Talk.objects.get(pk=talk.pk).status == Status.ACCEPTED


@pytest.mark.parametrize("verdict", ["accept", "reject"])
def test_filter_by_verdict_does_not_tell_what_is_decided_about_an_own_talk(
    program, conference, max_, verdict
):
    own = shared_with(program, max_, conference)
    hold(own, verdict)
    hold(cfp.talk(conference, speakers=[max_]), "accept")
    page = program.get(at(conference, query="?verdict=accept"))
    assert (page.context["total"], page.context["hidden"]) == (1, 0)
    [(_, kept, later)] = page.context["letters"]
    assert (kept, later) == (0, 1)
    release(program, conference, "?verdict=accept")
    assert Talk.objects.get(pk=own.pk).status == Status.SUBMITTED


def test_who_gets_a_second_mail_is_named(as_track, conference, max_):
    track = cfp.track(conference)
    hold(cfp.talk(conference, track=track, speakers=[max_]))
    hold(cfp.talk(conference, title="Elsewhere", speakers=[max_]))
    page = text_of(as_track(track).get(at(conference)))
    assert "1 more decision for this speaker stays held" in page and "Elsewhere" not in page


def test_mark_cannot_be_made_by_who_guesses_the_mails(program, conference):
    hold(cfp.talk(conference))
    assert len(program.get(at(conference)).context["mark"]) == 40
