"""`manage.py crm_check`: says what in the sponsors' data needs a look, as the page does."""

from django.core.management.base import BaseCommand, CommandError

from scale.models import Conference
from sponsors.upkeep import findings


class Command(BaseCommand):
    help = "Say which organizations are doubled, ownerless, without a next step or silent."

    def add_arguments(self, parser):
        parser.add_argument("--edition", metavar="SLUG", help="Not the current one, but this.")

    def handle(self, *args, edition, **options):
        if edition is None:
            conference = Conference.objects.current()
        else:
            conference = Conference.objects.filter(slug=edition).first()
        if conference is None:
            raise CommandError(f"There is no edition “{edition or 'at all'}”.")
        number = 0
        for check, found in findings(conference):
            if found:
                self.stdout.write(f"{check.label}: {len(found)}")
            for one in found:
                self.stdout.write(f"  {one.organization} ({one.organization.pk}): {one.says}")
            number += len(found)
        if number:
            raise CommandError(f"{number} to look at in {conference}.")
        self.stdout.write(f"Nothing needs a look in {conference}.")
