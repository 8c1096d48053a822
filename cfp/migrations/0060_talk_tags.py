from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cfp", "0055_speaker_aliases"),
    ]

    operations = [
        migrations.AddField(
            model_name="talk",
            name="tags",
            field=models.ManyToManyField(
                blank=True,
                help_text="The committee's own; speakers and reviewers do not see them.",
                related_name="talks",
                to="cfp.reviewtag",
            ),
        ),
    ]
