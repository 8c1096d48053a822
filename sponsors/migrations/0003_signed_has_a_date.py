from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sponsors", "0002_known_words")]

    operations = [
        migrations.AddConstraint(
            model_name="sponsorship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signed_at__isnull", False), ("status__in", ["signed", "paid"])),
                    models.Q(
                        models.Q(("status__in", ["signed", "paid"]), _negated=True),
                        ("signed_at", None),
                    ),
                    _connector="OR",
                ),
                name="signed_has_a_date",
            ),
        ),
        migrations.AlterConstraint(
            model_name="package",
            name="package_not_oversold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("size", None), ("taken__lte", models.F("size")), _connector="OR"
                ),
                name="package_not_oversold",
                violation_error_message="More of them than this are signed already.",
            ),
        ),
    ]
