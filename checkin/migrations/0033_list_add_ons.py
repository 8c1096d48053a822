from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0032_badge_layouts"),
        ("registration", "0009_payment_pages"),
    ]

    operations = [
        migrations.AddField(
            model_name="checkinlist",
            name="add_ons",
            field=models.ManyToManyField(
                blank=True,
                related_name="checkin_lists",
                to="registration.addon",
                verbose_name="extras",
            ),
        ),
        migrations.AlterField(
            model_name="checkinlist",
            name="ticket_types",
            field=models.ManyToManyField(
                blank=True, related_name="checkin_lists", to="registration.tickettype"
            ),
        ),
    ]
