import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import sponsors.models.imports
import sponsors.models.organizations


class Migration(migrations.Migration):
    dependencies = [
        ("scale", "0005_spell_e_mail"),
        ("sponsors", "0024_full_text"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OrganizationFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file", models.FileField(upload_to=sponsors.models.organizations.file_path)),
                ("name", models.CharField(max_length=120)),
                ("added_at", models.DateTimeField(auto_now_add=True)),
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
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="sponsors.organization",
                    ),
                ),
            ],
            options={
                "ordering": ["-added_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="OrganizationImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.FileField(blank=True, upload_to=sponsors.models.imports.import_path),
                ),
                ("file_name", models.CharField(max_length=120)),
                ("encoding", models.CharField(max_length=20)),
                ("header", models.JSONField(default=list)),
                ("mapping", models.JSONField(default=list)),
                ("header_key", models.CharField(db_index=True, max_length=64)),
                ("choices", models.JSONField(default=dict)),
                ("for_real", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("mapping", "columns not named yet"),
                            ("waiting", "waiting"),
                            ("running", "being read"),
                            ("tried", "tried, nothing changed"),
                            ("done", "brought in"),
                            ("failed", "not possible"),
                        ],
                        default="mapping",
                        max_length=8,
                    ),
                ),
                ("error", models.CharField(blank=True, max_length=300)),
                ("report", models.JSONField(blank=True, null=True)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField()),
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
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="organization_imports",
                        to="scale.conference",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["mapping", "waiting", "running", "tried", "done", "failed"],
                            )
                        ),
                        name="organization_import_status_known",
                    )
                ],
            },
        ),
    ]
