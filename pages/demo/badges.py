"""Badges of who came: how they look, which were printed, what still waits for a printer."""

import datetime as dt
from typing import TYPE_CHECKING

from checkin.badges import layouts
from checkin.badges.models import CODE_LETTERS
from checkin.models import Badge, BadgeLayout, PrinterReport, PrintJob
from registration.models import Ticket
from scale.codes import ALPHABET

from .desk import AT_DESK
from .shop import Shop
from .world import Edition

if TYPE_CHECKING:
    from .door import Door

COLOURS = {
    "full": "#10307a",
    "expo": "#0f7b4a",
    "guest": "#7a1fa2",
    "lab": "#0b6f85",
    "kids": "#d9480f",
}
WAITING = 6
REASONS = ("name misspelt", "coffee on it", "lost at lunch")


def add_layout(edition: Edition, shop: Shop) -> None:
    look = layouts.preset("badge", edition.conference)
    edition.add(
        BadgeLayout(
            conference=edition.conference,
            width_mm=look.width,
            height_mm=look.height,
            places=layouts.as_json(look.places),
            colours={code: colour for code, colour in COLOURS.items() if code in shop.types},
            paper=look.paper,
        )
    )


class Printing:
    """One badge for each who came in, a second for a few, a short queue while it goes on."""

    def __init__(self, edition: Edition, door: "Door"):
        self.edition, self.door = edition, door
        self.dice = edition.dice("badges")
        self.printers = door.stations[3:5]
        self.nonces = dict(
            Ticket.objects.filter(conference_id=edition.conference.pk).values_list("pk", "nonce")
        )

    def print_all(self) -> None:
        came = sorted(self.door.came.items(), key=lambda one: (one[1], one[0]))
        goes_on = self.edition.phase == "on"
        waiting = came[-WAITING:] if goes_on else []
        for ticket, at in came[: len(came) - len(waiting)]:
            again = at + dt.timedelta(hours=2)
            if self.dice.chance(0.01) and again < self.door.now:
                self.badge(ticket, at, void=again)
                self.badge(ticket, again, asked=AT_DESK)
            else:
                self.badge(ticket, at)
        for number, (ticket, at) in enumerate(waiting):
            self.wait(number, ticket, at)
        self.edition.world.writer.flush()
        if goes_on:
            since = self.door.now - dt.timedelta(minutes=4)
            PrinterReport.objects.bulk_create(
                PrinterReport(station_id=printer.pk, trouble=trouble, since=since)
                for printer, trouble in zip(self.printers, ("", "out of paper"), strict=True)
            )

    def badge(self, ticket, at, *, void=None, printed=True, asked=""):
        code = "".join(self.dice.choice(ALPHABET) for _ in range(CODE_LETTERS))
        return self.edition.world.writer.add(
            Badge(
                ticket_id=ticket,
                code=code,
                holder=self.nonces[ticket],
                asked=asked,
                created_at=at,
                printed_at=at + dt.timedelta(seconds=20) if printed else None,
                station_id=self.dice.choice(self.printers).pk if printed else None,
                status=Badge.Status.VOID if void else Badge.Status.LIVE,
                voided_at=void,
                why_void=self.dice.choice(REASONS) if void else "",
            )
        )

    def wait(self, number, ticket, at):
        """The second printer is out of paper: two wait for it, one had failed."""
        badge = self.badge(ticket, at, printed=False)
        failed = number == 0
        self.edition.world.writer.add(
            PrintJob(
                conference_id=self.edition.conference.pk,
                badge_id=badge.pk,
                wanted_id=self.printers[1].pk if number < 3 else None,
                printer_id=self.printers[1].pk if failed else None,
                status=PrintJob.Status.FAILED if failed else PrintJob.Status.QUEUED,
                attempt=1 if failed else 0,
                why="out of paper" if failed else "",
                queued_at=at,
                ended_at=at if failed else None,
            )
        )


def add_badges(edition: Edition, door: "Door") -> None:
    Printing(edition, door).print_all()
