from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cfp", "0051_shared_feedback"),
    ]

    operations = [
        migrations.AddField(
            model_name="talk",
            name="reminders",
            field=models.PositiveSmallIntegerField(
                default=0, editable=False, verbose_name="reminders to confirm"
            ),
        ),
        migrations.AddField(
            model_name="talk",
            name="reminded_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
