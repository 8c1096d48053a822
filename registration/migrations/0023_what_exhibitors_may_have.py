from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registration", "0021_ticket_code_key")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="shares_name",
            field=models.BooleanField(default=False, verbose_name="exhibitors may have the name"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="shares_organization",
            field=models.BooleanField(
                default=False, verbose_name="exhibitors may have the organization"
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="shares_email",
            field=models.BooleanField(
                default=False, verbose_name="exhibitors may have the e-mail address"
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="shares_phone",
            field=models.BooleanField(default=False, verbose_name="exhibitors may have the phone"),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_minor", False),
                    models.Q(
                        ("shares_email", False),
                        ("shares_name", False),
                        ("shares_organization", False),
                        ("shares_phone", False),
                    ),
                    _connector="OR",
                ),
                name="minors_share_nothing",
            ),
        ),
    ]
