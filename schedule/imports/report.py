"""What an import did, said for people: counts first, then every line that needs a look."""

from collections import Counter
from dataclasses import asdict, dataclass, field, replace

ROOM, SPEAKER, ORDER, TIME, ZONE = "room", "speaker", "order", "time", "zone"
TITLE, PLACE, FAR, AMBIGUOUS, STATUS = "title", "place", "far", "ambiguous", "status"
ABSENT, CUT, ENTRY, TWICE = "absent", "cut", "entry", "twice"
# What went wrong, as a heading; the order is the order of the report.
KINDS = {
    ROOM: "Room taken",
    SPEAKER: "Speaker in two places",
    ORDER: "Ends before it starts",
    TIME: "Time missing or unreadable",
    FAR: "Far from the days of the edition",
    ZONE: "Time zone unclear",
    PLACE: "No room given",
    TITLE: "No title",
    AMBIGUOUS: "More than one fits",
    STATUS: "Not on stage here",
    ABSENT: "Here, but not in the file",
    TWICE: "Said twice",
    ENTRY: "Not an entry",
    CUT: "Text changed to fit",
}
KEPT_LINES = 2_000


@dataclass
class Problem:
    kind: str
    position: str
    what: str
    says: str
    done: str = ""

    @property
    def heading(self):
        return KINDS[self.kind]

    def line(self):
        parts = [self.position, f"“{self.what}”" if self.what else "", self.says]
        said = ": ".join(part for part in parts if part)
        return f"{said} ({self.done})" if self.done else said


@dataclass
class Edit:
    """What differs now of one talk: `says` holds “title: old → new” and the like."""

    position: str
    what: str
    says: list[str]

    def line(self):
        return f"{self.position}: “{self.what}”: {'; '.join(self.says)}"


@dataclass
class Report:
    format: str = ""
    edition: str = ""
    made_edition: bool = False
    dry_run: bool = False
    release: int | None = None
    counts: dict[str, int] = field(default_factory=Counter)
    problem_counts: dict[str, int] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)

    def problem(self, kind, position, what, says, done=""):
        self.problem_counts[kind] += 1
        if self.problem_counts[kind] <= KEPT_LINES:
            self.problems.append(Problem(kind, position, what, says, done))

    def edit(self, position, what, says):
        if len(self.edits) < KEPT_LINES:
            self.edits.append(Edit(position, what, says))

    @property
    def changed_anything(self):
        return self.made_edition or any(self.counts.get(name) for name in CHANGES)

    def headline(self):
        """The one sentence for who reads only one."""
        if not self.changed_anything and self.problems:
            return f"Nothing to change in {self.edition}; the lines above remain."
        if not self.changed_anything:
            return f"Nothing to change: {self.edition} already says what the file says."
        done = "would change" if self.dry_run else "is up to date with the file"
        version = f" (schedule version {self.release})" if self.release else ""
        return f"{self.edition} {done}{version}."

    def sums(self):
        """[(label, number)] of what happened, without the zeros."""
        return [(label, self.counts[name]) for name, label in LABELS.items() if self.counts[name]]

    def groups(self):
        """[(heading, number, problems shown)], in the order of KINDS."""
        return [
            (heading, self.problem_counts[kind], [p for p in self.problems if p.kind == kind])
            for kind, heading in KINDS.items()
            if self.problem_counts.get(kind)
        ]

    def lines(self):
        """The whole report as plain text."""
        yield f"{self.format} → {self.edition}{' (newly made)' if self.made_edition else ''}"
        for label, number in self.sums():
            yield f"  {number:>5}  {label}"
        if self.edits:
            yield "Changed:"
            yield from (f"  {edit.line()}" for edit in self.edits)
        for heading, number, problems in self.groups():
            yield f"{heading}: {number}"
            yield from (f"  {problem.line()}" for problem in problems)
            if len(problems) < number:
                yield f"  … and {number - len(problems)} more"
        yield self.headline()

    def as_json(self):
        # asdict would take a Counter for a dict of its own kind and break it.
        plain = replace(self, counts=dict(self.counts), problem_counts=dict(self.problem_counts))
        return asdict(plain)

    @classmethod
    def from_json(cls, data):
        made = cls(**data)
        made.counts, made.problem_counts = Counter(made.counts), Counter(made.problem_counts)
        made.problems = [Problem(**one) for one in made.problems]
        made.edits = [Edit(**one) for one in made.edits]
        return made


LABELS = {
    "read": "entries in the file",
    "new_tracks": "new tracks",
    "new_rooms": "new rooms",
    "new_kinds": "new kinds of talk",
    "new_speakers": "new speakers",
    "changed_speakers": "biographies changed",
    "new_talks": "new talks",
    "changed_talks": "talks changed",
    "same_talks": "talks as they were",
    "cancelled_talks": "talks cancelled",
    "placed": "given a room and time",
    "moved": "moved",
    "removed": "taken off the schedule",
    "unplaced": "left without a room and time",
    "held": "left where they were",
}
CHANGES = (
    *("new_tracks", "new_rooms", "new_kinds", "new_speakers", "new_talks", "changed_talks"),
    *("changed_speakers", "cancelled_talks", "placed", "moved", "removed"),
)
