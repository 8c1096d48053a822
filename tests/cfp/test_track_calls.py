"""A partner's own call: its organisers set its dates and its questions, in their track alone."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from cfp import actions
from cfp.errors import NotTheirs, QuestionInUse
from cfp.models import CallAnswer, CallQuestion
from scale.models import Role
from tests.factories import cfp, scale


def text_of(response):
    return response.content.decode()


def at(track, name="track-questions", *args):
    return reverse(f"cfp:{name}", args=[track.conference.slug, track.code, *args])


@pytest.fixture
def track(conference):
    return cfp.track(conference, name="PostgreSQL day")


@pytest.fixture
def organiser(as_track, track):
    return as_track(track)


def asked(**fields):
    return {"text": "Which version?", "kind": "text", "shown_to_reviewers": "on"} | fields


# --- dates -------------------------------------------------------------------------------------


def dates(opens="2026-09-01", closes="2026-12-06", **fields):
    return {
        "opens_at_0": opens,
        "opens_at_1": "00:00",
        "closes_at_0": closes,
        "closes_at_1": "23:59:59",
        "text": "Short ones, please.",
    } | fields


@pytest.mark.sqlite
def test_organiser_sets_the_dates_on_the_clocks_of_the_conference(organiser, track):
    call = cfp.call(track.conference, track=track)
    page = text_of(organiser.get(at(track, "track-edit")))
    assert at(track, "track-call") in page and at(track) in page
    assert organiser.get(at(track, "track-call")).status_code == 200
    organiser.post(at(track, "track-call"), dates())
    call.refresh_from_db()
    assert call.text == "Short ones, please."
    zone = track.conference.zone
    assert call.closes_at == dt.datetime(2026, 12, 6, 23, 59, 59, tzinfo=zone)
    assert call.opens_at == dt.datetime(2026, 9, 1, tzinfo=zone)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"closes_at_0": "2026-08-31"}, "closes_at"),
        ({"closes_at_0": ""}, "closes_at"),
        ({"closes_at_0": "2026-02-30"}, "closes_at"),
        ({"opens_at_0": "2026-03-08", "opens_at_1": "02:30"}, "opens_at"),
        ({"text": "x" * 20_001}, "text"),
    ],
    ids=str,
)
def test_dates_that_cannot_be_are_refused(organiser, track, fields, wrong):
    call = cfp.call(track.conference, track=track)
    page = organiser.post(at(track, "track-call"), dates(**fields))
    assert wrong in page.context["form"].errors
    before = call.closes_at
    call.refresh_from_db()
    assert call.closes_at == before


def test_track_without_a_call_of_its_own_has_no_dates(organiser, track):
    cfp.call(track.conference)
    assert organiser.get(at(track, "track-call")).status_code == 404
    assert "No call of its own" in text_of(organiser.get(at(track, "track-edit")))


# --- questions ---------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_question_is_asked_changed_and_removed(organiser, track):
    kind = cfp.kind(track.conference)
    organiser.post(at(track), asked(kinds=[kind.pk], is_required="on"))
    question = CallQuestion.objects.get()
    assert (list(question.tracks.all()), list(question.kinds.all())) == ([track], [kind])
    assert (question.is_required, question.shown_to_reviewers, question.is_personal) == (
        *(True, True, False),
    )
    assert "Which version?" in text_of(organiser.get(at(track)))
    address = at(track, "track-question", question.pk)
    organiser.post(address, {"text": "Colour?", "kind": "choice", "choices": "red\nblue"})
    question.refresh_from_db()
    assert (question.text, question.options(), question.kinds.count()) == (
        *("Colour?", ["red", "blue"], 0),
    )
    assert list(question.tracks.all()) == [track]
    organiser.post(address, {"step": "remove"})
    assert not CallQuestion.objects.exists()


def test_new_question_comes_last(organiser, track):
    cfp.question(track.conference, position=7)
    organiser.post(at(track), asked())
    assert CallQuestion.objects.last().position == 8


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 201}, "text"),
        ({"text": "a\x00"}, "text"),
        ({"kind": "nonsense"}, "kind"),
        ({"kind": "choice", "choices": "one"}, "choices"),
        ({"kinds": ["999999"]}, "kinds"),
    ],
    ids=str,
)
def test_bad_question_is_refused_beside_the_field(organiser, track, fields, wrong):
    page = organiser.post(at(track), asked(**fields))
    assert set(page.context["form"].errors) == {wrong} and not CallQuestion.objects.exists()


def test_what_somebody_answered_stays_asked(organiser, track):
    question = cfp.question(track.conference, tracks=[track])
    talk = cfp.talk(track.conference, track=track)
    CallAnswer.objects.create(talk=talk, question=question, value="17")
    address = at(track, "track-question", question.pk)
    assert "Answered 1 time" in text_of(organiser.get(address))
    assert "so it stays" in text_of(organiser.post(address, {"step": "remove"}))
    with pytest.raises(QuestionInUse):
        actions.remove_question(track, question)
    assert CallQuestion.objects.get() == question


def test_questions_of_others_are_read_and_not_changed(organiser, as_role, track):
    conference = track.conference
    other = cfp.track(conference)
    everywhere = cfp.question(conference, text="Slides ready?")
    shared = cfp.question(conference, text="For both?", tracks=[track, other])
    foreign = cfp.question(conference, text="Theirs?", tracks=[other])
    mine = cfp.question(conference, text="Ours?", tracks=[track])
    page = organiser.get(at(track))
    assert list(page.context["own"]) == [mine]
    assert list(page.context["others"]) == [everywhere, shared]
    assert "Theirs?" not in text_of(page)
    for one in (everywhere, shared, foreign):
        for path in (at(track, "track-question", one.pk), at(other, "track-question", one.pk)):
            assert organiser.get(path).status_code == 404
            assert organiser.post(path, asked()).status_code == 404
        with pytest.raises(NotTheirs):
            actions.save_question(track, asked(kinds=[]), one)
    assert organiser.get(at(other)).status_code == 404
    assert organiser.get(at(other, "track-call")).status_code == 404
    assert as_role(Role.PROGRAM).get(at(other)).status_code == 200
    assert as_role(Role.REVIEWER).get(at(other)).status_code == 403


def test_closed_edition_keeps_its_call_and_questions(organiser, track):
    conference = track.conference
    call = cfp.call(conference, track=track)
    question = cfp.question(conference, tracks=[track], text="Old?")
    conference.closed_at = timezone.now()
    conference.save()
    for path, data in (
        (at(track), asked()),
        (at(track, "track-question", question.pk), asked()),
        (at(track, "track-question", question.pk), {"step": "remove"}),
        (at(track, "track-call"), dates()),
    ):
        assert "can only be read" in text_of(organiser.post(path, data)), path
    assert [one.text for one in CallQuestion.objects.all()] == ["Old?"]
    before = call.closes_at
    call.refresh_from_db()
    assert call.closes_at == before


def test_questions_cost_the_same_for_one_and_three(organiser, track, django_assert_num_queries):
    scale.user()
    cfp.question(track.conference, tracks=[track])
    with django_assert_num_queries(9):
        organiser.get(at(track))
    for _ in range(2):
        cfp.question(track.conference, tracks=[track])
        cfp.question(track.conference)
    with django_assert_num_queries(9):
        organiser.get(at(track))
