import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import sponsors.models.contracts


class Migration(migrations.Migration):
    dependencies = [
        ("scale", "0005_spell_e_mail"),
        ("sponsors", "0073_lost_has_a_reason"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContractTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField(blank=True)),
                ("sha256", models.CharField(editable=False, max_length=64)),
                ("written_at", models.DateTimeField(auto_now_add=True)),
                (
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contract_terms",
                        to="scale.conference",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "contract terms",
                "ordering": ["conference", "-number"],
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=10)),
                ("in_kind_value", models.DecimalField(decimal_places=2, default=0, max_digits=10)),
                ("in_kind_what", models.CharField(blank=True, max_length=200)),
                (
                    "file",
                    models.FileField(blank=True, upload_to=sponsors.models.contracts.private_path),
                ),
                ("file_name", models.CharField(blank=True, max_length=120)),
                (
                    "accepted_name",
                    models.CharField(blank=True, max_length=120, verbose_name="accepted by"),
                ),
                (
                    "accepted_title",
                    models.CharField(blank=True, max_length=120, verbose_name="their position"),
                ),
                (
                    "accepted_email",
                    models.EmailField(blank=True, max_length=190, verbose_name="their e-mail"),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "live_deal",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(ended_at=None, then=models.F("deal_id"))
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contracts",
                        to="sponsors.sponsorship",
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sponsors.package",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "terms",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="sponsors.contractterms",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="contractterms",
            constraint=models.UniqueConstraint(
                fields=("conference", "number"), name="one_terms_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.UniqueConstraint(fields=("live_deal",), name="one_live_contract"),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("file", ""), _negated=True),
                        ("accepted_email", ""),
                        ("accepted_name", ""),
                        ("terms", None),
                    ),
                    models.Q(
                        ("file", ""),
                        ("terms__isnull", False),
                        models.Q(("accepted_name", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="contract_is_file_or_click",
            ),
        ),
    ]
