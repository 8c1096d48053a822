from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registration", "0009_payment_pages"),
    ]

    operations = [
        migrations.AddField(
            model_name="quota",
            name="over",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
    ]
