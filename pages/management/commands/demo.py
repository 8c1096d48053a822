"""`manage.py demo`: fill an empty database with a conference that looks real."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pages.demo.build import make_demo
from pages.demo.inbox import add_inbox
from pages.demo.people import DEMO_PEOPLE
from pages.demo.sizes import SIZES
from registration.actions import check_ledger
from scale.models import Conference, User

SEED = 24


class Command(BaseCommand):
    help = "Fill an empty database with a made-up conference: one edition over, one on, one open."

    def add_arguments(self, parser):
        parser.add_argument("--size", choices=SIZES, default="scale")
        parser.add_argument("--seed", type=int, default=SEED, help="Another seed, other content.")
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="Do nothing, quietly, when the database has an edition.",
        )
        parser.add_argument(
            "--really",
            action="store_true",
            help="Also outside DEMO and DEBUG. Everyone knows the passwords that this makes.",
        )

    def handle(self, *args, size, seed, if_empty, really, **options):
        if not (settings.DEMO or settings.DEBUG or really):
            raise CommandError(
                "This makes accounts whose password everyone knows; DEMO=1 or DEBUG=1 allows it."
            )
        if Conference.objects.exists():
            if if_empty:
                return
            raise CommandError("The database has editions already; the demo wants an empty one.")
        if User.objects.filter(email__in=[person.email for person in DEMO_PEOPLE]).exists():
            raise CommandError("There are accounts of an earlier demo; it wants an empty database.")
        self.stdout.ending = ""
        world = make_demo(SIZES[size], seed, timezone.now(), self.stdout)
        add_inbox(world)
        check_ledger()  # or the health page would miss last night's
