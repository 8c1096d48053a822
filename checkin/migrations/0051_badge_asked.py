from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkin", "0050_station_drawer")]

    operations = [
        migrations.AddField(
            model_name="badge",
            name="asked",
            field=models.CharField(blank=True, max_length=110),
        ),
    ]
