import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkin", "0043_scan_badge")]

    operations = [
        migrations.AddField(
            model_name="station",
            name="printer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="prints_for",
                to="checkin.station",
                verbose_name="badges come out of",
            ),
        ),
    ]
