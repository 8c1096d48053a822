from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0039_entered_by_staff"),
    ]

    operations = [
        migrations.AddField(
            model_name="checkin",
            name="change_no",
            field=models.PositiveBigIntegerField(db_index=True, editable=False, null=True),
        ),
    ]
