"""What a sponsor got for its deal: promises with proof, passes used, talks, leads.

Page, PDF and the sponsor's own page show the same `Report`.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.utils import timezone

from cfp.models import Talk
from scale.models import Conference
from schedule.models import HeadCount, Slot
from sponsors.models import Booth, Deliverable, Sponsorship
from sponsors.models.booths import in_order
from sponsors.passes import with_passes
from sponsors.readiness import look
from sponsors.talks import talks_of

from ..charts import Bars
from ..models import CheckIn, CheckInList, Lead, Station

Side, Kind = Deliverable.Side, Deliverable.Kind
OPEN = ("warn", "○", "still open")
WORDS = {
    "done": ("good", "✓", "done"),
    "check": ("info", "●", "arrived"),
    "waived": ("quiet", "–", "not needed any more"),
}


@dataclass(frozen=True)
class PassLine:
    """One kind of pass: how many were promised, have a name, and came through the entry."""

    name: str
    promised: int
    named: int
    used: int


@dataclass(frozen=True)
class TalkLine:
    """`heads` is None where nobody counted."""

    talk: Talk
    slots: list[Slot]
    heads: int | None


@dataclass
class Report:
    """`at_door` says whether the entry scanned anybody, so that nothing used means nobody came."""

    deal: Sponsorship
    as_of: dt.datetime
    ours: list[Deliverable] = field(default_factory=list)
    theirs: list[Deliverable] = field(default_factory=list)
    passes: list[PassLine] = field(default_factory=list)
    at_door: bool = False
    booths: list[Booth] = field(default_factory=list)
    talks: list[TalkLine] = field(default_factory=list)
    leads: list[tuple[str, int]] = field(default_factory=list)
    scans: bool = False

    @property
    def conference(self) -> Conference:
        return self.deal.conference

    @property
    def kept(self) -> int:
        """Promises of ours that are kept; what was waived is none any more."""
        return sum(row.look["state"] == "done" for row in self.ours)

    @property
    def owed(self) -> int:
        return sum(row.look["state"] != "waived" for row in self.ours)

    @property
    def used(self) -> int:
        return sum(line.used for line in self.passes)

    @property
    def promised(self) -> int:
        return sum(line.promised for line in self.passes)

    @property
    def heads(self) -> int:
        return sum(line.heads or 0 for line in self.talks)

    @property
    def leads_total(self) -> int:
        return sum(n for _, n in self.leads)

    @property
    def bars(self) -> Bars:
        return Bars.of(self.leads)

    @property
    def sums(self) -> list[tuple[str, str]]:
        """The numbers at the top, of what there is."""
        found = [("promises kept", f"{self.kept} of {self.owed}")]
        if self.promised and self.at_door:
            found.append(("passes used", f"{self.used} of {self.promised}"))
        if self.talks and self.heads:
            found.append(("people in your talks", f"{self.heads:,}"))
        if self.scans:
            found.append(("contacts at your booth", f"{self.leads_total:,}"))
        return found


def report(deal: Sponsorship, now: dt.datetime | None = None) -> Report:
    """The same number of statements however much was promised. `deal` comes with its edition."""
    found = Report(deal, now or timezone.now())
    with_passes([deal])
    add_promises(found)
    add_passes(found)
    found.booths = in_order(deal.booths.select_related("plan"))
    add_talks(found)
    add_leads(found)
    return found


def add_promises(found: Report) -> None:
    deal, today = found.deal, found.conference.today(found.as_of)
    rows = Deliverable.objects.standing().filter(deal=deal)
    given = {line.kind.pk: len(line.given) for line in deal.passes}
    for row in rows.order_by("position", "name", "pk"):
        row.deal = deal
        row.look = said(row, given.get(row.pass_type_id, 0), today)
        (found.ours if row.side == Side.US else found.theirs).append(row)


def said(row: Deliverable, given: int, today: dt.date) -> dict[str, str]:
    """How a promise stands, in words for both sides. Passes are kept when they can be used."""
    if row.kind == Kind.PASSES and row.status != Deliverable.Status.WAIVED:
        words = f"{min(given, row.quantity)} of {row.quantity} named"
        return {"state": "done", "tone": "good", "sign": "✓", "word": words}
    found = look(row, today)
    tone, sign, word = WORDS.get(found["state"], OPEN)
    return {"state": found["state"], "tone": tone, "sign": sign, "word": word}


def add_passes(found: Report) -> None:
    entry = CheckIn.objects.live().filter(
        checkin_list__conference=found.conference, checkin_list__kind=CheckInList.Kind.ENTRY
    )
    found.at_door = entry.exists()
    tickets = [ticket.pk for line in found.deal.passes for ticket in line.given]
    came = set(entry.filter(ticket__in=tickets).values_list("ticket", flat=True))
    found.passes = [
        PassLine(
            line.kind.name,
            line.limit,
            len(line.given),
            sum(ticket.pk in came for ticket in line.given),
        )
        for line in found.deal.passes
    ]


def add_talks(found: Report) -> None:
    """Those that were on stage, with all their places and the last count of each of these."""
    talks = list(talks_of(found.deal).filter(status__in=Talk.ON_STAGE).with_speakers())
    slots: dict[int, list[Slot]] = {}
    placed = Slot.objects.filter(talk__in=talks).select_related("room")
    for slot in placed.order_by("starts_at", "pk"):
        slots.setdefault(slot.talk_id, []).append(slot)
    counted: dict[int, dict] = {}
    rows = HeadCount.objects.filter(talk__in=talks).order_by("pk")
    for talk, place, people in rows.values_list("talk", "slot_uuid", "people"):
        counted.setdefault(talk, {})[place] = people
    for talk in talks:
        talk.conference = found.conference
        heads = sum(counted[talk.pk].values()) if talk.pk in counted else None
        found.talks.append(TalkLine(talk, slots.get(talk.pk, []), heads))


def add_leads(found: Report) -> None:
    """By day; who took their details back is counted no more."""
    conference, exhibitor = found.conference, found.deal.organization_id
    rows = Lead.objects.standing().of_edition(conference).filter(exhibitor=exhibitor)
    days = Counter(conference.today(at) for at in rows.values_list("scanned_at", flat=True))
    shown = sorted({*conference.days(), *days}) if days else []
    found.leads = [(f"{day:%A %-d %B}", days[day]) for day in shown]
    phones = Station.objects.filter(conference=conference, organization=exhibitor)
    found.scans = bool(days) or phones.exists()
