"""Wherever a talk stands, it says for 24 hours that it moved, and always that it is cancelled."""

import datetime as dt
import io
import time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from scale.models import Role
from schedule.actions import publish
from schedule.plans import working_plan
from tests.factories import cfp
from tests.factories import schedule as make

BOTH = {"moved", "cancelled"}


@pytest.fixture
def stage(conference):
    """One room, one speaker, a partner's track, the day after tomorrow: a workshop that was moved,
    and one that was cancelled."""
    conference.starts_on = conference.today()
    conference.ends_on = conference.starts_on + dt.timedelta(days=3)
    conference.save()
    room, person = make.room(conference, capacity=40), cfp.speaker()
    track = cfp.track(conference, is_partner_event=True)
    moved, cancelled = (
        make.workshop(
            conference,
            room=room,
            starts_at=make.at(conference, hour, day=2),
            title=title,
            speakers=[person],
            track=track,
        ).talk
        for hour, title in ((10, "Comes later"), (12, "Never comes"))
    )
    make.move(moved.slot_set.get(), starts_at=make.at(conference, 15, day=2))
    publish(working_plan(conference), notify=False)
    cancelled.move_to("cancelled")
    cancelled.save()
    return {"room": room, "person": person, "track": track, "moved": moved, "gone": cancelled}


def pages(edition, stage):
    """{address: what it must say}, of everything public, of a printed code, and of the crew."""
    room, day = stage["room"], (edition.starts_on + dt.timedelta(days=2)).isoformat()

    def at(name, *args, asked=""):
        return reverse(f"schedule:{name}", args=[edition.slug, *args]) + asked

    chosen = f"?talks={stage['moved'].code},{stage['gone'].code}"
    return {
        reverse("pages:front", args=[edition.slug]): BOTH,
        at("schedule"): BOTH,
        at("schedule", asked="?view=list"): BOTH,
        at("schedule", asked="?q=come"): BOTH,
        at("day", day): BOTH,
        at("day", day, asked="?view=list"): BOTH,
        at("now"): BOTH,
        at("chosen", asked=chosen): BOTH,
        at("chosen", asked=f"{chosen}&part=1"): BOTH,
        at("track", stage["track"].code): BOTH,
        at("room", room.code): BOTH,
        at("speaker", stage["person"].named_code): BOTH,
        at("speakers"): {"cancelled"},
        stage["moved"].get_absolute_url(): {"moved"},
        stage["gone"].get_absolute_url(): {"cancelled"},
        at("sign", room.code): BOTH,
        at("hall"): BOTH,
        at("count", room.code, room.count_secret, asked=f"?day={day}"): BOTH,
        at("crew-sheet", room.code, day): BOTH,
        at("crew-sheet-pdf", room.code, day): BOTH,
        at("crew-speakers", asked=f"?day={day}"): BOTH,
        at("crew-workshops", asked=f"?day={day}"): BOTH,
    }


def said(answer):
    assert answer.status_code == 200
    if answer["Content-Type"] == "application/pdf":
        sheets = PdfReader(io.BytesIO(answer.content)).pages
        text = " ".join(sheet.extract_text() for sheet in sheets)
    else:
        text = answer.content.decode()
    marks = {"moved": "moved here in version 3", "cancelled": "cancelled"}
    return {mark for mark, words in marks.items() if words in " ".join(text.lower().split())}


def test_every_page_says_it_for_a_day_and_then_forgets_by_itself(
    conference, stage, as_role, monkeypatch
):
    """Nothing is published meanwhile: no version, no key of a cached page changes."""
    visitor, crew, expected = Client(), as_role(Role.CREW), pages(conference, stage)
    first = {}
    for path, marks in expected.items():
        answer = (crew if path.startswith("/staff/") else visitor).get(path)
        assert said(answer) == marks, path
        first[path] = answer.get("ETag")
    pass_time(monkeypatch, hours=25)
    for path, marks in expected.items():
        seen = {"If-None-Match": first[path]} if first[path] and "moved" in marks else {}
        answer = (crew if path.startswith("/staff/") else visitor).get(path, headers=seen)
        assert said(answer) == marks - {"moved"}, path


def pass_time(monkeypatch, *, hours):
    later, now, clock = dt.timedelta(hours=hours), timezone.now, time.time
    monkeypatch.setattr(timezone, "now", lambda: now() + later)
    monkeypatch.setattr(time, "time", lambda: clock() + later.total_seconds())


@pytest.mark.parametrize("where", [{}, {"place": "Lawn"}])
def test_what_is_no_talk_says_that_it_moved_too(conference, client, where):
    lunch = make.slot(conference, title="Lunch", **where)
    make.move(lunch, starts_at=make.at(conference, 12))
    publish(working_plan(conference), notify=False)
    for view in ("", "?view=list"):
        page = client.get(f"/{conference.slug}/schedule/{view}").content.decode()
        card = page[page.index(f'data-slot="{lunch.uuid}"') :].partition("</article>")[0]
        assert "moved here in version 2" in card


def test_what_moved_and_was_cancelled_then_is_only_cancelled(conference, stage, client, as_role):
    stage["moved"].move_to("cancelled")
    stage["moved"].save()
    crew = as_role(Role.CREW)
    for path in pages(conference, stage):
        answer = (crew if path.startswith("/staff/") else client).get(path)
        assert "moved" not in said(answer), path
