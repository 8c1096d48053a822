"""Accepted and silent: a reminder a week, three in all, however late the task runs."""

import datetime as dt

from django.db.models import F
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from scale.db import retry
from scale.models import Conference

from .. import letters
from ..models import Talk
from .decisions import lock_talks

EVERY = dt.timedelta(days=7)
MOST = 3


def remind_unconfirmed(now: dt.datetime | None = None) -> int:
    """How many mails are on their way; one a speaker, also for several talks."""
    now = now or timezone.now()
    editions = Conference.objects.filter(closed_at=None, ends_on__gte=now.date())
    waiting = due(now).filter(conference__in=editions)
    found = Conference.objects.filter(pk__in=waiting.values("conference"))
    return sum(_remind(conference, now) for conference in found if not_begun(conference))


def not_begun(conference: Conference) -> bool:
    return conference.today() < conference.starts_on


def due(now: dt.datetime):
    """Talks without an answer for a week since the last word about them."""
    waiting = Talk.objects.unconfirmed().filter(reminders__lt=MOST)  # type: ignore[attr-defined]
    last = Greatest("told_at", Coalesce("reminded_at", "told_at"))
    return waiting.annotate(last_word_at=last).filter(last_word_at__lte=now - EVERY)


@retry
def _remind(conference: Conference, now: dt.datetime) -> int:
    """Counted in the rows that it locks: a second worker finds nothing due any more."""
    ids = set(due(now).filter(conference=conference).values_list("pk", flat=True))
    locked = [one.pk for one in lock_talks(ids)]
    talks = list(due(now).filter(pk__in=locked).order_by("title", "pk"))
    for talk in talks:
        talk.conference = conference
    sent = letters.send(letters.reminders(talks, conference))
    Talk.objects.filter(pk__in=[one.pk for one in talks]).update(
        reminders=F("reminders") + 1, reminded_at=now
    )
    return sum(bool(key) for key in sent)
