import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import sponsors.models.files


class Migration(migrations.Migration):
    dependencies = [
        ("sponsors", "0075_portal"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NoteFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="sponsors.note",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
    ]
