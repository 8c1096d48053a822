"""What browsers and other sites read beside the pages."""

import io
import json
import re

import pytest
from PIL import Image

from cfp.models import Talk
from scale.models import Conference
from schedule import cards
from tests.factories import cfp as make_cfp
from tests.factories import schedule as make

LONG = [
    "word " * 49 + "end",
    "W" * 250,
    "在生产环境中的教训" * 27,
    "كيف تعلمت أن أحب قاعدة البيانات " * 7,
    "🎉" * 120,
]


def structured(page):
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(found)


def text_of(client, path):
    answer = client.get(path, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_talk_page_tells_search_engines_when_and_where(conference, client):
    slot = make.slot(conference)
    (event,) = structured(text_of(client, slot.talk.get_absolute_url()))["@graph"]
    assert event["@type"] == "Event"
    assert event["name"] == slot.talk.title
    assert event["startDate"] == "2027-03-04T10:00:00-08:00"
    assert event["location"]["name"] == slot.room.name
    assert event["performer"][0]["name"] == slot.speaker_names
    assert event["eventStatus"].endswith("EventScheduled")
    assert event["superEvent"]["name"] == conference.name


def test_cancelled_talk_is_cancelled_for_search_engines(conference, client):
    slot = make.slot(conference)
    slot.talk.move_to(Talk.Status.CANCELLED)
    slot.talk.save()
    (event,) = structured(text_of(client, slot.talk.get_absolute_url()))["@graph"]
    assert event["eventStatus"].endswith("EventCancelled")


def test_talk_without_a_place_is_no_event(conference, client):
    talk = make.confirmed(conference)
    assert "ld+json" not in text_of(client, talk.get_absolute_url())


def test_nothing_breaks_out_of_the_data(conference, client):
    nasty = "</script><script>alert(1)</script><!-- & \u2028"
    slot = make.slot(conference, talk=make.confirmed(conference, title=nasty))
    page = text_of(client, slot.talk.get_absolute_url())
    assert "<script>alert" not in page
    assert structured(page)["@graph"][0]["name"] == nasty


def test_schedule_tells_of_the_edition(conference, client):
    make.slot(conference)
    event = structured(text_of(client, f"/{conference.slug}/schedule/"))
    assert (event["startDate"], event["endDate"]) == ("2027-03-04", "2027-03-07")


def test_other_sites_find_title_words_and_picture(conference, client):
    slot = make.slot(conference, talk=make.confirmed(conference, title="Ceph & “friends”"))
    page = text_of(client, slot.talk.get_absolute_url())
    assert '<meta property="og:title" content="Ceph &amp; “friends”">' in page
    (picture,) = re.findall(r'og:image" content="http://127.0.0.1:8000([^"]+)"', page)
    answer = client.get(picture)
    assert answer["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)


def test_picture_is_drawn_once_and_new_when_the_talk_changes(conference, client, monkeypatch):
    slot, drawn = make.slot(conference), []
    draw = cards.draw
    monkeypatch.setattr(cards, "draw", lambda card: drawn.append(card) or draw(card))
    path = f"/{conference.slug}/talks/{slot.talk.code}.png"
    first = client.get(path)
    assert client.get(path).content == first.content
    assert len(drawn) == 1
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    slot.talk.title = "Renamed"
    slot.talk.save()
    assert client.get(path)["ETag"] != first["ETag"]
    assert [card.title for card in drawn][1:] == ["Renamed"]


def test_picture_of_what_is_not_public_is_not_there(conference, client):
    hidden = make_cfp.talk(conference, status=Talk.Status.SUBMITTED)
    assert client.get(f"/{conference.slug}/talks/{hidden.code}.png").status_code == 404
    slot = make.slot(conference)
    Conference.objects.filter(pk=conference.pk).update(is_public=False)
    assert client.get(f"/{conference.slug}/talks/{slot.talk.code}.png").status_code == 404


@pytest.mark.parametrize("title", LONG, ids=lambda title: title[:9])
@pytest.mark.parametrize("state", ["", "Cancelled"])
def test_long_titles_shrink_and_lose_nothing(title, state, monkeypatch):
    written = []
    monkeypatch.setattr(cards, "write", lambda pen, x, y, text, *a, **k: written.append((y, text)))
    card = cards.Card("SCALE", title, "Ada", "Room 1", "#b4400a", "#2563eb", state)
    cards.draw(card)
    lines = [(y, text) for y, text in written if 150 < y < 500 and text not in ("Ada", "Room 1")]
    told = "".join(text for _, text in lines if text != state).replace(" ", "")
    assert told == cards.fonts.clean(title).replace(" ", "")
    assert max(y for y, _ in lines) < min(y for y, text in written if text == "Ada") - 30


@pytest.mark.parametrize("title", ["", "\u202e", "\x00", "e" + "\u0301" * 200])
def test_strange_titles_are_drawn(title):
    cards.draw(cards.Card("S", title, "", "", "#000000", "#ffffff"))


def test_worker_sees_only_its_edition_and_is_the_same_until_it_changes(conference, client):
    path = f"/{conference.slug}/sw.js"
    answer = client.get(path)
    assert answer["Content-Type"].startswith("text/javascript")
    assert f'const EDITION = "/{conference.slug}/";' in answer.content.decode()
    make.slot(conference)
    assert client.get(path).content == answer.content
    again = client.get(path, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_worker_can_be_taken_away(conference, client, settings):
    path = f"/{conference.slug}/sw.js"
    etag = client.get(path)["ETag"]
    settings.OFFLINE_PAGES = False
    script = client.get(path, headers={"If-None-Match": etag}).content.decode()
    assert "registration.unregister" in script
    assert "fetch" not in script


def test_manifest_leads_to_the_schedule(conference, client):
    answer = client.get(f"/{conference.slug}/manifest.webmanifest")
    found = answer.json()
    assert found["name"] == conference.name
    assert client.get(found["start_url"]).status_code == 200
