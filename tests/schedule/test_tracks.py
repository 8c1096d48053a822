"""The page of a track, and what is announced before it has a place."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from cfp.models import Talk
from tests.factories import cfp, scale
from tests.factories import schedule as make

Status = Talk.Status


def page(client, name, conference, *args):
    return client.get(reverse(f"schedule:{name}", args=[conference.slug, *args]))


def titles(rows):
    return [talk.title for talk in rows]


def test_track_page_shows_its_talks_in_order_of_time_then_the_unplaced(conference, client):
    track, other = cfp.track(conference, code="pg"), cfp.track(conference)
    talks = {
        name: cfp.talk(conference, track=track, status=Status.CONFIRMED, title=name)
        for name in ("late", "early", "nowhere yet")
    }
    make.slot(conference, talk=talks["late"], starts_at=make.at(conference, 15))
    make.slot(conference, talk=talks["early"], starts_at=make.at(conference, 9))
    cfp.talk(conference, track=track, status=Status.ACCEPTED, title="silent")
    cfp.talk(conference, track=other, status=Status.CONFIRMED, title="elsewhere")
    answer = page(client, "track", conference, "pg")
    assert [slot.talk.title for day in answer.context["days"] for slot in day.slots] == [
        "early",
        "late",
    ]
    assert titles(answer.context["waiting"]) == ["nowhere yet"]
    text = answer.content.decode()
    assert "silent" not in text
    assert "elsewhere" not in text


def test_cancelled_talk_keeps_its_place_on_the_track_page(conference, client):
    track = cfp.track(conference, code="pg")
    slot = make.slot(conference, talk=make.confirmed(conference, track=track))
    slot.talk.move_to(Status.CANCELLED)
    slot.talk.save()
    assert "✕ Cancelled" in page(client, "track", conference, "pg").content.decode()


def test_only_a_partners_page_names_its_organisers(conference, client):
    track = cfp.track(conference, code="pg", is_partner_event=True)
    cfp.track_role(scale.user(name="Olga Organiser"), track, "chair")
    cfp.track_role(scale.user(name="Rita Reviewer"), track, "reviewer")
    text = page(client, "track", conference, "pg").content.decode()
    assert "Organised by <bdi>Olga Organiser</bdi>" in text
    assert "Rita Reviewer" not in text
    track.is_partner_event = False
    track.save()
    assert "Olga" not in page(client, "track", conference, "pg").content.decode()


def test_track_with_a_call_of_its_own_says_so(conference, client):
    cfp.call(conference)
    track = cfp.track(conference, code="pg")
    cfp.track(conference, code="kids")
    later = timezone.now() + dt.timedelta(days=5)
    cfp.call(conference, track=track, closes_at=later)
    assert "Submit a talk" in page(client, "track", conference, "pg").content.decode()
    assert "Submit a talk" not in page(client, "track", conference, "kids").content.decode()


def test_unknown_track_and_track_of_another_edition_are_not_there(conference, client):
    cfp.track(scale.conference(), code="pg")
    assert page(client, "track", conference, "pg").status_code == 404


def test_hidden_track_is_named_nowhere_but_its_confirmed_talks_are_shown(conference, client):
    track = cfp.track(conference, code="board", name="Board only", is_hidden=True)
    cfp.call(conference, track=track)
    talk = make.confirmed(conference, title="Placed", track=track)
    make.slot(conference, talk=talk)
    make.confirmed(conference, title="Waiting", track=track)
    home = f"/{conference.slug}/"
    call = reverse("cfp:call", args=[conference.slug])
    shown = {
        home: "Waiting",
        reverse("schedule:announced", args=[conference.slug]): "Waiting",
        reverse("schedule:schedule", args=[conference.slug]): "Placed",
        reverse("schedule:signs", args=[conference.slug]): "Placed",
        talk.get_absolute_url(): "Placed",
        call: "",
    }
    for path, title in shown.items():
        text = client.get(path).content.decode()
        assert title in text
        assert "Board only" not in text, path
        assert "/tracks/board/" not in text, path
    assert page(client, "track", conference, "board").status_code == 404
    track.is_hidden = False
    track.save()
    assert page(client, "track", conference, "board").status_code == 200
    for path in (
        call,
        talk.get_absolute_url(),
        reverse("schedule:schedule", args=[conference.slug]),
    ):
        assert "Board only" in client.get(path).content.decode(), path


def test_description_cannot_smuggle_markup(conference, client):
    cfp.track(
        conference, code="pg", description="<script>alert(1)</script>[x](javascript:alert(1))"
    )
    text = page(client, "track", conference, "pg").content.decode()
    assert "<script>alert" not in text
    assert 'href="javascript' not in text


def test_confirmed_talks_are_announced_until_they_have_a_place(conference, client):
    keynote = cfp.kind(conference, is_offered=False, name="Keynote")
    ordinary = make.confirmed(conference, title="A talk", kind=cfp.kind(conference))
    make.confirmed(conference, title="The keynote", kind=keynote)
    cfp.talk(conference, title="Not sure", status=Status.ACCEPTED)
    answer = page(client, "announced", conference)
    assert titles(answer.context["talks"]) == ["The keynote", "A talk"]
    front = client.get(f"/{conference.slug}/").content.decode()
    assert "The keynote" in front
    assert "Not sure" not in front
    make.slot(conference, talk=ordinary)
    assert titles(page(client, "announced", conference).context["talks"]) == ["The keynote"]


@pytest.mark.parametrize(("name", "args"), [("announced", []), ("track", ["pg"])])
def test_page_costs_the_same_for_one_and_three(
    conference, client, django_assert_num_queries, name, args
):
    track = cfp.track(conference, code="pg", is_partner_event=True)
    kind = cfp.kind(conference)

    def more():
        make.confirmed(conference, track=track, kind=kind)
        make.slot(conference, talk=make.confirmed(conference, track=track, kind=kind))

    more()
    usual = {"announced": 4, "track": 10}[name]
    page(client, name, conference, *args)
    for _ in range(2):
        conference.save()
        with django_assert_num_queries(usual):
            page(client, name, conference, *args)
        more()
