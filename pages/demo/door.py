"""The door: lists, stations, and who has come in so far."""

import datetime as dt
from dataclasses import dataclass

from checkin.models import CheckIn, CheckInList, Scan, Station
from registration.models import AddOn, CashDrawer, Order, OrderLine

from .badges import add_badges, add_layout
from .desk import DESK
from .dice import Dice
from .shop import Shop
from .world import Edition

Verdict = Scan.Verdict
# Share of the holders of a type who come on a day, by how the day lies.
COMING = {"full": (0.62, 0.74, 0.78, 0.55, 0.4), "guest": (0.6, 0.7, 0.7, 0.5, 0.4)}
EXPO = (0.0, 0.38, 0.52, 0.33, 0.3)
SEEN = dt.timedelta(seconds=20)  # so long ago everybody else was heard
VOLUNTEERS = ("Hrant", "Mei", "Otieno", "Jana", "Raúl", "Noa", "Colin", "Asha")


def add_lists(edition: Edition, shop: Shop) -> tuple[CheckInList, CheckInList]:
    days = len(edition.conference.days())
    entry = edition.add(
        CheckInList(
            conference=edition.conference,
            name="Entry",
            kind=CheckInList.Kind.ENTRY,
            opens_at=edition.moment(0, 7),
            closes_at=edition.moment(days - 1, 18),
            once_a_day=True,
        )
    )
    shirts = edition.add(
        CheckInList(
            conference=edition.conference,
            name="T-shirts",
            kind=CheckInList.Kind.SHIRT,
            opens_at=edition.moment(0, 8),
            closes_at=edition.moment(days - 1, 16),
            leftovers_open_at=leftovers_open(edition) if edition.phase == "over" else None,
        )
    )
    link = edition.world.writer.link
    link(CheckInList.ticket_types, checkinlist_id=shirts.pk, tickettype_id=shop.types["guest"].pk)
    for extra in (extra for _, _, extras in shop.offer.extras for extra in extras):
        if extra.row.kind == AddOn.Kind.SHIRT:
            link(CheckInList.add_ons, checkinlist_id=shirts.pk, addon_id=extra.row.pk)
    return entry, shirts


def leftovers_open(edition: Edition) -> dt.datetime:
    """On the last day after lunch."""
    return edition.moment(len(edition.conference.days()) - 1, 13)


def add_stations(edition: Edition, entry: CheckInList, shirts: CheckInList) -> list[Station]:
    """Phones, a counter, printers, a kiosk, a desk. Their credentials are known to nobody."""
    dice = edition.dice("stations")
    # What was opened at a desk and not counted yet.
    drawer = CashDrawer.objects.open_in(edition.conference).filter(opened_by=None).first()
    stations = []
    for name, kind, its_list in (
        ("North entrance", Station.Kind.PHONE, entry),
        ("South entrance", Station.Kind.PHONE, entry),
        ("T-shirt counter", Station.Kind.COUNTER, shirts),
        ("Badge printer A", Station.Kind.PRINTER, entry),
        ("Badge printer B", Station.Kind.PRINTER, entry),
        (DESK, Station.Kind.DESK, entry),
        ("Kiosk in the hall", Station.Kind.KIOSK, entry),
    ):
        was_used = edition.phase != "open"
        stations.append(
            edition.add(
                Station(
                    conference=edition.conference,
                    name=name,
                    kind=kind,
                    checkin_list=its_list,
                    drawer=drawer if kind == Station.Kind.DESK else None,
                    credential_hash=dice.hexadecimal(64) if was_used else None,
                    paired_at=edition.moment(0, 6, 40) if was_used else None,
                )
            )
        )
    stations[5].printer = stations[3]
    return stations


@dataclass(frozen=True)
class Attempt:
    """One scan to be; an admission is a check-in of that day too."""

    at: dt.datetime
    station: Station
    verdict: str
    ticket: int | None = None
    day: dt.date | None = None


class Door:
    """Lets people in, day by day, as far as the day has come."""

    def __init__(self, edition: Edition, stations: list[Station]):
        self.edition, self.writer = edition, edition.world.writer
        self.stations = stations
        self.dice: Dice = edition.dice("door")
        self.now = edition.world.now
        self.has_shirt: set[int] = set()
        ordered = OrderLine.objects.in_force().filter(
            add_on__kind=AddOn.Kind.SHIRT, add_on__conference_id=edition.conference.pk
        )
        self.ordered = set(ordered.values_list("ticket", flat=True))
        self.asked = 0  # how many came for a leftover
        self.came: dict[int, dt.datetime] = {}  # ticket → when it first came in

    def open(self, shop: Shop) -> None:
        for day, date in enumerate(self.edition.conference.days()):
            opens = self.edition.moment(day, 7, 30)
            attempts = self.refused() if day == 0 else []
            for ticket, code in shop.admitting:
                if self.dice.chance(self.share(code, day)):
                    attempts += self.visit(ticket, code, date, self.arrival(opens))
            attempts = [one for one in attempts if one.at <= self.heard(one.station)]
            for one in sorted(attempts, key=lambda one: one.at):
                self.write(one)
            self.writer.flush()
        if self.edition.phase == "on":
            for station in self.stations:
                station.last_seen_at = self.heard(station)
                station.app_version = "" if station.kind == Station.Kind.PRINTER else "2026.11.1"
            self.stations[1].queued = 3
            fields = ["last_seen_at", "queued", "app_version"]
            Station.objects.bulk_update(self.stations, fields)
            self.disagree()

    def heard(self, station: Station) -> dt.datetime:
        """When it last reached us. What the south entrance scanned since then waits on it."""
        away = dt.timedelta(minutes=6) if station is self.stations[1] else SEEN
        return self.now - away

    def disagree(self) -> None:
        """Two whom the south entrance let in without a connection, after the north one had."""
        north, south = self.stations[:2]
        told = Scan.objects.filter(
            verdict=Verdict.ALREADY, station=north, received_at__lte=self.heard(south)
        )
        for scan in told.order_by("-pk")[:2]:
            first = Scan.objects.filter(
                ticket=scan.ticket_id, station=north, scanned_at__lt=scan.scanned_at
            )
            owner = first.filter(verdict=Verdict.ADMITTED).order_by("-scanned_at").first()
            if owner:
                scan.station, scan.said, scan.was_offline = south, Verdict.ADMITTED, True
                scan.conflict_with, scan.checkin_id = owner, owner.checkin_id
                scan.save()

    def share(self, code: str, day: int) -> float:
        if code == "kids":
            return 0.85 if day == 2 else 0.0
        if code == "lab":
            return 0.95 if day == 0 else 0.0
        return EXPO[day] if code == "expo" else COMING[code][day]

    def arrival(self, opens: dt.datetime) -> dt.datetime:
        """Most come in the first two hours, some until the evening; crew before anyone else."""
        dice = self.dice
        if dice.chance(0.02):
            return opens - dt.timedelta(seconds=round(26_000 * dice.random() ** 2))
        hours = dice.triangular(0, 2.5, 1.1) if dice.chance(0.72) else dice.uniform(1, 9)
        return opens + dt.timedelta(seconds=round(hours * 3600))

    def visit(self, ticket: int, code: str, date: dt.date, at: dt.datetime) -> list[Attempt]:
        """Through the entry, perhaps scanned twice by mistake, perhaps on to the T-shirts."""
        dice, entrance = self.dice, self.stations[self.dice.randrange(2)]
        attempts = [Attempt(at, entrance, Verdict.ADMITTED, ticket, date)]
        if dice.chance(0.02):
            again = at + dt.timedelta(seconds=40)
            attempts.append(Attempt(again, entrance, Verdict.ALREADY, ticket))
        if dice.chance(0.004):
            other = at + dt.timedelta(seconds=70)
            attempts.append(Attempt(other, entrance, Verdict.UNKNOWN))
        later = at + dt.timedelta(seconds=dice.randrange(200, 5_000))
        if ticket not in self.has_shirt and self.gets_shirt(ticket, code, later):
            self.has_shirt.add(ticket)
            attempts.append(Attempt(later, self.stations[2], Verdict.ADMITTED, ticket))
        return attempts

    def gets_shirt(self, ticket: int, code: str, at: dt.datetime) -> bool:
        """Most of who ordered one and of the guests; of the leftovers a few who ask."""
        if at > self.now:
            return False
        if at >= leftovers_open(self.edition) and ticket not in self.ordered:
            given = len(self.has_shirt & self.ordered)
            self.asked += 1
            return self.asked <= (len(self.ordered) - given) // 2 and self.dice.chance(0.3)
        return (ticket in self.ordered or code == "guest") and self.dice.chance(0.6)

    def refused(self) -> list[Attempt]:
        """A few whose order had run out, and what their code said at the door."""
        expired = Order.objects.filter(
            conference_id=self.edition.conference.pk, status=Order.Status.EXPIRED
        ).order_by("pk")
        first = self.edition.moment(0, 9, 12)
        return [
            Attempt(first + dt.timedelta(minutes=n * 7), self.stations[0], Verdict.NOT_PAID, ticket)
            for n, ticket in enumerate(expired.values_list("tickets", flat=True)[:3])
        ]

    def write(self, attempt: Attempt) -> None:
        checkin = None
        if attempt.verdict == Verdict.ADMITTED and attempt.ticket:
            self.came.setdefault(attempt.ticket, attempt.at)
            checkin = self.writer.add(
                CheckIn(
                    checkin_list_id=attempt.station.checkin_list_id,
                    ticket_id=attempt.ticket,
                    day=attempt.day,
                    station_id=attempt.station.pk,
                    at=attempt.at,
                )
            )
        self.writer.add(
            Scan(
                scan_id=self.dice.uuid(),
                station_id=attempt.station.pk,
                checkin_list_id=attempt.station.checkin_list_id,
                ticket_id=attempt.ticket,
                checkin_id=checkin.pk if checkin else None,
                verdict=attempt.verdict,
                volunteer=self.dice.choice(VOLUNTEERS),
                scanned_at=attempt.at,
                received_at=attempt.at,
            )
        )


def add_door(edition: Edition, shop: Shop) -> None:
    entry, shirts = add_lists(edition, shop)
    stations = add_stations(edition, entry, shirts)
    edition.world.writer.flush()
    add_layout(edition, shop)
    if edition.phase != "open":
        door = Door(edition, stations)
        door.open(shop)
        add_badges(edition, door)
