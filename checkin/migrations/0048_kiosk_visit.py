import django.db.models.deletion
from django.db import migrations, models

import checkin.kiosk.models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0047_station_printer"),
        ("registration", "0021_ticket_code_key"),
    ]

    operations = [
        migrations.CreateModel(
            name="KioskVisit",
            fields=[
                (
                    "station",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="visit",
                        serialize=False,
                        to="checkin.station",
                    ),
                ),
                (
                    "nonce",
                    models.CharField(default=checkin.kiosk.models.new_nonce, max_length=32),
                ),
                ("begun_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("found", models.JSONField(default=list)),
                ("holder", models.CharField(blank=True, max_length=32)),
                ("stop", models.JSONField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="registration.order",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="registration.ticket",
                    ),
                ),
            ],
        ),
    ]
