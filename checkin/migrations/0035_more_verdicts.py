from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0034_station_reports"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="scan",
            name="scan_verdict_known",
        ),
        migrations.AlterField(
            model_name="scan",
            name="verdict",
            field=models.CharField(
                choices=[
                    ("admitted", "Admitted"),
                    ("already", "Already in"),
                    ("not_paid", "Not paid"),
                    ("cancelled", "Cancelled"),
                    ("not_here", "Not valid here"),
                    ("not_today", "Not today"),
                    ("passed_on", "Passed on"),
                    ("old_badge", "Old badge"),
                    ("help_desk", "To the help desk"),
                    ("unknown", "Unknown code"),
                ],
                max_length=9,
            ),
        ),
        migrations.AddConstraint(
            model_name="scan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "verdict__in",
                        [
                            "admitted",
                            "already",
                            "not_paid",
                            "cancelled",
                            "not_here",
                            "not_today",
                            "passed_on",
                            "old_badge",
                            "help_desk",
                            "unknown",
                        ],
                    )
                ),
                name="scan_verdict_known",
            ),
        ),
    ]
