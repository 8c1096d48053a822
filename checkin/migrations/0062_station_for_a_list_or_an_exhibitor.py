from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkin", "0061_exhibitors_without_a_name")]

    operations = [
        migrations.AddConstraint(
            model_name="station",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("checkin_list", None),
                        ("kind", "exhibitor"),
                        ("organization__isnull", False),
                    ),
                    models.Q(
                        models.Q(("kind", "exhibitor"), _negated=True),
                        ("checkin_list__isnull", False),
                        ("organization", None),
                    ),
                    _connector="OR",
                ),
                name="station_for_a_list_or_an_exhibitor",
                violation_error_message="An exhibitor’s station names the exhibitor, every other "
                "one a list.",
            ),
        ),
    ]
