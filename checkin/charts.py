"""Arrivals over time, drawn as bars that are stacked by ticket type, with the running total."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from scale.time import local

MINUTE = dt.timedelta(minutes=1)
MOST_BARS = 90
STEPS = (1, 2, 5, 10, 15, 30, 60)
COLOURS = 7  # of types; what comes after shares one more
LATELY = 5  # minutes that “per minute now” looks back


@dataclass(frozen=True)
class Kind:
    """A ticket type in a chart: its colour's number, how many of it are counted."""

    name: str
    colour: int
    n: int


@dataclass(frozen=True)
class Bar:
    """One step of time; `pieces` are (colour, y, height) in a box of 10 × 100."""

    x: int
    clock: str
    n: int
    pieces: list[tuple[int, float, float]]


@dataclass(frozen=True)
class Hour:
    """A row of the table beside the chart: of each kind, in all, and up to its end."""

    clock: str
    counts: list[int]
    n: int
    total: int


@dataclass(frozen=True)
class Chart:
    step: int
    bars: list[Bar]
    top: int
    total: int
    line: str
    kinds: list[Kind]
    hours: list[Hour]
    begins: str
    ends: str

    @property
    def width(self):
        return len(self.bars) * 10

    @property
    def busiest(self):
        return max(self.bars, key=lambda bar: bar.n)


@dataclass
class Arrivals:
    """Who came through the entry on one day: {minute of the day: {ticket type: people}}."""

    conference: object
    since: dt.datetime
    names: dict[int, str]
    minutes: dict[int, Counter] = field(default_factory=dict)

    @classmethod
    def of_day(cls, conference, day, checkins, names):
        since, until = conference.day_bounds(day)
        found = cls(conference, since, names)
        for minute, kind, n in checkins.by_minute(conference, since, until):
            found.minutes.setdefault(int((minute - since) / MINUTE), Counter())[kind] += n
        return found

    @property
    def total(self):
        return sum(counts.total() for counts in self.minutes.values())

    def lately(self, now):
        """People a minute, over the last five whole ones."""
        here = int((now - self.since) / MINUTE)
        last = range(here - LATELY, here)
        return sum(self.minutes[n].total() for n in last if n in self.minutes) / LATELY

    def whole_day(self):
        """From the first full hour to the last; None before anybody came."""
        if not self.minutes:
            return None
        first = min(self.minutes) // 60 * 60
        last = (max(self.minutes) // 60 + 1) * 60
        step = next((n for n in STEPS if (last - first) / n <= MOST_BARS), STEPS[-1])
        return self.chart(first, last, step)

    def last_hour(self, now):
        """Minute by minute, up to now."""
        here = int((now - self.since) / MINUTE)
        return self.chart(here - 59, here + 1, 1)

    def chart(self, first, last, step):
        colours = {kind: min(n, COLOURS) for n, kind in enumerate(self.names)}
        counted = {n: counts for n, counts in self.minutes.items() if first <= n < last}
        steps: dict[int, Counter] = {}
        for n, counts in counted.items():
            steps.setdefault((n - first) // step, Counter()).update(counts)
        top = max((counts.total() for counts in steps.values()), default=0)
        before = sum(counts.total() for n, counts in self.minutes.items() if n < first)
        places = range((last - first) // step)
        empty: Counter = Counter()
        bars = [
            self.bar(n, first + n * step, steps.get(n, empty), top or 1, colours) for n in places
        ]
        sums = sum(counted.values(), Counter())
        return Chart(
            step=step,
            bars=bars,
            top=top,
            total=sums.total(),
            line=running(bars, before),
            kinds=self.kinds(sums, colours),
            hours=self.hours(counted, first, last, before),
            begins=self.clock(first),
            ends=self.clock(last),
        )

    def bar(self, place, minute, counts, top, colours):
        pieces, y = [], 100.0
        for kind in self.names:
            if n := counts[kind]:
                height = 100 * n / top
                y -= height
                pieces.append((colours[kind], round(y, 2), round(height, 2)))
        return Bar(place * 10, self.clock(minute), counts.total(), pieces)

    def kinds(self, sums, colours):
        return [Kind(self.names[kind], colours[kind], sums[kind]) for kind in self.shown(sums)]

    def shown(self, sums):
        return [kind for kind in self.names if sums[kind]]

    def hours(self, counted, first, last, before):
        sums = sum(counted.values(), Counter())
        rows, total = [], before
        for begins in range(first, last, 60):
            ones = [counts for n, counts in counted.items() if begins <= n < begins + 60]
            counts = sum(ones, Counter())
            total += counts.total()
            by_kind = [counts[kind] for kind in self.shown(sums)]
            rows.append(Hour(self.clock(begins), by_kind, counts.total(), total))
        return rows

    def clock(self, minute):
        return f"{local(self.since + minute * MINUTE, self.conference):%H:%M}"


def running(bars, before):
    """Points of the running total at the end of each bar, in the chart's own box."""
    total = before + sum(bar.n for bar in bars)
    points, so_far = [f"0,{100 - 100 * before / (total or 1):.1f}"], before
    for bar in bars:
        so_far += bar.n
        points.append(f"{bar.x + 10},{100 - 100 * so_far / (total or 1):.1f}")
    return " ".join(points)


@dataclass(frozen=True)
class Bars:
    """Plain bars in a box of 10 each × 100, with the first and the last one's name."""

    bars: list[tuple[int, str, int, float, float]]  # x, name, number, y, height

    @classmethod
    def of(cls, rows):
        """Rows whose first cell is the name and whose last is the number."""
        top = max((row[-1] for row in rows), default=0) or 1
        heights = [round(100 * row[-1] / top, 2) for row in rows]
        return cls(
            [
                (n * 10 + 1, row[0], row[-1], round(100 - high, 2), high)
                for n, (row, high) in enumerate(zip(rows, heights, strict=True))
            ]
        )

    @property
    def width(self):
        return len(self.bars) * 10
