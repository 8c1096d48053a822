"""Who was named in a note, and who wants to hear what of theirs is due."""

import re

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from scale.models import Conference, Role, User

from .conversations import COMMITTEE, Note


def colleagues(*conferences: Conference):
    """Who may read the notes of these editions."""
    roles = Q(
        staff_roles__conference__in=conferences, staff_roles__role__in=[*COMMITTEE, Role.CHAIR]
    )
    return User.objects.filter(roles, is_active=True).distinct().order_by("name", "email")


def names_of(people) -> dict[str, list[User]]:
    """Full names, and first names and addresses that are one person's alone."""
    full: dict[str, list[User]] = {}
    short: dict[str, list[User]] = {}
    for person in people:
        full.setdefault((person.name or person.email).casefold(), []).append(person)
        for word in {person.get_short_name().casefold(), person.email.split("@")[0].casefold()}:
            short.setdefault(word, []).append(person)
    return {word: ones for word, ones in short.items() if len(ones) == 1} | full


def mentions(names) -> re.Pattern:
    words = "|".join(re.escape(word) for word in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![\w@])@({words})(?![\w@])", re.IGNORECASE)


def named_in(text: str, people) -> list[User]:
    """Who is named with an @: by full name, or by a first name or address that is theirs alone."""
    names = names_of(people)
    if not names or "@" not in text:
        return []
    found = mentions(names).findall(text.casefold())
    return list(dict.fromkeys(person for word in found for person in names[word]))


def nobody_in(text: str, people) -> list[str]:
    """What stands after an @ and names no one, or could be several."""
    names = names_of(people)
    rest = mentions(names).sub(" ", text) if names else text
    return list(dict.fromkeys(re.findall(r"(?<![\w@.])@([^\W\d_]\w*)(?![\w@])", rest)))


class NoteMentionQuerySet(models.QuerySet):
    def unseen(self, user):
        return self.filter(user=user, seen_at=None)


class NoteMention(models.Model):
    """Somebody was named in a note, and told once."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="mentions")
    user = models.ForeignKey(User, models.CASCADE, related_name="note_mentions")
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = NoteMentionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["note", "user"], name="named_once_in_a_note"),
        ]

    def __str__(self):
        return f"{self.user} in note {self.note_id}"


class Digest(models.Model):
    """What a person said of the daily mail; who said nothing gets it."""

    SILENT_DAYS = 14

    user = models.OneToOneField(User, models.CASCADE, related_name="digest")
    is_wanted = models.BooleanField("a mail on days when something is due", default=True)
    silent_days = models.PositiveSmallIntegerField(
        "days without a word",
        default=SILENT_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(silent_days__gte=1, silent_days__lte=365), name="digest_silent_days"
            ),
        ]

    def __str__(self):
        return f"digest of {self.user}"

    @classmethod
    def of(cls, user):
        """What they said, or what holds for who said nothing."""
        return cls.objects.filter(user=user).first() or cls(user=user)
