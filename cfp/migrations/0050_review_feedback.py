from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cfp", "0042_scores_are_read_from_an_index"),
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
