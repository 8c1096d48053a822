"""The tables as they stood on 2026-11-27; `replaces` is what older databases came by."""

import uuid

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import checkin.badges.models
import checkin.kiosk.models


class Migration(migrations.Migration):
    replaces = [
        ("checkin", "0001_initial"),
        ("checkin", "0002_initial"),
        ("checkin", "0003_initial"),
        ("checkin", "0004_one_live_checkin"),
        ("checkin", "0005_list_closes_after_opening"),
        ("checkin", "0006_passed_on"),
        ("checkin", "0030_badges"),
        ("checkin", "0031_print_queue"),
        ("checkin", "0032_badge_layouts"),
        ("checkin", "0033_list_add_ons"),
        ("checkin", "0034_station_reports"),
        ("checkin", "0035_more_verdicts"),
        ("checkin", "0036_scan_device_verdict"),
        ("checkin", "0037_scan_conflicts"),
        ("checkin", "0038_scan_open_conflicts"),
        ("checkin", "0039_entered_by_staff"),
        ("checkin", "0040_checkin_change_no"),
        ("checkin", "0041_change_counter"),
        ("checkin", "0042_badge_change_no"),
        ("checkin", "0043_scan_badge"),
        ("checkin", "0047_station_printer"),
        ("checkin", "0048_kiosk_visit"),
        ("checkin", "0050_station_drawer"),
        ("checkin", "0051_badge_asked"),
        ("checkin", "0055_leftovers_open_at"),
        ("checkin", "0059_station_of_an_exhibitor"),
        ("checkin", "0060_station_without_a_list"),
        ("checkin", "0061_exhibitors_without_a_name"),
        ("checkin", "0062_station_for_a_list_or_an_exhibitor"),
        ("checkin", "0063_leads"),
        ("checkin", "0064_lead_person"),
        ("checkin", "0065_find_leads_by_person"),
    ]

    initial = True

    dependencies = [
        ("registration", "0001_tables"),
        ("scale", "0001_tables"),
        ("scale", "__first__"),
        ("sponsors", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="BadgeLayout",
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
                        related_name="badge_layout",
                        to="scale.conference",
                    ),
                ),
                (
                    "width_mm",
                    models.DecimalField(decimal_places=1, max_digits=5, verbose_name="width"),
                ),
                (
                    "height_mm",
                    models.DecimalField(decimal_places=1, max_digits=5, verbose_name="height"),
                ),
                ("places", models.JSONField(default=dict)),
                ("colours", models.JSONField(blank=True, default=dict)),
                ("logo", models.ImageField(blank=True, upload_to="badges/")),
                (
                    "paper",
                    models.CharField(
                        choices=[("a4", "A4"), ("letter", "US Letter")],
                        default="a4",
                        max_length=6,
                        verbose_name="paper of sheets",
                    ),
                ),
                (
                    "gap_mm",
                    models.DecimalField(
                        decimal_places=1, default=0, max_digits=4, verbose_name="gap between two"
                    ),
                ),
                ("crop_marks", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("height_mm__gte", 25),
                            ("height_mm__lte", 270),
                            ("width_mm__gte", 40),
                            ("width_mm__lte", 200),
                        ),
                        name="badge_size_possible",
                        violation_error_message="Between 40 × 25 and 200 × 270 mm, please.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("paper__in", ["a4", "letter"])),
                        name="badge_paper_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("gap_mm__gte", 0), ("gap_mm__lte", 30)),
                        name="badge_gap_possible",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeCounter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="CheckInList",
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
                        related_name="checkin_lists",
                        to="scale.conference",
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("entry", "entry"),
                            ("shirt", "T-shirt"),
                            ("tutorial", "tutorial"),
                            ("party", "party"),
                        ],
                        default="entry",
                        max_length=8,
                    ),
                ),
                ("opens_at", models.DateTimeField(blank=True, null=True)),
                ("closes_at", models.DateTimeField(blank=True, null=True)),
                (
                    "once_a_day",
                    models.BooleanField(
                        default=False,
                        help_text="Each day's first scan counts; otherwise once in all.",
                    ),
                ),
                ("leftovers_open_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "ticket_types",
                    models.ManyToManyField(
                        blank=True, related_name="checkin_lists", to="registration.tickettype"
                    ),
                ),
                (
                    "add_ons",
                    models.ManyToManyField(
                        blank=True,
                        related_name="checkin_lists",
                        to="registration.addon",
                        verbose_name="extras",
                    ),
                ),
            ],
            options={
                "verbose_name": "check-in list",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closes_at__gt", models.F("opens_at")),
                            ("opens_at", None),
                            ("closes_at", None),
                            _connector="OR",
                        ),
                        name="list_closes_after_opening",
                        violation_error_message="It closes before it opens.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Station",
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
                        related_name="stations",
                        to="scale.conference",
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("phone", "door phone"),
                            ("desk", "desk"),
                            ("kiosk", "self-service kiosk"),
                            ("printer", "print station"),
                            ("counter", "counter"),
                            ("exhibitor", "exhibitor"),
                        ],
                        default="phone",
                        max_length=9,
                    ),
                ),
                (
                    "checkin_list",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stations",
                        to="checkin.checkinlist",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stations",
                        to="sponsors.organization",
                        verbose_name="exhibitor",
                    ),
                ),
                (
                    "printer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="prints_for",
                        to="checkin.station",
                        verbose_name="badges come out of",
                    ),
                ),
                (
                    "pairing_hash",
                    models.CharField(editable=False, max_length=64, null=True, unique=True),
                ),
                ("pairing_ends_at", models.DateTimeField(editable=False, null=True)),
                (
                    "credential_hash",
                    models.CharField(editable=False, max_length=64, null=True, unique=True),
                ),
                ("paired_at", models.DateTimeField(editable=False, null=True)),
                ("revoked_at", models.DateTimeField(editable=False, null=True)),
                ("last_seen_at", models.DateTimeField(editable=False, null=True)),
                ("app_version", models.CharField(blank=True, editable=False, max_length=40)),
                (
                    "queued",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="scans that wait on it"
                    ),
                ),
                (
                    "drawer",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="station",
                        to="registration.cashdrawer",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("checkin_list", None),
                                ("kind", "exhibitor"),
                                ("organization__isnull", False),
                            ),
                            models.Q(
                                models.Q(("kind", "exhibitor"), _negated=True),
                                ("checkin_list__isnull", False),
                                ("organization", None),
                            ),
                            _connector="OR",
                        ),
                        name="station_for_a_list_or_an_exhibitor",
                        violation_error_message="An exhibitor’s station names the exhibitor, every other one a list.",
                    )
                ],
            },
        ),
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
                    "change_no",
                    models.PositiveBigIntegerField(db_index=True, editable=False, null=True),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="badges",
                        to="registration.ticket",
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
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("asked", models.CharField(blank=True, max_length=110)),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("live_ticket",), name="one_live_badge"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["live", "void"])),
                        name="badge_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckIn",
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
                    "checkin_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkins",
                        to="checkin.checkinlist",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkins",
                        to="registration.ticket",
                    ),
                ),
                ("day", models.DateField(blank=True, null=True)),
                (
                    "station",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkins",
                        to="checkin.station",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("undone_why", models.CharField(blank=True, max_length=200)),
                (
                    "live_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                then=django.db.models.functions.text.Concat(
                                    django.db.models.functions.comparison.Cast(
                                        "checkin_list_id", models.CharField(max_length=20)
                                    ),
                                    models.Value(":"),
                                    django.db.models.functions.comparison.Cast(
                                        "ticket_id", models.CharField(max_length=20)
                                    ),
                                    models.Value(":"),
                                    django.db.models.functions.comparison.Coalesce(
                                        django.db.models.functions.comparison.Cast(
                                            "day", models.CharField(max_length=10)
                                        ),
                                        models.Value(""),
                                    ),
                                ),
                                undone_at=None,
                            )
                        ),
                        output_field=models.CharField(max_length=60, null=True),
                    ),
                ),
            ],
            options={
                "verbose_name": "check-in",
                "indexes": [models.Index(fields=["checkin_list", "at"], name="checkin_by_time")],
                "constraints": [
                    models.UniqueConstraint(fields=("live_key",), name="one_live_checkin")
                ],
            },
        ),
        migrations.CreateModel(
            name="KioskVisit",
            fields=[
                (
                    "station",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="visit",
                        serialize=False,
                        to="checkin.station",
                    ),
                ),
                ("nonce", models.CharField(default=checkin.kiosk.models.new_nonce, max_length=32)),
                ("begun_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("found", models.JSONField(default=list)),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="registration.ticket",
                    ),
                ),
                ("holder", models.CharField(blank=True, max_length=32)),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="registration.order",
                    ),
                ),
                ("stop", models.JSONField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lead_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "exhibitor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="sponsors.organization",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="registration.ticket",
                    ),
                ),
                ("holder", models.CharField(editable=False, max_length=32)),
                (
                    "person",
                    models.CharField(blank=True, db_index=True, editable=False, max_length=64),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="checkin.station",
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
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="print_jobs",
                        to="scale.conference",
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
                    "wanted",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="checkin.station",
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
            ],
            options={
                "indexes": [
                    models.Index(fields=["conference", "status"], name="print_job_by_status")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("open_badge",), name="one_open_print_job"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["queued", "claimed", "printed", "failed", "dropped"])
                        ),
                        name="print_job_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "claimed"), _negated=True),
                            models.Q(("lease_ends_at__isnull", False), ("printer__isnull", False)),
                            _connector="OR",
                        ),
                        name="claimed_by_a_printer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Scan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scan_id", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "station",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="checkin.station",
                    ),
                ),
                (
                    "checkin_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="checkin.checkinlist",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="registration.ticket",
                    ),
                ),
                (
                    "checkin",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="scans",
                        to="checkin.checkin",
                    ),
                ),
                (
                    "retired",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="registration.retiredcode",
                    ),
                ),
                (
                    "badge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="checkin.badge",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("admitted", "Admitted"),
                            ("already", "Already in"),
                            ("not_paid", "Not paid"),
                            ("cancelled", "Cancelled"),
                            ("not_here", "Not valid here"),
                            ("not_today", "Not today"),
                            ("passed_on", "Passed on"),
                            ("old_badge", "Old badge"),
                            ("help_desk", "To the help desk"),
                            ("unknown", "Unknown code"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "said",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("admitted", "Admitted"),
                            ("already", "Already in"),
                            ("not_paid", "Not paid"),
                            ("cancelled", "Cancelled"),
                            ("not_here", "Not valid here"),
                            ("not_today", "Not today"),
                            ("passed_on", "Passed on"),
                            ("old_badge", "Old badge"),
                            ("help_desk", "To the help desk"),
                            ("unknown", "Unknown code"),
                        ],
                        max_length=9,
                    ),
                ),
                ("was_offline", models.BooleanField(default=False)),
                ("volunteer", models.CharField(blank=True, max_length=40)),
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
                ("why", models.CharField(blank=True, max_length=200)),
                ("scanned_at", models.DateTimeField()),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                (
                    "conflict_with",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conflicts",
                        to="checkin.scan",
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conflict_list",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                models.Q(
                                    ("said", "admitted"),
                                    models.Q(("verdict", "admitted"), _negated=True),
                                    ("settled_at", None),
                                ),
                                then=models.F("checkin_list_id"),
                            )
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["station", "received_at"], name="scan_by_station"),
                    models.Index(fields=["conflict_list"], name="scan_open_conflict"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "verdict__in",
                                [
                                    "admitted",
                                    "already",
                                    "not_paid",
                                    "cancelled",
                                    "not_here",
                                    "not_today",
                                    "passed_on",
                                    "old_badge",
                                    "help_desk",
                                    "unknown",
                                ],
                            )
                        ),
                        name="scan_verdict_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "said__in",
                                [
                                    "",
                                    "admitted",
                                    "already",
                                    "not_paid",
                                    "cancelled",
                                    "not_here",
                                    "not_today",
                                    "passed_on",
                                    "old_badge",
                                    "help_desk",
                                    "unknown",
                                ],
                            )
                        ),
                        name="scan_said_known",
                    ),
                ],
            },
        ),
    ]
