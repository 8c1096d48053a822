from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    """Nobody asked why a deal was lost, nor when it moved, before there was a place for it."""
    deals = apps.get_model("sponsors", "Sponsorship").objects
    deals.filter(status="lost").update(lost_why="other")
    deals.filter(signed_at__isnull=False).update(moved_at=F("signed_at"))


class Migration(migrations.Migration):
    dependencies = [("sponsors", "0071_deal_history")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
