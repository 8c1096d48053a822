"""The readiness board: every sponsor and every promise, in few statements."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from registration.models import CompAllowance

from .models import Benefit, Contact, Deliverable, Sponsorship
from .models.promises import SOON

Status, Kind, Side = Deliverable.Status, Deliverable.Kind, Deliverable.Side
# state: (tone, sign, word); the first three are what somebody should do something about.
STATES = {
    "late": ("bad", "!", "late"),
    "check": ("warn", "◐", "check it"),
    "soon": ("warn", "●", "due soon"),
    "later": ("later", "○", "open"),
    "done": ("good", "✓", "done"),
    "waived": ("good", "–", "waived"),
}


def state_of(status, due_on, today, passes=None):
    """(state, word) of a promise; `passes` is (how many are given, of how many)."""
    if status != Status.OPEN:
        state = {Status.ARRIVED: "check", Status.WAIVED: "waived"}.get(status, "done")
        return state, STATES[state][2]
    if passes and passes[0] >= passes[1]:
        state = "done"
    elif due_on is None or (due_on - today).days > SOON:
        state = "later"
    else:
        state = "late" if due_on < today else "soon"
    word = f"{min(passes)} of {passes[1]}" if passes else STATES[state][2]
    return state, word


def look(row, today, given=0):
    """How one promise stands, for a page that shows it."""
    passes = (given, row.quantity) if row.kind == Kind.PASSES else None
    state, word = state_of(row.status, row.due_on, today, passes)
    return {"state": state, "tone": STATES[state][0], "sign": STATES[state][1], "word": word}


@dataclass(slots=True)
class Cell:
    """One promise of one sponsor."""

    pk: int
    benefit: int
    side: str
    state: str
    word: str
    due_on: dt.date | None
    owner: str
    owner_id: int | None
    name: str
    quantity: int
    arrived_at: dt.datetime | None

    @property
    def tone(self):
        return STATES[self.state][0]

    @property
    def sign(self):
        return STATES[self.state][1]


@dataclass
class Row:
    deal: Sponsorship
    cells: dict[int, Cell] = field(default_factory=dict)
    line: list[Cell | None] = field(default_factory=list)
    nobody: bool = False
    html: str = ""

    def states(self):
        return {cell.state for cell in self.cells.values()}


class Board:
    """What the filters leave: rows by package and name, columns by who owes."""

    def __init__(self, conference, *, q="", tier=None, side="", owner=None, show=""):
        self.conference, self.today = conference, conference.today()
        deals = Sponsorship.objects.public(conference).select_related("owner")
        if tier:
            deals = deals.filter(package=tier)
        if q:
            deals = deals.filter(organization__name__icontains=q)
        self.known = {deal.pk: Row(deal) for deal in deals}
        self.fill(side, owner)
        self.rows = [row for row in self.known.values() if row.cells and shown(row, show)]
        self.mark_silent()
        self.columns = self.columns_of()
        for row in self.rows:
            row.line = [row.cells.get(column.pk) for column in self.columns]
        cells = [cell for row in self.rows for cell in row.cells.values()]
        self.counts = Counter(cell.state for cell in cells)
        self.total = len(cells)

    def fill(self, side, owner):
        rows = Deliverable.objects.of(self.conference)
        if side:
            rows = rows.filter(side=side)
        if owner:
            rows = rows.filter(owner=owner)
        given = passes_given(self.conference)
        found = rows.order_by("deal", "position", "pk").values_list(
            *("pk", "deal", "benefit", "side", "status", "kind", "quantity", "pass_type"),
            *("due_on", "owner", "owner__name", "owner__email", "name", "arrived_at"),
        )
        for pk, deal, benefit, side_, status, kind, many, kind_of_pass, due, *rest in found:
            if deal not in self.known:
                continue
            owner_id, name, email, promise, arrived = rest
            number = given.get(f"sponsorship:{deal}:{kind_of_pass}", 0)
            given_here = (number, many) if kind == Kind.PASSES else None
            state, word = state_of(status, due, self.today, given_here)
            who = name or email or ""
            self.known[deal].cells[benefit] = Cell(
                *(pk, benefit, side_, state, word, due, who, owner_id, promise, many, arrived)
            )

    def mark_silent(self):
        """Sponsors who owe something and have nobody whom a reminder could reach."""
        waiting = [
            row.deal.organization_id
            for row in self.rows
            if any(one.side == Side.THEM and one.state in OWED for one in row.cells.values())
        ]
        reached = set(
            Contact.objects.filter(organization__in=waiting)
            .exclude(email="")
            .values_list("organization", flat=True)
        )
        for row in self.rows:
            pk = row.deal.organization_id
            row.nobody = pk in waiting and pk not in reached

    def columns_of(self):
        used = {pk for row in self.rows for pk in row.cells}
        # Them before us: what we owe often waits for it.
        return list(Benefit.objects.filter(pk__in=used).order_by("side", "position", "name", "pk"))


OWED = ("late", "soon", "later")
SHOWN = {"late": {"late"}, "check": {"check"}, "open": {"late", "check", "soon", "later"}}


def shown(row, show):
    return not show or bool(row.states() & SHOWN[show])


def passes_given(conference):
    """{source: how many} of every deal of the edition."""
    given = CompAllowance.objects.filter(conference=conference, source__startswith="sponsorship:")
    return dict(given.values_list("source", "given"))
