import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registration", "0020_followed_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="code_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Left(
                    django.db.models.functions.text.SHA256("code"), 32
                ),
                output_field=models.CharField(max_length=32, unique=True),
            ),
        ),
    ]
