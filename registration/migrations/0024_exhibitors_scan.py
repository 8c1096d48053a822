from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registration", "0023_what_exhibitors_may_have")]

    operations = [
        migrations.AddField(
            model_name="salerules",
            name="exhibitors_scan",
            field=models.BooleanField(
                default=False,
                help_text="Attendees are asked what an exhibitor who scans their badge may have.",
                verbose_name="exhibitors scan badges",
            ),
        ),
    ]
