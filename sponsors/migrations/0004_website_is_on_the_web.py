import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sponsors", "0003_signed_has_a_date"),
    ]

    operations = [
        migrations.AlterField(
            model_name="organization",
            name="website",
            field=models.URLField(
                blank=True,
                validators=[
                    django.core.validators.URLValidator(
                        message="A web address begins with https:// or http://.",
                        schemes=["http", "https"],
                    )
                ],
            ),
        ),
    ]
