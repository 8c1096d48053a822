"""`manage.py rehearse_door`: plays a morning at the door against a running server."""

import argparse
import urllib.parse

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from checkin import rehearsal
from checkin.models import Scan
from checkin.rehearsal.device import NO_ANSWER, line_to

MOST_PEOPLE, MOST_STATIONS = 100_000, 100


def share(typed):
    """A percentage below 100, as a share."""
    value = float(typed) / 100
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError("from 0 to 99")
    return value


class Command(BaseCommand):
    help = (
        "Play a morning at the door against a running server and say what happened. It makes an "
        "edition that only staff see, with tickets and stations of its own, and removes it in the "
        "end; nothing of a real edition is touched."
    )

    def add_arguments(self, parser):
        parser.add_argument("--stations", type=int, default=8)
        parser.add_argument("--people", type=int, default=1000)
        parser.add_argument(
            "--minutes", type=float, default=1.0, help="Over which they come; 0: as fast as it goes"
        )
        parser.add_argument(
            "--again",
            type=share,
            default=0.03,
            metavar="PERCENT",
            help="of the people hold up their ticket a second time (3)",
        )
        parser.add_argument(
            "--loses",
            type=share,
            default=0.0,
            metavar="PERCENT",
            help="of what doors send, and of the answers to the rest, gets lost (0)",
        )
        parser.add_argument(
            "--offline",
            type=int,
            metavar="DOORS",
            help="that have no network for the middle third (every fourth, at least two)",
        )
        parser.add_argument(
            "--server",
            default=settings.SITE_URL,
            help=f"Where the devices find the site ({settings.SITE_URL}); it has to use the same "
            "database as this command.",
        )
        parser.add_argument("--keep", action="store_true", help="Leave the edition to look at.")

    def handle(self, *args, people, stations, server, keep, **options):
        require_numbers(people, stations, **options)
        self.require(server)
        if left := rehearsal.send_home_earlier():
            self.say(f"Removed {left} earlier rehearsal{'s' if left > 1 else ''}.")
        cast = rehearsal.gather(people, stations)
        try:
            report = self.play(cast, server, options)
        finally:
            if not keep:
                rehearsal.send_home(cast.conference)
        if keep:
            self.say("A later rehearsal removes this one.")
        if report.faults:
            raise CommandError("; ".join(report.faults))
        self.say("Nothing was lost, and nobody was let in twice but for the conflicts.")

    def play(self, cast, server, options):
        self.say(
            f"{len(cast.codes):,} people at {len(cast.doors)} doors. "
            f"Staff can watch: {server}/staff/{cast.conference.slug}/door/"
        )
        script = rehearsal.Script(
            options["minutes"] * 60, options["again"], options["loses"], weak=options["offline"]
        )
        # A morning is long: what the database ends meanwhile, such as at its own restart, is ours.
        connection.close()
        report = rehearsal.Morning(cast, server, script, say=self.say).play()
        for line in lines(report):
            self.say(line)
        return report

    def require(self, server):
        """A server that answers, before anything is made."""
        if urllib.parse.urlsplit(server).scheme not in ("http", "https"):
            raise CommandError(f"{server} is no address of a server.")
        try:
            line = line_to(server)
            line.request("GET", "/healthz")
            line.getresponse().read()
            line.close()
        except NO_ANSWER as error:
            raise CommandError(f"Nothing answers at {server}: {error}. Start it first.") from error

    def say(self, words):
        self.stdout.write(words)
        self.stdout.flush()


def require_numbers(people, stations, minutes, offline, **options):
    if not 1 <= people <= MOST_PEOPLE:
        raise CommandError(f"--people: from 1 to {MOST_PEOPLE:,}.")
    if not 1 <= stations <= MOST_STATIONS:
        raise CommandError(f"--stations: from 1 to {MOST_STATIONS}.")
    if not 0 <= minutes <= 24 * 60:
        raise CommandError("--minutes: from 0 to 1440.")
    if offline is not None and offline < 0:
        raise CommandError("--offline: 0 or more.")


def lines(report):
    """What happened, for the captain."""
    said = dict(Scan.Verdict.choices)
    verdicts = ", ".join(f"{said[name]} {n:,}" for name, n in report.verdicts.most_common())
    yield ""
    yield f"{report.scans:,} scans in {report.seconds:.0f} s, {report.busiest} in the busiest one"
    yield f"  {verdicts}"
    yield (
        f"  the server answered half of them within {report.answer_ms(0.5):.0f} ms, "
        f"95 of 100 within {report.answer_ms(0.95):.0f} ms"
    )
    longest = max(device.longest_queue for device in report.devices)
    if report.without_network:
        yield (
            f"  without network for a while: {', '.join(report.without_network)}; "
            f"at most {longest} scans waited on one"
        )
    unanswered = sum(device.unanswered for device in report.devices)
    if unanswered:
        yield f"  {unanswered} times there was no answer, and the device asked again"
    yield (
        f"  {report.conflicts} times a door that had not heard of it yet let in who was in "
        "already: staff see these as conflicts"
    )
    yield f"  in the database: {report.inside:,} people in, {report.kept:,} scans"
