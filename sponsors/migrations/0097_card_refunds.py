import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sponsors", "0024_full_text"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CardRefund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=10)),
                ("why", models.CharField(blank=True, max_length=160)),
                ("once", models.CharField(editable=False, max_length=32, unique=True)),
                ("tries", models.PositiveSmallIntegerField(default=1)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "maybe sent"),
                            ("sent", "sent back"),
                            ("refused", "did not go"),
                        ],
                        default="asked",
                        max_length=7,
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=120)),
                ("problem", models.CharField(blank=True, max_length=250)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
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
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="card_refunds",
                        to="sponsors.invoicepayment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="card_refund_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["asked", "sent", "refused"])),
                        name="card_refund_known",
                    ),
                ],
            },
        ),
    ]
