"""The tables as they stood on 2026-11-27; `replaces` is what older databases came by."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import cfp.models.access_codes
import cfp.models.files
import cfp.models.invitations
import cfp.models.speaker
import cfp.models.speaker_mail
import cfp.models.talk


class Migration(migrations.Migration):
    replaces = [
        ("cfp", "0001_initial"),
        ("cfp", "0002_initial"),
        ("cfp", "0003_talk_reason"),
        ("cfp", "0004_track_ends_after_start"),
        ("cfp", "0005_words_for_absences"),
        ("cfp", "0006_spell_e_mail"),
        ("cfp", "0007_speaker_tickets"),
        ("cfp", "0010_review_rules"),
        ("cfp", "0011_abstentions_marks_and_notes"),
        ("cfp", "0012_assignments_and_conflicts"),
        ("cfp", "0013_redactions_and_suggestions"),
        ("cfp", "0020_decisions_held"),
        ("cfp", "0021_old_decisions_are_released"),
        ("cfp", "0022_one_pending_decision"),
        ("cfp", "0023_budgets_notices_and_views"),
        ("cfp", "0030_what_speakers_say"),
        ("cfp", "0031_speaker_invitations"),
        ("cfp", "0032_changes_and_confirmations"),
        ("cfp", "0033_access_codes"),
        ("cfp", "0040_track_logo"),
        ("cfp", "0041_api_tokens"),
        ("cfp", "0042_scores_are_read_from_an_index"),
        ("cfp", "0050_review_feedback"),
        ("cfp", "0051_shared_feedback"),
        ("cfp", "0052_reminders_of_talks"),
        ("cfp", "0053_old_reminders"),
        ("cfp", "0054_decisions_without_reminders"),
        ("cfp", "0055_speaker_aliases"),
        ("cfp", "0060_talk_tags"),
        ("cfp", "0061_speaker_mails"),
        ("cfp", "0070_gaps_plenaries_and_audiences"),
        ("cfp", "0080_slides_and_recording"),
    ]

    initial = True

    dependencies = [
        ("registration", "0001_tables"),
        ("scale", "0001_tables"),
        ("scale", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
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
                        related_name="api_tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("label", models.CharField(max_length=80, verbose_name="what it is for")),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("public", "what the public reads, also before an edition is public"),
                            ("committee", "submissions and reviews too, as far as I see them"),
                        ],
                        default="public",
                        max_length=9,
                        verbose_name="what it reads",
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("used_on", models.DateField(blank=True, editable=False, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name": "API token",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scope__in", ["public", "committee"])),
                        name="api_token_scope_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Criterion",
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
                        related_name="criteria",
                        to="scale.conference",
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="How much it counts beside the others.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10),
                        ],
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "criteria",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weight__gte", 1), ("weight__lte", 10)),
                        name="criterion_weight_sane",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Equipment",
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
                        related_name="equipment",
                        to="scale.conference",
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "equipment",
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="ReviewRules",
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
                        related_name="review_rules",
                        to="scale.conference",
                    ),
                ),
                (
                    "is_anonymous",
                    models.BooleanField(
                        default=False,
                        help_text="Reviewers see no names, biographies, organizations, links, files or answers.",
                        verbose_name="hide who speaks",
                    ),
                ),
                (
                    "others",
                    models.CharField(
                        choices=[
                            ("never", "never"),
                            ("after", "after their own"),
                            ("always", "always"),
                        ],
                        default="never",
                        max_length=6,
                        verbose_name="reviewers see each other's reviews",
                    ),
                ),
                (
                    "reviews_a_talk",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(20),
                        ],
                        verbose_name="reviews a talk needs",
                    ),
                ),
                (
                    "shares_feedback",
                    models.BooleanField(
                        default=False,
                        help_text="Reviews get a field for the speakers, who read it without names once their decision is sent. Scores and comments stay with the committee. Choose before the reviews begin.",
                        verbose_name="speakers read feedback",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "review rules",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("others__in", ["never", "after", "always"])),
                        name="review_others_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reviews_a_talk__gte", 1), ("reviews_a_talk__lte", 20)),
                        name="reviews_a_talk_sane",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewTag",
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
                        related_name="review_tags",
                        to="scale.conference",
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
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
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=500)),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "conference", "query"), name="view_saved_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Speaker",
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
                        default=cfp.models.speaker.new_speaker_code,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="speaker",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True, max_length=190, null=True, unique=True, verbose_name="e-mail"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("pronouns", models.CharField(blank=True, max_length=40)),
                ("organization", models.CharField(blank=True, max_length=160)),
                ("biography", models.TextField(blank=True, help_text="Markdown.")),
                ("website", models.URLField(blank=True)),
                ("photo", models.ImageField(blank=True, upload_to="speakers/")),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="SpeakerMail",
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
                        related_name="speaker_mails",
                        to="scale.conference",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=cfp.models.speaker_mail.new_mail_code,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("subject", models.CharField(max_length=150)),
                ("text", models.TextField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="TalkKind",
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
                        related_name="talk_kinds",
                        to="scale.conference",
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("code", models.SlugField(max_length=30)),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=45,
                        validators=[django.core.validators.MinValueValidator(5)],
                        verbose_name="usual length in minutes",
                    ),
                ),
                ("is_offered", models.BooleanField(default=True, verbose_name="can be submitted")),
                (
                    "is_plenary",
                    models.BooleanField(
                        default=False,
                        help_text="Nothing else should happen meanwhile.",
                        verbose_name="for everybody",
                    ),
                ),
                (
                    "gap",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="In its room, to change over.",
                        validators=[django.core.validators.MaxValueValidator(240)],
                        verbose_name="minutes free after it",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conference", "code"),
                        name="kind_code_once",
                        violation_error_message="Another kind of this edition has this code.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 5)), name="kind_minutes_sane"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Track",
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
                        related_name="tracks",
                        to="scale.conference",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("code", models.SlugField(help_text="Short name in addresses.", max_length=40)),
                ("description", models.TextField(blank=True, help_text="Markdown.")),
                ("logo", models.ImageField(blank=True, editable=False, upload_to="tracks/")),
                (
                    "colour",
                    models.CharField(
                        default="#55616e",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-f]{6}\\Z",
                                "Six hexadecimal digits after #, such as #b4400a.",
                            )
                        ],
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("is_partner_event", models.BooleanField(default=False)),
                (
                    "is_hidden",
                    models.BooleanField(
                        default=False,
                        help_text="The call does not name it.",
                        verbose_name="only with an access code",
                    ),
                ),
                (
                    "may_overlap",
                    models.BooleanField(
                        default=False,
                        help_text="Otherwise the board warns about two of them at one time.",
                        verbose_name="its talks may run side by side",
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["position", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conference", "code"),
                        name="track_code_once",
                        violation_error_message="Another track of this edition has this code.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="track_ends_after_start",
                        violation_error_message="The last day is before the first.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessCode",
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
                        related_name="access_codes",
                        to="scale.conference",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=cfp.models.access_codes.new_access_code, max_length=40
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        blank=True,
                        help_text="Only into this track, hidden or not. Empty: into all that are not hidden.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cfp.track",
                    ),
                ),
                (
                    "size",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="Talks it lets in.",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="uses",
                    ),
                ),
                (
                    "taken",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="used"
                    ),
                ),
                (
                    "ends_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Until when talks may be sent in and changed with it.",
                        null=True,
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, help_text="For whom; staff only.", max_length=200),
                ),
            ],
            options={
                "ordering": ["code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conference", "code"),
                        name="access_code_once",
                        violation_error_message="Another access code of this edition is written like this.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("taken__lte", models.F("size"))),
                        name="access_code_not_overdrawn",
                        violation_error_message="More talks than that have come in with it.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Budget",
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
                        related_name="talk_budgets",
                        to="scale.conference",
                    ),
                ),
                (
                    "track",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="cfp.track",
                    ),
                ),
                (
                    "kind",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="cfp.talkkind",
                    ),
                ),
                (
                    "slots",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="talks at most"
                    ),
                ),
                (
                    "hours",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=5,
                        null=True,
                        verbose_name="hours at most",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__isnull", False), ("track", None)),
                            models.Q(("kind", None), ("track__isnull", False)),
                            _connector="OR",
                        ),
                        name="budget_of_a_track_or_a_kind",
                        violation_error_message="Name a track or a kind, not both.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Call",
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
                        related_name="calls",
                        to="scale.conference",
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: for the whole edition.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="cfp.track",
                    ),
                ),
                ("opens_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                (
                    "text",
                    models.TextField(
                        blank=True, help_text="Markdown.", verbose_name="what is expected"
                    ),
                ),
                (
                    "speaker_ticket",
                    models.ForeignKey(
                        blank=True,
                        help_text="Each speaker gets one when a talk is confirmed. Empty: none are given.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registration.tickettype",
                        verbose_name="ticket for speakers",
                    ),
                ),
                (
                    "tickets_a_talk",
                    models.PositiveSmallIntegerField(
                        default=4,
                        help_text="However many speakers a talk has.",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="free tickets a talk at most",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opens_at"))),
                        name="call_closes_after_it_opens",
                        violation_error_message="The call closes before it opens.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CallQuestion",
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
                        related_name="call_questions",
                        to="scale.conference",
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="question")),
                ("help_text", models.CharField(blank=True, max_length=250)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "text"),
                            ("choice", "one of several"),
                            ("yes_no", "yes or no"),
                        ],
                        default="text",
                        max_length=8,
                    ),
                ),
                ("choices", models.TextField(blank=True, help_text="One choice a line.")),
                (
                    "is_required",
                    models.BooleanField(default=False, verbose_name="must be answered"),
                ),
                (
                    "required_from",
                    models.DateTimeField(
                        blank=True,
                        help_text="Until then it may stay open. Empty: from the start.",
                        null=True,
                        verbose_name="must be answered from",
                    ),
                ),
                (
                    "shown_to_reviewers",
                    models.BooleanField(default=True, verbose_name="reviewers see the answer"),
                ),
                (
                    "is_personal",
                    models.BooleanField(
                        default=False,
                        help_text="Reviewers never see the answer; it is erased with the edition's personal data.",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "tracks",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Empty: asked in every track.",
                        related_name="+",
                        to="cfp.track",
                    ),
                ),
                (
                    "kinds",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Empty: asked for every kind.",
                        related_name="+",
                        to="cfp.talkkind",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["text", "choice", "yes_no"])),
                        name="call_question_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SpeakerAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(editable=False, max_length=12, unique=True)),
                (
                    "speaker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="aliases",
                        to="cfp.speaker",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "speaker aliases",
            },
        ),
        migrations.CreateModel(
            name="SpeakerAvailability",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "speaker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to="cfp.speaker",
                    ),
                ),
                (
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to="scale.conference",
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "speaker availabilities",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="absence_ends_after_start",
                        violation_error_message="It ends before it starts.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SpeakerTicket",
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
                        related_name="speaker_tickets",
                        to="scale.conference",
                    ),
                ),
                (
                    "speaker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="cfp.speaker",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registration.ticket",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conference", "speaker"), name="one_ticket_a_speaker_and_edition"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TrackRole",
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
                        related_name="track_roles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="roles",
                        to="cfp.track",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("chair", "Chair"), ("reviewer", "Reviewer")], max_length=8
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "track", "role"), name="track_role_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Talk",
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
                        related_name="talks",
                        to="scale.conference",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=cfp.models.talk.new_talk_code,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("waitlisted", "on the waiting list"),
                            ("accepted", "accepted, not confirmed"),
                            ("confirmed", "confirmed"),
                            ("rejected", "not accepted"),
                            ("declined", "declined by the speaker"),
                            ("withdrawn", "withdrawn"),
                            ("cancelled", "cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=250)),
                (
                    "abstract",
                    models.TextField(blank=True, max_length=1200, verbose_name="short abstract"),
                ),
                ("description", models.TextField(blank=True, help_text="Markdown.")),
                ("notes", models.TextField(blank=True, verbose_name="notes to the committee")),
                (
                    "track",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talks",
                        to="cfp.track",
                    ),
                ),
                (
                    "second_track",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cfp.track",
                        verbose_name="second choice of track",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talks",
                        to="cfp.talkkind",
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=45,
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                        verbose_name="length in minutes",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("anyone", "for anyone"),
                            ("beginner", "beginner"),
                            ("intermediate", "intermediate"),
                            ("advanced", "advanced"),
                        ],
                        default="anyone",
                        max_length=12,
                    ),
                ),
                ("language", models.CharField(default="English", max_length=20)),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        help_text="Whom the committee asks first; empty: the first speaker.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cfp.speaker",
                    ),
                ),
                (
                    "equipment_note",
                    models.CharField(blank=True, max_length=250, verbose_name="other needs"),
                ),
                (
                    "expected_audience",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100000)],
                    ),
                ),
                ("may_record", models.BooleanField(default=True, verbose_name="may be recorded")),
                (
                    "licence",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("cc-by", "CC BY 4.0: anyone may use it and names you"),
                            ("cc-by-sa", "CC BY-SA 4.0: the same, passed on alike"),
                            ("cc-by-nd", "CC BY-ND 4.0: passed on unchanged"),
                            ("shown", "shown by the conference only"),
                        ],
                        max_length=10,
                        verbose_name="licence of the recording",
                    ),
                ),
                (
                    "day_phone",
                    models.CharField(blank=True, max_length=40, verbose_name="phone for the day"),
                ),
                (
                    "is_first_time",
                    models.BooleanField(default=False, verbose_name="first talk of a speaker"),
                ),
                ("links", models.TextField(blank=True, help_text="One address a line.")),
                (
                    "slides_url",
                    models.URLField(
                        blank=True,
                        max_length=500,
                        validators=[django.core.validators.URLValidator(schemes=["http", "https"])],
                        verbose_name="link to the slides",
                    ),
                ),
                (
                    "recording_url",
                    models.URLField(
                        blank=True,
                        max_length=500,
                        validators=[django.core.validators.URLValidator(schemes=["http", "https"])],
                        verbose_name="link to the recording",
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        blank=True,
                        editable=False,
                        help_text="Why it was declined, withdrawn or cancelled.",
                    ),
                ),
                (
                    "access",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        help_text="The code with which it came in.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talks",
                        to="cfp.accesscode",
                    ),
                ),
                (
                    "source_key",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="SHA-256 of the id a schedule file gave it.",
                        max_length=64,
                        null=True,
                    ),
                ),
                (
                    "reminders",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="reminders to confirm"
                    ),
                ),
                ("reminded_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "equipment",
                    models.ManyToManyField(blank=True, related_name="talks", to="cfp.equipment"),
                ),
                (
                    "tags",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The committee's own; speakers and reviewers do not see them.",
                        related_name="talks",
                        to="cfp.reviewtag",
                    ),
                ),
            ],
            options={
                "ordering": ["title"],
                "indexes": [models.Index(fields=["conference", "status"], name="talk_by_status")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conference", "source_key"), name="talk_source_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "draft",
                                    "submitted",
                                    "waitlisted",
                                    "accepted",
                                    "confirmed",
                                    "rejected",
                                    "declined",
                                    "withdrawn",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="talk_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 5), ("minutes__lte", 1440)),
                        name="talk_minutes_sane",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("slides_url", ""),
                            ("slides_url__startswith", "https://"),
                            ("slides_url__startswith", "http://"),
                            _connector="OR",
                        ),
                        name="slides_on_the_web",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recording_url", ""),
                            ("recording_url__startswith", "https://"),
                            ("recording_url__startswith", "http://"),
                            _connector="OR",
                        ),
                        name="recording_on_the_web",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
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
                        related_name="assignments",
                        to="cfp.talk",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("talk", "reviewer"), name="assigned_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CallAnswer",
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
                        related_name="answers",
                        to="cfp.talk",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="cfp.callquestion",
                    ),
                ),
                ("value", models.TextField()),
            ],
            options={
                "ordering": ["question__position", "question"],
                "constraints": [
                    models.UniqueConstraint(fields=("talk", "question"), name="call_answer_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ConflictOfInterest",
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
                        related_name="conflicts",
                        to="cfp.talk",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conflicts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("declared_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name_plural": "conflicts of interest",
                "constraints": [
                    models.UniqueConstraint(fields=("talk", "user"), name="conflict_declared_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
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
                        related_name="decisions",
                        to="cfp.talk",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("accept", "Accept"),
                            ("waitlist", "Waitlist"),
                            ("reject", "Reject"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("why", models.TextField(blank=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "released_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pending_talk",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(released_at=None, then=models.F("talk_id"))
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("pending_talk",), name="one_pending_decision_a_talk"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Redaction",
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
                        related_name="redaction",
                        to="cfp.talk",
                    ),
                ),
                ("words", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="Review",
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
                        related_name="reviews",
                        to="cfp.talk",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "score",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                    ),
                ),
                ("comment", models.TextField(blank=True)),
                (
                    "audience",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100000)],
                        verbose_name="how many people will come",
                    ),
                ),
                (
                    "feedback",
                    models.TextField(
                        blank=True,
                        help_text="Shown to them if the edition shares it.",
                        verbose_name="for the speakers",
                    ),
                ),
                ("note", models.TextField(blank=True, editable=False, verbose_name="private note")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "tags",
                    models.ManyToManyField(blank=True, related_name="reviews", to="cfp.reviewtag"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["talk", "score"], name="review_scores_of_talk")],
                "constraints": [
                    models.UniqueConstraint(fields=("talk", "reviewer"), name="one_review_each"),
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 1), ("score__lte", 5)),
                        name="review_score_1_to_5",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SpeakerInvitation",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="cfp.talk",
                    ),
                ),
                (
                    "speaker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="cfp.speaker",
                    ),
                ),
                ("email", models.EmailField(max_length=190, verbose_name="e-mail")),
                ("name", models.CharField(blank=True, max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "no answer yet"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                            ("taken back", "taken back"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=cfp.models.invitations.new_nonce,
                        editable=False,
                        max_length=12,
                        unique=True,
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
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "waiting_email",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(status="waiting", then=models.F("email"))
                        ),
                        output_field=models.CharField(max_length=190, null=True),
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("talk", "waiting_email"), name="one_waiting_invitation"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["waiting", "accepted", "declined", "taken back"])
                        ),
                        name="invitation_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("talk", None), ("speaker", None), _connector="XOR"),
                        name="invitation_to_one_thing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SpeakerMailCopy",
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
                        related_name="copies",
                        to="cfp.speakermail",
                    ),
                ),
                (
                    "speaker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cfp.speaker",
                    ),
                ),
                (
                    "talk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cfp.talk"
                    ),
                ),
                (
                    "mail_key",
                    models.CharField(blank=True, db_index=True, editable=False, max_length=64),
                ),
            ],
            options={
                "ordering": ["speaker__name", "talk__title", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("mail", "speaker", "talk"), name="speaker_mailed_once_about_a_talk"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TalkChange",
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
                        related_name="changes",
                        to="cfp.talk",
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("why", models.TextField(blank=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for an answer"),
                            ("made", "corrected by a speaker"),
                            ("accepted", "accepted"),
                            ("refused", "refused"),
                            ("replaced", "replaced by a later one"),
                        ],
                        default="waiting",
                        max_length=8,
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
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True)),
                (
                    "waiting_talk",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(status="waiting", then=models.F("talk_id"))
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("waiting_talk",), name="one_waiting_change"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["waiting", "made", "accepted", "refused", "replaced"])
                        ),
                        name="talk_change_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TalkFile",
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
                        related_name="files",
                        to="cfp.talk",
                    ),
                ),
                ("file", models.FileField(upload_to=cfp.models.files.private_path)),
                ("name", models.CharField(max_length=120)),
                ("size", models.PositiveIntegerField()),
                (
                    "is_slides",
                    models.BooleanField(default=False, verbose_name="these are the slides"),
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
                ("uploaded_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="TalkSpeaker",
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
                        related_name="talk_speakers",
                        to="cfp.talk",
                    ),
                ),
                (
                    "speaker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talk_speakers",
                        to="cfp.speaker",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "shirt",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("xs", "XS"),
                            ("s", "S"),
                            ("m", "M"),
                            ("l", "L"),
                            ("xl", "XL"),
                            ("2xl", "2XL"),
                            ("3xl", "3XL"),
                            ("none", "no shirt, thank you"),
                        ],
                        max_length=4,
                        verbose_name="shirt size",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("talk", "speaker"), name="speaker_once_a_talk")
                ],
            },
        ),
        migrations.CreateModel(
            name="TrackSuggestion",
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
                        related_name="suggestions",
                        to="cfp.talk",
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suggestions",
                        to="cfp.track",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suggestions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("why", models.TextField(blank=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("accepted", "accepted"),
                            ("rejected", "rejected"),
                            ("closed", "closed: the talk moved elsewhere"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "open_talk",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(status="open", then=models.F("talk_id"))
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
            ],
            options={
                "ordering": ["made_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("open_talk", "track"), name="suggestion_open_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["open", "accepted", "rejected", "closed"])
                        ),
                        name="suggestion_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
                        to="cfp.review",
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
                        to="cfp.criterion",
                    ),
                ),
                ("score", models.PositiveSmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("review", "criterion"), name="mark_once"),
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 1), ("score__lte", 5)), name="mark_1_to_5"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="cfp.decision",
                    ),
                ),
                (
                    "speaker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cfp.speaker",
                    ),
                ),
                (
                    "mail_key",
                    models.CharField(blank=True, db_index=True, editable=False, max_length=64),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("decision", "speaker"), name="decision_told_once"
                    )
                ],
            },
        ),
    ]
