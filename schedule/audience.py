"""What is known of who will come: everything that `schedule.projection` turns into numbers."""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import accumulate
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count
from django.utils import timezone

from cfp.models import Review, Talk, TalkSpeaker
from registration.models import Ticket
from scale.models import Conference
from scale.time import local

from . import arrivals
from .facts import Facts
from .models import ExpectedPeople, Favourite, FavouriteList, HeadCount, Kind, PresenceHour
from .projection import SHARE, Counted, Projection, Signals, interest, project, turnout

# Percent of the day's people in the house by hour of the clock, until staff say otherwise.
CURVE = {
    **{7: 5, 8: 20, 9: 50, 10: 70, 11: 80, 12: 75, 13: 75, 14: 85, 15: 85, 16: 80, 17: 65},
    **{18: 45, 19: 35, 20: 30, 21: 20, 22: 10, 23: 5},
}

LAST_HOUR = 23
COUNTED_SECONDS = 60

PLACEABLE = {Talk.Status.ACCEPTED, Talk.Status.CONFIRMED}

Present = Callable[[dt.datetime], int | None]


class Audience:
    """The signals of one edition; ten statements however many talks."""

    def __init__(self, facts: Facts):
        self.facts, self.conference = facts, facts.conference
        self.present = presence(self.conference)
        self.today = self.conference.today()
        self.stars, self.fans = stars(self.conference)
        self.interest = interests(facts, self.stars, self.fans)
        self.by_speaker, self.by_track = counted(self.conference)
        self.guesses: dict[int, list[int]] = defaultdict(list)
        reviews = Review.objects.filter(talk__conference=self.conference, audience__isnull=False)
        for talk, people in reviews.values_list("talk", "audience"):
            self.guesses[talk].append(people or 0)
        said = ExpectedPeople.objects.filter(talk__conference=self.conference)
        self.said = dict(said.values_list("talk", "people"))

    def of(self, placed: Iterable[tuple[UUID, int, str, dt.datetime, dt.datetime]]):
        """Slot → Projection or None, for (uuid, talk, kind, start, end) of all that runs."""
        placed = list(placed)
        running = Running(
            (starts_at, ends_at, self.interest[talk] * SHARE[Kind(kind)])
            for _, talk, kind, starts_at, ends_at in placed
        )
        found: dict[UUID, Projection | None] = {}
        for uuid, talk, kind, starts_at, ends_at in placed:
            middle = starts_at + (ends_at - starts_at) / 2
            found[uuid] = project(self.signals(talk, kind, middle, running.at(middle)))
        return found

    def signals(self, talk: int, kind: str, at: dt.datetime, rivals: float) -> Signals:
        facts = self.facts.talks[talk]
        earlier = Counted()
        for who in self.facts.speakers[talk]:
            earlier += self.by_speaker.get(who, Counted())
        code = self.facts.tracks[facts.track][0] if facts.track else None
        present = self.present(at)
        return Signals(
            present=present,
            limit=present if local(at, self.conference).date() <= self.today else None,
            fans=self.fans,
            interest=self.interest[talk],
            rivals=rivals,
            counted=earlier if earlier.talks else self.by_track.get(code or "", Counted()),
            reviewers=self.guesses.get(talk, ()),
            speaker=facts.expected_audience,
            override=self.said.get(talk),
            kind=kind,
        )

    def alone(self, talk: int) -> Projection | None:
        """For a talk without a place: what people say of it, whatever the hour."""
        facts = self.facts.talks[talk]
        guesses, said = self.guesses.get(talk, ()), self.said.get(talk)
        return project(Signals(reviewers=guesses, speaker=facts.expected_audience, override=said))


class Running:
    """The sum of some weight over everything that runs at an instant, found by bisection."""

    def __init__(self, spans: Iterable[tuple[dt.datetime, dt.datetime, float]]):
        spans = list(spans)
        begun = sorted((starts_at, weight) for starts_at, _, weight in spans)
        ended = sorted((ends_at, weight) for _, ends_at, weight in spans)
        self.begun, self.ended = ([at for at, _ in half] for half in (begun, ended))
        self.sums = [[0.0, *accumulate(weight for _, weight in half)] for half in (begun, ended)]

    def at(self, instant: dt.datetime) -> float:
        begun, ended = self.sums
        return begun[bisect_right(self.begun, instant)] - ended[bisect_right(self.ended, instant)]


def presence(conference: Conference, now: dt.datetime | None = None) -> Present:
    """How many people will be in the house at an instant; None for days without any ticket."""
    now = now or timezone.now()
    today, hour = conference.today(now), local(now, conference).hour
    by_day, came = people_by_day(conference, now)
    said = PresenceHour.objects.filter(conference=conference)
    curve = dict(said.values_list("hour", "percent")) or CURVE
    turnouts = {
        day: turnout(by_day[day], curve, hour if day == today else LAST_HOUR, arrived)
        for day, arrived in came.items()
    }

    def present(at: dt.datetime) -> int | None:
        here = local(at, conference)
        day = here.date()
        if not by_day[day]:
            return None
        return round(by_day[day] * curve.get(here.hour, 0) / 100 * turnouts.get(day, 1.0))

    return present


def people_by_day(conference: Conference, now: dt.datetime):
    """({day: tickets}, {day: people who came}), counted anew once a minute.

    Every drag on the board asks for them, and counting a hundred thousand tickets takes
    longer than judging the whole plan.
    """
    return cache.get_or_set(
        f"people-by-day:{conference.pk}",
        lambda: (tickets_by_day(conference), arrivals.by_day(conference, now)),
        COUNTED_SECONDS,
    )


def tickets_by_day(conference: Conference) -> dict[dt.date, int]:
    """Live tickets that admit on each day."""
    tickets = Ticket.objects.filter(conference=conference).live()
    rows = tickets.order_by().values_list("ticket_type__admits_from", "ticket_type__admits_until")
    by_day: dict[dt.date, int] = defaultdict(int)
    for first, last, number in rows.annotate(number=Count("pk")):
        for day in conference.days():
            if (first or day) <= day <= (last or day):
                by_day[day] += number
    return by_day


def stars(conference: Conference) -> tuple[dict[int, int], int]:
    """Talk → how many people starred it; and how many people starred anything."""
    lists = FavouriteList.objects.filter(conference=conference, favourites__isnull=False)
    return Favourite.objects.counts(conference), lists.distinct().count()


def interests(facts: Facts, starred: dict[int, int], fans: int) -> dict[int, float]:
    """Talk → the share of fans that wants to see it, shrunk towards the mean of its track."""
    by_track: dict[int | None, list[int]] = defaultdict(list)
    for talk in facts.talks.values():
        if talk.status in PLACEABLE or talk.pk in starred:
            by_track[talk.track].append(starred.get(talk.pk, 0))
    means = {
        track: sum(of_talks) / len(of_talks) / fans if fans else 0.0
        for track, of_talks in by_track.items()
    }
    return {
        pk: interest(starred.get(pk, 0), fans, means.get(talk.track, 0.0))
        for pk, talk in facts.talks.items()
    }


def counted(conference: Conference) -> tuple[dict[int, Counted], dict[str, Counted]]:
    """Head counts of all editions by speaker, and by code of the track.

    Tracks keep their codes over the years.
    """
    last: dict[UUID, tuple] = {}
    rows = HeadCount.objects.filter(present__gt=0, talk__isnull=False).order_by("pk")
    for uuid, talk, code, *pair in rows.values_list(
        "slot_uuid", "talk", "talk__track__code", "people", "present"
    ):
        last[uuid] = (talk, code, pair)
    by_track: dict[str, list] = defaultdict(list)
    by_talk: dict[int, list] = defaultdict(list)
    for talk, code, pair in last.values():
        by_talk[talk].append(pair)
        if code:
            by_track[code].append(pair)
    by_speaker: dict[int, list] = defaultdict(list)
    if by_talk:
        links = TalkSpeaker.objects.filter(talk__head_counts__present__gt=0).distinct()
        for talk, speaker in links.values_list("talk", "speaker"):
            by_speaker[speaker] += by_talk[talk]
    return (
        {speaker: Counted.of(pairs) for speaker, pairs in by_speaker.items()},
        {code: Counted.of(pairs) for code, pairs in by_track.items()},
    )
