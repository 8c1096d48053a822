"""From one edition to the next: copy the set-up, close the old one, erase its people.

Apps register three verbs; the kernel only walks them, lowest floor first.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from .models import Conference, StaffRole

Copy = Callable[[Conference, Conference, Callable], None]


@dataclass(frozen=True)
class Chapter:
    """`copy(old, new, shift)` copies set-up rows; `shift` moves a date or instant.

    `erase(conference)` erases the personal data that only this edition needed.
    """

    label: str
    copy: Copy
    erase: Callable[[Conference], None]


CHAPTERS: list[Chapter] = []


def register(
    label: str, copy: Copy, erase: Callable[[Conference], None] = lambda conference: None
) -> None:
    # Apps get ready from the top floor down (INSTALLED_APPS); copying begins at the bottom.
    CHAPTERS.insert(0, Chapter(label, copy, erase))


class EditionClosed(Exception):
    """The edition is closed: read-only at its old addresses."""


def shifter(old: Conference, new: Conference) -> Callable:
    """Moves a date, or an instant kept at its wall-clock time, by the days between first days.

    When the new edition begins on another weekday, the move goes to the same
    weekday instead: a Thursday stays a Thursday.
    """
    days = (new.starts_on - old.starts_on).days
    weeks = dt.timedelta(days=round(days / 7) * 7)

    def shift(value):
        if value is None:
            return None
        if isinstance(value, dt.datetime):
            wall = value.astimezone(old.zone).replace(tzinfo=None)
            return (wall + weeks).replace(tzinfo=new.zone).astimezone(dt.UTC)
        return value + weeks

    return shift


@transaction.atomic
def create_next(old: Conference, *, slug: str, name: str, starts_on: dt.date) -> Conference:
    """The next edition with everything that is set up once: not its talks, orders or people."""
    length = old.ends_on - old.starts_on
    new = Conference(
        **{
            field.name: getattr(old, field.name)
            for field in Conference._meta.concrete_fields
            if field.name not in ("id", "slug", "name", "version", "closed_at", "erased_at")
        }
        | {"slug": slug, "name": name, "starts_on": starts_on, "ends_on": starts_on + length},
    )
    new.is_public = False
    shift = shifter(old, new)
    new.erase_personal_data_on = shift(old.erase_personal_data_on)
    new.full_clean()
    new.save()
    StaffRole.objects.bulk_create(
        StaffRole(user_id=role.user_id, conference=new, role=role.role)
        for role in old.staff_roles.all()
    )
    for chapter in CHAPTERS:
        chapter.copy(old, new, shift)
    return new


@transaction.atomic
def close(conference: Conference) -> None:
    """Read-only from now on, at the same addresses."""
    Conference.objects.filter(pk=conference.pk, closed_at=None).update(closed_at=timezone.now())
    Conference.objects.touch([conference.pk])


@transaction.atomic
def reopen(conference: Conference) -> None:
    Conference.objects.filter(pk=conference.pk, erased_at=None).update(closed_at=None)
    Conference.objects.touch([conference.pk])


@transaction.atomic
def erase_personal_data(conference: Conference) -> None:
    """Close the edition and erase what its people entrusted to it. Cannot be undone."""
    locked = Conference.objects.select_for_update().get(pk=conference.pk)
    if locked.erased_at:
        return
    for chapter in reversed(CHAPTERS):
        chapter.erase(locked)
    locked.emails.all().delete()
    now = timezone.now()
    Conference.objects.filter(pk=locked.pk).update(closed_at=locked.closed_at or now, erased_at=now)
    Conference.objects.touch([locked.pk])


def require_open(conference: Conference) -> None:
    """Raises EditionClosed; actions that change an edition call it first."""
    if conference.is_closed:
        raise EditionClosed(f"{conference} is closed and can only be read.")
