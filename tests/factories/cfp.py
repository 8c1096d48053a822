"""One plain function a model: sensible defaults, keywords win."""

import datetime as dt
import itertools

from django.utils import timezone

from cfp import actions
from cfp.models import (
    Budget,
    Call,
    Decision,
    Equipment,
    Review,
    SavedView,
    Speaker,
    Talk,
    TalkKind,
    TalkSpeaker,
    Track,
    TrackRole,
)
from tests.factories import scale as make

number = itertools.count(1)


def call(conference, **fields):
    """Open now, unless the dates say otherwise."""
    now = timezone.now()
    dates = {"opens_at": now - dt.timedelta(days=10), "closes_at": now + dt.timedelta(days=10)}
    return Call.objects.create(conference=conference, **dates | fields)


def track(conference, **fields):
    n = next(number)
    return Track.objects.create(
        conference=conference, **{"name": f"Track {n}", "code": f"track-{n}"} | fields
    )


def track_role(user, track, role):
    return TrackRole.objects.create(user=user, track=track, role=role)


def kind(conference, **fields):
    n = next(number)
    return TalkKind.objects.create(
        conference=conference, **{"name": f"Kind {n}", "code": f"kind-{n}", "minutes": 45} | fields
    )


def equipment(conference, **fields):
    n = next(number)
    return Equipment.objects.create(conference=conference, **{"name": f"Thing {n}"} | fields)


def speaker(**fields):
    n = next(number)
    return Speaker.objects.create(**{"name": f"Speaker {n}"} | fields)


def talk(conference, *, speakers=None, **fields):
    """A submitted talk with one unclaimed speaker, who has an address."""
    n = next(number)
    made = Talk.objects.create(
        conference=conference,
        **{
            "title": f"Talk {n}",
            "abstract": "What it is about.",
            "description": "What it is about, at length.",
            "status": Talk.Status.SUBMITTED,
            "submitted_at": timezone.now(),
        }
        | fields,
    )
    if speakers is None:
        speakers = [speaker(email=f"speaker{n}@example.org")]
    for position, one in enumerate(speakers):
        TalkSpeaker.objects.create(talk=made, speaker=one, position=position)
    return made


def talk_of(user, conference, **fields):
    """A talk by the user, whose profile is made where there is none."""
    own = Speaker.objects.filter(user=user).first()
    return talk(
        conference, speakers=[own or speaker(user=user, name=user.name, email=user.email)], **fields
    )


def review(talk, reviewer=None, score=3, **fields):
    return Review.objects.create(talk=talk, reviewer=reviewer or make.user(), score=score, **fields)


def decision(talk, by=None, verdict=Decision.Verdict.ACCEPT, **fields):
    """Released, unless it says otherwise; the talk's status is the caller's business."""
    fields = {"released_at": timezone.now()} | fields
    return Decision.objects.create(talk=talk, by=by or make.user(), verdict=verdict, **fields)


def tell(talk, verdict, by=None, **words):
    """Decided and released: the talk moves and its speakers get their mail."""
    by = by or make.user()
    decision = actions.decide_talk(talk, verdict, by=by, **words)
    actions.release_decisions(talk.conference, [decision.pk], by=by)
    return decision


def budget(conference, **fields):
    return Budget.objects.create(conference=conference, **fields)


def saved_view(user, conference, **fields):
    return SavedView.objects.create(
        user=user, conference=conference, **{"name": "Best", "query": "sort=fair"} | fields
    )
