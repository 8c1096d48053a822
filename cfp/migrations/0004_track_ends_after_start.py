from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cfp", "0003_talk_reason"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="track",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="track_ends_after_start",
                violation_error_message="The last day is before the first.",
            ),
        ),
        # The words for a code that is taken; nothing changes in the database.
        migrations.AlterConstraint(
            model_name="talkkind",
            name="kind_code_once",
            constraint=models.UniqueConstraint(
                fields=("conference", "code"),
                name="kind_code_once",
                violation_error_message="Another kind of this edition has this code.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="track",
            name="track_code_once",
            constraint=models.UniqueConstraint(
                fields=("conference", "code"),
                name="track_code_once",
                violation_error_message="Another track of this edition has this code.",
            ),
        ),
    ]
