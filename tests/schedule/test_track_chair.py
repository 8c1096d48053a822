"""The chair of a track looks at everything staff plan, and proposes moves of their talks."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cfp.models import Talk
from scale.models import Role
from schedule import actions
from schedule.board.verbs import NOT_PUBLIC, NOT_YOURS
from schedule.models import Move, Plan, Release, Slot
from schedule.plans import working_plan
from tests.factories import cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make
from tests.schedule.test_plan import form


@pytest.fixture
def track(conference):
    return cfp.track(conference)


@pytest.fixture
def sit(as_role, track):
    """A client of somebody who chairs the track, and may have roles beside it."""

    def sign_in(*roles):
        client = as_role(*roles)
        if not roles:
            make_scale.second_factor(client.user)
        cfp.track_role(client.user, track, "chair")
        return client

    return sign_in


@pytest.fixture
def track_chair(sit):
    return sit()


@pytest.fixture
def url(conference):
    return lambda name, *args: reverse(f"schedule:{name}", args=[conference.slug, *args])


@pytest.fixture
def own(conference, track):
    return make.slot(conference, talk=make.confirmed(conference, track=track, title="Mine"))


@pytest.fixture
def other(conference):
    return make.slot(
        conference,
        talk=make.confirmed(conference, title="Theirs"),
        starts_at=make.at(conference, 14),
    )


def pages(url, conference):
    """What a chair of a track reads."""
    plan = working_plan(conference)
    yield from (url("board"), url("plan"), url("plans"), url("compare", plan.pk))
    yield from (url("releases"), url("release", 1), url("rebuilt", 1), url("releases-compare"))


FORM = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]*)"')
LINK = re.compile(r'href="(/[^"#]*)')


def test_they_read_every_page_and_no_button_publishes(track_chair, url, conference, own, other):
    make.move(own, starts_at=make.at(conference, 16))
    make.move(other, starts_at=make.at(conference, 17))
    for path in pages(url, conference):
        answer = track_chair.get(path)
        assert answer.status_code == 200, path
        page = answer.content.decode()
        assert set(FORM.findall(page)) <= {url("change-move"), "/account/logout/"}, path
        assert not re.search("Publish(?!ed)", page), path


@pytest.mark.parametrize("roles", [(), (Role.CREW,), (Role.DOOR,)])
def test_every_link_leads_somewhere_they_may_go(sit, url, conference, own, other, roles):
    client, seen = sit(*roles), set()
    make.move(own, starts_at=make.at(conference, 16))
    make.confirmed(conference)
    for path in pages(url, conference):
        for link in LINK.findall(client.get(path).content.decode()):
            if link.startswith("/static/"):
                continue
            seen.add(unescape(link))
    assert url("plans") in seen
    for link in sorted(seen):
        status = client.get(link).status_code
        assert status in (200, 302), (link, status)


def test_crew_is_led_to_versions_alone(as_role, url, conference, own):
    crew = as_role(Role.CREW)
    for path in (url("releases"), url("release", 1), url("rebuilt", 1), url("releases-compare")):
        for link in LINK.findall(crew.get(path).content.decode()):
            assert crew.get(unescape(link)).status_code in (200, 302, 404), link
    assert url("board") not in crew.get(url("releases")).content.decode()


def test_they_propose_in_their_track_by_the_form(track_chair, url, conference, track, own):
    room = make.room(conference)
    page = track_chair.get(f"{url('place')}?slot={own.uuid}").content.decode()
    assert "Propose it" in page
    assert 'name="now"' not in page
    sent = form(room, own.talk)
    assert track_chair.post(f"{url('place')}?slot={own.uuid}", sent).status_code == 302
    assert Move.objects.get().room == room
    waiting = make.confirmed(conference, track=track)
    path = f"{url('place')}?talk={waiting.code}"
    assert track_chair.post(path, form(room, waiting, begins="12:00")).status_code == 302
    assert Move.objects.filter(talk=waiting).count() == 1
    assert Slot.objects.get().room == own.room


def test_what_is_not_theirs_is_refused_with_a_kind_word(track_chair, url, conference, own, other):
    room, lunch = make.room(conference), make.slot(conference, talk=None, title="Lunch")
    waiting = make.confirmed(conference)
    make.move(other, starts_at=make.at(conference, 17))
    before = list(Move.objects.values())
    for asked in (f"slot={other.uuid}", f"slot={lunch.uuid}", f"talk={waiting.code}", ""):
        path = f"{url('place')}?{asked}"
        for answer in (track_chair.get(path), track_chair.post(path, form(room, own.talk))):
            assert answer.status_code == 403, asked
            assert NOT_YOURS in answer.content.decode()
    for what in ("remove", "drop", "confirm"):
        for slot in (other, lunch):
            answer = track_chair.post(url("change-move"), {"slot": slot.uuid, "what": what})
            assert answer.status_code == 403, what
            assert NOT_YOURS in answer.content.decode()
    assert list(Move.objects.values()) == before


@pytest.mark.parametrize("field", ["talk", "title"])
def test_a_talk_of_theirs_does_not_become_something_else(
    track_chair, url, conference, own, other, field
):
    room = make.room(conference)
    sent = form(room, other.talk) if field == "talk" else form(room, title="Party")
    answer = track_chair.post(f"{url('place')}?slot={own.uuid}", sent)
    assert answer.status_code == 200
    assert "talk" in answer.context["form"].errors
    assert not Move.objects.exists()


def test_line_that_the_plan_gave_to_another_talk_is_not_theirs(
    track_chair, url, conference, own, other
):
    """What is public there is theirs, what the program committee plans there is not."""
    make.move(own, talk_id=make.confirmed(conference).pk)
    assert track_chair.get(f"{url('place')}?slot={own.uuid}").status_code == 403
    answer = track_chair.post(url("change-move"), {"slot": own.uuid, "what": "drop"})
    assert (answer.status_code, Move.objects.count()) == (403, 1)


def test_they_take_off_their_cancelled_talks_only(track_chair, url, conference, own, other):
    Talk.objects.update(status=Talk.Status.CANCELLED)
    page = track_chair.get(url("plan")).content.decode()
    assert "Proposed: take off · 1" in page
    track_chair.post(url("change-move"), {"what": "clear"})
    assert [move.slot_uuid for move in Move.objects.all()] == [own.uuid]


def test_proposing_over_a_cancelled_talk_of_others_leaves_it(
    track_chair, url, conference, own, other
):
    """The board says what clashes; taking it off is the program committee's."""
    Talk.objects.filter(pk=other.talk_id).update(status=Talk.Status.CANCELLED)
    sent = form(other.room, own.talk, day=conference.starts_on.isoformat(), begins="14:00")
    assert track_chair.post(f"{url('place')}?slot={own.uuid}", sent).status_code == 302
    assert [move.slot_uuid for move in Move.objects.all()] == [own.uuid]


def test_they_publish_make_and_throw_away_nothing(track_chair, url, conference, own):
    plan = make.move(own, starts_at=make.at(conference, 16)).plan
    plans = list(Plan.objects.values("name", "closed_at"))
    sent = form(own.room, own.talk) | {"now": "on"}
    refused = track_chair.post(f"{url('place')}?slot={own.uuid}", sent)
    assert (refused.status_code, NOT_PUBLIC in refused.content.decode()) == (403, True)
    refused = track_chair.post(url("publish", plan.pk), {"override_reason": "I want to"})
    assert (refused.status_code, NOT_PUBLIC in refused.content.decode()) == (403, True)
    assert track_chair.post(url("plans"), {"name": "Mine"}).status_code == 403
    for what in ("copy", "rename", "throw away"):
        sent = {"what": what, "name": "Mine"}
        assert track_chair.post(url("plan-change", plan.pk), sent).status_code == 403
    assert track_chair.post(url("revert", 1)).status_code == 403
    assert track_chair.get(url("workshops")).status_code == 403
    assert list(Plan.objects.values("name", "closed_at")) == plans
    assert Release.objects.count() == 1
    assert plan.moves.count() == 1


def test_a_reviewer_of_the_track_and_the_chair_of_another_edition_read_nothing(
    as_role, url, conference, own, track
):
    reviewer, foreign = as_role(), as_role()
    for client in (reviewer, foreign):
        make_scale.second_factor(client.user)
    cfp.track_role(reviewer.user, track, "reviewer")
    cfp.track_role(foreign.user, cfp.track(make_scale.conference()), "chair")
    for path in (*pages(url, conference), url("place"), url("change-move")):
        for client in (reviewer, foreign):
            assert client.get(path).status_code in (403, 405), path


def test_second_step_at_sign_in_is_asked_for(as_role, url, conference, own, track):
    client = as_role()
    cfp.track_role(client.user, track, "chair")
    for path in pages(url, conference):
        assert client.get(path).status_code == 302, path


@pytest.mark.parametrize("name", ["plan", "releases"])
def test_statements_do_not_grow(track_chair, url, conference, track, name):
    def statements():
        with CaptureQueriesContext(connection) as queries:
            assert track_chair.get(url(name)).status_code == 200
        return len(queries)

    def place(hour):
        talk = make.confirmed(conference, track=track)
        slot = make.slot(conference, talk=talk, starts_at=make.at(conference, hour))
        make.move(slot, room_id=make.room(conference).pk)
        gone = make.slot(
            conference,
            talk=make.confirmed(conference, track=track),
            starts_at=make.at(conference, hour),
        )
        Talk.objects.filter(pk=gone.talk_id).update(status=Talk.Status.CANCELLED)
        make.confirmed(conference, track=track)

    place(9)
    track_chair.get(url(name))
    one = statements()
    for hour in (11, 13):
        place(hour)
    assert statements() == one
    assert len(actions.cancelled_still_shown(conference)) == 3
