from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cfp", "0002_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="talk",
            name="reason",
            field=models.TextField(
                blank=True,
                editable=False,
                help_text="Why it was declined, withdrawn or cancelled.",
            ),
        ),
    ]
