"""Every way in closes in the same second, on the conference's clocks."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile

from cfp import actions
from cfp.errors import CallClosed, NotEditable
from cfp.models import Talk
from scale.time import from_wall
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


def submit(user, conference, track, draft):
    return actions.submit_talk(user, conference, {"title": "New", "track": track})


def begin(user, conference, track, draft):
    return actions.save_draft(user, conference, {"title": "New", "track": track})


def write(user, conference, track, draft):
    return actions.edit_talk(user, draft, {"title": "Written"})


def hand_in(user, conference, track, draft):
    return actions.edit_talk(user, draft, {"title": draft.title}, submit=True)


def upload(user, conference, track, draft):
    return actions.add_file(draft, ContentFile(b"slides", "a.pdf"), "a.pdf", by=user)


@pytest.mark.parametrize("way", [submit, begin, write, hand_in, upload])
@pytest.mark.parametrize(("zone", "wall", "utc"), NIGHTS)
@pytest.mark.parametrize("own_call", [False, True], ids=["edition", "track"])
def test_every_way_in_closes_in_the_same_second(at, way, zone, wall, utc, own_call):
    conference = scale.conference(time_zone=zone, starts_on=dt.date(2028, 1, 6))
    closes = from_wall(dt.datetime.fromisoformat(wall), conference)
    assert closes == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    track, user = cfp.track(conference), scale.user()
    opens = closes - dt.timedelta(days=60)
    cfp.call(conference, track=track if own_call else None, opens_at=opens, closes_at=closes)
    draft = cfp.talk_of(user, conference, status=Talk.Status.DRAFT, track=track)
    at(closes)
    with pytest.raises((CallClosed, NotEditable)):
        way(user, conference, track, draft)
    at(closes - SECOND)
    assert way(user, conference, track, draft)
