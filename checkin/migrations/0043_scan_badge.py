import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0042_badge_change_no"),
    ]

    operations = [
        migrations.AddField(
            model_name="scan",
            name="badge",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="scans",
                to="checkin.badge",
            ),
        ),
    ]
