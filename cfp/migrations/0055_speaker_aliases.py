import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cfp", "0054_decisions_without_reminders"),
    ]

    operations = [
        migrations.CreateModel(
            name="SpeakerAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(editable=False, max_length=12, unique=True)),
                (
                    "speaker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="aliases",
                        to="cfp.speaker",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "speaker aliases",
            },
        ),
    ]
