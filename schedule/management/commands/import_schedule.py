from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from scale.editions import EditionClosed
from schedule.imports.apply import import_schedule
from schedule.imports.item import BadFile
from schedule.imports.read import read_path


class Command(BaseCommand):
    help = (
        "Bring an edition up to what a schedule file says: the SCALE sign feed (JSON), "
        "frab/Pentabarf XML, or c3voc/pretalx JSON; which it is, its content tells. "
        "Where the file's titles, texts, rooms and times differ from what is here, the file "
        "wins, and every change is listed. Nobody is written to."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--conference", required=True, metavar="SLUG", help="The edition; made if absent."
        )
        parser.add_argument("--dry-run", action="store_true", help="Say it all, change nothing.")
        parser.add_argument(
            "--prune",
            action="store_true",
            help="Cancel talks that came from a file and are not in this one.",
        )
        parser.add_argument("--name", default="", help="Name of an edition that has to be made.")
        parser.add_argument(
            "--time-zone",
            default="",
            metavar="ZONE",
            help="Zone of times without an offset, and of an edition that has to be made.",
        )

    def handle(self, *, file, conference, dry_run, prune, name, time_zone, **options):
        def tell(step):
            if options["verbosity"] > 0:
                self.stderr.write(f"{file.name}: {step} …")

        try:
            tell("reading")
            source = read_path(file)
            tell(f"{len(source.items)} entries; matching")
            told = import_schedule(
                source,
                conference,
                name=name,
                time_zone=time_zone,
                prune=prune,
                dry_run=dry_run,
                label=file.name,
                tell=tell,
            )
        except (BadFile, EditionClosed) as error:
            raise CommandError(f"{file}: {error} Nothing was changed.") from error
        for line in told.lines():
            self.stdout.write(line)
