from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0041_change_counter"),
    ]

    operations = [
        migrations.AddField(
            model_name="badge",
            name="change_no",
            field=models.PositiveBigIntegerField(db_index=True, editable=False, null=True),
        ),
    ]
