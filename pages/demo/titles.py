"""Titles and texts of talks, put together from the word material."""

from collections import Counter
from dataclasses import dataclass

from .dice import Dice
from .words import Topic, TrackWords, words

LONG = ("workshop", "tutorial")


# Which of a topic's three own titles a talk on stage may take, by the edition's phase.
OWN = {"over": slice(2, 3), "on": slice(0, 2), "open": slice(0, 3)}
NONE = slice(0, 0)


def capital(text: str) -> str:
    """With a capital, unless the word has one of its own in it: eBPF."""
    return text if text[1:2].isupper() else text[0].upper() + text[1:]


@dataclass(frozen=True)
class TalkText:
    title: str
    abstract: str
    description: str


class Titles:
    """No title twice, as long as the words last; they last for some 20,000."""

    def __init__(self, dice: Dice):
        self.dice = dice
        self.used: set[str] = set()
        self.turn: Counter[str] = Counter()
        self.order: dict[str, list[Topic]] = {}
        self.keynotes = dice.sample(words().talks["keynotes"], len(words().talks["keynotes"]))

    def text(self, track: TrackWords, kind: str, own: slice) -> TalkText:
        """`own` says which of a topic's own titles may be taken, the others are composed."""
        topic = self.next_topic(track)
        title, place = self.title(topic, kind, own)
        sentences, rest = self.sentences(topic, place)
        abstract = " ".join([*sentences, self.dice.choice(self.endings(kind))])
        return TalkText(title, abstract, self.description(topic, title, rest))

    def keynote(self) -> TalkText:
        """Keynotes are written out; when all are told, they are told again."""
        found = self.keynotes[self.turn["keynote"] % len(self.keynotes)]
        self.turn["keynote"] += 1
        ending = self.dice.choice(words().talks["keynote_endings"])
        abstract = " ".join([*found["sentences"], ending])
        return TalkText(found["title"], abstract, "")

    def next_topic(self, track: TrackWords) -> Topic:
        """Every topic of a track comes up before one does again."""
        order = self.order.setdefault(track.code, self.dice.sample(track.topics, len(track.topics)))
        self.turn[track.code] += 1
        return order[self.turn[track.code] % len(order)]

    def title(self, topic: Topic, kind: str, own: slice) -> tuple[str, list[str] | None]:
        """A title that is new, and the place in it with its sentence, if it has one."""
        if kind in ("talk", "short"):
            fresh = [title for title in topic.titles[own] if title not in self.used]
            if fresh:
                self.used.add(fresh[0])
                return fresh[0], None
        for _ in range(200):
            title, place = self.composed(topic, kind)
            if title not in self.used:
                break
        self.used.add(title)
        return title, place

    def composed(self, topic: Topic, kind: str) -> tuple[str, list[str] | None]:
        dice, material = self.dice, words().talks
        patterns = material.get(f"{'workshop' if kind in LONG else kind}_titles")
        place = None
        if patterns is None or dice.chance(0.3):
            wanted = {"titles": 5, "people_titles": 2}
            if topic.has_places:
                wanted["place_titles"] = 4
            name = dice.weighted(wanted)
            patterns = material[name]
            if name == "place_titles":
                place = dice.choice(material["places"])
        title = dice.choice(patterns).format(
            t=topic.name,
            T=capital(topic.name),
            place=place[0] if place else "",
            people=dice.choice(material["people"]),
        )
        return capital(title), place

    def sentences(self, topic: Topic, place) -> tuple[list[str], list[str]]:
        """Two to four for the abstract, in the topic's own order, and what is left."""
        count = self.dice.choice((2, 3, 3))
        chosen = sorted(self.dice.sample(range(len(topic.sentences)), count))
        told = [topic.sentences[n] for n in chosen]
        rest = [one for one in topic.sentences if one not in told]
        return ([told[0], place[1], *told[1:]] if place else told), rest

    def endings(self, kind: str) -> list[str]:
        return words().talks[f"{'workshop' if kind in LONG else kind}_endings"]

    def description(self, topic: Topic, title: str, rest: list[str]) -> str:
        """Markdown: what the abstract left out, what is covered, and for whom."""
        material = words().talks
        points = [one for one in topic.titles if one != title][:2]
        points += ["Questions, and the story that is on no slide"]
        bullets = "\n".join(f"- {point}" for point in points)
        head = self.dice.choice(material["bullets_head"])
        audience = self.dice.choice(material["audience"])
        return f"{' '.join(rest)}\n\n**{head}**\n\n{bullets}\n\n{audience}"
