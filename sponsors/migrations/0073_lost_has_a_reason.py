from django.db import migrations, models

WHYS = ["price", "budget", "silence", "fit", "time", "us", "other"]


class Migration(migrations.Migration):
    dependencies = [("sponsors", "0072_why_lost_before")]

    operations = [
        migrations.AddConstraint(
            model_name="sponsorship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lost_why__in", WHYS), ("status", "lost")),
                    models.Q(
                        models.Q(("status", "lost"), _negated=True),
                        ("lost_why", ""),
                        ("lost_words", ""),
                    ),
                    _connector="OR",
                ),
                name="lost_has_a_reason",
            ),
        ),
    ]
