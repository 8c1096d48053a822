"""A talk as reviewers see it who are not to know whose it is."""

import re

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q, QuerySet

from .models import Talk

HIDDEN = "█████"
TEXTS = ("title", "abstract", "description", "notes", "equipment_note")


def hidden_words(talk: Talk) -> list[str]:
    """The speakers' full names and what staff marked; reads `with_speakers` and the redaction."""
    try:
        marked = talk.redaction.words.splitlines()
    except ObjectDoesNotExist:
        marked = []
    words = {" ".join(one.split()) for one in [*marked, *(s.name for s in talk.speakers())]}
    return sorted(words - {""}, key=lambda one: (-len(one), one))


def without(text: str, words: list[str]) -> str:
    """The text with each of the words, in any case and across line breaks, made unreadable."""
    if not words:
        return text
    spelled = (r"\s+".join(map(re.escape, one.split())) for one in words)
    return re.sub(rf"(?<!\w)(?:{'|'.join(spelled)})(?!\w)", HIDDEN, text, flags=re.IGNORECASE)


def blind(talk: Talk) -> Talk:
    """The same object with texts for drawing; nothing may save it."""
    words = hidden_words(talk)
    for name in TEXTS:
        setattr(talk, name, without(getattr(talk, name), words))
    return talk


def search(rows: QuerySet[Talk], words: str) -> QuerySet[Talk]:
    """By code, or by the title as it is shown: a hidden word finds nothing."""
    found = rows.filter(Q(title__icontains=words) | Q(code__iexact=words))
    shown = []
    for talk in found.select_related("redaction").with_speakers():  # type: ignore[attr-defined]
        title = without(talk.title, hidden_words(talk))
        is_named = talk.code.lower() == words.lower()
        if is_named or title == talk.title or words.casefold() in title.casefold():
            shown.append(talk.pk)
    return rows.filter(pk__in=shown)
