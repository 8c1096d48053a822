import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import checkin.badges.models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin", "0006_passed_on"),
        ("registration", "0009_payment_pages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Badge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=checkin.badges.models.new_badge_code,
                        editable=False,
                        max_length=16,
                        unique=True,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("live", "live"), ("void", "void")], default="live", max_length=4
                    ),
                ),
                ("holder", models.CharField(editable=False, max_length=32)),
                ("run", models.UUIDField(blank=True, db_index=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("printed_at", models.DateTimeField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("why_void", models.CharField(blank=True, max_length=120)),
                (
                    "live_ticket",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(status="live", then=models.F("ticket_id"))
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="badges",
                        to="checkin.station",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="badges",
                        to="registration.ticket",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="badge",
            constraint=models.UniqueConstraint(fields=("live_ticket",), name="one_live_badge"),
        ),
        migrations.AddConstraint(
            model_name="badge",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["live", "void"])), name="badge_status_known"
            ),
        ),
    ]
