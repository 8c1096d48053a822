from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0037_scan_conflicts"),
    ]

    operations = [
        migrations.AddField(
            model_name="scan",
            name="conflict_list",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        models.Q(
                            ("said", "admitted"),
                            models.Q(("verdict", "admitted"), _negated=True),
                            ("settled_at", None),
                        ),
                        then=models.F("checkin_list_id"),
                    )
                ),
                output_field=models.BigIntegerField(null=True),
            ),
        ),
        migrations.AddIndex(
            model_name="scan",
            index=models.Index(fields=["conflict_list"], name="scan_open_conflict"),
        ),
    ]
