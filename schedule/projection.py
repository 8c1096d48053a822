"""How many people to expect in a slot, as a range. Pure: numbers in, a number out.

Nobody knows the answer; several things point at it, each with an error of its own. Each
gives an estimate and a weight, and the projection is their weighted mean:

favourites   present × SITTING × (share of interest among what runs at the same time),
             weight fans ÷ (fans + FANS). Interest is the share of fans (people who starred
             anything) that starred the talk, shrunk towards the mean of its track as if
             SHRINK more people had starred as that track's average:
             (stars + SHRINK × track mean) ÷ (fans + SHRINK).
head counts  present × the mean share of the house that came to earlier talks of the speaker
             (if there are any) or of the track, weight n ÷ (n + 2) with n counts.
reviewers    the median of their guesses, weight ½ for one, 1 − ½ⁿ for n.
speaker      their own guess, weight ¼: people count on a full room.

The range is the projection ± a share of it that shrinks with the sum of the weights w:
0.5 ÷ (1 + w). Without anything to go by there is no number rather than an invented one.
What staff say replaces all of it. On the day the people in the house are the limit.

The people in the house at an hour are the day's tickets × the percent of the curve at that
hour × the turnout, which is 1 until the door knows better.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from .models import Kind

SHRINK = 20
FANS = 50
SITTING = 0.7  # of the people in the house, at an hour with talks; the others talk, eat, look
WIDEST = 0.5
FEW = 50  # people whom the door should have seen before its numbers count
# Half of the main audience comes to a repeat, a quarter fits into overflow rooms.
SHARE = {Kind.MAIN: 1.0, Kind.PART: 1.0, Kind.BOF: 1.0, Kind.REPEAT: 0.5, Kind.OVERFLOW: 0.25}


@dataclass(frozen=True, slots=True)
class Counted:
    """Head counts of so many talks, and the sum of the shares of the house that came to each."""

    talks: int = 0
    shares: float = 0.0

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> "Counted":
        """From (people, present) of each."""
        shares = [people / present for people, present in pairs if present]
        return cls(len(shares), sum(shares))

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(self.talks + other.talks, self.shares + other.shares)


@dataclass(slots=True)
class Signals:
    """What is known of one talk at one hour.

    `present` is how many are in the house as far as tickets tell, `limit` that number on days
    that have begun: for later ones tickets are still sold.
    `interest` is the shrunk share of fans that starred it, `rivals` the sum of the
    interest in everything that runs at the same time, itself included. `counted` is what
    is known of earlier talks.
    """

    present: int | None = None
    limit: int | None = None
    fans: int = 0
    interest: float = 0.0
    rivals: float = 0.0
    counted: Counted = Counted()
    reviewers: Sequence[int] = ()
    speaker: int | None = None
    override: int | None = None
    kind: str = Kind.MAIN


@dataclass(frozen=True)
class Projection:
    """People expected, from `low` to `high`; `by` names what it rests on, weightiest first."""

    people: int
    low: int
    high: int
    by: tuple[str, ...] = field(default=())

    @property
    def is_overridden(self) -> bool:
        return self.by == ("staff",)

    @property
    def range(self) -> str:
        return f"{self.low}–{self.high}" if self.low != self.high else f"{self.people}"


def turnout(tickets: int, curve: Mapping[int, int], until: int, arrived: int) -> float:
    """How the door runs against what tickets and curve (hour → percent) lead one to expect.

    By the hour `until` at least so many have come as the curve has had in the house at once.
    1 while fewer than FEW should be there, because the first ten people say nothing, and where
    nobody is scanned at all.
    """
    most = max((percent for hour, percent in curve.items() if hour <= until), default=0)
    expected = tickets * most / 100
    return arrived / expected if arrived and expected >= FEW else 1.0


def interest(stars: int, fans: int, track_mean: float) -> float:
    """The share of fans that want to see the talk; `track_mean` is that share in its track."""
    return (stars + SHRINK * track_mean) / (fans + SHRINK)


def project(signals: Signals) -> Projection | None:
    """The number for one slot, None when nothing points at any."""
    share = SHARE[Kind(signals.kind)]
    if signals.override is not None:
        said = round(signals.override * share)
        return Projection(said, said, said, ("staff",))
    found = estimates(signals)
    weights = sum(weight for _, weight, _ in found)
    if not weights:
        return None
    people = sum(guess * weight for guess, weight, _ in found) / weights * share
    if signals.limit is not None:
        people = min(people, signals.limit)
    error = people * WIDEST / (1 + weights)
    by = sorted(found, key=lambda one: -one[1])
    return Projection(
        round(people), round(people - error), round(people + error), tuple(name for *_, name in by)
    )


def estimates(signals: Signals) -> list[tuple[float, float, str]]:
    """(people, weight, what it rests on) for each thing that points at a number."""
    found: list[tuple[float, float, str]] = []
    house = signals.present
    if house is not None and signals.fans and signals.rivals:
        sitting = house * SITTING * signals.interest / signals.rivals
        found.append((sitting, signals.fans / (signals.fans + FANS), "favourites"))
    if house is not None and (n := signals.counted.talks):
        found.append((house * signals.counted.shares / n, n / (n + 2), "head counts"))
    if signals.reviewers:
        weight = 1 - 0.5 ** len(signals.reviewers)
        found.append((median(signals.reviewers), weight, "reviewers"))
    if signals.speaker is not None:
        found.append((signals.speaker, 0.25, "speaker"))
    return found


def will_not_fit(people: int, seats: int | None, minutes: float) -> float:
    """People-minutes: how many stay outside, times how long."""
    return max(0, people - seats) * minutes if seats is not None else 0
