"""From one edition to the next: copy the set-up, close the old one, erase its people.

Apps register three verbs; the kernel only walks them, lowest floor first.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from .db import retry
from .models import Conference, OutgoingEmail, Role, StaffRole, User

Copy = Callable[[Conference, Conference, Callable], None]


@dataclass(frozen=True)
class Chapter:
    """`copy(old, new, shift)` copies set-up rows; `shift` moves a date or instant.

    `erase(conference)` erases the personal data that only this edition needed, and
    `close(conference)` what only its days needed.
    """

    label: str
    copy: Copy
    erase: Callable[[Conference], None]
    close: Callable[[Conference], None]


CHAPTERS: list[Chapter] = []


def register(
    label: str,
    copy: Copy,
    erase: Callable[[Conference], None] = lambda conference: None,
    close: Callable[[Conference], None] = lambda conference: None,
) -> None:
    # Apps get ready from the top floor down (INSTALLED_APPS); copying begins at the bottom.
    CHAPTERS.insert(0, Chapter(label, copy, erase, close))


class EditionClosed(Exception):
    """The edition is closed: read-only at its old addresses."""


def shifter(old: Conference, new: Conference) -> Callable:
    """Moves a date, or an instant kept at its wall-clock time, by the days between first days.

    Editions mostly begin on the same weekday, and then a Thursday stays a Thursday. Where
    they do not, the third day stays the third day: a ticket must admit while it is on.
    """
    days = new.starts_on - old.starts_on

    def shift(value):
        if value is None:
            return None
        if isinstance(value, dt.datetime):
            wall = value.astimezone(old.zone).replace(tzinfo=None)
            return (wall + days).replace(tzinfo=new.zone).astimezone(dt.UTC)
        return value + days

    return shift


@transaction.atomic
def create_next(
    old: Conference, *, slug: str, name: str, starts_on: dt.date, by: User | None = None
) -> Conference:
    """The next edition with everything that is set up once: not its talks, orders or people.

    Rights end with an edition: only `by` and the old chairs begin in the new one.
    """
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
    chairs = set(old.staff_roles.filter(role=Role.CHAIR).values_list("user_id", flat=True))
    if by and not by.is_superuser:
        chairs.add(by.pk)
    StaffRole.objects.bulk_create(
        StaffRole(user_id=pk, conference=new, role=Role.CHAIR) for pk in sorted(chairs)
    )
    for chapter in CHAPTERS:
        chapter.copy(old, new, shift)
    return new


@transaction.atomic
def close(conference: Conference) -> None:
    """Read-only from now on, at the same addresses."""
    for chapter in reversed(CHAPTERS):
        chapter.close(conference)
    Conference.objects.filter(pk=conference.pk, closed_at=None).update(closed_at=timezone.now())
    Conference.objects.touch([conference.pk])


def set_erase_day(conference: Conference, day: dt.date | None) -> None:
    """The day on which the edition's personal data goes by itself; None: not yet decided."""
    Conference.objects.filter(pk=conference.pk).update(erase_personal_data_on=day)


@transaction.atomic
def reopen(conference: Conference) -> bool:
    """False where personal data is erased: that edition stays as it is."""
    again = Conference.objects.filter(pk=conference.pk, erased_at=None)
    opened = again.update(closed_at=None)
    Conference.objects.touch([conference.pk])
    return bool(opened)


@retry
def erase_personal_data(conference: Conference) -> None:
    """Close the edition and erase what its people entrusted to it. Cannot be undone."""
    locked = Conference.objects.select_for_update().get(pk=conference.pk)
    if locked.erased_at:
        return
    for chapter in reversed(CHAPTERS):
        chapter.erase(locked)
    OutgoingEmail.objects.filter(conference=locked).forget()
    now = timezone.now()
    Conference.objects.filter(pk=locked.pk).update(closed_at=locked.closed_at or now, erased_at=now)
    Conference.objects.touch([locked.pk])


def require_open(conference: Conference) -> None:
    """Raises EditionClosed; actions that change an edition call it first."""
    if conference.is_closed:
        raise EditionClosed(f"{conference} is closed and can only be read.")
