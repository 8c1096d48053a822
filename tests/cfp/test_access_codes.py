"""Codes that let invited people in after the deadline, or into hidden tracks."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from cfp.models import AccessCode, Talk
from tests.factories import cfp, scale

from .writing import hand_in
from .writing import page as page_of

HOUR = dt.timedelta(hours=1)
TYPED = {"title": "T", "abstract": "A", "description": "D", "level": "anyone"}
TYPED |= {"language": "English", "do": "next"}


@pytest.fixture
def over(conference):
    """A call that has closed."""
    now = timezone.now()
    return cfp.call(conference, opens_at=now - 2 * HOUR, closes_at=now - HOUR)


@pytest.fixture
def page(conference):
    return reverse("cfp:submit", args=[conference.slug])


def send(client, page, code, **changed):
    answer = client.get(page, {"code": code})
    fields = {**TYPED, "once": answer.context["form"]["once"].value(), "access": code, **changed}
    return client.post(page, fields)


@pytest.mark.sqlite
def test_code_opens_the_form_after_the_deadline(ana, page, over, conference):
    code = cfp.access_code(conference, code="late-24x")
    assert "Closed on" in ana.get(page).content.decode()
    assert "You use the access code LATE24X" in ana.get(page, {"code": "late24x"}).content.decode()
    response = send(ana, page, "Late-24X")
    talk = Talk.objects.get()
    assert response.url == page_of(talk, "needs")
    assert hand_in(ana, talk).url == reverse("cfp:my-talks")
    talk.refresh_from_db()
    code.refresh_from_db()
    assert (talk.status, talk.access, code.taken) == ("submitted", code, 1)
    shown = ana.get("/my/talks/").content.decode()
    assert "you have an access code" in shown
    edit = reverse("cfp:talk-edit", args=[talk.code])
    assert ana.get(edit).context["form"].instance == talk
    Talk.objects.update(status="accepted")
    assert "can only be read" in ana.get(edit).content.decode()


def test_code_lets_in_as_many_talks_as_it_says(ana, page, over, conference):
    code = cfp.access_code(conference, size=2)
    for title in ("One", "Two"):
        send(ana, page, code.code, title=title)
    assert "used up" in ana.get(page, {"code": code.code}).content.decode()
    answer = ana.post(page, {**TYPED, "title": "Three", "access": code.code})
    assert "used up" in answer.content.decode() and "Three" in answer.content.decode()
    assert Talk.objects.count() == 2


def test_form_sent_twice_takes_one_use(ana, page, over, conference):
    code = cfp.access_code(conference)
    once = ana.get(page, {"code": code.code}).context["form"]["once"].value()
    for _ in range(2):
        fields = {**TYPED, "once": once, "access": code.code}
        assert ana.post(page, fields).status_code == 302
    code.refresh_from_db()
    assert (code.taken, Talk.objects.count()) == (1, 1)


def test_no_use_is_taken_while_the_call_is_open(ana, page, open_call, conference):
    code = cfp.access_code(conference)
    send(ana, page, code.code)
    code.refresh_from_db()
    assert (code.taken, Talk.objects.get().access) == (0, None)


def test_hidden_track_is_there_for_its_code_alone(ana, client, page, open_call, conference):
    hidden = cfp.track(conference, name="Board only", is_hidden=True)
    seen = cfp.track(conference, name="Seen")
    code = cfp.access_code(conference, track=hidden)
    everywhere = cfp.access_code(conference)
    call = client.get(reverse("cfp:call", args=[conference.slug])).content.decode()
    assert "Board only" not in call and "Seen" in call
    assert list(ana.get(page).context["form"].fields["track"].queryset) == [seen]
    for given in ("", everywhere.code):
        answer = ana.post(page, {**TYPED, "track": hidden.pk, "access": given})
        assert set(answer.context["form"].errors) == {"track"}
    assert send(ana, page, code.code, track=hidden.pk).status_code == 302
    code.refresh_from_db()
    assert (Talk.objects.get().track, code.taken) == (hidden, 1)


def test_call_of_a_hidden_track_alone_still_has_a_place_for_its_code(client, conference):
    path = reverse("cfp:call", args=[conference.slug])
    assert 'name="code"' not in client.get(path).content.decode()
    hidden = cfp.track(conference, name="Board only", is_hidden=True)
    cfp.call(conference, track=hidden, text="For the board")
    page = client.get(path).content.decode()
    assert 'name="code"' in page and "There is no call yet" in page
    assert "Board only" not in page and "For the board" not in page


def test_code_of_a_track_opens_no_other(ana, page, over, conference):
    track, other = cfp.track(conference), cfp.track(conference)
    code = cfp.access_code(conference, track=track)
    answer = send(ana, page, code.code, track=other.pk)
    assert set(answer.context["form"].errors) == {"track"}
    assert not Talk.objects.exists()


def test_code_ends_to_the_second(ana, page, over, conference, at):
    code = cfp.access_code(conference, ends_at=timezone.now() + HOUR)
    once = ana.get(page, {"code": code.code}).context["form"]["once"].value()
    at(code.ends_at)
    ana.force_login(ana.user)
    answer = ana.post(page, {**TYPED, "once": once, "access": code.code})
    assert "no such access code" in answer.content.decode()
    assert not Talk.objects.exists()


def test_codes_of_other_editions_and_guesses_open_nothing(ana, page, over):
    other = cfp.access_code(scale.conference())
    for typed in (other.code, "x" * 5000, "é"):
        assert "no such access code" in ana.get(page, {"code": typed}).content.decode()
    for _ in range(20):
        answer = ana.get(page, {"code": "GUESS"})
    assert "Too many tries" in answer.content.decode()


def test_closed_edition_lets_nobody_in(ana, page, over, conference):
    code = cfp.access_code(conference)
    fields = {**TYPED, "access": code.code}
    conference.closed_at = timezone.now()
    conference.save()
    assert "can only be read" in ana.post(page, fields).content.decode()
    assert not Talk.objects.exists()


def test_the_database_refuses_more_than_there_are(conference):
    code = cfp.access_code(conference, size=1)
    with pytest.raises(IntegrityError):
        AccessCode.objects.filter(pk=code.pk).update(taken=2)
