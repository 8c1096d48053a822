"""Every way in closes in the same second, on the conference's clocks."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile

from cfp import actions
from cfp.errors import CallClosed, NotEditable
from cfp.models import Talk
from scale.time import from_wall
from tests.cfp.writing import fields_of, hand_in, page
from tests.factories import cfp, scale

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)

# The clocks are set back at 02:00 on 7 November and on 31 October, forward on 14 March 2027.
NIGHTS = [
    ("America/Los_Angeles", "2027-11-07 23:59:00", "2027-11-08 07:59:00"),
    ("America/Los_Angeles", "2027-11-06 23:59:59", "2027-11-07 06:59:59"),
    ("America/Los_Angeles", "2027-03-14 03:00:00", "2027-03-14 10:00:00"),
    ("Europe/Berlin", "2027-10-31 03:00:00", "2027-10-31 02:00:00"),
]


def begin(user, conference, track, draft):
    return actions.save_draft(user, conference, {"title": "New", "track": track})


def write(user, conference, track, draft):
    return actions.edit_talk(user, draft, {"title": "Written"})


def submit(user, conference, track, draft):
    handed_in = actions.submit_talk(user, draft)
    return handed_in.status == Talk.Status.SUBMITTED


def upload(user, conference, track, draft):
    return actions.add_file(draft, ContentFile(b"slides", "a.pdf"), "a.pdf", by=user)


def last_night(user, zone, wall, utc, own_call):
    """(the second in which a call ends, its track, a draft of the user's that lacks nothing)"""
    conference = scale.conference(time_zone=zone, starts_on=dt.date(2028, 1, 6))
    closes = from_wall(dt.datetime.fromisoformat(wall), conference)
    assert closes == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    track = cfp.track(conference)
    opens = closes - dt.timedelta(days=60)
    cfp.call(conference, track=track if own_call else None, opens_at=opens, closes_at=closes)
    draft = cfp.talk_of(
        user, conference, status=Talk.Status.DRAFT, track=track, title="Half an idea"
    )
    return closes, track, draft


@pytest.mark.parametrize("way", [begin, write, submit, upload])
@pytest.mark.parametrize(("zone", "wall", "utc"), NIGHTS)
@pytest.mark.parametrize("own_call", [False, True], ids=["edition", "track"])
def test_every_way_in_closes_in_the_same_second(at, way, zone, wall, utc, own_call):
    user = scale.user()
    closes, track, draft = last_night(user, zone, wall, utc, own_call)
    at(closes)
    with pytest.raises((CallClosed, NotEditable)):
        way(user, draft.conference, track, draft)
    at(closes - SECOND)
    assert way(user, draft.conference, track, draft)


@pytest.mark.parametrize(("zone", "wall", "utc"), NIGHTS)
@pytest.mark.parametrize("own_call", [False, True], ids=["edition", "track"])
def test_steps_close_in_the_same_second(at, client, zone, wall, utc, own_call):
    user = scale.user()
    closes, _, draft = last_night(user, zone, wall, utc, own_call)
    at(closes - SECOND)
    client.force_login(user)
    typed = fields_of(client, draft, title="Written at the last moment")
    seen = client.get(page(draft, "check")).context["mark"]
    at(closes)
    late = client.post(page(draft), typed)
    assert late.context["form"].non_field_errors() and "at the last moment" in late.text
    late = client.post(page(draft, "check"), {"seen": seen})
    assert late.context["failed"]
    draft.refresh_from_db()
    assert (draft.status, draft.title) == (Talk.Status.DRAFT, "Half an idea")
    at(closes - SECOND)
    client.post(page(draft), typed)
    hand_in(client, draft)
    draft.refresh_from_db()
    assert (draft.status, draft.title) == (Talk.Status.SUBMITTED, typed["title"])
