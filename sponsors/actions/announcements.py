"""Announcements: to the press ahead of their embargo, to everyone when it ends, to nobody twice."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone

from scale import email as mail
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User
from scale.text import plain

from ..models import Announcement, PressRequest
from .rules import Refused, rewrite

KIND = "press announcement"
Status = Announcement.Status


@retry
def write_announcement(conference: Conference, *, by: User, **facts: Any) -> Announcement:
    require_open(conference)
    return Announcement.objects.create(conference=conference, by=by, **facts)


@retry
def change_announcement(announcement: Announcement, *, was: str, **facts: Any) -> Announcement:
    """Once it is sent its minute stays: the press was told when they may publish."""
    row = locked_announcement(announcement.pk, was)
    if row.status != Status.DRAFT:
        facts.pop("embargo_until", None)
    return rewrite(row, facts)


@retry
def send_announcement(announcement: Announcement, *, was: str) -> int:
    """Now to the approved press who keep embargoes, or without an embargo to all of them.

    How many mails that makes. Who is approved later, and who keeps none, is written to by
    `send_announcements`.
    """
    row = locked_announcement(announcement.pk, was)
    if row.status != Status.DRAFT:
        raise Refused(f"This is {row.get_status_display()} already.")
    now = timezone.now()
    row.status, row.sent_at = Status.SENT, now
    row.embargo_until = max(row.embargo_until or now, now.replace(second=0, microsecond=0))
    row.save(update_fields=["status", "sent_at", "embargo_until"])
    return tell_press(row, now)


@retry
def pull_announcement(announcement: Announcement) -> Announcement:
    """It never becomes public, or is so no longer; who was written to has the mail."""
    row = locked_announcement(announcement.pk)
    if row.status == Status.SENT:
        row.status = Status.PULLED
        row.save(update_fields=["status"])
        asked = PressRequest.objects.filter(conference=row.conference).values_list("pk", flat=True)
        mail.drop_queued(KIND, [f"{row.pk}:{pk}" for pk in asked])
    return row


def locked_announcement(pk: int, was: str | None = None) -> Announcement:
    """`was`: what the one who acts had seen of it (`Announcement.seen`)."""
    row = Announcement.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Refused("This announcement is gone.")
    require_open(row.conference)
    if was is not None and was != row.seen:
        raise Refused("Somebody changed this meanwhile: look at it as it is now.")
    return row


def send_announcements(now: dt.datetime | None = None) -> int:
    """Whatever is due and not yet written; run as often, and as late, as you like."""
    now = now or timezone.now()
    rows = Announcement.objects.filter(
        status=Status.SENT, told_at=None, conference__closed_at=None
    ).order_by("pk")
    return sum(send_due(pk, now) for pk in rows.values_list("pk", flat=True))


@retry
def send_due(pk: int, now: dt.datetime) -> int:
    # The lock makes two runs at once see each other.
    rows = Announcement.objects.select_for_update().filter(status=Status.SENT, told_at=None)
    row = rows.filter(pk=pk).first()
    return tell_press(row, now) if row else 0


def tell_press(row: Announcement, now: dt.datetime) -> int:
    """Everyone who may know by now and does not; after the embargo it is done with that."""
    people = {f"{row.pk}:{one.pk}": one for one in PressRequest.objects.to_be_told(row, now)}
    new = mail.not_yet(KIND, people)
    mail.send_all([letter(row, people[key], key, now) for key in people if key in new])
    if row.is_free(now):
        row.told_at = now
        row.save(update_fields=["told_at"])
    return len(new)


def letter(row: Announcement, person: PressRequest, key: str, now: dt.datetime):
    conference = row.conference
    person.conference = conference
    is_free, until = row.is_free(now), row.embargo_until or now
    here = until.astimezone(conference.zone)
    clock = f"{here:%A %-d %B %Y, %H:%M %Z}"
    title = plain(row.title)
    context = {
        "conference": conference,
        "announcement": row,
        "person": person,
        "is_free": is_free,
        "clock": clock,
        "utc": f"{until.astimezone(dt.UTC):%-d %B, %H:%M} UTC",
    }
    return mail.draft(
        KIND,
        person.email,
        to_name=person.name,
        key=key,
        subject=title if is_free else f"Embargo until {here:%-d %B, %H:%M %Z}: {title}",
        text=mail.render_text("sponsors/mail/press_announcement.txt", context),
        conference=conference,
        about=person.source,
    )


def headers(row) -> dict[str, str]:
    """Mail programs offer a button for what the last line of the mail leads to."""
    people = PressRequest.objects.select_related("conference")
    person = people.filter(pk=row.about.rpartition(":")[2] or 0).first()
    told = mail.by_a_program(row)
    return (
        told | {"List-Unsubscribe": f"<{settings.SITE_URL}{person.news_url}>"} if person else told
    )
