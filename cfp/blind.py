"""A talk as reviewers see it who are not to know whose it is."""

import re
import unicodedata

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q, QuerySet

from .models import Talk

HIDDEN = "█████"
# Accents, and the points of Hebrew and Arabic.
MARKS = "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670\u1ab0-\u1aff\u20d0-\u20ff"
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
    """The text with each of the words made unreadable.

    In any case, across line breaks, with or without accents: people write José as Jose.
    """
    spelled = [pattern for pattern in map(spelling, words) if pattern]
    if not spelled:
        return text
    apart = unicodedata.normalize("NFD", text)
    whole = rf"(?<!\w)(?:{'|'.join(spelled)})(?![\w{MARKS}])"
    hidden = re.sub(whole, HIDDEN, apart, flags=re.IGNORECASE)
    return text if hidden == apart else unicodedata.normalize("NFC", hidden)


def spelling(words: str) -> str:
    """A pattern for the words, with any accents on their letters."""
    apart = unicodedata.normalize("NFD", words).split()
    bare = ["".join(c for c in word if not unicodedata.combining(c)) for word in apart]
    letters = (f"[{MARKS}]*".join(map(re.escape, word)) + f"[{MARKS}]*" for word in bare if word)
    return r"\s+".join(letters)


def blind(talk: Talk) -> Talk:
    """The same object with texts for drawing; nothing may save it."""
    words = hidden_words(talk)
    for name in TEXTS:
        setattr(talk, name, without(getattr(talk, name), words))
    talk.links = ""  # most addresses name their owner
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
