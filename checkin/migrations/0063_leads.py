import uuid

import django.db.models.deletion
from django.db import migrations, models

PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0062_station_for_a_list_or_an_exhibitor"),
        ("registration", "0024_exhibitors_scan"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "lead_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                (
                    "exhibitor",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="leads", to="sponsors.organization"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="leads", to="registration.ticket"
                    ),
                ),
                ("holder", models.CharField(editable=False, max_length=32)),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="leads", to="checkin.station"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("organization", models.CharField(blank=True, max_length=120)),
                ("email", models.EmailField(blank=True, db_index=True, max_length=190)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("note", models.TextField(blank=True, max_length=2000)),
                ("scanned_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["exhibitor", "scanned_at"], name="lead_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("exhibitor", "ticket", "holder"), name="one_lead"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("taken_back_at", None),
                            models.Q(
                                ("email", ""),
                                ("name", ""),
                                ("note", ""),
                                ("organization", ""),
                                ("phone", ""),
                            ),
                            _connector="OR",
                        ),
                        name="taken_back_is_empty",
                    ),
                ],
            },
        ),
    ]
