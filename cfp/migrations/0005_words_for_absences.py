from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cfp", "0004_track_ends_after_start"),
    ]

    # What people read when it is broken; nothing changes in the database.
    operations = [
        migrations.AlterConstraint(
            model_name="speakeravailability",
            name="absence_ends_after_start",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="absence_ends_after_start",
                violation_error_message="It ends before it starts.",
            ),
        ),
    ]
