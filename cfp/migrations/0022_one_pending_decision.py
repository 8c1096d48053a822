from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cfp", "0021_old_decisions_are_released"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="pending_talk",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(models.When(released_at=None, then=models.F("talk_id"))),
                output_field=models.BigIntegerField(null=True),
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                fields=("pending_talk",), name="one_pending_decision_a_talk"
            ),
        ),
    ]
