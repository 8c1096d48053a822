"""`manage.py print_agent`: prints an edition's badges on a printer beside this machine."""

import os
import time

from django.core.management.base import BaseCommand, CommandError

from checkin.badges import agent


class Command(BaseCommand):
    help = "Take badges from the server's queue and print them through CUPS, one after the other."
    requires_system_checks: list = []

    def add_arguments(self, parser):
        parser.add_argument("--server", required=True, metavar="URL", help="https://your.site")
        parser.add_argument("--printer", required=True, metavar="NAME", help="as lpstat -p says")
        parser.add_argument(
            "--station",
            default=os.environ.get("PRINT_STATION", ""),
            metavar="CREDENTIAL",
            help="What pairing told; better in the environment, as PRINT_STATION.",
        )
        parser.add_argument(
            "--pair", metavar="CODE", help="Pair by this code and tell the credential."
        )
        parser.add_argument("--option", action="append", default=[], help="for lp -o; repeatable")
        parser.add_argument("--once", action="store_true", help="Stop when nothing waits.")

    def handle(self, *args, server, printer, station, pair, option, once, **options):
        try:
            queue = agent.Printer(printer, option)
            site = agent.Server(server, station)
            if pair:
                credential = agent.patiently(lambda: site.pair(pair), self.say)
                self.stdout.write(f"Paired. Start it from now on with PRINT_STATION={credential}")
            agent.patiently(site.begin, self.say)
            while True:
                if not agent.one(site, queue, self.say):
                    if once:
                        break
                    time.sleep(agent.ASK_EVERY)
        except agent.Refused as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.say("stopped")

    def say(self, words):
        self.stdout.write(words)
        self.stdout.flush()
