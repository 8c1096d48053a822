"""The tables as they stood on 2026-11-27; `replaces` is what older databases came by."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import scale.models.conference


class Migration(migrations.Migration):
    replaces = [
        ("scale", "0001_initial"),
        ("scale", "0003_audit_entry"),
        ("scale", "0004_email_about"),
        ("scale", "0005_spell_e_mail"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="Conference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "slug",
                    models.CharField(
                        help_text="The first part of every address of this edition, such as 24x.",
                        max_length=20,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9-]*\\Z", "Lower-case letters, digits and hyphens."
                            ),
                            scale.models.conference.validate_slug_free,
                        ],
                    ),
                ),
                (
                    "series",
                    models.CharField(
                        default="SCALE", help_text="The name it keeps.", max_length=40
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="The edition's full name, such as SCALE 24x.", max_length=80
                    ),
                ),
                ("tagline", models.CharField(blank=True, max_length=160)),
                ("introduction", models.CharField(blank=True, max_length=300)),
                (
                    "time_zone",
                    models.CharField(
                        default="America/Los_Angeles",
                        max_length=64,
                        validators=[scale.models.conference.validate_zone],
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("venue_name", models.CharField(blank=True, max_length=120, verbose_name="venue")),
                ("venue_address", models.CharField(blank=True, max_length=200)),
                (
                    "currency",
                    models.CharField(
                        choices=[
                            ("USD", "USD"),
                            ("EUR", "EUR"),
                            ("GBP", "GBP"),
                            ("CAD", "CAD"),
                            ("AUD", "AUD"),
                            ("CHF", "CHF"),
                        ],
                        default="USD",
                        max_length=3,
                    ),
                ),
                (
                    "accent",
                    models.CharField(
                        default="#b4400a",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-f]{6}\\Z",
                                "Six hexadecimal digits after #, such as #b4400a.",
                            )
                        ],
                        verbose_name="accent colour",
                    ),
                ),
                (
                    "accent_dark",
                    models.CharField(
                        default="#ffa366",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-f]{6}\\Z",
                                "Six hexadecimal digits after #, such as #b4400a.",
                            )
                        ],
                        verbose_name="accent colour on dark",
                    ),
                ),
                ("conduct_url", models.URLField(blank=True, verbose_name="code of conduct")),
                ("conduct_phone", models.CharField(blank=True, max_length=30)),
                (
                    "conduct_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="conduct e-mail"),
                ),
                ("is_public", models.BooleanField(default=True)),
                ("closed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("erase_personal_data_on", models.DateField(blank=True, null=True)),
                ("erased_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("version", models.PositiveBigIntegerField(default=1, editable=False)),
            ],
            options={
                "ordering": ["-starts_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="conference_ends_after_start",
                        violation_error_message="The last day is before the first.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Throttle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                ("window_ends_at", models.DateTimeField(db_index=True)),
                ("count", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=190, unique=True, verbose_name="e-mail")),
                ("name", models.CharField(blank=True, max_length=120)),
                ("is_active", models.BooleanField(default=True)),
                ("joined_at", models.DateTimeField(auto_now_add=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="contenttypes.contenttype",
                        verbose_name="content type",
                    ),
                ),
                (
                    "object_pk",
                    models.CharField(db_index=True, max_length=255, verbose_name="object pk"),
                ),
                (
                    "object_id",
                    models.BigIntegerField(
                        blank=True, db_index=True, null=True, verbose_name="object id"
                    ),
                ),
                ("object_repr", models.TextField(verbose_name="object representation")),
                ("serialized_data", models.JSONField(null=True)),
                (
                    "action",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "create"), (1, "update"), (2, "delete"), (3, "access")],
                        db_index=True,
                        verbose_name="action",
                    ),
                ),
                ("changes_text", models.TextField(blank=True, verbose_name="change message")),
                ("changes", models.JSONField(null=True, verbose_name="change message")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="actor",
                    ),
                ),
                (
                    "cid",
                    models.CharField(
                        blank=True,
                        db_index=True,
                        max_length=255,
                        null=True,
                        verbose_name="Correlation ID",
                    ),
                ),
                (
                    "remote_addr",
                    models.GenericIPAddressField(
                        blank=True, null=True, verbose_name="remote address"
                    ),
                ),
                (
                    "remote_port",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="remote port"),
                ),
                (
                    "timestamp",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now, verbose_name="timestamp"
                    ),
                ),
                (
                    "additional_data",
                    models.JSONField(blank=True, null=True, verbose_name="additional data"),
                ),
                (
                    "actor_email",
                    models.CharField(
                        blank=True, max_length=254, null=True, verbose_name="actor email"
                    ),
                ),
                (
                    "conference",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="scale.conference",
                    ),
                ),
            ],
            options={
                "verbose_name": "change",
                "verbose_name_plural": "changes",
                "ordering": ["-timestamp"],
                "get_latest_by": "timestamp",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["conference", "-timestamp"], name="audit_by_edition")
                ],
            },
        ),
        migrations.CreateModel(
            name="OutgoingEmail",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="emails",
                        to="scale.conference",
                    ),
                ),
                ("dedupe_key", models.CharField(editable=False, max_length=64, unique=True)),
                ("message_id", models.CharField(editable=False, max_length=190, unique=True)),
                ("kind", models.CharField(db_index=True, max_length=40)),
                ("about", models.CharField(blank=True, db_index=True, max_length=40)),
                ("to_address", models.EmailField(db_index=True, max_length=190)),
                ("to_name", models.CharField(blank=True, max_length=120)),
                ("reply_to", models.EmailField(blank=True, max_length=190)),
                ("subject", models.CharField(max_length=250)),
                ("text", models.TextField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "waiting"),
                            ("sending", "being sent"),
                            ("sent", "sent"),
                            ("failed", "not sent"),
                            ("in_doubt", "maybe sent"),
                            ("dropped", "given up"),
                        ],
                        default="queued",
                        max_length=8,
                    ),
                ),
                (
                    "resend_if_in_doubt",
                    models.BooleanField(
                        default=False,
                        help_text="Send again with the same Message-ID rather than ask staff.",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("lease", models.CharField(blank=True, editable=False, max_length=32)),
                ("leased_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("queued_at", models.DateTimeField(auto_now_add=True)),
                ("not_before", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "mail",
                "ordering": ["-queued_at"],
                "indexes": [models.Index(fields=["status", "not_before"], name="email_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["queued", "sending", "sent", "failed", "in_doubt", "dropped"],
                            )
                        ),
                        name="email_status_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffRole",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staff_roles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staff_roles",
                        to="scale.conference",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("chair", "Chair"),
                            ("registration", "Registration"),
                            ("program", "Program"),
                            ("reviewer", "Reviewer"),
                            ("crew", "Crew"),
                            ("door", "Door"),
                            ("sponsorship", "Sponsorship"),
                            ("community", "Community"),
                            ("press", "Press"),
                            ("finance", "Finance"),
                            ("editor", "Editor"),
                            ("communications", "Communications"),
                        ],
                        max_length=16,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "conference", "role"), name="one_role_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "chair",
                                    "registration",
                                    "program",
                                    "reviewer",
                                    "crew",
                                    "door",
                                    "sponsorship",
                                    "community",
                                    "press",
                                    "finance",
                                    "editor",
                                    "communications",
                                ],
                            )
                        ),
                        name="role_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EmailAttachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "email",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="scale.outgoingemail",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("content_type", models.CharField(max_length=120)),
                ("content", models.BinaryField()),
                ("content_id", models.CharField(blank=True, max_length=60)),
            ],
        ),
    ]
