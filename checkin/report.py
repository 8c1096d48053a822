"""For the board: what was sold, who came, what it brought. Page, CSV and PDF show these tables."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import Left, TruncHour, Upper
from django.utils import timezone

from registration import figures
from registration.models import OrderLine, Ticket
from scale import money
from scale.db import snapshot
from scale.models import Conference
from schedule import crew

from .arrivals import by_day
from .models import CheckIn, CheckInList
from .shirts import shirts

EARLIER = 3  # editions that are compared
AREA_LETTERS = 3  # of a postcode
FEW = 5  # people in an area that could be recognised
MOST_AREAS = 25
OTHERS, NOWHERE = "All other areas", "Without postcode"


@dataclass(frozen=True)
class Table:
    """`name` stands above; the first cell of a row is its name, numbers and money follow."""

    name: str
    columns: Sequence[str]
    rows: list[Sequence[Any]]
    note: str = ""


@dataclass
class Report:
    conference: Conference
    as_of: dt.datetime
    tables: list[Table] = field(default_factory=list)


def report(conference, now=None):
    """Every table that has rows, as of one moment."""
    now = now or timezone.now()
    with snapshot():
        tables = [
            summary(conference, now),
            by_type(conference),
            per_day(conference, now),
            per_hour(conference),
            by_area(conference),
            of_shirts(conference),
            of_codes(conference),
            head_counts(conference),
            rooms(conference),
        ]
    return Report(conference, now, [table for table in tables if table.rows])


def entered(conference):
    """Live check-ins of the entry."""
    return CheckIn.objects.live().filter(
        checkin_list__conference=conference, checkin_list__kind=CheckInList.Kind.ENTRY
    )


def shown_up(conference):
    """Tickets that still admit and came in on some day: nobody is counted twice."""
    return Ticket.objects.admitting().filter(
        conference=conference, pk__in=entered(conference).values("ticket")
    )


# --- the tables --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sums:
    paid: int
    given: int
    came: int
    revenue: Decimal
    talks: int
    heads: int

    @property
    def tickets(self):
        return self.paid + self.given


def sums(conference):
    """An edition in six numbers, in four statements."""
    live = Ticket.objects.admitting().filter(conference=conference)
    told = live.aggregate(
        paid=Count("pk", filter=~Q(order=None)), given=Count("pk", filter=Q(order=None))
    )
    counts = crew.last_counts(conference).values()
    return Sums(
        **told,
        came=shown_up(conference).count(),
        revenue=money.cents(OrderLine.objects.earned(conference)),
        talks=len(counts),
        heads=sum(count.people for count in counts),
    )


def summary(conference, now):
    """Beside the editions of the series before it, as they ended."""
    before = Conference.objects.filter(
        series=conference.series, starts_on__lt=conference.starts_on
    ).order_by("-starts_on")[:EARLIER]
    editions = [conference, *before]
    found = [sums(one) for one in editions]
    rows = [
        ("Tickets sold", *(one.paid for one in found)),
        ("Tickets given", *(one.given for one in found)),
        ("Tickets in all", *(one.tickets for one in found)),
        ("Shown up", *(one.came for one in found)),
        ("Not shown up", *(one.tickets - one.came for one in found)),
        ("Shown up, of a hundred", *(percent(one.came, one.tickets) for one in found)),
        ("Talks with a head count", *(one.talks for one in found)),
        ("Heads counted in talks", *(one.heads for one in found)),
    ]
    own = conference.currency
    told = [
        one.revenue if edition.currency == own else f"{one.revenue} {edition.currency}"
        for one, edition in zip(found, editions, strict=True)
    ]
    rows.insert(3, (f"Revenue ({own})", *told))
    goes_on = conference.today(now) <= conference.ends_on
    note = "The conference is not over: its numbers still grow." if goes_on else ""
    return Table("In all", ["", *(one.name for one in editions)], rows, note)


def percent(n, of):
    return round(100 * n / of) if of else 0


def by_type(conference):
    live = Ticket.objects.admitting().filter(conference=conference).values_list("ticket_type")
    counted = live.annotate(n=Count("pk"), paid=Count("pk", filter=~Q(order=None))).order_by()
    sold = {kind: (n, paid) for kind, n, paid in counted}
    there = shown_up(conference).values_list("ticket_type").annotate(n=Count("pk")).order_by()
    came, earned = dict(there), revenue_by_type(conference)
    rows: list[Sequence] = []
    for kind in conference.ticket_types.all():
        (n, paid), here = sold.get(kind.pk, (0, 0)), came.get(kind.pk, 0)
        revenue = earned.get(kind.pk, money.ZERO)
        if n or revenue:
            rows.append((kind.name, paid, n - paid, here, n - here, revenue))
    if rest := earned.get(None):
        rows.append(("Extras and what belongs to no type", "", "", "", "", rest))
    columns = ["Ticket type", "Sold", "Given", "Shown up", "Not shown up"]
    return Table("By ticket type", [*columns, f"Revenue ({conference.currency})"], rows)


def revenue_by_type(conference):
    """{ticket type or None: what its lines brought}; in sum what `earned` says."""
    rows = OrderLine.objects.kept(conference).values_list("ticket_type").annotate(n=Sum("price"))
    return {kind: money.cents(n) for kind, n in rows.order_by()}


def per_day(conference, now):
    """People in the house each day, and who came for the first time."""
    house = by_day(conference, now)
    first: dict[int, dt.datetime] = {}
    for ticket, at in entered(conference).order_by("at").values_list("ticket", "at"):
        first.setdefault(ticket, at)
    new = Counter(conference.today(at) for at in first.values())
    rows = [
        (f"{day:%A %-d %B}", house.get(day, 0), new[day])
        for day in conference.days()
        if house.get(day) or new[day]
    ]
    return Table("By day", ["Day", "In the house", "For the first time"], rows)


def per_hour(conference):
    """Through the entry, hour by hour of every day."""
    hours = (
        entered(conference)
        .annotate(hour=TruncHour("at", tzinfo=dt.UTC))
        .values_list("hour")
        .annotate(n=Count("pk"))
        .order_by("hour")
    )
    found: dict[int, Counter] = defaultdict(Counter)
    for hour, n in hours:
        wall = hour.astimezone(conference.zone)
        found[wall.hour][wall.date()] += n
    days = sorted({day for counts in found.values() for day in counts})
    rows = [
        (f"{hour:02}:00", *(found[hour][day] for day in days), found[hour].total())
        for hour in (range(min(found), max(found) + 1) if found else ())
    ]
    return Table("Arrivals by hour", ["From", *(f"{day:%a %-d %B}" for day in days), "All"], rows)


def by_area(conference):
    """By the beginning of the postcode; areas of a few are told together, or they name people."""
    area = Upper(Left("postcode", AREA_LETTERS))
    live = Ticket.objects.admitting().filter(conference=conference).annotate(area=area)
    tickets = dict(live.values_list("area").annotate(n=Count("pk")).order_by())
    there = shown_up(conference).annotate(area=area)
    came = dict(there.values_list("area").annotate(n=Count("pk")).order_by())
    nowhere = (tickets.pop("", 0), came.pop("", 0))
    ranked = sorted(tickets, key=lambda name: (-tickets[name], name))
    shown = [name for name in ranked if tickets[name] >= FEW][:MOST_AREAS]
    rest = [name for name in ranked if name not in shown]
    # The rest must not be a few either: who knows the total knows them.
    while shown and rest and sum(tickets[name] for name in rest) < FEW:
        rest.append(shown.pop())
    rows: list[Sequence] = [(name, tickets[name], came.get(name, 0)) for name in shown]
    if rest:
        counts = (sum(numbers.get(name, 0) for name in rest) for numbers in (tickets, came))
        rows.append((OTHERS, *counts))
    if nowhere[0]:
        rows.append((NOWHERE, *nowhere))
    note = (
        f"First {AREA_LETTERS} characters of the postcode. "
        f"Areas with fewer than {FEW} tickets stand together."
    )
    return Table("By postcode", ["Area", "Tickets", "Shown up"], rows, note)


def of_shirts(conference):
    found = shirts(conference)
    rows: list[Sequence] = [(one.name, one.ordered, one.given, one.left) for one in found.sizes]
    if found.others:
        rows.append(("Leftovers, of any size", "", found.others, ""))
    if rows:
        rows.append(("All", found.ordered, found.given, found.left))
    return Table("T-shirts", ["Size", "Ordered", "Given", "Left"], rows)


def of_codes(conference):
    rows = [
        (promo.code, promo.uses, money.cents(promo.saved)) for promo in figures.promos(conference)
    ]
    return Table("Promo codes", ["Code", "Tickets", f"Paid less ({conference.currency})"], rows)


def head_counts(conference):
    """The talks that were counted, the fullest first."""
    counts = sorted(crew.last_counts(conference).values(), key=lambda row: -row.people)
    rows = [
        (
            row.talk.title if row.talk else "(no talk)",
            row.room.name if row.room else "",
            row.people,
            "" if row.expected is None else row.expected,
        )
        for row in counts
    ]
    return Table("Head counts by talk", ["Talk", "Room", "People", "Expected"], rows)


def rooms(conference):
    found: dict[str, list[int]] = defaultdict(list)
    for row in crew.last_counts(conference).values():
        found[row.room.name if row.room else "(no room)"].append(row.people)
    rows = [
        (name, len(people), sum(people), max(people), round(sum(people) / len(people)))
        for name, people in sorted(found.items())
    ]
    return Table("Head counts by room", ["Room", "Counts", "People", "Most", "On average"], rows)


# --- how a cell is shown -----------------------------------------------------------------------


def shown(cell):
    """The same words on the page and on paper."""
    if isinstance(cell, Decimal):
        return f"{cell:,.2f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
