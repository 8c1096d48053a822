"""Looking for talks without JavaScript: the search stands in the address."""

import pytest
from django.test import Client

from cfp.models import Talk
from scale.models import Conference, Role
from tests.factories import cfp as make_cfp
from tests.factories import schedule as make
from tests.schedule.test_public import statements

HUGE = "x" * 5000


@pytest.fixture
def stage(conference):
    """{title: slot}: two tracks, kinds, levels, rooms, languages."""
    tracks = [
        make_cfp.track(conference, name=name, code=name.lower()) for name in ("Cloud", "Home")
    ]
    kinds = [make_cfp.kind(conference, name=name, code=name.lower()) for name in ("Talk", "Demo")]
    rooms = [make.room(conference, name=name, code=name.lower()) for name in ("North", "South")]
    facts = {
        "Ceph at scale": (0, 0, 0, "beginner", "English", "José Ångström"),
        "Routers": (1, 0, 1, "advanced", "English", "Ada"),
        "Kubernetes": (0, 1, 1, "advanced", "Deutsch", "Grace"),
    }
    return {
        title: make.slot(
            conference,
            room=rooms[r],
            starts_at=make.at(conference, 10, day=n),
            talk=make.confirmed(
                conference,
                title=title,
                track=tracks[t],
                kind=kinds[k],
                level=level,
                language=language,
                speakers=[make_cfp.speaker(name=name)],
            ),
        )
        for n, (title, (t, k, r, level, language, name)) in enumerate(facts.items())
    }


def found(conference, query):
    page = Client().get(f"/{conference.slug}/schedule/?{query}")
    assert page.status_code == 200
    return sorted(slot.what for day in page.context["days"] for slot in day.slots)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("track=cloud", ["Ceph at scale", "Kubernetes"]),
        ("track=cloud&track=home", ["Ceph at scale", "Kubernetes", "Routers"]),
        ("track=cloud&level=advanced", ["Kubernetes"]),
        ("kind=demo", ["Kubernetes"]),
        ("room=south", ["Kubernetes", "Routers"]),
        ("language=Deutsch", ["Kubernetes"]),
        ("q=jose+angstrom", ["Ceph at scale"]),
        ("q=SCALE+ceph", ["Ceph at scale"]),
        ("q=home", ["Routers"]),
        ("q=north", ["Ceph at scale"]),
        ("track=nowhere", []),
    ],
)
def test_search_in_the_address_finds(conference, stage, query, titles):
    assert found(conference, query) == titles


def test_nothing_found_is_said(conference, stage, client):
    page = client.get(f"/{conference.slug}/schedule/?q=zebra").content.decode()
    assert "Nothing on the schedule fits this." in page


def test_chips_add_and_take_away_a_track(conference, stage, client):
    page = client.get(f"/{conference.slug}/schedule/?track=cloud&q=ceph")
    cloud, home = page.context["choices"]["track"]
    assert cloud.is_on
    assert cloud.query == "q=ceph"
    assert home.query == "q=ceph&track=cloud&track=home"


def test_hidden_track_is_no_filter(conference, client):
    track = make_cfp.track(conference, name="Secret", code="secret", is_hidden=True)
    make.slot(conference, talk=make.confirmed(conference, track=track))
    assert "secret" not in client.get(f"/{conference.slug}/schedule/").content.decode().lower()
    assert found(conference, "track=secret") == []


def test_lunch_is_found_by_its_name_alone(conference, stage):
    make.slot(conference, title="Lunch", place="Lawn", starts_at=make.at(conference, 12))
    assert found(conference, "q=lawn") == ["Lunch"]
    assert "Lunch" not in found(conference, "level=advanced")


@pytest.mark.parametrize("query", [f"q={HUGE}", f"track={HUGE}", "q=%E2%80%AE", "view=💥"])
def test_strange_searches_are_answered(conference, stage, client, query):
    assert client.get(f"/{conference.slug}/schedule/?{query}").status_code == 200


def test_search_fills_no_cache(conference, stage, client):
    """What people type is endless; one page for each would push out everything else."""
    page = client.get(f"/{conference.slug}/schedule/?q=ceph")
    assert page["Cache-Control"] == "private, no-cache"
    assert "ETag" not in page
    odd = client.get(f"/{conference.slug}/schedule/?view=odd")
    assert odd["ETag"] == client.get(f"/{conference.slug}/schedule/?page=2")["ETag"]
    assert odd["ETag"] == client.get(f"/{conference.slug}/schedule/")["ETag"]
    assert odd["ETag"] != client.get(f"/{conference.slug}/schedule/?view=list")["ETag"]


def test_search_takes_a_constant_number_of_statements(conference, stage, client):
    path = f"/{conference.slug}/schedule/?level=advanced"
    before = statements(client, path)
    for n in range(3):
        make.slot(conference, talk=make.confirmed(conference, level="advanced", title=f"More {n}"))
    assert statements(client, path) == before <= 10


def test_search_in_an_edition_that_is_not_public_is_for_its_staff(conference, stage, as_role):
    Conference.objects.filter(pk=conference.pk).update(is_public=False)
    path = f"/{conference.slug}/schedule/?q=ceph"
    assert Client().get(path).status_code == 404
    assert as_role(Role.CREW).get(path).status_code == 200


def test_cancelled_talk_is_still_found(conference, stage):
    talk = stage["Routers"].talk
    talk.move_to(Talk.Status.CANCELLED)
    talk.save()
    assert found(conference, "q=routers") == ["Routers"]
