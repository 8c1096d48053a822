from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cfp.sheets import COLUMNS, TALKS
from registration.bulk.reading import NotReadable, run
from scale.editions import EditionClosed, require_open
from scale.models import Conference

NAMES = ", ".join(column.name for column in COLUMNS)


class Command(BaseCommand):
    help = (
        "Enter ready-made talks from a CSV file, already accepted. The first line names the "
        f"columns: {NAMES}. Speakers are matched by e-mail address only. A line with a problem "
        "is told and left out; a line that is here already adds nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--conference", required=True, metavar="SLUG")
        parser.add_argument("--track", default="", metavar="CODE", help="For lines without one.")
        parser.add_argument("--dry-run", action="store_true", help="Say it all, change nothing.")
        parser.add_argument(
            "--mail", action="store_true", help="Ask the speakers by mail to confirm."
        )

    def handle(self, *, file, conference, track, dry_run, mail, **options):
        edition = Conference.objects.filter(slug=conference).first()
        if edition is None:
            raise CommandError(f"There is no edition {conference}.")
        chosen = edition.tracks.filter(code=track).first() if track else None
        if track and chosen is None:
            raise CommandError(f"There is no track {track} in {edition}.")
        try:
            require_open(edition)
            text = file.read_text("utf-8-sig")
            said = {"track": chosen, "mail": mail}
            result = run(TALKS, edition, text, said, by=None, dry=dry_run)
        except (OSError, UnicodeDecodeError, NotReadable, EditionClosed) as error:
            raise CommandError(f"{file}: {error} Nothing was changed.") from error
        for line, reason in result.problems:
            self.stdout.write(f"line {line}: {reason}")
        would = "would be added" if dry_run else "added"
        self.stdout.write(
            f"{result.added} {would}, {result.known} there already, "
            f"{len(result.problems)} with a problem."
        )
        if result.problems:
            raise CommandError("Some lines were left out.", returncode=2)
