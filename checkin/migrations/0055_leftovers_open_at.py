from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkin", "0051_badge_asked")]

    operations = [
        migrations.AddField(
            model_name="checkinlist",
            name="leftovers_open_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
