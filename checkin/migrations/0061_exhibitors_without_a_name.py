from django.db import migrations
from django.utils import timezone


def cut_off(apps, schema_editor):
    """Stations of exhibitors that name none could do nothing; now they are phones, cut off."""
    nameless = apps.get_model("checkin", "Station").objects.filter(kind="exhibitor")
    nameless.update(
        kind="phone",
        credential_hash=None,
        pairing_hash=None,
        pairing_ends_at=None,
        revoked_at=timezone.now(),
    )


class Migration(migrations.Migration):
    dependencies = [("checkin", "0060_station_without_a_list")]

    operations = [migrations.RunPython(cut_off, migrations.RunPython.noop)]
