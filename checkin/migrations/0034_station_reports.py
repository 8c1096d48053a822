from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0033_list_add_ons"),
    ]

    operations = [
        migrations.AddField(
            model_name="station",
            name="app_version",
            field=models.CharField(blank=True, editable=False, max_length=40),
        ),
        migrations.AddField(
            model_name="station",
            name="queued",
            field=models.PositiveIntegerField(
                default=0, editable=False, verbose_name="scans that wait on it"
            ),
        ),
    ]
