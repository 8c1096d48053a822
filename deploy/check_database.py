"""Checks that need a live MariaDB and production settings: migrations, deployment, constraints."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scale.settings")
os.environ["SITE_URL"] = "https://conference.example.org"
os.environ["EMAIL_URL"] = "smtp+tls://localhost"
# Read by nothing but the check of its length and variety.
os.environ["SECRET_KEY"] = "qW8!x" + "".join(chr(33 + n) for n in range(60))

import django  # noqa: E402
from django.core import checks  # noqa: E402
from django.core.management import call_command  # noqa: E402

# allauth's conditional constraints are not made on MariaDB; it checks their rules in code too.
NOT_OURS = {("models.W036", "account.EmailAddress"), ("models.W036", "mfa.Authenticator")}


def main():
    django.setup()
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    call_command("migrate", verbosity=0)
    found = checks.run_checks(include_deployment_checks=True, databases=["default"])
    wrong = [
        message
        for message in found
        if message.level >= checks.WARNING and (message.id, named(message.obj)) not in NOT_OURS
    ]
    for message in wrong:
        print(message, file=sys.stderr)
    return 1 if wrong else 0


def named(model):
    return model._meta.label if hasattr(model, "_meta") else str(model)


if __name__ == "__main__":
    sys.exit(main())
