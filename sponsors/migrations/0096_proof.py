import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sponsors", "0095_coverage"),
    ]

    operations = [
        migrations.AddField(
            model_name="deliverable",
            name="proof_file",
            field=models.FileField(blank=True, upload_to="proofs/", verbose_name="picture or PDF"),
        ),
        migrations.AddField(
            model_name="deliverable",
            name="proof_link",
            field=models.URLField(
                blank=True,
                max_length=500,
                validators=[
                    django.core.validators.URLValidator(
                        message="A web address begins with https:// or http://.",
                        schemes=["http", "https"],
                    )
                ],
                verbose_name="link",
            ),
        ),
        migrations.AddField(
            model_name="deliverable",
            name="proof_name",
            field=models.CharField(blank=True, editable=False, max_length=110),
        ),
        migrations.AddField(
            model_name="deliverable",
            name="proof_words",
            field=models.CharField(blank=True, max_length=300, verbose_name="in words"),
        ),
        migrations.AddConstraint(
            model_name="deliverable",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proof_link", ""),
                    ("proof_link__startswith", "https://"),
                    ("proof_link__startswith", "http://"),
                    _connector="OR",
                ),
                name="proof_is_on_the_web",
            ),
        ),
    ]
