from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sponsors", "0054_booth_applications")]

    operations = [
        migrations.AddField(
            model_name="sponsorship",
            name="in_kind_value",
            field=models.DecimalField(
                decimal_places=2,
                default=0,
                max_digits=10,
                verbose_name="worth of what they give in kind",
            ),
        ),
        migrations.AddField(
            model_name="sponsorship",
            name="in_kind_what",
            field=models.CharField(
                blank=True, max_length=200, verbose_name="what they give in kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="sponsorship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("in_kind_value", 0),
                    models.Q(
                        ("in_kind_value__gt", 0), models.Q(("in_kind_what", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="in_kind_is_named",
                violation_error_message="Say what they give.",
            ),
        ),
    ]
