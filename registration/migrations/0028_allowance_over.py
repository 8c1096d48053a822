from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registration", "0027_promocode_of_allowance"),
    ]

    operations = [
        migrations.AddField(
            model_name="compallowance",
            name="over",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
