from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cfp", "0007_speaker_tickets")]

    operations = [
        migrations.AddField(
            model_name="track",
            name="logo",
            field=models.ImageField(blank=True, editable=False, upload_to="tracks/"),
        ),
        migrations.AlterField(
            model_name="track",
            name="description",
            field=models.TextField(blank=True, help_text="Markdown."),
        ),
    ]
