from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("schedule", "0040_favourites"),
    ]

    operations = [
        migrations.AddField(
            model_name="room",
            name="note",
            field=models.TextField(
                blank=True,
                help_text="Markdown, on the room's page: which stairs, which lift, beside what.",
                max_length=1200,
                verbose_name="how to find it",
            ),
        ),
    ]
