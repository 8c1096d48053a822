"""The free passes of packages become benefits; signed deals get theirs as promises."""

from django.db import migrations
from django.db.models import F

SIGNED = ("signed", "paid")


def move_passes(apps, schema_editor):
    Package = apps.get_model("sponsors", "Package")
    for package in Package.objects.exclude(pass_type=None).order_by("pk"):
        move_allowances(apps, package)
        if package.passes:
            promise(apps, package)


def promise(apps, package):
    Benefit = apps.get_model("sponsors", "Benefit")
    Deliverable = apps.get_model("sponsors", "Deliverable")
    benefit, _ = Benefit.objects.get_or_create(
        conference_id=package.conference_id,
        kind="passes",
        pass_type_id=package.pass_type_id,
        defaults={"name": "Free passes", "side": "us"},
    )
    apps.get_model("sponsors", "PackageBenefit").objects.create(
        package=package, benefit=benefit, quantity=package.passes
    )
    signed = package.sponsorships.filter(status__in=SIGNED).order_by("pk")
    for deal in signed:
        Deliverable.objects.create(
            deal=deal,
            benefit=benefit,
            kind="passes",
            side="us",
            name=benefit.name,
            pass_type_id=package.pass_type_id,
            quantity=package.passes,
            owner_id=deal.owner_id,
        )
    Benefit.objects.filter(pk=benefit.pk).update(taken=F("taken") + package.passes * signed.count())


def move_allowances(apps, package):
    """What counts the passes of a deal names their kind now."""
    allowances = apps.get_model("registration", "CompAllowance").objects
    for pk in package.sponsorships.values_list("pk", flat=True):
        allowances.filter(source=f"sponsorship:{pk}").update(
            source=f"sponsorship:{pk}:{package.pass_type_id}"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("registration", "0009_payment_pages"),
        ("sponsors", "0032_promises"),
    ]

    operations = [migrations.RunPython(move_passes, migrations.RunPython.noop)]
