"""The daily mail: what of a person's own is due, overdue, or silent for too long."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone

from scale import email as mail
from scale.models import Conference, User

from ..models import COMMITTEE, Conversation, Digest, FollowUp, colleagues

FROM_HOUR = 7  # of the conference's day; later is as good


def send_digests(now: dt.datetime | None = None) -> int:
    """One mail a person and day at most; run as often as you like. The number of those written.

    It tells how things stand today, so a day that was missed is made up for by the next.
    """
    now = now or timezone.now()
    editions = list(Conference.objects.filter(closed_at=None).order_by("-starts_on", "-pk"))
    said = {one.user_id: one for one in Digest.objects.all()}
    done: set[int] = set()
    sent = 0
    for edition in editions:
        for user in colleagues(edition):
            if user.pk in done:
                continue
            done.add(user.pk)  # whoever works on two editions reads of both in one mail
            digest = said.get(user.pk) or Digest(user=user)
            if digest.is_wanted and now.astimezone(edition.zone).hour >= FROM_HOUR:
                sent += send_digest(edition, digest, now)
    return sent


def send_digest(conference: Conference, digest: Digest, now: dt.datetime) -> bool:
    """Whether there was something to tell."""
    user, today = digest.user, now.astimezone(conference.zone).date()
    facts = what_waits(user, digest.silent_days, today, now)
    count = sum(len(rows) for rows in facts.values())
    if not count:
        return False
    mail.send(
        "sponsors digest",
        user.email,
        to_name=user.name,
        key=f"{user.pk}:{today}",
        subject=f"{count} {'thing waits' if count == 1 else 'things wait'} for you",
        template="sponsors/mail/digest.txt",
        context={
            "conference": conference,
            "digest": digest,
            "site_url": settings.SITE_URL,
            **facts,
        },
        conference=conference,
    )
    return True


def what_waits(
    user: User, silent_days: int, today: dt.date, now: dt.datetime
) -> dict[str, list[Any]]:
    """Follow-ups and conversations of theirs in editions where they still have a say."""
    threads = Conversation.objects.filter(owner=user)
    steps = FollowUp.objects.due(user, today).select_related("conversation__conference")
    rows = [step for step in steps if _theirs(user, step.conversation.conference)]
    quiet = threads.listed().silent_since(now - dt.timedelta(days=silent_days))
    return {
        "overdue": [step for step in rows if step.due_on < today],
        "due": [step for step in rows if step.due_on == today],
        "silent": [
            thread
            for thread in quiet.order_by("latest_at", "pk")
            if _theirs(user, thread.conference)
        ],
    }


def _theirs(user: User, edition: Conference | None) -> bool:
    return edition is None or (not edition.is_closed and user.has_role(edition, *COMMITTEE))
