"""What visitors look for on the schedule. The search stands in the address, so it can be sent on.

`static/schedule.js` does the same in the browser, over the page that is already there.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

from .models import Slot

NAMES = ("track", "kind", "level", "room", "language")
LONGEST = 100  # characters of a search, and of each value


def folded(text: str) -> str:
    """Without case and accents: who looks for jose finds José."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in apart if unicodedata.category(c) != "Mn")


def values_of(slot: Slot) -> dict[str, tuple[str, str]]:
    """A slot as the filters see it: {name: (value in the address, words for people)}."""
    talk, values = slot.talk, {}
    if slot.room:
        values["room"] = (slot.room.code, slot.room.name)
    if talk:
        values["level"] = (talk.level, talk.get_level_display())
        values["language"] = (talk.language, talk.language)
        if talk.kind:
            values["kind"] = (talk.kind.code, talk.kind.name)
        if track := talk.shown_track:
            values["track"] = (track.code, track.name)
    return values


def words_of(slot: Slot) -> str:
    """In what the words of a search are looked for."""
    track = slot.talk.shown_track if slot.talk else None
    return folded(f"{slot.what} {slot.speaker_names} {slot.where} {track.name if track else ''}")


@dataclass(frozen=True)
class Search:
    """What was asked: of each kind one of the chosen values, and all of the words."""

    words: str
    chosen: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, query: QueryDict) -> "Search":
        chosen = {
            name: tuple(dict.fromkeys(v[:LONGEST] for v in query.getlist(name)[:LONGEST] if v))
            for name in NAMES
        }
        words = " ".join(query.get("q", "")[:LONGEST].split())
        return cls(words, {name: values for name, values in chosen.items() if values})

    def __bool__(self) -> bool:
        return bool(self.words or self.chosen)

    @property
    def is_detailed(self) -> bool:
        """Whether something is chosen that is not in view at once."""
        return any(name in self.chosen for name in NAMES if name != "track")

    def fits(self, slot: Slot) -> bool:
        has = values_of(slot) if self.chosen else {}
        if any(has.get(name, ("",))[0] not in values for name, values in self.chosen.items()):
            return False
        words = words_of(slot) if self.words else ""
        return all(word in words for word in folded(self.words).split())

    def toggled(self, name: str, value: str) -> str:
        """The query string with one value more, or less where it is chosen already."""
        values = self.chosen.get(name, ())
        others = tuple(one for one in values if one != value)
        chosen = self.chosen | {name: others if value in values else (*values, value)}
        query = QueryDict(mutable=True)
        if self.words:
            query["q"] = self.words
        for key in NAMES:
            query.setlist(key, chosen.get(key, ()))
        return query.urlencode()


@dataclass(frozen=True)
class Choice:
    value: str
    words: str
    is_on: bool
    query: str
    key: int = 0  # of a track: its colour hangs on it


def choices(slots: Iterable[Slot], search: Search) -> dict[str, list[Choice]]:
    """For each filter what there is to choose, in the order that people expect."""
    found: dict[str, dict] = {name: {} for name in NAMES}
    for slot in slots:
        for name, (value, words) in values_of(slot).items():
            found[name].setdefault(value, (*place_of(name, slot), words))
    return {
        name: [
            Choice(
                value,
                entry[-1],
                value in search.chosen.get(name, ()),
                search.toggled(name, value),
                entry[1],
            )
            for value, entry in sorted(values.items(), key=lambda pair: pair[1])
        ]
        for name, values in found.items()
    }


def place_of(name: str, slot: Slot) -> tuple[int, int]:
    """(what the list is sorted by, the row's id) of one value."""
    if name == "room":
        return slot.room.position, slot.room.pk
    if name == "track":
        return slot.talk.track.position, slot.talk.track_id
    if name == "kind":
        return slot.talk.kind.position, slot.talk.kind_id
    if name == "level":
        return list(slot.talk.Level).index(slot.talk.level), 0
    return 0, 0
