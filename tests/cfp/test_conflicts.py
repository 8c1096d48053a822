"""Who has declared a conflict of interest neither decides nor reads opinions."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from cfp import actions
from cfp.errors import Conflicted
from cfp.models import ConflictOfInterest, Decision, Review, Talk
from scale.models import Role
from tests.factories import cfp, scale

Status = Talk.Status


def text_of(response):
    return response.content.decode()


def at(conference, name="talks", *args, query=""):
    return reverse(f"cfp:{name}", args=[conference.slug, *args]) + query


@pytest.fixture
def program(as_role):
    return as_role(Role.PROGRAM)


@pytest.fixture
def touchy(program, conference):
    """A talk with a review and a held decision, of which the program person keeps out."""
    talk = cfp.talk(conference, title="Touchy", track=cfp.track(conference))
    cfp.review(talk, score=2, comment="Not that good")
    actions.decide_talk(talk, "reject", by=scale.user(), why="Between us")
    cfp.conflict(talk, program.user)
    return talk


@pytest.mark.sqlite
def test_page_says_why_and_hides_what_others_think(program, conference, touchy):
    page = text_of(program.get(at(conference, "talk", touchy.code)))
    assert "You have a conflict of interest" in page
    for secret in ("Not that good", "Between us", "not told", 'id="decide"'):
        assert secret not in page, secret


@pytest.mark.sqlite
def test_table_files_and_lists_hide_it_too(program, conference, touchy):
    other = cfp.talk(conference)
    page = program.get(at(conference, query="?sort=score"))
    row = next(one for one in page.context["rows"] if one == touchy)
    assert (row.score, row.pending) == (None, None)
    assert "not told" not in text_of(page)
    [line] = [
        one
        for one in json.loads(program.get(at(conference, "talks-file", "json")).content)
        if one["code"] == touchy.code
    ]
    assert (line["decision"], line["reviews"], line["mean"]) == ("", 0, "")
    query = f"?talk={touchy.code}&talk={other.code}"
    assert "Not that good" not in text_of(program.get(at(conference, "compare", query=query)))
    assert touchy not in program.get(at(conference, query="?decision=any")).context["rows"]
    assert touchy in program.get(at(conference, query="?decision=open")).context["rows"]
    assert "Touchy" not in text_of(program.get(at(conference, "decisions")))
    assert "Touchy" not in text_of(program.get(at(conference, "sheets")))
    for name in ("review", "decision"):
        assert "Touchy" not in text_of(program.get(reverse(f"admin:cfp_{name}_changelist")))


def test_sent_mails_about_it_are_hidden(program, conference):
    talk = cfp.talk(conference, title="Touchy")
    cfp.tell(talk, "reject")
    cfp.conflict(talk, program.user)
    assert "Touchy" not in text_of(program.get(at(conference, "sent")))
    assert "Mails about it" not in text_of(program.get(at(conference, "talk", talk.code)))


@pytest.mark.sqlite
@pytest.mark.parametrize("role", [Role.PROGRAM, Role.CHAIR])
def test_nobody_decides_in_spite_of_a_conflict(as_role, conference, role):
    client = as_role(role)
    talk = cfp.talk(conference, status=Status.WAITLISTED)
    cfp.conflict(talk, client.user)
    for name, fields in {
        "decide": {"verdict": "accept", "seen": "waitlisted"},
        "decision-take-back": {},
        "promote": {},
        "put-back": {"status": "submitted"},
    }.items():
        client.post(at(conference, name, talk.code), fields)
    page = client.post(
        at(conference, "bulk"), {"talk": [talk.code], "verdict": "accept"}, follow=True
    )
    assert "You have a conflict of interest" in text_of(page)
    for verb in (
        lambda: actions.decide_talk(talk, "accept", by=client.user),
        lambda: actions.promote_talk(talk, by=client.user),
        lambda: actions.take_back_decision(talk, by=client.user),
    ):
        with pytest.raises(Conflicted):
            verb()
    talk.refresh_from_db()
    assert talk.status == Status.WAITLISTED and not Decision.objects.exists()


def test_change_of_a_speaker_is_answered_by_others(program, conference, touchy):
    change = cfp.change(touchy)
    with pytest.raises(Conflicted):
        actions.answer_change(change, by=program.user, agreed=False, seen="")


@pytest.mark.sqlite
def test_who_decides_can_step_aside_on_the_talks_page(program, conference):
    talk = cfp.talk(conference)
    cfp.review(talk, program.user)
    assert "I cannot judge this fairly" in text_of(program.get(at(conference, "talk", talk.code)))
    for _ in range(2):
        done = program.post(at(conference, "step-aside", talk.code), follow=True)
    assert "You have a conflict of interest" in text_of(done)
    assert not Review.objects.exists() and ConflictOfInterest.objects.get().user == program.user


def test_closed_edition_takes_no_conflict_of_a_chair(program, conference):
    talk = cfp.talk(conference)
    conference.closed_at = timezone.now()
    conference.save()
    page = program.post(at(conference, "step-aside", talk.code), follow=True)
    assert "can only be read" in text_of(page) and not ConflictOfInterest.objects.exists()


def test_track_chair_steps_aside_in_their_track_alone(as_track, conference):
    track = cfp.track(conference)
    mine, other = cfp.talk(conference, track=track), cfp.talk(conference)
    client = as_track(track)
    assert client.post(at(conference, "step-aside", other.code)).status_code == 404
    client.post(at(conference, "step-aside", mine.code))
    assert [one.talk for one in ConflictOfInterest.objects.all()] == [mine]


def test_own_organization_is_a_hint_and_no_bar(program, conference):
    cfp.speaker(user=program.user, organization="Acme")
    talk = cfp.talk(conference, speakers=[cfp.speaker(organization=" acme ")])
    cfp.review(talk, comment="Well argued")
    page = text_of(program.get(at(conference, "talk", talk.code)))
    assert "Somebody of your organization gives it" in page
    assert "Well argued" in page and 'id="decide"' in page
    assert actions.decide_talk(talk, "accept", by=program.user)


def test_nobody_takes_away_a_conflict_of_their_own(as_role, program, conference, touchy):
    row = ConflictOfInterest.objects.get()
    address = reverse("admin:cfp_conflictofinterest_delete", args=[row.pk])
    table = reverse("admin:cfp_conflictofinterest_changelist")
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    assert program.post(address, {"post": "yes"}).status_code == 403
    program.post(table, chosen)
    assert ConflictOfInterest.objects.exists()
    as_role(Role.PROGRAM).post(address, {"post": "yes"})
    assert not ConflictOfInterest.objects.exists()
