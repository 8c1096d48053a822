from django.db import migrations
from django.db.models import F


def release(apps, schema_editor):
    """Until now a decision was told the moment it was made."""
    apps.get_model("cfp", "Decision").objects.filter(released_at=None).update(
        released_at=F("made_at"), released_by=F("by")
    )


class Migration(migrations.Migration):
    dependencies = [("cfp", "0020_decisions_held")]

    operations = [migrations.RunPython(release, migrations.RunPython.noop)]
