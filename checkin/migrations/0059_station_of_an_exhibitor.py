import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkin", "0055_leftovers_open_at"), ("sponsors", "0006_free_passes")]

    operations = [
        migrations.AddField(
            model_name="station",
            name="organization",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="stations",
                to="sponsors.organization",
                verbose_name="exhibitor",
            ),
        ),
    ]
