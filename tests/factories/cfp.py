"""One plain function a model: sensible defaults, keywords win."""

import datetime as dt
import itertools

from django.core.files.base import ContentFile
from django.utils import timezone

from cfp import actions
from cfp.models import (
    AccessCode,
    Assignment,
    Budget,
    Call,
    CallQuestion,
    ConflictOfInterest,
    Criterion,
    Decision,
    Equipment,
    Redaction,
    Review,
    ReviewRules,
    ReviewTag,
    SavedView,
    Speaker,
    SpeakerInvitation,
    SpeakerMail,
    SpeakerMailCopy,
    Talk,
    TalkChange,
    TalkFile,
    TalkKind,
    TalkSpeaker,
    Track,
    TrackRole,
    TrackSuggestion,
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


def access_code(conference, **fields):
    return AccessCode.objects.create(conference=conference, **fields)


def question(conference, *, tracks=(), kinds=(), **fields):
    n = next(number)
    made = CallQuestion.objects.create(
        conference=conference, **{"text": f"Question {n}?", "position": n % 1000} | fields
    )
    made.tracks.set(tracks)
    made.kinds.set(kinds)
    return made


def invitation(talk=None, **fields):
    n = next(number)
    return SpeakerInvitation.objects.create(
        **{"talk": talk, "email": f"invited{n}@example.org"} | fields
    )


def change(talk, **fields):
    """Asked for by a speaker, and not answered yet."""
    default = {"before": {"title": talk.title}, "after": {"title": f"{talk.title}, renamed"}}
    return TalkChange.objects.create(talk=talk, **default | fields)


def talk_file(talk, content=b"%PDF-1.7 slides", **fields):
    name = fields.pop("name", "slides.pdf")
    return TalkFile.objects.create(
        talk=talk, file=ContentFile(content, name=name), name=name, size=len(content), **fields
    )


def review(talk, reviewer=None, score=3, **fields):
    return Review.objects.create(talk=talk, reviewer=reviewer or make.user(), score=score, **fields)


def decision(talk, by=None, verdict=Decision.Verdict.ACCEPT, **fields):
    """Released, unless it says otherwise; the talk's status is the caller's business."""
    fields = {"released_at": timezone.now()} | fields
    return Decision.objects.create(talk=talk, by=by or make.user(), verdict=verdict, **fields)


def review_rules(conference, **fields):
    return ReviewRules.objects.create(conference=conference, **fields)


def criterion(conference, **fields):
    return Criterion.objects.create(
        conference=conference, **{"name": f"Criterion {next(number)}"} | fields
    )


def review_tag(conference, **fields):
    return ReviewTag.objects.create(
        conference=conference, **{"name": f"Tag {next(number)}"} | fields
    )


def assignment(talk, reviewer=None):
    return Assignment.objects.create(talk=talk, reviewer=reviewer or make.user())


def conflict(talk, user=None):
    return ConflictOfInterest.objects.create(talk=talk, user=user or make.user())


def redaction(talk, words):
    return Redaction.objects.create(talk=talk, words=words)


def suggestion(talk, to=None, by=None, **fields):
    return TrackSuggestion.objects.create(
        talk=talk, track=to or track(talk.conference), by=by or make.user(), **fields
    )


def tell(talk, verdict, by=None, **words):
    """Decided and released: the talk moves and its speakers get their mail."""
    by = by or make.user()
    decision = actions.decide_talk(talk, verdict, by=by, **words)
    actions.release_decisions(talk.conference, [decision.pk], by=by)
    return decision


def speaker_mail(talk, by=None, **fields):
    """Written about one talk to its first speaker; no mail of it is kept."""
    fields = {"subject": "About {title}", "text": "Dear {name},"} | fields
    made = SpeakerMail.objects.create(conference=talk.conference, by=by or make.user(), **fields)
    SpeakerMailCopy.objects.create(mail=made, talk=talk, speaker=talk.speakers()[0])
    return made


def budget(conference, **fields):
    return Budget.objects.create(conference=conference, **fields)


def saved_view(user, conference, **fields):
    return SavedView.objects.create(
        user=user, conference=conference, **{"name": "Best", "query": "sort=fair"} | fields
    )
