import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LIVE = {"status__in": ["asked", "approved"]}


class Migration(migrations.Migration):
    dependencies = [
        ("cfp", "0070_gaps_plenaries_and_audiences"),
        ("registration", "0011_wait_for_seats"),
        ("schedule", "0073_places_for_bofs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BofClaim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bof_claims",
                        to="scale.conference",
                    ),
                ),
                ("slot_uuid", models.UUIDField(verbose_name="place")),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bof_claims",
                        to="registration.ticket",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "name",
                    models.CharField(max_length=120, verbose_name="your name, as it is announced"),
                ),
                ("email", models.EmailField(max_length=190, verbose_name="where we reach you")),
                ("title", models.CharField(max_length=120)),
                ("abstract", models.TextField(max_length=1200, verbose_name="what it is about")),
                (
                    "expected",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(2000),
                        ],
                        verbose_name="how many people may come",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "asked for"),
                            ("approved", "approved"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="asked",
                        max_length=9,
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
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
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="why not")),
                (
                    "talk",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bof_claim",
                        to="cfp.talk",
                    ),
                ),
                (
                    "live_slot",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(**LIVE, then=models.F("slot_uuid"))),
                        output_field=models.UUIDField(null=True),
                    ),
                ),
                (
                    "live_ticket",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(**LIVE, then=models.F("ticket_id"))),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
            ],
            options={
                "verbose_name": "BoF claim",
                "ordering": ["-asked_at", "-pk"],
                "indexes": [
                    models.Index(fields=["conference", "status"], name="bof_claim_by_status")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("live_slot",), name="one_live_claim_a_place"),
                    models.UniqueConstraint(
                        fields=("live_ticket",), name="one_live_claim_a_ticket"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["asked", "approved", "declined", "withdrawn"])
                        ),
                        name="bof_claim_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "approved"), _negated=True),
                            ("talk__isnull", False),
                            _connector="OR",
                        ),
                        name="approved_claim_has_talk",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expected__gte", 1), ("expected__lte", 2000)),
                        name="bof_claim_people_sane",
                    ),
                ],
            },
        ),
    ]
