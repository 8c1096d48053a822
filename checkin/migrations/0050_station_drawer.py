import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0048_kiosk_visit"),
        ("registration", "0025_drawer_opened_at_a_station"),
    ]

    operations = [
        migrations.AddField(
            model_name="station",
            name="drawer",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="station",
                to="registration.cashdrawer",
            ),
        ),
    ]
