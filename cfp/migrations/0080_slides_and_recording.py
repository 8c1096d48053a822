import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cfp", "0070_gaps_plenaries_and_audiences"),
        ("scale", "0005_spell_e_mail"),
    ]

    operations = [
        migrations.AddField(
            model_name="talk",
            name="recording_url",
            field=models.URLField(
                blank=True,
                max_length=500,
                validators=[django.core.validators.URLValidator(schemes=["http", "https"])],
                verbose_name="link to the recording",
            ),
        ),
        migrations.AddField(
            model_name="talk",
            name="slides_url",
            field=models.URLField(
                blank=True,
                max_length=500,
                validators=[django.core.validators.URLValidator(schemes=["http", "https"])],
                verbose_name="link to the slides",
            ),
        ),
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("slides_url", ""),
                    ("slides_url__startswith", "https://"),
                    ("slides_url__startswith", "http://"),
                    _connector="OR",
                ),
                name="slides_on_the_web",
            ),
        ),
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recording_url", ""),
                    ("recording_url__startswith", "https://"),
                    ("recording_url__startswith", "http://"),
                    _connector="OR",
                ),
                name="recording_on_the_web",
            ),
        ),
    ]
