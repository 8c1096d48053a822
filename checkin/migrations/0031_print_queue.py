import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0030_badges"),
        ("scale", "0005_spell_e_mail"),
    ]

    operations = [
        migrations.CreateModel(
            name="PrinterReport",
            fields=[
                (
                    "station",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="printer_report",
                        serialize=False,
                        to="checkin.station",
                    ),
                ),
                ("trouble", models.CharField(blank=True, max_length=120)),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PrintJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "waiting"),
                            ("claimed", "printing"),
                            ("printed", "printed"),
                            ("failed", "failed"),
                            ("dropped", "dropped"),
                        ],
                        default="queued",
                        max_length=7,
                    ),
                ),
                ("attempt", models.PositiveIntegerField(default=0)),
                ("lease_ends_at", models.DateTimeField(blank=True, null=True)),
                ("fetched_at", models.DateTimeField(blank=True, null=True)),
                ("why", models.CharField(blank=True, max_length=200)),
                ("queued_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "open_badge",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(status__in=["queued", "claimed"], then=models.F("badge_id"))
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
                (
                    "badge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs",
                        to="checkin.badge",
                    ),
                ),
                (
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="print_jobs",
                        to="scale.conference",
                    ),
                ),
                (
                    "printer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="print_jobs",
                        to="checkin.station",
                    ),
                ),
                (
                    "wanted",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="checkin.station",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="printjob",
            index=models.Index(fields=["conference", "status"], name="print_job_by_status"),
        ),
        migrations.AddConstraint(
            model_name="printjob",
            constraint=models.UniqueConstraint(fields=("open_badge",), name="one_open_print_job"),
        ),
        migrations.AddConstraint(
            model_name="printjob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["queued", "claimed", "printed", "failed", "dropped"])
                ),
                name="print_job_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="printjob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "claimed"), _negated=True),
                    models.Q(("lease_ends_at__isnull", False), ("printer__isnull", False)),
                    _connector="OR",
                ),
                name="claimed_by_a_printer",
            ),
        ),
    ]
