import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sponsors", "0070_in_kind")]

    operations = [
        migrations.AddField(
            model_name="sponsorship",
            name="moved_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name="sponsorship",
            name="lost_why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("price", "too expensive"),
                    ("budget", "no money for it this year"),
                    ("silence", "they never answered"),
                    ("fit", "not their audience"),
                    ("time", "too late for them"),
                    ("us", "we said no"),
                    ("other", "something else"),
                ],
                max_length=8,
                verbose_name="lost because",
            ),
        ),
        migrations.AddField(
            model_name="sponsorship",
            name="lost_words",
            field=models.CharField(blank=True, max_length=300, verbose_name="what they said"),
        ),
        migrations.AddField(
            model_name="sponsorship",
            name="outcome",
            field=models.TextField(blank=True, max_length=1000, verbose_name="how it went"),
        ),
        migrations.AddField(
            model_name="sponsorship",
            name="previous",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="next_deals",
                to="sponsors.sponsorship",
            ),
        ),
    ]
