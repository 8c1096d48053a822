"""Which rows an entry of the file already has. What is ambiguous is reported, never guessed."""

from collections import defaultdict
from dataclasses import dataclass, field

from cfp.models import Talk
from scale.codes import digest

from . import report
from .item import Item, Source
from .prose import same


@dataclass
class Entry:
    """A talk as the file has it: one item, or several that stand for its several slots."""

    items: list[Item]
    keys: list[str] = field(default_factory=list)
    talk: Talk | None = None
    is_ambiguous: bool = False

    @property
    def lead(self) -> Item:
        return self.items[0]

    @property
    def facts(self):
        """Title and speakers: the weakest thing by which a talk is known again."""
        return same(self.lead.title), tuple(sorted({same(p.name) for p in self.lead.people}))

    @property
    def starts(self):
        return [item.starts_at for item in self.items if item.starts_at]


def gather(source: Source, told: report.Report) -> tuple[list[Entry], list[Item]]:
    """The talks of the file, and its breaks. An entry that says nothing at all is left out."""
    entries: list[Entry] = []
    breaks: list[Item] = []
    groups: dict[tuple, Entry] = {}
    seen: dict[tuple, Item] = {}
    titles = defaultdict(set)
    for item in source.items:
        titles[item.page].add(same(item.title))
    for item in source.items:
        if item.is_empty:
            told.problem(report.ENTRY, item.position, "", "there is nothing in it", "left out")
            continue
        if earlier := seen.get(said := everything(item)):
            told.problem(
                report.TWICE,
                item.position,
                item.title,
                f"the same as {earlier.position}, word for word",
                "taken once",
            )
            continue
        seen[said] = item
        if item.is_break:
            breaks.append(item)
            continue
        entry = Entry([item])
        # A page that stands on talks of different names, such as the site's, is nobody's.
        page = item.page if len(titles[item.page]) == 1 else ""
        marks = [(mark, *entry.facts) for mark in (item.group, page) if mark]
        whole = next((groups[mark] for mark in marks if mark in groups), entry)
        if whole is entry:
            entries.append(entry)
        else:
            whole.items.append(item)
        groups |= dict.fromkeys(marks, whole)
    name_keys(entries, told)
    return entries, breaks


def everything(item: Item):
    people = tuple(person.name for person in item.people)
    return (item.key, item.title, people, item.starts_at, item.ends_at, item.room, item.abstract)


def name_keys(entries: list[Entry], told: report.Report) -> None:
    """Digests by which the entries are found again at the next import.

    Without an id of the source it is what the file says: title, speakers, start,
    and the room or a number where even these are the same.
    """
    taken: set[str] = set()
    for entry in entries:
        keys = []
        for item in entry.items:
            if not item.key:
                continue
            key = digest(item.key)
            if key in keys:
                continue
            if key in taken:
                says = f"its id {item.key.partition(':')[2]} was already another entry's"
                told.problem(report.TWICE, item.position, item.title, says, "the id is not used")
            else:
                keys.append(key)
                taken.add(key)
        entry.keys = keys or [said_key(entry, taken)]
        taken.update(entry.keys)


def said_key(entry: Entry, taken: set[str]) -> str:
    title, people = entry.facts
    start = entry.starts[0].isoformat() if entry.starts else ""
    said = "\n".join(["said", title, *people, start])
    if (key := digest(said)) not in taken:
        return key
    said += f"\n{same(entry.lead.room)}"
    number = 1
    while (key := digest(f"{said}\n{number}")) in taken:
        number += 1
    return key


@dataclass
class Known:
    """A talk of the edition with what it is known by."""

    talk: Talk
    facts: tuple
    starts: set
    rooms: set


def match_talks(entries: list[Entry], known: list[Known], told: report.Report) -> list[Talk]:
    """Give each entry its talk; returns the talks no entry can mean."""
    by_key = {one.talk.source_key: one for one in known if one.talk.source_key}
    free = {one.talk.pk: one for one in known}
    for entry in entries:
        one = next((by_key[key] for key in entry.keys if key in by_key), None)
        if one and one.talk.pk in free:
            entry.talk = free.pop(one.talk.pk).talk
    by_start = pairs(entries, free, told, starts=True)
    by_facts = pairs(entries, free, told, starts=False)
    doubtful = by_start | by_facts
    return [one.talk for pk, one in free.items() if pk not in doubtful]


def pairs(entries, free, told, *, starts: bool) -> set[int]:
    """Pair what is left by title and speakers (and start, if `starts`), where both sides are one.

    Returns the pks of talks that more than one entry could mean.
    """
    waiting, candidates = defaultdict(list), defaultdict(list)
    for entry in entries:
        if entry.talk is None and not entry.is_ambiguous and entry.lead.title:
            for start in set(entry.starts) if starts else [None]:
                waiting[entry.facts, start].append(entry)
    for one in free.values():
        for start in one.starts if starts else [None]:
            candidates[one.facts, start].append(one)
    doubtful = set()
    for key, alike in waiting.items():
        alike = [entry for entry in alike if entry.talk is None]
        ones = [one for one in candidates.get(key, ()) if one.talk.pk in free]
        if starts and (len(alike) > 1 or len(ones) > 1):
            ones = narrow(alike, ones, free)
            alike = [entry for entry in alike if entry.talk is None]
        if not ones or not alike:
            continue
        if len(alike) == 1 and len(ones) == 1:
            alike[0].talk = free.pop(ones[0].talk.pk).talk
            continue
        doubtful |= {one.talk.pk for one in ones}
        for entry in alike:
            entry.is_ambiguous = True
            codes = ", ".join(one.talk.code for one in ones[:5])
            says = f"{len(ones)} talk(s) with this title and speakers are here: {codes}"
            told.problem(report.AMBIGUOUS, entry.lead.position, entry.lead.title, says, "left out")
    return doubtful


def narrow(alike, ones, free):
    """Pair those that are in one room on both sides; returns the candidates left."""
    for entry in alike:
        rooms = {same(item.room) for item in entry.items}
        fitting = [one for one in ones if one.talk.pk in free and one.rooms & rooms]
        rivals = [e for e in alike if rooms & {same(item.room) for item in e.items}]
        if len(fitting) == 1 and len(rivals) == 1:
            entry.talk = free.pop(fitting[0].talk.pk).talk
    return [one for one in ones if one.talk.pk in free]
