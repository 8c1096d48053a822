"""The word material as it stands in material/*.toml."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

MATERIAL = Path(__file__).parent / "material"


@dataclass(frozen=True)
class Topic:
    """What a talk can be about; `name` as it stands inside a sentence."""

    name: str
    titles: list[str]
    sentences: list[str]
    has_places: bool = True


@dataclass(frozen=True)
class TrackWords:
    code: str
    name: str
    colour: str
    weight: int
    description: str
    roles: list[str]
    topics: list[Topic]
    # Day of a partner's own event, counted from 1.
    partner_day: int = 0


@dataclass(frozen=True)
class Words:
    talks: dict
    people: dict
    sponsors: dict
    sale: dict
    tracks: list[TrackWords] = field(default_factory=list)


def read(name: str) -> dict:
    return tomllib.loads((MATERIAL / f"{name}.toml").read_text(encoding="utf-8"))


def track_words(found: dict) -> TrackWords:
    has_places = found.pop("has_places", True)
    topics = [Topic(**({"has_places": has_places} | topic)) for topic in found.pop("topics")]
    return TrackWords(topics=topics, **found)


@cache
def words() -> Words:
    tracks = sorted((MATERIAL / "tracks").glob("*.toml"))
    return Words(
        talks=read("talks"),
        people=read("people"),
        sponsors=read("sponsors"),
        sale=read("sale"),
        tracks=[track_words(read(f"tracks/{path.stem}")) for path in tracks],
    )
