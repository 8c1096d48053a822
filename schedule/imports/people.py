"""Which speaker of the edition a name in the file is. Other editions' people are never touched."""

from collections import Counter, defaultdict

from cfp.models import Speaker

from . import report
from .item import Person
from .match import Entry
from .prose import same


class Cast:
    """Everyone the file names; a bare name is the one person with an id who bears it."""

    def __init__(self, entries: list[Entry]):
        self.ids = defaultdict(set)
        for entry in entries:
            for person in (person for item in entry.items for person in item.people):
                if person.key:
                    self.ids[same(person.name)].add(f"id:{person.key}")
        self.mentions: dict[str, list[tuple[Person, Entry]]] = defaultdict(list)
        for entry in entries:
            for key, person in self.of(entry).items():
                self.mentions[key].append((person, entry))

    def who(self, person: Person) -> str:
        name = same(person.name)
        if person.key:
            return f"id:{person.key}"
        return next(iter(self.ids[name])) if len(self.ids[name]) == 1 else f"name:{name}"

    def of(self, entry: Entry) -> dict[str, Person]:
        """In the order of the file, each once."""
        found: dict[str, Person] = {}
        for person in (person for item in entry.items for person in item.people):
            found.setdefault(self.who(person), person)
        return found


def match_people(
    cast: Cast, here: dict[int, list[Speaker]], told: report.Report
) -> dict[str, Speaker]:
    """{who: speaker}; those without a pk are new. `here` are the edition's speakers by talk."""
    by_name = defaultdict(dict)
    for speakers in here.values():
        for speaker in speakers:
            by_name[same(speaker.name)][speaker.pk] = speaker
    # First who is on one of the talks already, then who only bears the name.
    evidence = {key: on_their_talks(named, here) for key, named in cast.mentions.items()}
    found: dict[str, Speaker] = {}
    taken: set[int] = set()
    for key in sorted(cast.mentions, key=lambda key: not evidence[key]):
        person, entry = cast.mentions[key][0]
        candidates = [one for one in by_name[same(person.name)].values() if one.pk not in taken]
        if len(candidates) > 1 and (beside := [c for c in candidates if evidence[key][c.pk]]):
            candidates = [max(beside, key=lambda one: evidence[key][one.pk])]
        if len(candidates) == 1:
            found[key] = candidates[0]
            taken.add(candidates[0].pk)
            continue
        if candidates:
            says = f"{len(candidates)} speakers of this edition are called {person.name}"
            told.problem(report.AMBIGUOUS, entry.lead.position, person.name, says, "a new one made")
        found[key] = Speaker(name=person.name, biography=biography(cast.mentions[key]))
    return found


def on_their_talks(mentions, here) -> Counter:
    """Speakers of the same name on the talks the person is named for."""
    return Counter(
        speaker.pk
        for person, entry in mentions
        if entry.talk and entry.talk.pk
        for speaker in here.get(entry.talk.pk, ())
        if same(speaker.name) == same(person.name)
    )


def biography(mentions) -> str:
    return next((person.biography for person, _ in mentions if person.biography), "")
