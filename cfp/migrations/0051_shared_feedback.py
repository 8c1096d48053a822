from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cfp", "0050_review_feedback"),
    ]

    operations = [
        migrations.AddField(
            model_name="reviewrules",
            name="shares_feedback",
            field=models.BooleanField(
                default=False,
                help_text="Reviews get a field for the speakers, who read it without names once their decision is sent. Scores and comments stay with the committee. Choose before the reviews begin.",
                verbose_name="speakers read feedback",
            ),
        ),
    ]
