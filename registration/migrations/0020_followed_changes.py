from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registration", "0011_wait_for_seats"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="change_no",
            field=models.PositiveBigIntegerField(db_index=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="orderline",
            name="change_no",
            field=models.PositiveBigIntegerField(db_index=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="ticket",
            name="change_no",
            field=models.PositiveBigIntegerField(db_index=True, editable=False, null=True),
        ),
    ]
