"""The public pages: what they cost, what they show to whom, and when they are new."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cfp.models import Talk
from scale import cache as page_cache
from scale.models import Conference, Role
from schedule.actions import plan_move, publish
from schedule.models import Venue
from schedule.plans import working_plan
from tests.factories import cfp as make_cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make

PAGES = ["schedule/", "speakers/", "rooms/", "schedule.ics", "signs"]


def fill(conference, talks):
    track, kind = make_cfp.track(conference), make_cfp.kind(conference)
    for n in range(talks):
        talk = make.confirmed(conference, track=track, kind=kind)
        make.slot(conference, talk=talk, starts_at=make.at(conference, 9 + n))


def statements(client, path):
    page_cache.memory.clear()
    page_cache.cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path).status_code == 200
    return len([q for q in queries if "SAVEPOINT" not in q["sql"]])


@pytest.mark.parametrize("page", PAGES)
def test_statements_do_not_grow_with_talks(conference, client, page):
    fill(conference, 1)
    path = f"/{conference.slug}/{page}"
    one = statements(client, path)
    fill(conference, 3)
    assert statements(client, path) == one
    assert one <= 10


def test_talk_page_takes_eight_statements_at_most(conference, client):
    slot = make.slot(conference)
    assert statements(client, slot.talk.get_absolute_url()) <= 8


def test_warm_page_takes_one_statement(conference, client, django_assert_num_queries):
    fill(conference, 1)
    client.get(f"/{conference.slug}/schedule/")
    with django_assert_num_queries(1):
        client.get(f"/{conference.slug}/schedule/")


def test_conditional_get_touches_no_rows(conference, client, django_assert_num_queries):
    fill(conference, 1)
    etag = client.get(f"/{conference.slug}/signs")["ETag"]
    with django_assert_num_queries(1):
        response = client.get(f"/{conference.slug}/signs", headers={"If-None-Match": etag})
    assert response.status_code == 304
    assert response.content == b""


def test_etag_changes_with_every_public_fact(conference, client):
    slot = make.slot(conference)
    path = f"/{conference.slug}/schedule/"
    etags = [client.get(path)["ETag"]]
    slot.talk.title = "Renamed"
    slot.talk.save()
    etags.append(client.get(path)["ETag"])
    slot.room.name = "Elsewhere"
    slot.room.save()
    etags.append(client.get(path)["ETag"])
    assert len(set(etags)) == 3


def test_shared_page_holds_nothing_of_its_first_visitor(conference, as_role):
    make.slot(conference)
    chair = as_role(Role.CHAIR)
    path = f"/{conference.slug}/schedule/"
    first = chair.get(path)
    assert chair.user.name.split()[0] in first.content.decode()
    assert first["Cache-Control"] == "private, no-cache"
    stranger = Client().get(path)
    assert b"Sign in" in stranger.content
    assert chair.user.name.split()[0] not in stranger.content.decode().partition("<main")[0]
    assert stranger["Cache-Control"] == "public, max-age=0, s-maxage=1"


def test_messages_never_stand_on_a_shared_page(conference, as_role):
    make.slot(conference)
    chair = as_role(Role.PROGRAM)
    plan = working_plan(conference)
    chair.post(f"/staff/{conference.slug}/plans/{plan.pk}/publish/", {"notify": "on"})
    chair.get(f"/{conference.slug}/schedule/")
    body = Client().get(f"/{conference.slug}/schedule/").content
    assert b"nothing to publish" not in body
    waiting = chair.get(f"/staff/{conference.slug}/rooms/")
    assert b"nothing to publish" in waiting.content
    assert get_messages(waiting.wsgi_request) is not None


def test_compressed_answer_is_the_same_page(conference, client):

    make.slot(conference)
    path = f"/{conference.slug}/schedule/"
    plain = client.get(path).content
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain
    refused = client.get(path, headers={"Accept-Encoding": "br, gzip;q=0"})
    assert "Content-Encoding" not in refused
    assert refused.content == plain


def test_edition_that_is_not_public_is_there_for_its_staff_alone(conference, client, as_role):
    Conference.objects.filter(pk=conference.pk).update(is_public=False)
    for page in PAGES:
        path = f"/{conference.slug}/{page}"
        assert client.get(path).status_code == 404
        assert as_role(Role.CREW).get(path).status_code == 200
        assert as_role().get(path).status_code == 404


def test_submitted_talks_are_nobodys_business(conference, client):
    talk = make_cfp.talk(conference, status=Talk.Status.SUBMITTED)
    assert client.get(talk.get_absolute_url()).status_code == 404
    speaker = talk.speakers()[0]
    path = f"/{conference.slug}/speakers/{speaker.named_code}/"
    assert client.get(path).status_code == 404


def test_confirmed_talk_is_announced_before_it_has_a_place(conference, client):
    talk = make.confirmed(conference)
    assert "Not placed yet" in client.get(talk.get_absolute_url()).content.decode()


def test_link_of_signs_survives_a_new_title(conference, client):
    slot = make.slot(conference)
    link = client.get(f"/{conference.slug}/signs").json()[0]["Link"]
    slot.talk.title = "An entirely different title"
    slot.talk.save()
    assert client.get(f"/{conference.slug}/signs").json()[0]["Link"] == link
    followed = client.get(link.removeprefix("http://127.0.0.1:8000"), follow=True)
    assert followed.redirect_chain[-1][0].endswith("-an-entirely-different-title/")


def test_signs_are_byte_stable_and_all_strings(conference, client):
    fill(conference, 3)
    first = client.get(f"/{conference.slug}/signs").content
    page_cache.memory.clear()
    page_cache.cache.clear()
    again = client.get(f"/{conference.slug}/signs")
    assert again.content == first
    row = again.json()[0]
    assert list(row) == [
        *("Name", "Location", "StartTime", "EndTime", "Speakers"),
        *("Topic", "Description", "Photo", "Link"),
    ]
    assert row["StartTime"] == "2027-03-04T09:00:00-08:00"


def test_above_five_hundred_slots_one_day_is_shown(conference, client, monkeypatch):
    fill(conference, 2)
    make.slot(conference, starts_at=make.at(conference, 10, day=1))
    monkeypatch.setattr("schedule.views.public.ONE_DAY_ABOVE", 2)
    body = client.get(f"/{conference.slug}/schedule/").content
    assert body.count(b"data-slot") == 2
    second = client.get(f"/{conference.slug}/schedule/2027-03-05/").content
    assert second.count(b"data-slot") == 1


def test_one_day_is_a_grid_or_a_list(conference, client, monkeypatch):
    fill(conference, 2)
    make.slot(conference, starts_at=make.at(conference, 10, day=1))
    monkeypatch.setattr("schedule.views.public.ONE_DAY_ABOVE", 2)
    first, second = (f"/{conference.slug}/schedule/2027-03-0{n}/" for n in (4, 5))
    for path in (f"/{conference.slug}/schedule/", first):
        grid = client.get(path).content.decode()
        assert 'id="days"' in grid and "as-list" not in grid
        assert f'href="{first}" data-view="grid" aria-current="true"' in grid
        assert f'href="{first}?view=list" data-view="list">' in grid
        as_list = client.get(f"{path}?view=list&utm=1").content.decode()
        assert 'id="days" class="as-list"' in as_list
        assert f'href="{first}" data-view="grid">' in as_list
        assert f'href="{first}?view=list" data-view="list" aria-current="true"' in as_list
        assert f'href="{second}?view=list"' in as_list  # the other days, the same way
    assert f'href="{second}"' in grid


@pytest.mark.parametrize("day", ["2027-13-01", "today", "1999-01-01", "💥"])
def test_days_that_are_none_are_not_found(conference, client, day):
    assert client.get(f"/{conference.slug}/schedule/{day}/").status_code == 404


def test_hostile_titles_are_shown_as_text(conference, client):
    slot = make.slot(
        conference,
        talk=make.confirmed(conference, title="<script>alert(1)</script>", description="<b>x</b>"),
    )
    for path in (f"/{conference.slug}/schedule/", slot.talk.get_absolute_url()):
        assert b"<script>alert" not in client.get(path).content


def test_room_page_shows_what_happens_in_the_whole_it_belongs_to(conference, client):
    part, whole = make.room(conference, name="G"), make.room(conference, name="GH")
    whole.parts.add(part)
    slot = make.slot(conference, room=whole)
    body = client.get(f"/{conference.slug}/rooms/{part.code}/").content.decode()
    assert str(slot.uuid) in body


def test_other_editions_talk_is_not_found_here(conference, client):
    other = make_scale.conference()
    talk = make.confirmed(other)
    assert client.get(f"/{conference.slug}/talks/{talk.named_code}/").status_code == 404


def test_photo_tells_nothing_before_the_talk_is_public(conference, client):
    speaker = make_cfp.speaker(name="Ada")
    speaker.photo.save("x.png", ContentFile(b"a picture"))
    talk = make_cfp.talk(conference, speakers=[speaker], status="accepted")
    path = f"/files/speakers/{speaker.code}.png"
    assert client.get(path).status_code == 404
    talk.move_to("confirmed")
    talk.save()
    assert client.get(path).content == b"a picture"
    speaker.photo.storage.delete(speaker.photo.name)
    assert client.get(path).status_code == 404


def test_first_load_of_a_whole_conference_is_light(conference, client):
    """300 talks in 17 rooms with all that the page needs, compressed, without pictures."""
    rooms = [make.room(conference, name=f"Ballroom {n}") for n in range(17)]
    tracks = [make_cfp.track(conference, name=f"Track {n}") for n in range(10)]
    plan, words = (
        working_plan(conference),
        ["how", "we", "moved", "clusters", "to", "newer", "kernels", "and", "why"],
    )
    for n in range(300):
        order = words[n % 7 :] + words[: n % 7]
        talk = make.confirmed(
            conference,
            title=f"{' '.join(order)} {n * 7919 % 1000}",
            track=tracks[n % 10],
            speakers=[make_cfp.speaker(name=f"{order[0].title()} Person {n * 104729 % 997}")],
        )
        at = make.at(conference, 9 + n // 17 % 5, day=n // 85)
        plan_move(plan, make.placement(rooms[n % 17], starts_at=at, talk=talk))
    publish(plan, notify=False)
    page = client.get(f"/{conference.slug}/schedule/", headers={"Accept-Encoding": "gzip"})
    parts = [page.content, Path(settings.BASE_DIR, "static/vendor/inter.woff2").read_bytes()]
    html = gzip.decompress(page.content).decode()
    for link in re.findall(r'(?:src|href)="([^"]+\.(?:css|js)[^"]*)"', html):
        if link.startswith("/static/"):
            found = Path(settings.BASE_DIR, link.lstrip("/")).read_bytes()
        else:
            found = client.get(link).content
        parts.append(gzip.compress(found, 6))
    assert len(parts) >= 8
    assert sum(map(len, parts)) <= 150_000


def test_speakers_stand_under_their_letters_whatever_the_accent(conference, client):
    for name in ("Zoë Last", "Ágnes Early", "anna Also", "Émile Middle", "42 Robots"):
        talk = make.confirmed(conference, speakers=[make_cfp.speaker(name=name)])
        make.slot(conference, talk=talk, room=make.room(conference))
    page = client.get(f"/{conference.slug}/speakers/")
    found = [(letter, [one.name for one in those]) for letter, those in page.context["letters"]]
    assert found == [
        ("#", ["42 Robots"]),
        ("A", ["Ágnes Early", "anna Also"]),
        ("E", ["Émile Middle"]),
        ("Z", ["Zoë Last"]),
    ]
    assert '<a href="#letter-2">A</a>' in page.content.decode()


def test_rooms_name_their_building_where_there_are_several(conference, client):
    make.room(conference, venue=Venue.objects.create(conference=conference, name="Main house"))
    path = f"/{conference.slug}/rooms/"
    assert "Main house" not in client.get(path).content.decode()
    make.room(conference, venue=Venue.objects.create(conference=conference, name="Annex"))
    page_cache.memory.clear()
    page_cache.cache.clear()
    text = client.get(path).content.decode()
    assert "Main house" in text
    assert "Annex" in text
