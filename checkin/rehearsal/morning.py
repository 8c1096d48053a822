"""The morning itself: people come, doors lose their network, and in the end all is counted."""

import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from scale.codes import new_code

from ..models import CheckIn, Scan
from .cast import Cast
from .device import Device, Network, SentAway

STRANGE = 0.01  # as many more codes are nobody's
SYNC_EVERY = 5.0  # seconds
DRAIN_AT_MOST = 120.0
# Of the arrivals, when some doors are without network.
DOWN = (1 / 3, 2 / 3)
TICKET_LETTERS = 12


@dataclass
class Report:
    """What happened; `faults` are what must not happen and did."""

    people: int
    seconds: float
    devices: list[Device]
    without_network: list[str]
    busiest: int  # scans in one second
    verdicts: Counter = field(default_factory=Counter)
    conflicts: int = 0
    kept: int = 0
    inside: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def scans(self) -> int:
        return sum(len(device.shown) for device in self.devices)

    def answer_ms(self, share: float) -> float:
        """Milliseconds within which this share of the sendings was answered."""
        times = sorted(seconds for device in self.devices for seconds in device.times)
        if len(times) < 2:
            return 1000 * sum(times)
        return 1000 * statistics.quantiles(times, n=100, method="inclusive")[round(share * 100) - 1]


@dataclass(frozen=True)
class Script:
    """How the morning goes: people come over `seconds` (0: as fast as it goes).

    `again` is the share of them that hold their ticket up a second time, at any door; `loses`
    and `repeats` are those of each door's network; `weak` doors lose it for a third of the time
    (None: every fourth, at least two of three and more).
    """

    seconds: float = 60.0
    again: float = 0.03
    loses: float = 0.0
    repeats: float = 0.02
    weak: int | None = None

    def weak_doors(self, doors: int) -> int:
        usual = max(2, doors // 4) if doors > 2 else doors - 1
        return usual if self.weak is None else min(self.weak, doors)


class Morning:
    """Plays a script with a cast; one thread for each door."""

    def __init__(
        self,
        cast: Cast,
        server: str,
        script: Script,
        *,
        seed: int = 1,
        say: Callable[[str], None] = print,
    ) -> None:
        self.cast, self.script, self.say = cast, script, say
        self.dice = random.Random(seed)  # nosec B311
        self.devices = [
            Device(
                *(server, station.name, credential, cast.entry.pk),
                dice=random.Random(seed + n),  # nosec B311
                network=Network(script.loses, script.repeats),
            )
            for n, (station, credential) in enumerate(cast.doors)
        ]
        self.weak = self.devices[len(self.devices) - script.weak_doors(len(self.devices)) :]
        self.arrivals = self.plan()
        self.begun = self.done = 0
        self.each_second: Counter = Counter()
        self.troubles: list[str] = []
        self.lock = threading.Lock()

    def plan(self) -> list[tuple[float, str]]:
        """(when, code) of everybody who comes, some of them twice, and of strangers."""
        dice, codes = self.dice, self.cast.codes
        due = [(dice.betavariate(2, 3), code) for code in codes]
        # At two doors at once, or a little later.
        due += [
            (min(1.0, when + dice.choice([0, 0.1])), code)
            for when, code in due
            if dice.random() < self.script.again
        ]
        # Few enough for no door to look as if it were guessing.
        strangers = min(round(STRANGE * len(codes)), 5 * len(self.devices))
        due += [(dice.random(), new_code(TICKET_LETTERS)) for _ in range(strangers)]
        return [(when * self.script.seconds, code) for when, code in sorted(due)]

    def play(self) -> Report:
        self.began = time.monotonic()
        threads = [
            threading.Thread(target=self.stand_at, args=(device,), daemon=True)
            for device in self.devices
        ]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            self.tell()
            time.sleep(1)
        took = time.monotonic() - self.began
        return self.count(took)

    def tell(self):
        waiting = sum(len(device.queue) for device in self.devices)
        self.say(f"{self.done} of {len(self.arrivals)} have come, {waiting} scans wait")

    # --- one door

    def stand_at(self, device: Device) -> None:
        try:
            self.take_people(device)
            self.drain(device)
        except SentAway as error:
            self.troubles.append(str(error))
        finally:
            device.hang_up()

    def take_people(self, device):
        synced = 0.0
        while not device.sync():
            time.sleep(0.2)
        while arrival := self.next_arrival():
            n, due, code = arrival
            while (rest := self.began + due - time.monotonic()) > 0:
                time.sleep(min(rest, 1))
            share = n / len(self.arrivals)
            device.network.is_up = not (device in self.weak and DOWN[0] <= share < DOWN[1])
            device.scan(code)
            device.send()
            with self.lock:
                self.done += 1
                self.each_second[int(time.monotonic())] += 1
            if time.monotonic() - synced > SYNC_EVERY:
                device.sync()
                synced = time.monotonic()

    def next_arrival(self):
        with self.lock:
            n = self.begun
            if n == len(self.arrivals):
                return None
            self.begun += 1
        return n, *self.arrivals[n]

    def drain(self, device):
        device.network.is_up = True
        give_up = time.monotonic() + DRAIN_AT_MOST
        while device.queue and time.monotonic() < give_up:
            if not device.send():
                time.sleep(0.2)

    # --- afterwards

    def count(self, took: float) -> Report:
        """What the database has in the end, against what the devices showed."""
        report = Report(
            people=len(self.cast.codes),
            seconds=took,
            devices=self.devices,
            without_network=[device.name for device in self.weak],
            busiest=max(self.each_second.values(), default=0),
            faults=list(self.troubles),
        )
        look_after(report, self.cast)
        return report


def look_after(report: Report, cast: Cast) -> None:
    """Fill in what the database says, and what is wrong with it."""
    scans = Scan.objects.filter(checkin_list=cast.entry)
    kept = {str(pk) for pk in scans.values_list("scan_id", flat=True)}
    shown = {pk for device in report.devices for pk in device.shown}
    report.kept = len(kept)
    report.verdicts = Counter(scans.values_list("verdict", flat=True))
    report.conflicts = Scan.objects.open_conflicts(cast.conference).count()
    inside = Counter(
        CheckIn.objects.live()
        .filter(checkin_list=cast.entry)
        .values_list("ticket__code", flat=True)
    )
    report.inside = len(inside)
    came = {code for device in report.devices for code in device.let_in.values()}
    waiting = sum(len(device.queue) for device in report.devices)
    for words, wrong in (
        ("scans are still on a device", waiting),
        ("scans are not in the database", len(shown - kept)),
        ("scans are in the database that no device made", len(kept - shown)),
        ("people are in more than once", sum(n > 1 for n in inside.values())),
        ("people are in who may not be", len(set(inside) - cast.welcome)),
        ("people were let in and are not in", len(came - set(inside))),
        ("people who came were not let in", len(cast.welcome - set(inside))),
    ):
        if wrong:
            report.faults.append(f"{wrong} {words}")
