"""The numbers of a call: what came in and when, of what sort, and how far the reviews are."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count

from registration.figures import Bar, Chart, Curve, bars, chart, edition_before
from scale.models import Conference

from .models import Calls, Review, ReviewRules, Talk
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
    newcomers: list[Bar]
    k: int  # reviews that a talk needs
    ready: list[Bar]
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
    k = ReviewRules.objects.of(conference).reviews_a_talk
    waiting = in_review(reach)
    return Numbers(
        total=talks.count(),
        at_this_time=up_to(then, today) if then else None,
        before=before,
        chart=chart(curves, "tickets", today) if now else None,
        tracks=_bars(talks, "track__name", "No track"),
        kinds=_bars(talks, "kind__name", "No kind"),
        levels=_bars(talks, "level", "", dict(Talk.Level.choices)),
        newcomers=newcomers(talks),
        k=k,
        ready=ready(waiting, k),
        reviews=reviews_done(waiting),
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


def newcomers(talks) -> list[Bar]:
    words = {True: "First talk of a speaker", False: "Have spoken before"}
    counted = dict(talks.order_by().values_list("is_first_time").annotate(n=Count("pk")))
    return bars([(words[one], counted.get(one, 0), "") for one in words])


def in_review(reach) -> list[tuple[str, int]]:
    """Of each talk that waits: its track, and how many reviews it has."""
    waiting = reach.to_decide().in_review().order_by("track__position", "track__name", "pk")
    known = scores(reach.conference)
    return [
        (track or "No track", known[pk].opinions if pk in known else 0)
        for pk, track in waiting.values_list("pk", "track__name")
    ]


def ready(waiting, k: int) -> list[Bar]:
    """For each track how many of its talks have the reviews that they need, of how many."""
    of_track: dict[str, list[int]] = defaultdict(list)
    for track, opinions in waiting:
        of_track[track].append(opinions)
    found = []
    for track, all_of_it in of_track.items():
        done = sum(opinions >= k for opinions in all_of_it)
        found.append(Bar(track, done, len(all_of_it), f"of {len(all_of_it)}"))
    return found


def reviews_done(waiting) -> list[Bar]:
    """How many talks in review have no review, one, two … up to five and more."""
    counted = Counter(min(opinions, 5) for _, opinions in waiting)
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
