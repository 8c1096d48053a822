"""Who moves up from the waiting list when somebody who was accepted does not come."""

from collections import Counter

from django.db.models import Count, Exists, OuterRef

from .models import Decision, Talk
from .scores import scores

Verdict = Decision.Verdict


def proposals(reach) -> list[Talk]:
    """For each place that became free in a track, its best talk on the waiting list.

    A place is free for every talk that was accepted and left, except where another moved
    up already: both are read from the decisions, so nothing has to be kept in step.
    """
    free = free_places(reach)
    if not +free:
        return []
    waiting = reach.to_decide().filter(status=Talk.Status.WAITLISTED, track__in=_tracks(free))
    if None in free:
        loose = reach.to_decide().filter(status=Talk.Status.WAITLISTED, track=None)
        waiting = waiting | loose
    waiting = waiting.exclude(pk__in=reach.kept_from).exclude(_has(Decision.objects.pending()))
    rows = list(waiting.select_related("track").with_speakers())
    known = scores(reach.conference, [talk.pk for talk in rows])
    rows.sort(key=lambda talk: (-known[talk.pk].fair if talk.pk in known else 0, talk.pk))
    found = []
    for talk in rows:
        if free[talk.track_id] > 0:
            free[talk.track_id] -= 1
            talk.score = known.get(talk.pk)
            found.append(talk)
    return found


def free_places(reach) -> Counter:
    told = Decision.objects.exclude(released_at=None)
    talks = reach.to_decide()
    left = talks.filter(
        _has(told.filter(verdict=Verdict.ACCEPT)), status__in=sorted(Talk.OFF_STAGE)
    )
    moved_up = talks.filter(
        _has(told.filter(verdict=Verdict.WAITLIST)),
        _has(Decision.objects.filter(verdict=Verdict.ACCEPT)),
    )
    free = Counter(_by_track(left))
    free.subtract(_by_track(moved_up))
    return free


def _has(decisions):
    return Exists(decisions.filter(talk=OuterRef("pk")))


def _by_track(talks):
    return dict(talks.order_by().values_list("track").annotate(Count("pk")))


def _tracks(free):
    return [track for track, number in free.items() if track is not None and number > 0]
