"""An edition with as many submissions as wanted, each with four reviews, and who works on it."""

import datetime as dt
import itertools
import random
import secrets
from urllib.parse import urlencode

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils import timezone

from cfp.models import (
    Call,
    Decision,
    Equipment,
    Review,
    ReviewRules,
    Speaker,
    Talk,
    TalkKind,
    TalkSpeaker,
    Track,
)
from scale import codes
from scale.models import Conference, Role, User

from .client import Browser, hidden
from .shopper import FORM
from .visitors import session_of, staff

REVIEWS = 4
TRACKS = 12
WORDS = (
    "How we moved a thousand machines to one small scheduler and what broke on the way there. "
    "A story with figures, for people who run things. "
)


def edition(talks: int) -> Conference:
    """An edition with an open call and `talks` submissions; made once a database."""
    slug = f"call-{talks}"
    if found := Conference.objects.filter(slug=slug).first():
        return found
    first = timezone.now().date() + dt.timedelta(days=200)
    conference = Conference.objects.create(
        slug=slug, name=f"Call {talks}", starts_on=first, ends_on=first + dt.timedelta(days=3)
    )
    now = timezone.now()
    Call.objects.create(
        conference=conference,
        opens_at=now - dt.timedelta(days=30),
        closes_at=now + dt.timedelta(days=30),
    )
    ReviewRules.objects.create(conference=conference)
    Equipment.objects.create(conference=conference, name="Projector")
    for n in range(TRACKS):
        Track.objects.create(conference=conference, name=f"Track {n}", code=f"t{n}", position=n)
    for name, minutes in (("Talk", 45), ("Workshop", 90)):
        TalkKind.objects.create(
            conference=conference, name=name, code=name.lower(), minutes=minutes
        )
    submit_talks(conference, talks)
    review_talks(conference)
    return conference


def submit_talks(conference, number, *, several=True):
    """Every eighth talk is the second one of a speaker, or none is."""
    dice = random.Random(number)  # nosec B311
    speakers = Speaker.objects.bulk_create(
        Speaker(
            name=f"Speaker {n} of {conference.slug}",
            email=f"speaker-{n}@{conference.slug}.example.org",
            organization=f"Company {n % 97}",
        )
        for n in range(number)
    )
    tracks, kinds = list(conference.tracks.all()), list(conference.talk_kinds.all())
    now = timezone.now()
    talks = Talk.objects.bulk_create(
        [
            Talk(
                conference=conference,
                title=f"Talk {n}: {WORDS[:40]}",
                abstract=WORDS * 2,
                description=WORDS * 10,
                status=Talk.Status.SUBMITTED,
                submitted_at=now - dt.timedelta(minutes=n),
                track=dice.choice(tracks),
                kind=dice.choice(kinds),
                minutes=45,
            )
            for n in range(number)
        ],
        batch_size=500,
    )
    TalkSpeaker.objects.bulk_create(
        [
            TalkSpeaker(talk=talk, speaker=speakers[n - 1 if several and n % 8 == 7 else n])
            for n, talk in enumerate(talks)
        ],
        batch_size=2_000,
    )


def review_talks(conference):
    """By one person for each forty talks, not fewer than ten."""
    dice = random.Random(1)  # nosec B311
    ids = list(conference.talks.order_by("pk").values_list("pk", flat=True))
    people = User.objects.bulk_create(
        User(email=f"reviewer-{n}@{conference.slug}.example.org", name=f"Reviewer {n}")
        for n in range(max(10, len(ids) // 40))
    )
    Review.objects.bulk_create(
        [
            Review(talk_id=pk, reviewer=person, score=dice.randint(1, 5), comment=WORDS)
            for pk in ids
            for person in dice.sample(people, REVIEWS)
        ],
        batch_size=2_000,
    )


def page(talks, path, role=Role.PROGRAM):
    """`path` below the staff pages of an edition with so many talks."""

    def act(port, n):
        conference = edition(talks)
        browser = Browser(port)
        browser.cookies[settings.SESSION_COOKIE_NAME] = staff(conference, role)
        return lambda: browser.get(f"/staff/{conference.slug}/{path}")[0] == 200

    return act


def review_page(talks):
    """One page after the other, each of another talk."""

    def act(port, n):
        conference = edition(talks)
        browser = Browser(port)
        browser.cookies[settings.SESSION_COOKIE_NAME] = staff(conference, Role.REVIEWER)
        found = itertools.cycle(conference.talks.values_list("code", flat=True)[:200])
        return lambda: browser.get(f"/staff/{conference.slug}/reviews/{next(found)}/")[0] == 200

    return act


def review_save(talks):
    """A score and a comment to one talk after the other; the answer names the next talk."""

    def act(port, n):
        conference = edition(talks)
        browser = Browser(port)
        browser.cookies[settings.SESSION_COOKIE_NAME] = staff(conference, Role.REVIEWER)
        known = list(conference.talks.order_by("pk").values_list("code", flat=True))
        found = itertools.cycle(known[n::8])
        start = f"/staff/{conference.slug}/reviews/{known[n]}/"
        _, _, body = browser.get(start, **{"Accept-Encoding": "identity"})
        token = hidden(body, "csrfmiddlewaretoken")

        def once():
            fields = {"csrfmiddlewaretoken": token, "score": "4", "comment": WORDS}
            path = f"/staff/{conference.slug}/reviews/{next(found)}/"
            status, _, _ = browser.request("POST", path, urlencode(fields).encode(), FORM)
            return status == 302

        return once

    return act


def speaker() -> str:
    """The session of somebody new who may submit."""
    user = User.objects.create_user(
        email=f"{secrets.token_hex(8)}@example.org", name="Ada Quintero"
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Speaker.objects.create(user=user, name=user.name, email=user.email)
    return session_of(user)


def submit(talks):
    """From the empty form over the step that checks it to the submitted talk: four requests."""

    def act(port, n):
        conference = edition(talks)
        browser = Browser(port)
        browser.cookies[settings.SESSION_COOKIE_NAME] = speaker()
        track, kind = conference.tracks.first(), conference.talk_kinds.first()
        path = f"/{conference.slug}/call/submit/"

        def send(path, fields):
            return browser.request("POST", path, urlencode(fields).encode(), FORM)

        def once():
            _, _, body = browser.get(path, **{"Accept-Encoding": "identity"})
            token = {"csrfmiddlewaretoken": hidden(body, "csrfmiddlewaretoken")}
            written = {
                "once": hidden(body, "once"),
                "title": f"Bench {secrets.token_hex(4)}",
                "abstract": WORDS,
                "description": WORDS * 5,
                "track": track.pk,
                "kind": kind.pk,
                "level": Talk.Level.ANYONE,
                "language": "English",
            }
            status, headers, _ = send(path, token | written)
            if status != 302:
                return False
            check = "/".join([*headers["location"].split("/")[:4], "check", ""])
            _, _, body = browser.get(check, **{"Accept-Encoding": "identity"})
            return send(check, token | {"seen": hidden(body, "seen")})[0] == 302

        return once

    return act


def with_decisions(number: int) -> Conference:
    """A fresh edition with so many decisions that nobody was told, each for another speaker."""
    slug = f"release-{secrets.token_hex(4)}"
    first = timezone.now().date() + dt.timedelta(days=200)
    conference = Conference.objects.create(
        slug=slug, name="Release", starts_on=first, ends_on=first
    )
    Track.objects.create(conference=conference, name="Track", code="t")
    TalkKind.objects.create(conference=conference, name="Talk", code="talk", minutes=45)
    submit_talks(conference, number, several=False)
    by = User.objects.create_user(email=f"{codes.new_code(8).lower()}@example.org", name="Chair")
    verdicts = itertools.cycle(Decision.Verdict)
    Decision.objects.bulk_create(
        Decision(talk=talk, by=by, verdict=next(verdicts)) for talk in conference.talks.all()
    )
    return conference
