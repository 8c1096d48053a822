from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cfp", "0041_api_tokens"),
    ]

    operations = [
        migrations.AddField(
            model_name="review",
            name="feedback",
            field=models.TextField(
                blank=True,
                help_text="Shown to them if the edition shares it.",
                verbose_name="for the speakers",
            ),
        ),
    ]
