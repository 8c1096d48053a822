"""The tables as they stood on 2026-11-27; `replaces` is what older databases came by."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import scale.codes
import sponsors.models.applications
import sponsors.models.catalogue
import sponsors.models.contracts
import sponsors.models.files
import sponsors.models.imports
import sponsors.models.invoices
import sponsors.models.organizations
import sponsors.models.portal
import sponsors.models.press
import sponsors.models.receipts


class Migration(migrations.Migration):
    replaces = [
        ("sponsors", "0001_initial"),
        ("sponsors", "0002_known_words"),
        ("sponsors", "0003_signed_has_a_date"),
        ("sponsors", "0004_website_is_on_the_web"),
        ("sponsors", "0005_spell_e_mail"),
        ("sponsors", "0006_free_passes"),
        ("sponsors", "0010_mail"),
        ("sponsors", "0020_several_kinds_and_roles"),
        ("sponsors", "0021_carry_kinds_and_roles"),
        ("sponsors", "0022_no_single_kind_or_role"),
        ("sponsors", "0023_tags_and_other_names"),
        ("sponsors", "0025_organization_files_and_imports"),
        ("sponsors", "0030_catalogue"),
        ("sponsors", "0031_released_early"),
        ("sponsors", "0032_promises"),
        ("sponsors", "0033_passes_are_benefits"),
        ("sponsors", "0034_package_without_passes"),
        ("sponsors", "0040_invoices"),
        ("sponsors", "0050_organization_code"),
        ("sponsors", "0051_organization_codes_given"),
        ("sponsors", "0052_organization_code_unique"),
        ("sponsors", "0053_floor_plans"),
        ("sponsors", "0054_booth_applications"),
        ("sponsors", "0070_in_kind"),
        ("sponsors", "0071_deal_history"),
        ("sponsors", "0072_why_lost_before"),
        ("sponsors", "0073_lost_has_a_reason"),
        ("sponsors", "0074_contracts"),
        ("sponsors", "0075_portal"),
        ("sponsors", "0090_note_files"),
        ("sponsors", "0091_note_mentions"),
        ("sponsors", "0092_digests"),
    ]

    initial = True

    dependencies = [
        ("cfp", "0001_tables"),
        ("registration", "0001_tables"),
        ("scale", "0001_tables"),
        ("scale", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Announcement",
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
                        related_name="announcements",
                        to="scale.conference",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=sponsors.models.press.new_announcement_code,
                        editable=False,
                        max_length=6,
                        unique=True,
                    ),
                ),
                ("title", models.CharField(max_length=160)),
                ("text", models.TextField(help_text="Markdown.", max_length=20000)),
                ("embargo_until", models.DateTimeField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "draft"), ("sent", "sent"), ("pulled", "pulled back")],
                        default="draft",
                        max_length=6,
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
                ("written_at", models.DateTimeField(auto_now_add=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("told_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "ordering": ["-written_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "sent", "pulled"])),
                        name="announcement_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "sent"), _negated=True),
                            models.Q(("embargo_until__isnull", False), ("sent_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="sent_announcement_has_its_minute",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Benefit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("passes", "passes"),
                            ("logo", "logo"),
                            ("booth", "booth"),
                            ("talk", "talk slot"),
                            ("advert", "advert"),
                            ("bag", "bag insert"),
                            ("text", "text"),
                            ("custom", "something else"),
                        ],
                        default="custom",
                        max_length=6,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("us", "we owe"), ("them", "they owe")],
                        default="us",
                        max_length=4,
                        verbose_name="who owes it",
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "description",
                    models.TextField(blank=True, max_length=1000, verbose_name="what exactly"),
                ),
                (
                    "pass_type",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registration.tickettype",
                        verbose_name="ticket of the passes",
                    ),
                ),
                (
                    "wanted",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "nothing to send"),
                            ("picture", "logo as SVG or PNG"),
                            ("pdf", "PDF"),
                            ("text", "text"),
                            ("names", "names, one a line"),
                        ],
                        default="",
                        max_length=7,
                        verbose_name="what they send",
                    ),
                ),
                (
                    "min_pixels",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Of its longer side. An SVG has no pixels and always fits.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5000),
                        ],
                        verbose_name="PNG at least, pixels",
                    ),
                ),
                (
                    "page_width",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="page width, mm",
                    ),
                ),
                (
                    "page_height",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="page height, mm",
                    ),
                ),
                (
                    "reminders",
                    models.CharField(
                        blank=True,
                        help_text="Such as 14, 7, 1. They go out by mail until it has arrived.",
                        max_length=60,
                        validators=[sponsors.models.catalogue.check_reminder_days],
                        verbose_name="reminders, days before",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, help_text="Lower comes first."),
                ),
                (
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="benefits",
                        to="scale.conference",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who sees to it. Empty: who looks after the deal.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "days_before",
                    models.SmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-60),
                            django.core.validators.MaxValueValidator(730),
                        ],
                        verbose_name="due, days before the first day",
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="or due on")),
                (
                    "price",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Empty: it comes with packages only.",
                        max_digits=10,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="price as an extra",
                    ),
                ),
                (
                    "size",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="All packages and extras share them. Empty: any number.",
                        null=True,
                        verbose_name="how many there are",
                    ),
                ),
                ("taken", models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                "ordering": ["position", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "passes",
                                    "logo",
                                    "booth",
                                    "talk",
                                    "advert",
                                    "bag",
                                    "text",
                                    "custom",
                                ],
                            )
                        ),
                        name="benefit_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["us", "them"])), name="benefit_side_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wanted__in", ["", "picture", "pdf", "text", "names"])),
                        name="benefit_wanted_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wanted", ""), ("side", "them"), _connector="OR"),
                        name="benefit_they_send",
                        violation_error_message="What they send is something that they owe.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "passes"), ("pass_type__isnull", False)),
                            models.Q(
                                models.Q(("kind", "passes"), _negated=True), ("pass_type", None)
                            ),
                            _connector="OR",
                        ),
                        name="benefit_passes_are_a_ticket",
                        violation_error_message="Passes need their ticket; nothing else has one.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("page_height", None), ("page_width", None)),
                            models.Q(("page_height__isnull", False), ("page_width__isnull", False)),
                            _connector="OR",
                        ),
                        name="benefit_page_has_both_sides",
                        violation_error_message="A page size has a width and a height.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("size", None), ("taken__lte", models.F("size")), _connector="OR"
                        ),
                        name="benefit_not_oversold",
                        violation_error_message="More of them than this are promised already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price", None), ("price__gte", 0), _connector="OR"),
                        name="benefit_price_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("days_before", None), ("due_on", None), _connector="OR"
                        ),
                        name="benefit_due_once",
                        violation_error_message="Days before, or a date: not both.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Biller",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "conference",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="biller",
                        to="scale.conference",
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="our name")),
                ("address", models.TextField(max_length=500, verbose_name="our address")),
                ("tax_id", models.CharField(blank=True, max_length=60, verbose_name="our tax id")),
                ("bank", models.TextField(blank=True, max_length=500, verbose_name="bank details")),
                (
                    "email",
                    models.EmailField(blank=True, max_length=190, verbose_name="questions go to"),
                ),
                (
                    "terms_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="How long after its date an invoice is due.",
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="days to pay",
                    ),
                ),
                (
                    "footer",
                    models.TextField(
                        blank=True,
                        help_text="Such as why no tax is charged.",
                        max_length=500,
                        verbose_name="at the foot",
                    ),
                ),
                ("last_number", models.PositiveIntegerField(default=0, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name="ContractTerms",
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
                        related_name="contract_terms",
                        to="scale.conference",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField(blank=True)),
                ("sha256", models.CharField(editable=False, max_length=64)),
                ("written_at", models.DateTimeField(auto_now_add=True)),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conference", "number"), name="one_terms_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="digest",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "is_wanted",
                    models.BooleanField(
                        default=True, verbose_name="a mail on days when something is due"
                    ),
                ),
                (
                    "silent_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(365),
                        ],
                        verbose_name="days without a word",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("silent_days__gte", 1), ("silent_days__lte", 365)),
                        name="digest_silent_days",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FloorPlan",
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
                        related_name="floor_plans",
                        to="scale.conference",
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("picture", models.FileField(upload_to="plans/")),
                (
                    "width",
                    models.PositiveIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                (
                    "height",
                    models.PositiveIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("height__gte", 1), ("width__gte", 1)),
                        name="plan_has_sides",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IgnoredSender",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=190)),
                ("address_digest", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("since", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["address"],
            },
        ),
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=190, unique=True)),
                ("lease", models.CharField(blank=True, editable=False, max_length=32)),
                ("leased_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("first_at", models.DateTimeField(auto_now_add=True, verbose_name="read since")),
                ("last_good_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "verbose_name_plural": "mailboxes",
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
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="organization_imports",
                        to="scale.conference",
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
        migrations.CreateModel(
            name="Package",
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
                        related_name="packages",
                        to="scale.conference",
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("price", models.DecimalField(decimal_places=2, default=0, max_digits=10)),
                (
                    "size",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="how many"),
                ),
                ("taken", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Lower comes first and larger on the sponsors page."
                    ),
                ),
            ],
            options={
                "ordering": ["position", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("size", None), ("taken__lte", models.F("size")), _connector="OR"
                        ),
                        name="package_not_oversold",
                        violation_error_message="More of them than this are signed already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price__gte", 0)), name="package_price_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PressCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "conference",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="press_call",
                        to="scale.conference",
                    ),
                ),
                (
                    "pass_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registration.tickettype",
                        verbose_name="press pass",
                    ),
                ),
                ("opens_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                (
                    "contact",
                    models.EmailField(max_length=190, verbose_name="e-mail of the press team"),
                ),
                (
                    "introduction",
                    models.TextField(blank=True, help_text="Markdown.", max_length=4000),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opens_at"))),
                        name="press_call_closes_after_it_opens",
                        violation_error_message="It closes before it opens.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("slug", models.CharField(editable=False, max_length=60, unique=True)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="BenefitConflict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "benefit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conflicts",
                        to="sponsors.benefit",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conflicts_back",
                        to="sponsors.benefit",
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conflicts",
                        to="sponsors.package",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("benefit", "other"), name="benefits_conflict_once"
                    ),
                    models.UniqueConstraint(
                        fields=("benefit", "package"), name="package_conflicts_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("other__isnull", False), ("package", None)),
                            models.Q(("other", None), ("package__isnull", False)),
                            _connector="OR",
                        ),
                        name="conflict_with_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("other", None), ("benefit__lt", models.F("other")), _connector="OR"
                        ),
                        name="conflict_lower_id_first",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BoothCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "conference",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="booth_call",
                        to="scale.conference",
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
                ("opens_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                (
                    "introduction",
                    models.TextField(blank=True, help_text="Markdown.", max_length=4000),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opens_at"))),
                        name="booth_call_closes_after_it_opens",
                        violation_error_message="It closes before it opens.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MailFolder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mailbox",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="folders",
                        to="sponsors.mailbox",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("name_digest", models.CharField(editable=False, max_length=64)),
                ("uidvalidity", models.BigIntegerField(default=0)),
                ("last_uid", models.BigIntegerField(default=0)),
                ("waiting", models.PositiveIntegerField(default=0, help_text="Not yet taken in.")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("mailbox", "name_digest"), name="one_row_a_mail_folder"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Organization",
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
                        default=sponsors.models.organizations.new_organization_code,
                        editable=False,
                        max_length=6,
                        unique=True,
                    ),
                ),
                ("name", models.CharField(max_length=160)),
                ("is_company", models.BooleanField(default=False, verbose_name="company")),
                (
                    "is_project",
                    models.BooleanField(default=False, verbose_name="non-profit project"),
                ),
                ("is_media", models.BooleanField(default=False, verbose_name="media outlet")),
                (
                    "website",
                    models.URLField(
                        blank=True,
                        validators=[
                            django.core.validators.URLValidator(
                                message="A web address begins with https:// or http://.",
                                schemes=["http", "https"],
                            )
                        ],
                    ),
                ),
                ("logo", models.ImageField(blank=True, upload_to="logos/")),
                ("address", models.TextField(blank=True)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="organizations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "tags",
                    models.ManyToManyField(
                        blank=True, related_name="organizations", to="sponsors.tag"
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_company", True),
                            ("is_project", True),
                            ("is_media", True),
                            _connector="OR",
                        ),
                        name="organization_is_of_a_kind",
                        violation_error_message="Say what it is: a company, a project, a media outlet.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PackageBenefit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="package_benefits",
                        to="sponsors.package",
                    ),
                ),
                (
                    "benefit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="package_benefits",
                        to="sponsors.benefit",
                    ),
                ),
                (
                    "quantity",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000),
                        ],
                        verbose_name="how many",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("package", "benefit"), name="benefit_once_a_package"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="package_benefit_counts"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Apart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sponsors.organization",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sponsors.organization",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("first", "second"), name="told_apart_once"),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))), name="apart_in_order"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="sponsors.organization",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "email",
                    models.EmailField(
                        blank=True, db_index=True, max_length=190, verbose_name="e-mail"
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("is_primary", models.BooleanField(default=False, verbose_name="primary")),
                ("is_billing", models.BooleanField(default=False, verbose_name="billing")),
                ("is_logistics", models.BooleanField(default=False, verbose_name="logistics")),
                ("is_marketing", models.BooleanField(default=False, verbose_name="marketing")),
                ("is_press", models.BooleanField(default=False, verbose_name="press")),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="contacts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("left_on", models.DateField(blank=True, null=True)),
                (
                    "moved_to",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="moved_from",
                        to="sponsors.contact",
                    ),
                ),
                ("bounced_address", models.CharField(blank=True, editable=False, max_length=190)),
                ("bounced_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("bounce_why", models.CharField(blank=True, editable=False, max_length=200)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("moved_to", None), ("left_on__isnull", False), _connector="OR"
                        ),
                        name="who_moved_has_left",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Conversation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conversations",
                        to="sponsors.organization",
                    ),
                ),
                (
                    "conference",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="conversations",
                        to="scale.conference",
                    ),
                ),
                ("subject", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("them", "waiting for them"),
                            ("us", "waiting for us"),
                            ("done", "done"),
                        ],
                        default="open",
                        max_length=4,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="conversations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "mail_token",
                    models.CharField(editable=False, max_length=32, null=True, unique=True),
                ),
            ],
            options={
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "them", "us", "done"])),
                        name="conversation_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Coverage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="coverage",
                        to="sponsors.organization",
                    ),
                ),
                (
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="scale.conference",
                    ),
                ),
                (
                    "url",
                    models.URLField(
                        max_length=300,
                        validators=[
                            django.core.validators.URLValidator(
                                message="A web address begins with https:// or http://.",
                                schemes=["http", "https"],
                            )
                        ],
                        verbose_name="address",
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("published_on", models.DateField(blank=True, null=True)),
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
            ],
            options={
                "verbose_name_plural": "coverage",
                "ordering": ["-published_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="MergedOrganization",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("old_pk", models.BigIntegerField(unique=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="merged",
                        to="sponsors.organization",
                    ),
                ),
                ("merged_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="OrganizationFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("file", models.FileField(upload_to=sponsors.models.organizations.file_path)),
                ("name", models.CharField(max_length=120)),
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
                ("added_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-added_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="OtherName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="other_names",
                        to="sponsors.organization",
                    ),
                ),
                ("name", models.CharField(max_length=160)),
                ("key", models.CharField(editable=False, max_length=64, unique=True)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Sponsorship",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sponsorships",
                        to="sponsors.organization",
                    ),
                ),
                (
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sponsorships",
                        to="scale.conference",
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sponsorships",
                        to="sponsors.package",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("lead", "lead"),
                            ("asked", "asked"),
                            ("interested", "interested"),
                            ("contract", "contract sent"),
                            ("signed", "signed"),
                            ("paid", "paid"),
                            ("lost", "lost"),
                        ],
                        default="lead",
                        max_length=10,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, default=0, max_digits=10)),
                (
                    "in_kind_value",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=10,
                        verbose_name="worth of what they give in kind",
                    ),
                ),
                (
                    "in_kind_what",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="what they give in kind"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sponsorships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "moved_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "lost_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("price", "too expensive"),
                            ("budget", "no money for it this year"),
                            ("silence", "they never answered"),
                            ("fit", "not their audience"),
                            ("time", "too late for them"),
                            ("us", "we said no"),
                            ("other", "something else"),
                        ],
                        max_length=8,
                        verbose_name="lost because",
                    ),
                ),
                (
                    "lost_words",
                    models.CharField(blank=True, max_length=300, verbose_name="what they said"),
                ),
                (
                    "outcome",
                    models.TextField(blank=True, max_length=1000, verbose_name="how it went"),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="next_deals",
                        to="sponsors.sponsorship",
                    ),
                ),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "signed_by",
                    models.CharField(blank=True, max_length=120, verbose_name="signed for them by"),
                ),
                (
                    "released_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="released early"
                    ),
                ),
                ("released_why", models.CharField(blank=True, editable=False, max_length=200)),
                (
                    "released_by",
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
                    "live_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                models.Q(("status", "lost"), _negated=True),
                                then=models.F("organization_id"),
                            )
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conference", "live_key"),
                        name="one_live_sponsorship",
                        violation_error_message="This organization has a deal in this edition already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "lead",
                                    "asked",
                                    "interested",
                                    "contract",
                                    "signed",
                                    "paid",
                                    "lost",
                                ],
                            )
                        ),
                        name="sponsorship_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="amount_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("signed_at__isnull", False), ("status__in", ["signed", "paid"])
                            ),
                            models.Q(
                                models.Q(("status__in", ["signed", "paid"]), _negated=True),
                                ("signed_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="signed_has_a_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("in_kind_value", 0),
                            models.Q(
                                ("in_kind_value__gt", 0),
                                models.Q(("in_kind_what", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="in_kind_is_named",
                        violation_error_message="Say what they give.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "lost_why__in",
                                    ["price", "budget", "silence", "fit", "time", "us", "other"],
                                ),
                                ("status", "lost"),
                            ),
                            models.Q(
                                models.Q(("status", "lost"), _negated=True),
                                ("lost_why", ""),
                                ("lost_words", ""),
                            ),
                            _connector="OR",
                        ),
                        name="lost_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("released_at", None), ("released_why", "")),
                            models.Q(
                                ("released_at__isnull", False),
                                models.Q(("released_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="released_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_at", None),
                            models.Q(("status", "lost"), _negated=True),
                            _connector="OR",
                        ),
                        name="lost_promises_nothing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Booth",
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
                        related_name="booths",
                        to="scale.conference",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="booths",
                        to="sponsors.floorplan",
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z0-9][A-Z0-9-]{0,9}\\Z",
                                "Letters, digits and hyphens, at most 10, such as 12 or A-3.",
                            )
                        ],
                    ),
                ),
                (
                    "x",
                    models.DecimalField(
                        decimal_places=4,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="from the left",
                    ),
                ),
                (
                    "y",
                    models.DecimalField(
                        decimal_places=4,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="from the top",
                    ),
                ),
                (
                    "w",
                    models.DecimalField(
                        decimal_places=4,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="width",
                    ),
                ),
                (
                    "h",
                    models.DecimalField(
                        decimal_places=4,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="height",
                    ),
                ),
                (
                    "size",
                    models.CharField(blank=True, help_text="Such as 10 × 10 ft.", max_length=40),
                ),
                (
                    "power",
                    models.CharField(
                        blank=True, help_text="Such as 5 A. Empty: none.", max_length=60
                    ),
                ),
                (
                    "internet",
                    models.CharField(
                        blank=True, help_text="Such as wired. Empty: none.", max_length=60
                    ),
                ),
                (
                    "notes",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="notes of the committee"
                    ),
                ),
                (
                    "sponsorship",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="booths",
                        to="sponsors.sponsorship",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conference", "number"),
                        name="one_booth_a_number",
                        violation_error_message="There is a booth of this number already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("h__gt", 0),
                            ("w__gt", 0),
                            ("x__gte", 0),
                            ("y__gte", 0),
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("x"), "+", models.F("w")
                                ),
                                Decimal("1"),
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("y"), "+", models.F("h")
                                ),
                                Decimal("1"),
                            ),
                        ),
                        name="booth_on_its_plan",
                        violation_error_message="A booth lies on its plan as a whole.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BoothApplication",
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
                        related_name="booth_applications",
                        to="scale.conference",
                    ),
                ),
                (
                    "nonce",
                    models.CharField(
                        default=sponsors.models.applications.new_nonce,
                        editable=False,
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="name of the project")),
                (
                    "website",
                    models.URLField(
                        blank=True,
                        validators=[
                            django.core.validators.URLValidator(
                                message="A web address begins with https:// or http://.",
                                schemes=["http", "https"],
                            )
                        ],
                    ),
                ),
                ("about", models.TextField(max_length=3000, verbose_name="what it is")),
                (
                    "needs",
                    models.TextField(blank=True, max_length=1000, verbose_name="what they need"),
                ),
                ("contact_name", models.CharField(max_length=120, verbose_name="who asks")),
                ("email", models.EmailField(db_index=True, max_length=190, verbose_name="e-mail")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("accepted", "accepted"),
                            ("waitlisted", "on the waiting list"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="new",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "words",
                    models.TextField(blank=True, max_length=3000, verbose_name="what we wrote"),
                ),
                (
                    "sponsorship",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="application",
                        to="sponsors.sponsorship",
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
                                ["new", "accepted", "waitlisted", "declined", "withdrawn"],
                            )
                        ),
                        name="application_status_known",
                    )
                ],
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
                ("amount", models.DecimalField(decimal_places=2, max_digits=10)),
                ("in_kind_value", models.DecimalField(decimal_places=2, default=0, max_digits=10)),
                ("in_kind_what", models.CharField(blank=True, max_length=200)),
                (
                    "file",
                    models.FileField(blank=True, upload_to=sponsors.models.contracts.private_path),
                ),
                ("file_name", models.CharField(blank=True, max_length=120)),
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
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("live_deal",), name="one_live_contract"),
                    models.CheckConstraint(
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
                ],
            },
        ),
        migrations.CreateModel(
            name="Deliverable",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("passes", "passes"),
                            ("logo", "logo"),
                            ("booth", "booth"),
                            ("talk", "talk slot"),
                            ("advert", "advert"),
                            ("bag", "bag insert"),
                            ("text", "text"),
                            ("custom", "something else"),
                        ],
                        default="custom",
                        max_length=6,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("us", "we owe"), ("them", "they owe")],
                        default="us",
                        max_length=4,
                        verbose_name="who owes it",
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "description",
                    models.TextField(blank=True, max_length=1000, verbose_name="what exactly"),
                ),
                (
                    "pass_type",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registration.tickettype",
                        verbose_name="ticket of the passes",
                    ),
                ),
                (
                    "wanted",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "nothing to send"),
                            ("picture", "logo as SVG or PNG"),
                            ("pdf", "PDF"),
                            ("text", "text"),
                            ("names", "names, one a line"),
                        ],
                        default="",
                        max_length=7,
                        verbose_name="what they send",
                    ),
                ),
                (
                    "min_pixels",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Of its longer side. An SVG has no pixels and always fits.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5000),
                        ],
                        verbose_name="PNG at least, pixels",
                    ),
                ),
                (
                    "page_width",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="page width, mm",
                    ),
                ),
                (
                    "page_height",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="page height, mm",
                    ),
                ),
                (
                    "reminders",
                    models.CharField(
                        blank=True,
                        help_text="Such as 14, 7, 1. They go out by mail until it has arrived.",
                        max_length=60,
                        validators=[sponsors.models.catalogue.check_reminder_days],
                        verbose_name="reminders, days before",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, help_text="Lower comes first."),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliverables",
                        to="sponsors.sponsorship",
                    ),
                ),
                (
                    "benefit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliverables",
                        to="sponsors.benefit",
                    ),
                ),
                ("quantity", models.PositiveSmallIntegerField(default=1, verbose_name="how many")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="deliverables",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("arrived", "arrived"),
                            ("done", "done"),
                            ("waived", "waived"),
                        ],
                        default="open",
                        max_length=7,
                    ),
                ),
                ("arrived_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "why",
                    models.CharField(blank=True, max_length=200, verbose_name="why it is waived"),
                ),
                ("file", models.FileField(blank=True, upload_to="promises/")),
                ("file_name", models.CharField(blank=True, max_length=110)),
                ("text", models.TextField(blank=True)),
                (
                    "proof_words",
                    models.CharField(blank=True, max_length=300, verbose_name="in words"),
                ),
                (
                    "proof_link",
                    models.URLField(
                        blank=True,
                        max_length=500,
                        validators=[
                            django.core.validators.URLValidator(
                                message="A web address begins with https:// or http://.",
                                schemes=["http", "https"],
                            )
                        ],
                        verbose_name="link",
                    ),
                ),
                (
                    "proof_file",
                    models.FileField(
                        blank=True, upload_to="proofs/", verbose_name="picture or PDF"
                    ),
                ),
                ("proof_name", models.CharField(blank=True, editable=False, max_length=110)),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                (
                    "talks",
                    models.ManyToManyField(blank=True, related_name="deliverables", to="cfp.talk"),
                ),
            ],
            options={
                "ordering": ["side", "position", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "passes",
                                    "logo",
                                    "booth",
                                    "talk",
                                    "advert",
                                    "bag",
                                    "text",
                                    "custom",
                                ],
                            )
                        ),
                        name="deliverable_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["us", "them"])),
                        name="deliverable_side_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wanted__in", ["", "picture", "pdf", "text", "names"])),
                        name="deliverable_wanted_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wanted", ""), ("side", "them"), _connector="OR"),
                        name="deliverable_they_send",
                        violation_error_message="What they send is something that they owe.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "passes"), ("pass_type__isnull", False)),
                            models.Q(
                                models.Q(("kind", "passes"), _negated=True), ("pass_type", None)
                            ),
                            _connector="OR",
                        ),
                        name="deliverable_passes_are_a_ticket",
                        violation_error_message="Passes need their ticket; nothing else has one.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("page_height", None), ("page_width", None)),
                            models.Q(("page_height__isnull", False), ("page_width__isnull", False)),
                            _connector="OR",
                        ),
                        name="deliverable_page_has_both_sides",
                        violation_error_message="A page size has a width and a height.",
                    ),
                    models.UniqueConstraint(
                        fields=("deal", "benefit"), name="promised_once_a_deal"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="deliverable_counts"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "arrived", "done", "waived"])),
                        name="deliverable_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "waived"), _negated=True),
                            models.Q(("why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="waived_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("arrived_at__isnull", False), ("status", "arrived")),
                            models.Q(("status", "arrived"), _negated=True),
                            _connector="OR",
                        ),
                        name="arrived_has_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", False), ("status", "done")),
                            models.Q(
                                models.Q(("status", "done"), _negated=True), ("done_at", None)
                            ),
                            _connector="OR",
                        ),
                        name="done_has_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proof_link", ""),
                            ("proof_link__startswith", "https://"),
                            ("proof_link__startswith", "http://"),
                            _connector="OR",
                        ),
                        name="proof_is_on_the_web",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follow_ups",
                        to="sponsors.conversation",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follow_ups",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("due_on", models.DateField(db_index=True)),
                ("what", models.CharField(max_length=200)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["due_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sponsorship",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="sponsors.sponsorship",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("invoice", "invoice"), ("credit", "credit note")],
                        default="invoice",
                        max_length=7,
                    ),
                ),
                (
                    "credits",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_notes",
                        to="sponsors.invoice",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=scale.codes.new_code, editable=False, max_length=8, unique=True
                    ),
                ),
                (
                    "nonce",
                    models.CharField(
                        default=sponsors.models.invoices.new_nonce, editable=False, max_length=32
                    ),
                ),
                ("bill_name", models.CharField(max_length=160, verbose_name="bill to")),
                (
                    "bill_address",
                    models.TextField(blank=True, max_length=500, verbose_name="address"),
                ),
                (
                    "bill_email",
                    models.EmailField(blank=True, max_length=190, verbose_name="mailed to"),
                ),
                (
                    "po_number",
                    models.CharField(blank=True, max_length=60, verbose_name="their PO number"),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True, max_length=500, verbose_name="words on the invoice"
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "once",
                    models.CharField(
                        blank=True, editable=False, max_length=64, null=True, unique=True
                    ),
                ),
                (
                    "biller",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sponsors.biller",
                    ),
                ),
                ("number", models.PositiveIntegerField(editable=False, null=True)),
                ("label", models.CharField(editable=False, max_length=32, null=True, unique=True)),
                ("issued_on", models.DateField(editable=False, null=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("currency", models.CharField(blank=True, editable=False, max_length=3)),
                ("seller_name", models.CharField(blank=True, editable=False, max_length=160)),
                ("seller_address", models.TextField(blank=True, editable=False, max_length=500)),
                ("seller_tax_id", models.CharField(blank=True, editable=False, max_length=60)),
                ("seller_bank", models.TextField(blank=True, editable=False, max_length=500)),
                ("seller_footer", models.TextField(blank=True, editable=False, max_length=500)),
                (
                    "draft_of",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(number=None, then=models.F("sponsorship_id"))
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["due_on"], name="invoice_due")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("biller", "number"), name="invoice_number_once"
                    ),
                    models.UniqueConstraint(
                        fields=("draft_of",),
                        name="one_draft_a_deal",
                        violation_error_message="This deal has a draft already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("credits", None), ("kind", "invoice")),
                            models.Q(
                                ("credits__isnull", False),
                                ("kind", "credit"),
                                ("number__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="credit_note_credits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("biller", None),
                                ("currency", ""),
                                ("issued_on", None),
                                ("label", None),
                                ("number", None),
                            ),
                            models.Q(
                                ("biller__isnull", False),
                                ("due_on__isnull", False),
                                ("issued_on__isnull", False),
                                ("label__isnull", False),
                                ("number__gte", 1),
                                ("number__isnull", False),
                                models.Q(("currency", ""), _negated=True),
                                models.Q(("seller_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="issued_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=64, unique=True)),
                ("message_id", models.CharField(blank=True, max_length=250)),
                ("refers_to", models.TextField(blank=True, help_text="Message-IDs of its thread.")),
                (
                    "way",
                    models.CharField(
                        choices=[("in", "from them"), ("out", "to them")], max_length=3
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("triage", "to be sorted"),
                            ("attached", "in a conversation"),
                            ("ignored", "ignored"),
                            ("auto", "automatic reply"),
                            ("bounce", "could not be delivered"),
                        ],
                        default="triage",
                        max_length=8,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="mails",
                        to="sponsors.conversation",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="mails",
                        to="sponsors.contact",
                    ),
                ),
                ("party_name", models.CharField(blank=True, max_length=120)),
                ("party_address", models.CharField(blank=True, db_index=True, max_length=190)),
                ("sender", models.CharField(blank=True, max_length=250)),
                ("recipients", models.TextField(blank=True)),
                ("subject", models.CharField(blank=True, max_length=250)),
                ("text", models.TextField(blank=True)),
                ("html", models.TextField(blank=True)),
                (
                    "is_cut",
                    models.BooleanField(
                        default=False,
                        help_text="Too large: only its beginning is here, the rest in the mailbox.",
                    ),
                ),
                ("sent_at", models.DateTimeField(db_index=True)),
                ("taken_at", models.DateTimeField(auto_now_add=True)),
                (
                    "outgoing",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="scale.outgoingemail",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "answers",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="answered_by",
                        to="sponsors.mail",
                    ),
                ),
                (
                    "mailbox",
                    models.CharField(blank=True, help_text="Our address in it.", max_length=190),
                ),
                (
                    "filed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="put into Sent"),
                ),
            ],
            options={
                "ordering": ["-sent_at", "-pk"],
                "indexes": [models.Index(fields=["status", "sent_at"], name="mail_to_sort")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["in", "out"])), name="mail_way_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["triage", "attached", "ignored", "auto", "bounce"])
                        ),
                        name="mail_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="sponsors.conversation",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("note", "note"),
                            ("call", "call"),
                            ("meeting", "meeting"),
                            ("mail_in", "mail from them"),
                            ("mail_out", "mail to them"),
                        ],
                        default="note",
                        max_length=8,
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="sponsors.contact",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="notes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-written_at", "-pk"],
                "indexes": [
                    models.Index(fields=["conversation", "written_at"], name="note_by_time")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["note", "call", "meeting", "mail_in", "mail_out"])
                        ),
                        name="note_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Portal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "deal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="portal",
                        to="sponsors.sponsorship",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=sponsors.models.portal.new_portal_code,
                        editable=False,
                        max_length=16,
                        unique=True,
                    ),
                ),
                (
                    "nonce",
                    models.CharField(
                        default=sponsors.models.portal.new_nonce, editable=False, max_length=32
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("seen_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PressRequest",
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
                        related_name="press_requests",
                        to="scale.conference",
                    ),
                ),
                (
                    "nonce",
                    models.CharField(
                        default=sponsors.models.applications.new_nonce,
                        editable=False,
                        max_length=12,
                    ),
                ),
                ("outlet", models.CharField(max_length=160, verbose_name="for whom they work")),
                (
                    "website",
                    models.URLField(
                        blank=True,
                        validators=[
                            django.core.validators.URLValidator(
                                message="A web address begins with https:// or http://.",
                                schemes=["http", "https"],
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "email",
                    models.EmailField(
                        blank=True, db_index=True, max_length=190, verbose_name="e-mail"
                    ),
                ),
                (
                    "role",
                    models.CharField(blank=True, max_length=80, verbose_name="what they do there"),
                ),
                (
                    "covering",
                    models.TextField(max_length=3000, verbose_name="what they will cover"),
                ),
                (
                    "links",
                    models.TextField(blank=True, max_length=2000, verbose_name="earlier work"),
                ),
                (
                    "wishes",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="days and equipment"
                    ),
                ),
                (
                    "keeps_embargo",
                    models.BooleanField(default=False, verbose_name="keeps embargoes"),
                ),
                (
                    "wants_news",
                    models.BooleanField(default=True, verbose_name="wants our announcements"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("approved", "approved"),
                            ("declined", "declined"),
                            ("ended", "taken back"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="new",
                        max_length=9,
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "words",
                    models.TextField(blank=True, max_length=3000, verbose_name="what we wrote"),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="press_requests",
                        to="sponsors.organization",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="sponsors.contact",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="registration.ticket",
                    ),
                ),
                (
                    "person",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(email__gt="", then=models.F("email"))),
                        output_field=models.CharField(max_length=190, null=True),
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conference", "person"), name="press_asks_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["new", "approved", "declined", "ended", "withdrawn"])
                        ),
                        name="press_request_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SponsorshipExtra",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="extras",
                        to="sponsors.sponsorship",
                    ),
                ),
                (
                    "benefit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extras",
                        to="sponsors.benefit",
                    ),
                ),
                (
                    "quantity",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000),
                        ],
                        verbose_name="how many",
                    ),
                ),
                (
                    "price",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("deal", "benefit"),
                        name="extra_once_a_deal",
                        violation_error_message="This deal has this extra already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="extra_counts"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price__gte", 0)), name="extra_price_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CardPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="card_pages",
                        to="sponsors.invoice",
                    ),
                ),
                ("provider", models.CharField(max_length=20)),
                (
                    "key",
                    models.CharField(
                        default=sponsors.models.receipts.new_key,
                        editable=False,
                        max_length=32,
                        unique=True,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=10)),
                ("currency", models.CharField(max_length=3)),
                ("reference", models.CharField(blank=True, max_length=120, null=True)),
                ("url", models.TextField(blank=True)),
                ("opened_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "open_invoice",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(closed_at=None, then=models.F("invoice_id"))
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "open_invoice"), name="card_page_one_open"
                    ),
                    models.UniqueConstraint(
                        fields=("provider", "reference"), name="card_page_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="card_page_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="sponsors.invoice",
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="what")),
                (
                    "quantity",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(9999),
                        ],
                        verbose_name="how many",
                    ),
                ),
                (
                    "unit_price",
                    models.DecimalField(
                        decimal_places=2, max_digits=10, verbose_name="price of one"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="invoice_line_has_some"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoicePayment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="sponsors.invoice",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("transfer", "bank transfer"),
                            ("cheque", "cheque"),
                            ("cash", "cash"),
                            ("other", "another way"),
                            ("stripe", "card"),
                            ("demo", "demo card"),
                        ],
                        max_length=8,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=10)),
                ("currency", models.CharField(max_length=3)),
                ("received_on", models.DateField(verbose_name="on")),
                ("reference", models.CharField(blank=True, max_length=120)),
                ("note", models.CharField(blank=True, max_length=160)),
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
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("once", models.CharField(max_length=150, unique=True)),
            ],
            options={
                "ordering": ["received_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True),
                        name="invoice_payment_not_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "method__in",
                                ["transfer", "cheque", "cash", "other", "stripe", "demo"],
                            )
                        ),
                        name="invoice_payment_method_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MailAttachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mail",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="sponsors.mail",
                    ),
                ),
                ("file", models.FileField(blank=True, upload_to="mail/")),
                ("name", models.CharField(max_length=120)),
                ("content_type", models.CharField(blank=True, max_length=120)),
                ("size", models.PositiveIntegerField(default=0)),
                ("refused", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("refused", ""), models.Q(("file", ""), _negated=True)),
                            models.Q(models.Q(("refused", ""), _negated=True), ("file", "")),
                            _connector="OR",
                        ),
                        name="attachment_is_here_or_refused",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MailReference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mail",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="references",
                        to="sponsors.mail",
                    ),
                ),
                ("digest", models.CharField(db_index=True, max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("mail", "digest"), name="refers_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="NoteFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="sponsors.note",
                    ),
                ),
                ("file", models.FileField(upload_to=sponsors.models.files.kept_at)),
                ("name", models.CharField(max_length=120)),
                ("size", models.PositiveIntegerField()),
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
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="NoteMention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="sponsors.note",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="note_mentions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("note", "user"), name="named_once_in_a_note")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "deliverable",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminded",
                        to="sponsors.deliverable",
                    ),
                ),
                ("for_day", models.DateField()),
                ("sent_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-for_day"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("deliverable", "for_day"), name="reminded_once_a_day"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="benefit",
            name="packages",
            field=models.ManyToManyField(
                blank=True,
                related_name="benefits",
                through="sponsors.PackageBenefit",
                to="sponsors.package",
            ),
        ),
    ]
