import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkin", "0059_station_of_an_exhibitor")]

    operations = [
        migrations.AlterField(
            model_name="station",
            name="checkin_list",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="stations",
                to="checkin.checkinlist",
            ),
        ),
    ]
