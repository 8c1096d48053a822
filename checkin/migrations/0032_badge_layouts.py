import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0031_print_queue"),
        ("scale", "0005_spell_e_mail"),
    ]

    operations = [
        migrations.CreateModel(
            name="BadgeLayout",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "width_mm",
                    models.DecimalField(decimal_places=1, max_digits=5, verbose_name="width"),
                ),
                (
                    "height_mm",
                    models.DecimalField(decimal_places=1, max_digits=5, verbose_name="height"),
                ),
                ("places", models.JSONField(default=dict)),
                ("colours", models.JSONField(blank=True, default=dict)),
                ("logo", models.ImageField(blank=True, upload_to="badges/")),
                (
                    "paper",
                    models.CharField(
                        choices=[("a4", "A4"), ("letter", "US Letter")],
                        default="a4",
                        max_length=6,
                        verbose_name="paper of sheets",
                    ),
                ),
                (
                    "gap_mm",
                    models.DecimalField(
                        decimal_places=1, default=0, max_digits=4, verbose_name="gap between two"
                    ),
                ),
                ("crop_marks", models.BooleanField(default=True)),
                (
                    "conference",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="badge_layout",
                        to="scale.conference",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="badgelayout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("height_mm__gte", 25),
                    ("height_mm__lte", 270),
                    ("width_mm__gte", 40),
                    ("width_mm__lte", 200),
                ),
                name="badge_size_possible",
                violation_error_message="Between 40 × 25 and 200 × 270 mm, please.",
            ),
        ),
        migrations.AddConstraint(
            model_name="badgelayout",
            constraint=models.CheckConstraint(
                condition=models.Q(("paper__in", ["a4", "letter"])), name="badge_paper_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="badgelayout",
            constraint=models.CheckConstraint(
                condition=models.Q(("gap_mm__gte", 0), ("gap_mm__lte", 30)),
                name="badge_gap_possible",
            ),
        ),
    ]
