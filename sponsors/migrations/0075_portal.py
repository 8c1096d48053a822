import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import sponsors.models.portal


class Migration(migrations.Migration):
    dependencies = [
        ("sponsors", "0074_contracts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("seen_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "deal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="portal",
                        to="sponsors.sponsorship",
                    ),
                ),
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
            ],
        ),
    ]
