"""`manage.py check_ledger`: says where orders, money, places and codes do not agree."""

from django.core.management.base import BaseCommand, CommandError

from registration.proof import errors
from scale.models import Conference


class Command(BaseCommand):
    help = "Prove that lines − refunds = payments for each order and that every quota is right."

    def add_arguments(self, parser):
        parser.add_argument("--edition", metavar="SLUG", help="Only this edition, such as 24x.")

    def handle(self, *args, edition, **options):
        conference = None
        if edition is not None:
            conference = Conference.objects.filter(slug=edition).first()
            if conference is None:
                raise CommandError(f"There is no edition “{edition}”.")
        number = 0
        for error in errors(conference):
            self.stdout.write(str(error))
            number += 1
        if number:
            raise CommandError(f"{number} error{'s' if number > 1 else ''} found.")
        self.stdout.write("Money, places and codes agree.")
