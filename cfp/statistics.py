"""The numbers of a call: what came in and when, of what sort, and how far the reviews are."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from registration.figures import Bar, Chart, Curve, bars, chart, edition_before
from scale.models import Conference

from .models import Calls, Review, Talk
from .scores import scores


@dataclass(frozen=True)
class Numbers:
    total: int
    at_this_time: int | None  # of the last edition, as far before its deadline as today
    before: Conference | None
    chart: Chart | None
    tracks: list[Bar]
    kinds: list[Bar]
    levels: list[Bar]
    reviews: list[Bar]
    reviewers: list[Bar]


def numbers(reach) -> Numbers:
    conference, talks = reach.conference, reach.to_decide()
    before = edition_before(conference)
    now = curve(conference, submissions(talks))
    curves = [one for one in (now,) if one]
    if before and reach.decides is None:  # a track of last year has no certain match
        then = curve(before, submissions(Talk.objects.filter(conference=before)))
        curves += [then] if then else []
    today = distance(conference)
    then = curves[1] if len(curves) > 1 else None
    return Numbers(
        total=talks.count(),
        at_this_time=up_to(then, today) if then else None,
        before=before,
        chart=chart(curves, "tickets", today) if now else None,
        tracks=_bars(talks, "track__name", "No track"),
        kinds=_bars(talks, "kind__name", "No kind"),
        levels=_bars(talks, "level", "", dict(Talk.Level.choices)),
        reviews=reviews_done(reach),
        reviewers=reviewers(reach),
    )


def submissions(talks):
    return talks.seen_by_committee().exclude(submitted_at=None)


def deadline(conference: Conference) -> dt.date | None:
    """The day on which the edition's main call ends."""
    call = Calls(conference).counting(conference)
    return call.closes_at.astimezone(conference.zone).date() if call else None


def distance(conference: Conference) -> int:
    """Today's distance from the deadline: −30 is a month before, never past it."""
    last = deadline(conference)
    return min((conference.today() - last).days, 0) if last else 0


def curve(conference: Conference, talks) -> Curve | None:
    """Running total of submissions over the days before the deadline; the rest on its day."""
    last = deadline(conference)
    if last is None:
        return None
    per_day: Counter[int] = Counter()
    for instant in talks.order_by().values_list("submitted_at", flat=True):
        per_day[min((instant.astimezone(conference.zone).date() - last).days, 0)] += 1
    made, total = Curve(conference), 0
    for day in sorted(per_day):
        total += per_day[day]
        made.tickets[day] = total
    return made


def up_to(then: Curve, day: int) -> int:
    return max((total for d, total in then.tickets.items() if d <= day), default=0)


def reviews_done(reach) -> list[Bar]:
    """How many talks in review have no review, one, two … up to five and more."""
    waiting = list(reach.to_decide().in_review().values_list("pk", flat=True))
    known = scores(reach.conference)
    counted = Counter(min(known[pk].opinions, 5) if pk in known else 0 for pk in waiting)
    words = ["no review", "1 review", "2 reviews", "3 reviews", "4 reviews", "5 and more"]
    return bars([(name, counted[n], "") for n, name in enumerate(words)])


def reviewers(reach) -> list[Bar]:
    """Who has written how many reviews of the talks in reach."""
    rows = Review.objects.filter(talk__in=reach.to_decide())
    counted = rows.order_by().values_list("reviewer__name", "reviewer").annotate(n=Count("pk"))
    found = sorted(counted, key=lambda row: (-row[2], row[0]))
    return bars([(name or "(no name)", n, "") for name, _, n in found])


def _bars(talks, column, nothing, words=None) -> list[Bar]:
    counted = talks.order_by().values_list(column).annotate(n=Count("pk"))
    found = sorted(counted, key=lambda row: -row[1])
    return bars([((words or {}).get(name, name) or nothing, n, "") for name, n in found])
