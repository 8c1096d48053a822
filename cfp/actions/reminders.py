"""Accepted and silent: a reminder a week, three in all, however late the task runs."""

import datetime as dt

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone

from scale.db import retry
from scale.models import Conference

from .. import letters
from ..models import Decision, Talk
from .decisions import lock_talks

EVERY = dt.timedelta(days=7)
MOST = 3


def remind_unconfirmed(now: dt.datetime | None = None) -> int:
    """How many mails are on their way; one a speaker, also for several talks."""
    now = now or timezone.now()
    editions = Conference.objects.filter(closed_at=None, ends_on__gte=now.date())
    waiting = due(now).filter(talk__conference__in=editions)
    found = Conference.objects.filter(pk__in=waiting.values("talk__conference"))
    return sum(_remind(conference, now) for conference in found if not_begun(conference))


def not_begun(conference: Conference) -> bool:
    return conference.today() < conference.starts_on


def due(now: dt.datetime):
    """The acceptances that count, unanswered for a week since the last word about them."""
    later = Decision.objects.filter(talk=OuterRef("talk"), released_at__gt=OuterRef("released_at"))
    accepted = Decision.objects.filter(
        ~Exists(later),
        verdict=Decision.Verdict.ACCEPT,
        talk__status=Talk.Status.ACCEPTED,
        reminders__lt=MOST,
        released_at__isnull=False,
    )
    return accepted.annotate(told_at=Coalesce("reminded_at", "released_at")).filter(
        told_at__lte=now - EVERY
    )


@retry
def _remind(conference: Conference, now: dt.datetime) -> int:
    """Counted in the rows that it locks: a second worker finds nothing due any more."""
    ids = set(due(now).filter(talk__conference=conference).values_list("talk", flat=True))
    locked = {one.pk: one for one in lock_talks(ids)}
    decisions = list(due(now).filter(talk__in=locked).order_by("talk__title", "talk"))
    for decision in decisions:
        decision.talk = locked[decision.talk_id]
        decision.talk.conference = conference
    sent = letters.send(letters.reminders(decisions, conference))
    Decision.objects.filter(pk__in=[one.pk for one in decisions]).update(
        reminders=F("reminders") + 1, reminded_at=now
    )
    return sum(bool(key) for key in sent)
