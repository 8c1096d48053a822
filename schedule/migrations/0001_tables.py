"""The tables as they stood on 2026-11-27; `replaces` is what older databases came by."""

import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import scale.codes
import schedule.models.favourites
import schedule.models.imports
import schedule.models.rooms


class Migration(migrations.Migration):
    replaces = [
        ("schedule", "0001_initial"),
        ("schedule", "0002_schedule_import"),
        ("schedule", "0010_days_audience_and_steps"),
        ("schedule", "0030_room_changed_at"),
        ("schedule", "0040_favourites"),
        ("schedule", "0041_room_note"),
        ("schedule", "0050_workshops"),
        ("schedule", "0070_room_map"),
        ("schedule", "0071_words_for_room_maps"),
        ("schedule", "0072_ratings"),
        ("schedule", "0073_places_for_bofs"),
        ("schedule", "0074_bof_claims"),
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
                        expression=models.Case(
                            models.When(
                                status__in=["asked", "approved"], then=models.F("slot_uuid")
                            )
                        ),
                        output_field=models.UUIDField(null=True),
                    ),
                ),
                (
                    "live_ticket",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                status__in=["asked", "approved"], then=models.F("ticket_id")
                            )
                        ),
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
        migrations.CreateModel(
            name="DayHours",
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
                        related_name="day_hours",
                        to="scale.conference",
                    ),
                ),
                ("date", models.DateField(verbose_name="day")),
                ("opens_at", models.TimeField()),
                ("closes_at", models.TimeField()),
            ],
            options={
                "verbose_name_plural": "hours of the days",
                "ordering": ["date"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conference", "date"),
                        name="hours_once_a_day",
                        violation_error_message="This day has its hours already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExpectedPeople",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "talk",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="expected_people",
                        to="cfp.talk",
                    ),
                ),
                (
                    "people",
                    models.PositiveIntegerField(
                        validators=[django.core.validators.MaxValueValidator(100000)]
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=250)),
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
                ("made_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name_plural": "expected people",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("people__lte", 100000)), name="expected_people_sane"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FavouriteList",
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
                        related_name="favourite_lists",
                        to="scale.conference",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="favourite_lists",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("browser", models.CharField(blank=True, max_length=64, null=True)),
                (
                    "code",
                    models.CharField(default=scale.codes.new_code, max_length=12, unique=True),
                ),
                (
                    "nonce",
                    models.CharField(default=schedule.models.favourites.new_nonce, max_length=32),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("conference", "user"), name="one_list_a_user"),
                    models.UniqueConstraint(
                        fields=("conference", "browser"), name="one_list_a_browser"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("browser__isnull", False), ("user", None)),
                            models.Q(("browser", None), ("user__isnull", False)),
                            _connector="OR",
                        ),
                        name="list_has_one_owner",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
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
                        related_name="plans",
                        to="scale.conference",
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "working_for",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="working_plan",
                        to="scale.conference",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("edits", models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                "ordering": ["created_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PresenceHour",
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
                        related_name="presence",
                        to="scale.conference",
                    ),
                ),
                (
                    "hour",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MaxValueValidator(23)],
                        verbose_name="hour of the clock",
                    ),
                ),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MaxValueValidator(100)]
                    ),
                ),
            ],
            options={
                "ordering": ["hour"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conference", "hour"),
                        name="presence_once_an_hour",
                        violation_error_message="This hour is there already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hour__lte", 23), ("percent__lte", 100)),
                        name="presence_sane",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "talk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ratings",
                        to="cfp.talk",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ratings",
                        to="registration.ticket",
                    ),
                ),
                ("holder", models.CharField(blank=True, max_length=20)),
                (
                    "stars",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ]
                    ),
                ),
                ("comment", models.TextField(blank=True, max_length=1000)),
                (
                    "is_hidden",
                    models.BooleanField(default=False, verbose_name="kept from the speakers"),
                ),
                (
                    "hidden_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("talk", "ticket"), name="rated_once"),
                    models.CheckConstraint(
                        condition=models.Q(("stars__gte", 1), ("stars__lte", 5)),
                        name="stars_1_to_5",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScheduleImport",
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
                        related_name="imports",
                        to="scale.conference",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.FileField(blank=True, upload_to=schedule.models.imports.import_path),
                ),
                ("file_name", models.CharField(max_length=120)),
                ("dry_run", models.BooleanField(default=False)),
                ("prune", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "being read"),
                            ("done", "done"),
                            ("failed", "not possible"),
                        ],
                        default="waiting",
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
                            ("status__in", ["waiting", "running", "done", "failed"])
                        ),
                        name="import_status_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SlotLock",
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
                        related_name="slot_locks",
                        to="scale.conference",
                    ),
                ),
                ("slot_uuid", models.UUIDField(unique=True)),
                ("why", models.CharField(blank=True, max_length=250)),
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
            ],
        ),
        migrations.CreateModel(
            name="SlotTemplate",
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
                        related_name="slot_templates",
                        to="scale.conference",
                    ),
                ),
                ("date", models.DateField(verbose_name="day")),
                ("first_at", models.TimeField(verbose_name="first begins at")),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        help_text="How many.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                        verbose_name="minutes each",
                    ),
                ),
                (
                    "gap",
                    models.PositiveSmallIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(1440)],
                        verbose_name="minutes between",
                    ),
                ),
            ],
            options={
                "ordering": ["date", "first_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minutes__gte", 5),
                            ("minutes__lte", 1440),
                            ("number__gte", 1),
                            ("number__lte", 100),
                        ),
                        name="template_sane",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Venue",
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
                        related_name="venues",
                        to="scale.conference",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("address", models.CharField(blank=True, max_length=250)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Workshop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "talk",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="workshop",
                        to="cfp.talk",
                    ),
                ),
                (
                    "add_on",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="workshop",
                        to="registration.addon",
                    ),
                ),
                (
                    "quota",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="workshop",
                        to="registration.quota",
                    ),
                ),
                (
                    "wanted",
                    models.PositiveIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="seats to offer",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("wanted__gte", 1)), name="workshop_has_seats"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Favourite",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="favourites",
                        to="schedule.favouritelist",
                    ),
                ),
                (
                    "talk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="favourites",
                        to="cfp.talk",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("list", "talk"), name="favourite_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="schedule.plan",
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
                ("what", models.CharField(max_length=160)),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
                ("edit", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Release",
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
                        related_name="releases",
                        to="scale.conference",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="schedule.plan",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("override_reason", models.CharField(blank=True, max_length=250)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conference", "number"), name="release_number_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Room",
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
                        related_name="rooms",
                        to="scale.conference",
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rooms",
                        to="schedule.venue",
                    ),
                ),
                (
                    "code",
                    models.SlugField(
                        help_text="Short name in addresses, such as room-104.", max_length=40
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "capacity",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Seats.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        help_text="Markdown, on the room's page: which stairs, which lift, beside what.",
                        max_length=1200,
                        verbose_name="how to find it",
                    ),
                ),
                ("map", models.ImageField(blank=True, editable=False, upload_to="rooms/")),
                (
                    "map_alt",
                    models.CharField(
                        blank=True,
                        help_text="For who cannot see it: “second floor, the door opposite the main stairs”.",
                        max_length=250,
                        verbose_name="the map in words",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "count_nonce",
                    models.CharField(
                        default=schedule.models.rooms.count_nonce, editable=False, max_length=24
                    ),
                ),
                (
                    "equipment",
                    models.ManyToManyField(blank=True, related_name="rooms", to="cfp.equipment"),
                ),
                (
                    "parts",
                    models.ManyToManyField(blank=True, related_name="wholes", to="schedule.room"),
                ),
            ],
            options={
                "ordering": ["position", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("conference", "code"), name="room_code_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Walk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "one",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="schedule.venue",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="schedule.venue",
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MaxValueValidator(240)]
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("one", "other"), name="walk_once"),
                    models.CheckConstraint(
                        condition=models.Q(("one__lt", models.F("other"))), name="walk_in_order"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="schedule.room",
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="place outside the rooms"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "talk",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="cfp.talk",
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        blank=True, max_length=250, verbose_name="own title, without a talk"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("main", "main"),
                            ("repeat", "repeat"),
                            ("overflow", "overflow"),
                            ("part", "part"),
                            ("bof", "place for a BoF"),
                        ],
                        default="main",
                        max_length=8,
                    ),
                ),
                (
                    "part",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(20),
                        ],
                        verbose_name="which part",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="schedule.release",
                    ),
                ),
                ("slot_uuid", models.UUIDField(db_index=True)),
                ("removed", models.BooleanField(default=False)),
                (
                    "before",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="after",
                        to="schedule.change",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="change_ends_after_start",
                        violation_error_message="It ends before it starts.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("talk__isnull", False),
                            models.Q(("title", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="change_has_talk_or_title",
                        violation_error_message="Choose a talk or give it a title.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["main", "repeat", "overflow", "part", "bof"])
                        ),
                        name="change_kind_known",
                    ),
                    models.UniqueConstraint(
                        fields=("release", "slot_uuid"), name="one_change_a_slot"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HeadCount",
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
                        related_name="head_counts",
                        to="scale.conference",
                    ),
                ),
                ("slot_uuid", models.UUIDField(db_index=True)),
                (
                    "talk",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="head_counts",
                        to="cfp.talk",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="head_counts",
                        to="schedule.room",
                    ),
                ),
                (
                    "people",
                    models.PositiveIntegerField(
                        validators=[django.core.validators.MaxValueValidator(100000)]
                    ),
                ),
                ("present", models.PositiveIntegerField(blank=True, null=True)),
                ("expected", models.PositiveIntegerField(blank=True, null=True)),
                ("counted_at", models.DateTimeField()),
                ("by", models.CharField(blank=True, max_length=80, verbose_name="who counted")),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("people__lte", 100000)), name="head_count_sane"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="schedule.room",
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="place outside the rooms"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "talk",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="cfp.talk",
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        blank=True, max_length=250, verbose_name="own title, without a talk"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("main", "main"),
                            ("repeat", "repeat"),
                            ("overflow", "overflow"),
                            ("part", "part"),
                            ("bof", "place for a BoF"),
                        ],
                        default="main",
                        max_length=8,
                    ),
                ),
                (
                    "part",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(20),
                        ],
                        verbose_name="which part",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="schedule.plan",
                    ),
                ),
                ("slot_uuid", models.UUIDField(default=uuid.uuid4)),
                ("goes_away", models.BooleanField(default=False)),
                ("made_against", models.PositiveIntegerField(default=0)),
                ("is_stale", models.BooleanField(default=False)),
                ("edit", models.PositiveIntegerField(default=0, editable=False)),
                ("why", models.CharField(blank=True, max_length=250)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="move_ends_after_start",
                        violation_error_message="It ends before it starts.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("talk__isnull", False),
                            models.Q(("title", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="move_has_talk_or_title",
                        violation_error_message="Choose a talk or give it a title.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["main", "repeat", "overflow", "part", "bof"])
                        ),
                        name="move_kind_known",
                    ),
                    models.UniqueConstraint(fields=("plan", "slot_uuid"), name="one_move_a_slot"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoomClosure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closures",
                        to="schedule.room",
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("why", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="closure_ends_after_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoomSetup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="setups",
                        to="schedule.room",
                    ),
                ),
                ("date", models.DateField(verbose_name="day")),
                (
                    "name",
                    models.CharField(
                        blank=True, help_text="Such as tables for workshops.", max_length=80
                    ),
                ),
                (
                    "capacity",
                    models.PositiveIntegerField(
                        help_text="Seats on this day.",
                        validators=[django.core.validators.MinValueValidator(1)],
                    ),
                ),
            ],
            options={
                "ordering": ["date"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("room", "date"),
                        name="one_setup_a_day",
                        violation_error_message="This room has a set-up for that day already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("capacity__gte", 1)), name="setup_has_seats"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Slot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="schedule.room",
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="place outside the rooms"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "talk",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="cfp.talk",
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        blank=True, max_length=250, verbose_name="own title, without a talk"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("main", "main"),
                            ("repeat", "repeat"),
                            ("overflow", "overflow"),
                            ("part", "part"),
                            ("bof", "place for a BoF"),
                        ],
                        default="main",
                        max_length=8,
                    ),
                ),
                (
                    "part",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(20),
                        ],
                        verbose_name="which part",
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slots",
                        to="scale.conference",
                    ),
                ),
                ("version", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["conference", "starts_at"], name="slot_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="slot_ends_after_start",
                        violation_error_message="It ends before it starts.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("talk__isnull", False),
                            models.Q(("title", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="slot_has_talk_or_title",
                        violation_error_message="Choose a talk or give it a title.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["main", "repeat", "overflow", "part", "bof"])
                        ),
                        name="slot_kind_known",
                    ),
                ],
            },
        ),
    ]
