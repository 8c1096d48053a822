"""The tables as they stood on 2026-11-27; `replaces` is what older databases came by."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import registration.models.orders
import registration.models.sessions
import registration.models.tickets


class Migration(migrations.Migration):
    replaces = [
        ("registration", "0001_initial"),
        ("registration", "0002_initial"),
        ("registration", "0003_money_codes_and_wishes"),
        ("registration", "0004_orders_and_refunds"),
        ("registration", "0005_tickets_of_orders_only"),
        ("registration", "0006_ticket_phone_and_import"),
        ("registration", "0007_ledger_check"),
        ("registration", "0008_comp_choice_of_a_type"),
        ("registration", "0009_payment_pages"),
        ("registration", "0010_places_beyond_the_size"),
        ("registration", "0011_wait_for_seats"),
        ("registration", "0020_followed_changes"),
        ("registration", "0021_ticket_code_key"),
        ("registration", "0023_what_exhibitors_may_have"),
        ("registration", "0024_exhibitors_scan"),
        ("registration", "0025_drawer_opened_at_a_station"),
        ("registration", "0026_code_key_is_unique"),
    ]

    initial = True

    dependencies = [
        ("scale", "0001_tables"),
        ("scale", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="CashDrawer",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cash_drawers",
                        to="scale.conference",
                    ),
                ),
                ("name", models.CharField(help_text="Such as “Desk 2”.", max_length=40)),
                ("volunteer", models.CharField(help_text="Who sits there.", max_length=80)),
                ("opening_float", models.DecimalField(decimal_places=2, max_digits=10)),
                ("opened_at", models.DateTimeField(auto_now_add=True)),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "closing_count",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=250)),
            ],
            options={
                "ordering": ["-opened_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opening_float__gte", 0),
                            models.Q(
                                ("closing_count", None), ("closing_count__gte", 0), _connector="OR"
                            ),
                        ),
                        name="cash_drawer_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("closing_count", None)),
                            models.Q(
                                ("closed_at__isnull", False), ("closing_count__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="cash_drawer_closed_with_count",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CompAllowance",
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
                        related_name="comp_allowances",
                        to="scale.conference",
                    ),
                ),
                (
                    "source",
                    models.CharField(help_text="Canonical, such as sponsorship:12.", max_length=60),
                ),
                ("size", models.PositiveIntegerField()),
                ("given", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conference", "source"), name="comp_allowance_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("given__lte", models.F("size"))),
                        name="comp_allowance_not_exceeded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ran_at", models.DateTimeField(auto_now_add=True)),
                ("errors", models.PositiveIntegerField()),
                ("report", models.TextField(blank=True, help_text="The first errors, one a line.")),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Quota",
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
                        related_name="quotas",
                        to="scale.conference",
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("size", models.PositiveIntegerField()),
                ("taken", models.PositiveIntegerField(default=0, editable=False)),
                ("over", models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                "verbose_name_plural": "quotas",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("taken__lte", models.F("size"))),
                        name="quota_not_oversold",
                        violation_error_message="More places than this are taken already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("taken__gte", 0)), name="quota_taken_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SaleRules",
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
                        related_name="sale_rules",
                        to="scale.conference",
                    ),
                ),
                (
                    "ask_title",
                    models.CharField(
                        choices=[
                            ("no", "not asked"),
                            ("optional", "may be left empty"),
                            ("required", "must be filled in"),
                        ],
                        default="no",
                        max_length=8,
                        verbose_name="job title",
                    ),
                ),
                (
                    "ask_organization",
                    models.CharField(
                        choices=[
                            ("no", "not asked"),
                            ("optional", "may be left empty"),
                            ("required", "must be filled in"),
                        ],
                        default="optional",
                        max_length=8,
                        verbose_name="organization",
                    ),
                ),
                (
                    "ask_pronouns",
                    models.CharField(
                        choices=[
                            ("no", "not asked"),
                            ("optional", "may be left empty"),
                            ("required", "must be filled in"),
                        ],
                        default="optional",
                        max_length=8,
                        verbose_name="pronouns",
                    ),
                ),
                (
                    "ask_postcode",
                    models.CharField(
                        choices=[
                            ("no", "not asked"),
                            ("optional", "may be left empty"),
                            ("required", "must be filled in"),
                        ],
                        default="no",
                        max_length=8,
                        verbose_name="postcode",
                    ),
                ),
                (
                    "ask_accessibility",
                    models.BooleanField(default=True, verbose_name="ask for accessibility needs"),
                ),
                (
                    "corrections_until",
                    models.DateField(
                        blank=True,
                        help_text="Empty: to the end.",
                        null=True,
                        verbose_name="badge facts can be corrected until",
                    ),
                ),
                (
                    "transfers_until",
                    models.DateField(
                        blank=True,
                        help_text="Empty: to the end.",
                        null=True,
                        verbose_name="tickets can be passed on until",
                    ),
                ),
                (
                    "cancel_until",
                    models.DateField(
                        blank=True,
                        help_text="Empty: to the end.",
                        null=True,
                        verbose_name="cancelling can be asked for until",
                    ),
                ),
                (
                    "invoice_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        help_text="An invoice is due after so many days; 0: no invoices.",
                    ),
                ),
                (
                    "offers_visa_letters",
                    models.BooleanField(
                        default=False, verbose_name="visa letters can be asked for"
                    ),
                ),
                (
                    "exhibitors_scan",
                    models.BooleanField(
                        default=False,
                        help_text="Attendees are asked what an exhibitor who scans their badge may have.",
                        verbose_name="exhibitors scan badges",
                    ),
                ),
                (
                    "seller",
                    models.TextField(
                        blank=True,
                        help_text="Name and address that stand on receipts.",
                        max_length=500,
                    ),
                ),
                (
                    "letter_text",
                    models.TextField(
                        blank=True,
                        help_text="What a visa letter says beside the person's data.",
                        max_length=3000,
                    ),
                ),
                (
                    "letter_signer",
                    models.CharField(blank=True, help_text="Name and office.", max_length=120),
                ),
                (
                    "accessibility_readers",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Only these people see what attendees need; it is erased after the edition.",
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "sale rules",
            },
        ),
        migrations.CreateModel(
            name="Terms",
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
                        related_name="terms",
                        to="scale.conference",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("conduct", "code of conduct"), ("refund", "refund terms")],
                        max_length=8,
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(editable=False)),
                ("text", models.TextField(help_text="Markdown.", max_length=20000)),
                ("written_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name_plural": "terms",
                "ordering": ["kind", "-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conference", "kind", "number"), name="terms_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketType",
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
                        related_name="ticket_types",
                        to="scale.conference",
                    ),
                ),
                (
                    "code",
                    models.SlugField(
                        help_text="Short name in addresses, such as full.", max_length=20
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("description", models.CharField(blank=True, max_length=250)),
                (
                    "included",
                    models.TextField(
                        blank=True,
                        help_text="One thing a line.",
                        max_length=1000,
                        verbose_name="what is included",
                    ),
                ),
                (
                    "admits_from",
                    models.DateField(blank=True, null=True, verbose_name="first day it admits"),
                ),
                (
                    "admits_until",
                    models.DateField(blank=True, null=True, verbose_name="last day it admits"),
                ),
                ("on_sale_from", models.DateTimeField(blank=True, null=True)),
                ("on_sale_until", models.DateTimeField(blank=True, null=True)),
                (
                    "is_hidden",
                    models.BooleanField(default=False, help_text="Not on the tickets page."),
                ),
                (
                    "for_minors",
                    models.BooleanField(default=False, help_text="Asks for a guardian."),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "quotas",
                    models.ManyToManyField(
                        blank=True, related_name="ticket_types", to="registration.quota"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conference", "code"), name="ticket_type_code_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("admits_until__gte", models.F("admits_from")),
                            ("admits_from", None),
                            ("admits_until", None),
                            _connector="OR",
                        ),
                        name="ticket_type_admits_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AddOn",
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
                        related_name="add_ons",
                        to="scale.conference",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("shirt", "shirt"),
                            ("tutorial", "tutorial"),
                            ("party", "party"),
                            ("other", "other"),
                        ],
                        default="other",
                        max_length=8,
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        blank=True,
                        help_text="Extras with the same words here exclude each other: “T-shirt” for all sizes.",
                        max_length=80,
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="Such as “Size M” or “Kubernetes tutorial”.", max_length=80
                    ),
                ),
                ("description", models.CharField(blank=True, max_length=250)),
                (
                    "price",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.00"))],
                    ),
                ),
                (
                    "replaces_ticket_price",
                    models.BooleanField(
                        default=False,
                        help_text="Whoever takes it pays nothing for the ticket itself.",
                    ),
                ),
                (
                    "is_discountable",
                    models.BooleanField(
                        default=True, help_text="A promo code in percent lowers its price too."
                    ),
                ),
                ("on_sale_from", models.DateTimeField(blank=True, null=True)),
                ("on_sale_until", models.DateTimeField(blank=True, null=True)),
                (
                    "is_hidden",
                    models.BooleanField(
                        default=False, help_text="Not for sale; staff can give it."
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "ticket_types",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Empty: with every ticket.",
                        related_name="add_ons",
                        to="registration.tickettype",
                    ),
                ),
                (
                    "quotas",
                    models.ManyToManyField(
                        blank=True, related_name="add_ons", to="registration.quota"
                    ),
                ),
            ],
            options={
                "verbose_name": "add-on",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("price__gte", 0)), name="add_on_price_not_negative"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PromoCode",
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
                        related_name="promo_codes",
                        to="scale.conference",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="Letters and digits; people may type it in lower case.",
                        max_length=40,
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, help_text="For whom it is; staff see it.", max_length=120
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("percent", "percent off"),
                            ("amount", "amount off the ticket"),
                            ("fixed", "fixed ticket price"),
                            ("free", "free ticket"),
                        ],
                        default="percent",
                        max_length=8,
                    ),
                ),
                (
                    "value",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Percent, or an amount in the edition's currency; not used for free tickets.",
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.00"))],
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("starts_at", models.DateTimeField(blank=True, null=True)),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                (
                    "max_uses",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: no limit.",
                        null=True,
                        verbose_name="tickets at most",
                    ),
                ),
                ("uses", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "ticket_types",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Empty: every type on the tickets page. Hidden types named here are unlocked.",
                        related_name="promo_codes",
                        to="registration.tickettype",
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
                "constraints": [
                    models.UniqueConstraint(fields=("conference", "code"), name="promo_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("max_uses", None), ("uses__lte", models.F("max_uses")), _connector="OR"
                        ),
                        name="promo_code_not_overused",
                        violation_error_message="It was used more often than this already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value__gte", 0),
                            models.Q(
                                models.Q(("kind", "percent"), _negated=True),
                                ("value__lte", 100),
                                _connector="OR",
                            ),
                        ),
                        name="promo_code_value_possible",
                        violation_error_message="Percent goes from 0 to 100.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketPrice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ticket_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="prices",
                        to="registration.tickettype",
                    ),
                ),
                (
                    "label",
                    models.CharField(blank=True, help_text="Such as early bird.", max_length=40),
                ),
                (
                    "starts_at",
                    models.DateTimeField(
                        blank=True, help_text="Empty: from the beginning.", null=True
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.00"))],
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="price_not_negative"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
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
                        related_name="questions",
                        to="scale.conference",
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="question")),
                ("help_text", models.CharField(blank=True, max_length=250)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("choice", "one of several"),
                            ("several", "any of several"),
                            ("text", "text"),
                            ("yes_no", "yes or no"),
                        ],
                        default="text",
                        max_length=8,
                    ),
                ),
                ("choices", models.TextField(blank=True, help_text="One choice a line.")),
                ("is_required", models.BooleanField(default=False)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "ticket_types",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Empty: asked with every type.",
                        related_name="questions",
                        to="registration.tickettype",
                    ),
                ),
                (
                    "add_ons",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Asked of those who take one of these.",
                        related_name="questions",
                        to="registration.addon",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["choice", "several", "text", "yes_no"])),
                        name="question_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "change_no",
                    models.PositiveBigIntegerField(db_index=True, editable=False, null=True),
                ),
                (
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="scale.conference",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=registration.models.orders.new_order_code,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                (
                    "nonce",
                    models.CharField(
                        default=registration.models.orders.new_nonce, editable=False, max_length=32
                    ),
                ),
                (
                    "form_token",
                    models.CharField(editable=False, max_length=64, null=True, unique=True),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "waiting for payment"),
                            ("paid", "paid"),
                            ("expired", "expired"),
                            ("cancelled", "cancelled"),
                        ],
                        default="pending",
                        max_length=9,
                    ),
                ),
                ("buyer_name", models.CharField(blank=True, max_length=120)),
                ("buyer_email", models.EmailField(blank=True, db_index=True, max_length=190)),
                ("buyer_organization", models.CharField(blank=True, max_length=120)),
                ("buyer_address", models.TextField(blank=True, max_length=500)),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="orders",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                (
                    "promo_code",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="registration.promocode",
                    ),
                ),
                (
                    "conduct",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registration.terms",
                    ),
                ),
                (
                    "refund_terms",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registration.terms",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "filled_in_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="names given"),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "extended_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="reservation extended"
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="invoice due on")),
                ("paid_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-created_at"],
                "indexes": [
                    models.Index(fields=["status", "expires_at"], name="order_expiry"),
                    models.Index(fields=["conference", "status"], name="order_by_edition"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["pending", "paid", "expired", "cancelled"])
                        ),
                        name="order_status_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupCode",
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
                        related_name="group_codes",
                        to="scale.conference",
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="group_code",
                        to="registration.order",
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True)),
                (
                    "name",
                    models.CharField(
                        help_text="Who pays, such as the company's name.", max_length=120
                    ),
                ),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="OrderNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="registration.order",
                    ),
                ),
                ("text", models.TextField(max_length=2000)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("written_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="registration.order",
                    ),
                ),
                ("provider", models.CharField(max_length=20)),
                ("reference", models.CharField(max_length=120)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=10)),
                ("currency", models.CharField(max_length=3)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                (
                    "fee",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True),
                ),
                (
                    "drawer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="registration.cashdrawer",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "reference"), name="payment_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="payment_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_sessions",
                        to="registration.order",
                    ),
                ),
                ("provider", models.CharField(max_length=20)),
                (
                    "key",
                    models.CharField(
                        default=registration.models.sessions.new_key,
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
                    "open_order",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(closed_at=None, then=models.F("order_id"))
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["closed_at", "expires_at"], name="payment_session_lapse")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "open_order"), name="payment_session_one_open"
                    ),
                    models.UniqueConstraint(
                        fields=("provider", "reference"), name="payment_session_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="payment_session_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "change_no",
                    models.PositiveBigIntegerField(db_index=True, editable=False, null=True),
                ),
                (
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="scale.conference",
                    ),
                ),
                (
                    "ticket_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="registration.tickettype",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="registration.order",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=registration.models.tickets.new_ticket_code,
                        editable=False,
                        max_length=16,
                        unique=True,
                    ),
                ),
                (
                    "nonce",
                    models.CharField(
                        default=registration.models.tickets.new_nonce, editable=False, max_length=32
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("live", "live"), ("cancelled", "cancelled")],
                        default="live",
                        max_length=9,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tickets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("attendee_name", models.CharField(blank=True, max_length=120)),
                ("attendee_email", models.EmailField(blank=True, db_index=True, max_length=190)),
                ("organization", models.CharField(blank=True, max_length=120)),
                ("pronouns", models.CharField(blank=True, max_length=40)),
                ("title", models.CharField(blank=True, max_length=120, verbose_name="job title")),
                ("postcode", models.CharField(blank=True, max_length=12)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("no_photos", models.BooleanField(default=False, verbose_name="no photos")),
                (
                    "consent",
                    models.CharField(
                        choices=[
                            ("logistics", "what I need to know to attend"),
                            ("announcements", "… and news of this and later conferences"),
                            ("offers", "… and offers of sponsors, sent by the conference"),
                        ],
                        default="logistics",
                        max_length=13,
                        verbose_name="may be written to about",
                    ),
                ),
                (
                    "shares_name",
                    models.BooleanField(default=False, verbose_name="exhibitors may have the name"),
                ),
                (
                    "shares_organization",
                    models.BooleanField(
                        default=False, verbose_name="exhibitors may have the organization"
                    ),
                ),
                (
                    "shares_email",
                    models.BooleanField(
                        default=False, verbose_name="exhibitors may have the e-mail address"
                    ),
                ),
                (
                    "shares_phone",
                    models.BooleanField(
                        default=False, verbose_name="exhibitors may have the phone"
                    ),
                ),
                ("is_minor", models.BooleanField(default=False, verbose_name="under 18")),
                ("guardian_name", models.CharField(blank=True, max_length=120)),
                ("guardian_phone", models.CharField(blank=True, max_length=40)),
                ("guardian_agreed_at", models.DateTimeField(blank=True, null=True)),
                ("accessibility_needs", models.TextField(blank=True, max_length=1000)),
                (
                    "why_free",
                    models.CharField(blank=True, max_length=120, verbose_name="given because"),
                ),
                (
                    "import_key",
                    models.CharField(editable=False, max_length=64, null=True, unique=True),
                ),
                (
                    "allowance",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="registration.compallowance",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "code_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Left(
                            django.db.models.functions.text.SHA256("code"), 32
                        ),
                        output_field=models.CharField(max_length=32),
                    ),
                ),
                (
                    "surname",
                    models.GeneratedField(
                        db_persist=True,
                        expression=registration.models.tickets.LastWord("attendee_name"),
                        output_field=models.CharField(max_length=120),
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["conference", "attendee_name"], name="ticket_by_name"),
                    models.Index(fields=["conference", "surname"], name="ticket_by_surname"),
                    models.Index(fields=["conference", "postcode"], name="ticket_by_postcode"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["live", "cancelled"])),
                        name="ticket_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_minor", False),
                            models.Q(("consent", "offers"), _negated=True),
                            _connector="OR",
                        ),
                        name="no_offers_to_minors",
                    ),
                    models.UniqueConstraint(fields=("code_key",), name="one_ticket_of_code_key"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_minor", False),
                            models.Q(
                                ("shares_email", False),
                                ("shares_name", False),
                                ("shares_organization", False),
                                ("shares_phone", False),
                            ),
                            _connector="OR",
                        ),
                        name="minors_share_nothing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="registration.ticket",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="registration.question",
                    ),
                ),
                ("value", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "question"), name="answer_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CancellationRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cancellation_requests",
                        to="registration.ticket",
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=500)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "waits for an answer"),
                            ("granted", "granted"),
                            ("refused", "refused"),
                        ],
                        default="open",
                        max_length=7,
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=500)),
                (
                    "open_ticket",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(status="open", then=models.F("ticket_id"))
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("open_ticket",), name="one_open_cancellation_request"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CompChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comp_choice",
                        to="registration.ticket",
                    ),
                ),
                ("role", models.SlugField(max_length=20)),
                (
                    "ticket_type",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registration.tickettype",
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=120)),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("open", "not answered"),
                            ("refund", "send the money back"),
                            ("pass_on", "pass the bought one on"),
                            ("nothing", "leave it as it is"),
                        ],
                        default="open",
                        max_length=7,
                    ),
                ),
                ("offered_at", models.DateTimeField(auto_now_add=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answer__in", ["open", "refund", "pass_on", "nothing"])
                        ),
                        name="comp_choice_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "change_no",
                    models.PositiveBigIntegerField(db_index=True, editable=False, null=True),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="registration.order",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="registration.ticket",
                    ),
                ),
                (
                    "ticket_type",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="registration.tickettype",
                    ),
                ),
                (
                    "add_on",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="registration.addon",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=120)),
                (
                    "list_price",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=10),
                ),
                ("price", models.DecimalField(decimal_places=2, max_digits=10)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("live", "in force"),
                            ("ended", "taken back"),
                            ("lapsed", "ran out"),
                        ],
                        default="live",
                        max_length=6,
                    ),
                ),
                (
                    "promo_code",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="registration.promocode",
                    ),
                ),
                (
                    "credits",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credited_by",
                        to="registration.orderline",
                    ),
                ),
                (
                    "live_credit",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                models.Q(("status", "lapsed"), _negated=True),
                                then=models.F("credits_id"),
                            )
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("live_credit",), name="line_credited_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("price__gte", 0),
                            ("credits__isnull", False),
                            models.Q(("words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="line_price_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("credits", None), ("price__lte", 0), _connector="OR"),
                        name="line_credit_not_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["live", "ended", "lapsed"])),
                        name="line_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="registration.order",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="registration.payment",
                    ),
                ),
                ("reference", models.CharField(max_length=120, unique=True)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=10)),
                ("why", models.CharField(max_length=250)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "to be sent"),
                            ("done", "sent"),
                            ("failed", "refused by the provider"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("provider_reference", models.CharField(blank=True, max_length=120)),
                ("problem", models.CharField(blank=True, max_length=250)),
                (
                    "drawer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="registration.cashdrawer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="refund_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["waiting", "done", "failed"])),
                        name="refund_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RetiredCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="retired_codes",
                        to="registration.ticket",
                    ),
                ),
                ("code", models.CharField(max_length=16, unique=True)),
                ("why", models.CharField(max_length=120)),
                ("retired_at", models.DateTimeField(auto_now_add=True)),
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
        ),
        migrations.CreateModel(
            name="Ribbon",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ribbons",
                        to="registration.ticket",
                    ),
                ),
                ("role", models.SlugField(max_length=20)),
                ("why", models.CharField(max_length=120)),
                ("given_at", models.DateTimeField(auto_now_add=True)),
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
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "role"), name="ribbon_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="VisaRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visa_request",
                        to="registration.ticket",
                    ),
                ),
                (
                    "full_name",
                    models.CharField(
                        blank=True, max_length=160, verbose_name="name as in the passport"
                    ),
                ),
                ("nationality", models.CharField(blank=True, max_length=80)),
                ("passport_number", models.CharField(blank=True, max_length=40)),
                ("born_on", models.DateField(blank=True, null=True, verbose_name="date of birth")),
                ("address", models.TextField(blank=True, max_length=500)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "waits for an answer"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=500)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="WaitlistEntry",
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
                        related_name="waitlist",
                        to="scale.conference",
                    ),
                ),
                (
                    "ticket_type",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waitlist",
                        to="registration.tickettype",
                    ),
                ),
                (
                    "add_on",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waitlist",
                        to="registration.addon",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waitlist",
                        to="registration.ticket",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("email", models.EmailField(blank=True, db_index=True, max_length=190)),
                (
                    "nonce",
                    models.CharField(
                        default=registration.models.tickets.new_nonce, editable=False, max_length=32
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("offered", "has an offer"),
                            ("taken", "took the place"),
                            ("lapsed", "let the offer lapse"),
                            ("left", "left the list"),
                            ("passed", "could not be given it"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("joined_at", models.DateTimeField(auto_now_add=True)),
                (
                    "order",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waitlist_entry",
                        to="registration.order",
                    ),
                ),
                (
                    "live_email",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(status__in=["waiting", "offered"], then=models.F("email"))
                        ),
                        output_field=models.CharField(max_length=190, null=True),
                    ),
                ),
                (
                    "live_ticket",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                status__in=["waiting", "offered"], then=models.F("ticket_id")
                            )
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "waiting list",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["ticket_type", "status"], name="waitlist_next")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ticket_type", "live_email"), name="waits_once"
                    ),
                    models.UniqueConstraint(
                        fields=("add_on", "live_ticket"), name="ticket_waits_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("add_on", None), ("ticket", None), ("ticket_type__isnull", False)
                            ),
                            models.Q(
                                ("add_on__isnull", False),
                                ("ticket__isnull", False),
                                ("ticket_type", None),
                            ),
                            _connector="OR",
                        ),
                        name="waits_for_one_thing",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="order",
            name="upgrades",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="upgrade_orders",
                to="registration.ticket",
            ),
        ),
    ]
