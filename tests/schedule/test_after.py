"""Slides and recording: who puts the links, and where the public reads them at once."""

import io
import json
from xml.etree import ElementTree

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cfp import actions
from cfp.errors import DecidedMeanwhile, NotEditable
from cfp.models import Talk
from scale.models import AuditEntry, Conference, Role
from schedule.imports.read import read
from tests.factories import cfp as make_cfp
from tests.factories import schedule as make
from tests.factories import schedules

SLIDES, VIDEO = "https://slides.example.org/a.pdf", "https://video.example.org/v/1?a=1&b=2"
BOTH = {"slides_url": SLIDES, "recording_url": VIDEO}


@pytest.fixture
def ana(as_role):
    return as_role()


@pytest.fixture
def talk(conference, ana):
    """Placed, of a speaker who is signed in."""
    own = make_cfp.talk_of(ana.user, conference, status=Talk.Status.CONFIRMED, title="Locks")
    make.slot(conference, talk=own)
    return own


def page(talk):
    return f"/my/talks/{talk.code}/after/"


def seen(talk):
    return talk.content_mark(Talk.AFTERWARDS)


@pytest.mark.sqlite
def test_a_speaker_sets_the_links_and_every_output_shows_them_at_once(conference, talk, ana):
    public = f"/{conference.slug}/talks/{talk.named_code}/"
    outputs = [public, *(f"/{conference.slug}/schedule.{kind}" for kind in ("xml", "json"))]
    outputs += [
        f"/api/v1/{conference.slug}/talks/",
        f"/api/v1/{conference.slug}/talks/{talk.code}/",
    ]
    before = [Client().get(path) for path in outputs]
    assert not any(b"slides.example.org" in answer.content for answer in before)
    answer = ana.post(page(talk), {**BOTH, "seen": seen(talk)})
    assert answer.url == page(talk)
    for path, old in zip(outputs, before, strict=True):
        new = Client().get(path, headers={"If-None-Match": old["ETag"]})
        assert new.status_code == 200
        text = new.content.decode().replace("&amp;", "&")
        assert SLIDES in text, path
        assert VIDEO in text, path
    assert "slides.example.org" in ana.get(page(talk)).content.decode()


def test_links_come_when_the_call_is_long_over(conference, talk, ana):
    make_cfp.call(conference, closes_at=timezone.now(), opens_at=conference.day_bounds(
        conference.starts_on.replace(year=2020))[0])  # fmt: skip
    assert b"can only be read" in ana.get(f"/my/talks/{talk.code}/").content
    ana.post(page(talk), {**BOTH, "seen": seen(talk)})
    talk.refresh_from_db()
    assert (talk.slides_url, talk.recording_url) == (SLIDES, VIDEO)


def test_taking_a_link_away(conference, talk, ana):
    actions.set_links(talk, **BOTH, seen=seen(talk))
    talk.refresh_from_db()
    ana.post(page(talk), {"slides_url": "", "recording_url": VIDEO, "seen": seen(talk)})
    body = Client().get(f"/{conference.slug}/talks/{talk.named_code}/").content.decode()
    assert ("slides.example.org" in body, "video.example.org" in body) == (False, True)


def test_a_bare_address_means_https_and_capitals_do_no_harm(talk, ana):
    typed = {"slides_url": " slides.example.org/a.pdf ", "recording_url": "HTTPS://v.example.org/"}
    ana.post(page(talk), {**typed, "seen": seen(talk)})
    talk.refresh_from_db()
    assert (talk.slides_url, talk.recording_url) == (SLIDES, "https://v.example.org/")


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "javascript://x.example/%0aalert(1)", "ftp://a.example/b", "no page",
     "data:text/html,x", "//evil example", "https://", f"https://a.example/{'x' * 500}"],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_refused_beside_the_field(talk, ana, address):
    answer = ana.post(page(talk), {"slides_url": address, "recording_url": "", "seen": seen(talk)})
    assert answer.status_code == 200
    assert "slides_url" in answer.context["form"].errors
    talk.refresh_from_db()
    assert talk.slides_url == ""


@pytest.mark.parametrize("name", Talk.AFTERWARDS)
@pytest.mark.sqlite
def test_the_database_takes_no_other_addresses(talk, name):
    with pytest.raises(IntegrityError):
        Talk.objects.filter(pk=talk.pk).update(**{name: "javascript:alert(1)"})


def test_a_recording_that_came_meanwhile_is_not_wiped_out(talk, ana, as_role):
    stale = seen(talk)
    crew = as_role(Role.CREW)
    path = f"/staff/{talk.conference.slug}/crew/links/{talk.code}/"
    assert crew.post(path, {"recording_url": VIDEO, "seen": stale}).status_code == 302
    answer = ana.post(page(talk), {"slides_url": SLIDES, "recording_url": "", "seen": stale})
    assert "Somebody else changed these links" in answer.content.decode()
    assert SLIDES in answer.content.decode(), "what was typed is not lost"
    talk.refresh_from_db()
    assert (talk.slides_url, talk.recording_url) == ("", VIDEO)
    with pytest.raises(DecidedMeanwhile):
        actions.set_links(talk, **BOTH, seen=stale)


def test_nobody_else_finds_the_page(talk, as_role):
    assert as_role().get(page(talk)).status_code == 404
    assert as_role().post(page(talk), {**BOTH, "seen": seen(talk)}).status_code == 404
    assert Client().get(page(talk)).status_code == 302


def test_who_dropped_out_meanwhile_changes_nothing(talk, ana):
    mark = seen(talk)
    talk.talk_speakers.all().delete()
    with pytest.raises(NotEditable):
        actions.set_links(talk, **BOTH, seen=mark, speaker=ana.user)


@pytest.mark.parametrize("status", [Talk.Status.SUBMITTED, Talk.Status.CANCELLED])
def test_only_talks_on_stage_have_links(talk, ana, status):
    Talk.objects.filter(pk=talk.pk).update(status=status)
    answer = ana.post(page(talk), {**BOTH, "seen": seen(talk)})
    assert "it has no links" in answer.content.decode()
    talk.refresh_from_db()
    assert talk.slides_url == ""


def test_a_closed_edition_stays_as_it_is(talk, ana):
    Conference.objects.update(closed_at=timezone.now())
    assert "is closed" in ana.get(page(talk)).content.decode()
    ana.post(page(talk), {**BOTH, "seen": seen(talk)})
    talk.refresh_from_db()
    assert talk.slides_url == ""


def test_the_trail_says_who_set_them(talk, as_role):
    crew = as_role(Role.CREW)
    path = f"/staff/{talk.conference.slug}/crew/links/{talk.code}/"
    crew.post(path, {**BOTH, "seen": seen(talk)})
    entry = AuditEntry.objects.get_for_object(talk).first()
    assert (entry.actor, "recording_url" in entry.changes) == (crew.user, True)


def test_the_crew_sees_what_is_missing(conference, talk, as_role):
    crew = as_role(Role.CREW)
    secret = make.confirmed(conference, title="Not on camera", may_record=False)
    make.slot(conference, talk=secret, starts_at=make.at(conference, 14))
    done = make.confirmed(conference, title="All there", **BOTH)
    make.slot(conference, talk=done, starts_at=make.at(conference, 15))
    make.confirmed(conference, title="Without a place")
    path = f"/staff/{conference.slug}/crew/links/"
    titles = lambda query: [one.title for one in crew.get(path + query).context["page"]]  # noqa: E731
    assert titles("") == ["Locks", "Not on camera", "All there"]
    assert titles("?missing=recording") == ["Locks"]
    assert titles("?missing=slides") == ["Locks", "Not on camera"]
    assert titles("?q=camera") == ["Not on camera"]
    assert "No talk fits" in crew.get(f"{path}?q=xyz").content.decode()


def test_lists_of_links_take_the_same_statements(conference, talk, as_role):
    crew = as_role(Role.CREW)

    def statements():
        with CaptureQueriesContext(connection) as queries:
            assert crew.get(f"/staff/{conference.slug}/crew/links/").status_code == 200
        return len(queries)

    one = statements()
    for hour in (12, 13, 14):
        make.slot(conference, starts_at=make.at(conference, hour))
    assert statements() == one


@pytest.mark.parametrize("name", ["schedule.xml", "schedule.json"])
def test_feeds_name_them_where_readers_look(conference, talk, name):
    actions.set_links(talk, **BOTH, seen=seen(talk))
    body = Client().get(f"/{conference.slug}/{name}").content
    if name.endswith("xml"):
        event = ElementTree.fromstring(body).find(".//event")
        assert event.find("recording/url").text == VIDEO
        assert event.find("links/link").attrib == {"href": VIDEO, "type": "media"}
        assert event.find("feedback_url").text.endswith(f"/talks/{talk.code}/rate/")
        assert event.find("attachments/attachment").attrib == {"href": SLIDES, "type": "slides"}
    else:
        days = json.loads(body)["schedule"]["conference"]["days"]
        event = next(one for day in days for room in day["rooms"].values() for one in room)
        assert event["feedback_url"].endswith(f"/talks/{talk.code}/rate/")
        assert event["links"] == [{"type": "media", "url": VIDEO, "title": "Recording"}]
        assert event["attachments"] == [{"type": "slides", "url": SLIDES, "title": "Slides"}]
    item = read(io.BytesIO(body)).items[0]
    assert (item.slides_url, item.recording_url) == (SLIDES, VIDEO)
    assert item.description == talk.description


def test_further_slides_of_a_file_stay_in_the_description():
    links = [
        {"url": f"https://a.example/{n}.pdf", "title": f"S{n}", "type": "slides"} for n in (1, 2)
    ]
    links.append({"url": "HTTPS://a.example/v", "title": "V", "type": "media"})
    item = read(io.BytesIO(schedules.c3voc(schedules.event(links=links)))).items[0]
    assert (item.slides_url, item.recording_url) == ("https://a.example/1.pdf", "")
    assert item.description.splitlines() == [
        "- [S2](<https://a.example/2.pdf>)",
        "- [V](<HTTPS://a.example/v>)",
    ]
