import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import scale.codes
import schedule.models


class Migration(migrations.Migration):
    dependencies = [
        ("cfp", "0041_api_tokens"),
        ("scale", "0005_spell_e_mail"),
        ("schedule", "0030_room_changed_at"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FavouriteList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("browser", models.CharField(blank=True, max_length=64, null=True)),
                (
                    "code",
                    models.CharField(default=scale.codes.new_code, max_length=12, unique=True),
                ),
                ("nonce", models.CharField(default=schedule.models.new_nonce, max_length=32)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
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
            ],
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
                    "talk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="favourites",
                        to="cfp.talk",
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
            ],
        ),
        migrations.AddConstraint(
            model_name="favouritelist",
            constraint=models.UniqueConstraint(
                fields=("conference", "user"), name="one_list_a_user"
            ),
        ),
        migrations.AddConstraint(
            model_name="favouritelist",
            constraint=models.UniqueConstraint(
                fields=("conference", "browser"), name="one_list_a_browser"
            ),
        ),
        migrations.AddConstraint(
            model_name="favouritelist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("browser__isnull", False), ("user", None)),
                    models.Q(("browser", None), ("user__isnull", False)),
                    _connector="OR",
                ),
                name="list_has_one_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="favourite",
            constraint=models.UniqueConstraint(fields=("list", "talk"), name="favourite_once"),
        ),
    ]
