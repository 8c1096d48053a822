"""What goes by the clock: now and next, doors, and what changed."""

import datetime as dt

import pytest
from django.utils import timezone

from schedule.actions import plan_removal, publish
from schedule.doors import doors
from schedule.models import Release, Slot
from schedule.plans import working_plan
from tests.factories import schedule as make
from tests.factories import sponsors
from tests.schedule.test_public import fill, statements


@pytest.fixture
def on_now(conference):
    """The edition is on: its first day is today."""
    conference.starts_on = conference.today()
    conference.ends_on = conference.starts_on + dt.timedelta(days=3)
    conference.save()
    return conference


def states(conference, moment, **options):
    found = doors(Slot.objects.shown(conference), conference, ahead=9, now=moment, **options)
    return {door.room.name: [(t.slot.what, t.state) for t in door.turns] for door in found}


def test_door_says_what_is_on_and_what_comes(conference):
    room = make.room(conference, name="104")
    for hour, title in ((9, "over"), (10, "on"), (11, "next"), (14, "later")):
        make.slot(conference, room=room, starts_at=make.at(conference, hour), title=title)
    at = make.at(conference, 10, 20)
    assert states(conference, at) == {"104": [("on", "now"), ("next", "next"), ("later", "")]}
    between = make.at(conference, 10, 50)
    assert states(conference, between) == {"104": [("next", "next"), ("later", "")]}


def test_room_whose_last_talk_is_over_is_not_on_the_board(conference):
    make.slot(conference, room=make.room(conference, name="104"))
    assert states(conference, make.at(conference, 20)) == {}


@pytest.mark.parametrize("page", ["now/", "board/", "changes/"])
def test_statements_do_not_grow(conference, client, page):
    fill(conference, 1)
    path = f"/{conference.slug}/{page}"
    one = statements(client, path)
    fill(conference, 3)
    assert statements(client, path) == one <= 10


def test_sign_shows_the_whole_that_the_room_is_part_of(on_now, client):
    part, whole = make.room(on_now, name="G"), make.room(on_now, name="GH")
    whole.parts.add(part)
    starts_at = timezone.now() + dt.timedelta(minutes=30)
    slot = make.slot(on_now, room=whole, starts_at=starts_at)
    page = client.get(f"/{on_now.slug}/rooms/{part.code}/sign/").content.decode()
    assert str(slot.uuid) in page
    assert "version 1" in page


def test_sign_says_that_a_talk_is_cancelled(on_now, client):
    slot = make.slot(on_now, starts_at=timezone.now() + dt.timedelta(minutes=30))
    slot.talk.move_to("cancelled")
    slot.talk.save()
    page = client.get(f"/{on_now.slug}/rooms/{slot.room.code}/sign/").content.decode()
    assert "✕ Cancelled" in page


def test_sign_of_a_room_without_slots_says_so(conference, client):
    room = make.room(conference)
    page = client.get(f"/{conference.slug}/rooms/{room.code}/sign/")
    assert "Nothing more is on in this room" in page.content.decode()


def test_screens_name_the_sponsors_by_tier(conference, client):
    room = make.room(conference)
    for position, (tier, firm) in enumerate((("Gold", "Acme"), ("Silver", "Umbra"))):
        package = sponsors.package(conference=conference, name=tier, position=position)
        sponsors.sponsorship(
            conference=conference,
            package=package,
            organization=sponsors.organization(name=firm),
            status="signed",
            signed_at=timezone.now(),
        )
    for path in ("board/", f"rooms/{room.code}/sign/"):
        page = client.get(f"/{conference.slug}/{path}").content.decode()
        assert page.index("Gold") < page.index("Acme") < page.index("Silver") < page.index("Umbra")


def test_moved_is_said_for_a_day(conference, client):
    slot = make.slot(conference)
    make.move(slot, starts_at=make.at(conference, 15))
    publish(working_plan(conference), notify=False)
    paths = (f"/{conference.slug}/schedule/", slot.talk.get_absolute_url())
    for path in paths:
        assert "moved here in version 2" in client.get(path).content.decode()
    Release.objects.update(made_at=timezone.now() - dt.timedelta(hours=25))
    type(conference).objects.touch([conference.pk])
    for path in paths:
        assert "moved here" not in client.get(path).content.decode()


def test_moved_names_the_version_that_moved_it_not_the_newest(conference, client):
    slot, other = make.slot(conference), make.slot(conference)
    make.move(slot, starts_at=make.at(conference, 15))
    publish(working_plan(conference), notify=False)
    make.move(other, starts_at=make.at(conference, 16))
    publish(working_plan(conference), notify=False)
    page = client.get(f"/{conference.slug}/schedule/").content.decode()
    assert "moved here in version 3" in page
    assert "moved here in version 4" in page


def test_changes_tell_from_where_to_where(conference, client):
    old, new = make.room(conference, name="Old hall"), make.room(conference, name="New hall")
    moved, gone = make.slot(conference, room=old), make.slot(conference, title="Stunt", room=new)
    plan = working_plan(conference)
    make.move(moved, room_id=new.pk, starts_at=make.at(conference, 15))
    plan_removal(plan, gone)
    publish(plan, notify=False)
    page = client.get(f"/{conference.slug}/changes/")
    latest = page.context["releases"][0]
    assert [(one.before.where, one.where) for one in latest.moved] == [("Old hall", "New hall")]
    assert [one.what for one in latest.gone] == ["Stunt"]
    assert latest.new == []
    assert "Version 3" in page.content.decode()
