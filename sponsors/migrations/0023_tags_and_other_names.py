import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sponsors", "0022_no_single_kind_or_role"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Apart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
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
                ("merged_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-pk"],
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
                ("name", models.CharField(max_length=160)),
                ("key", models.CharField(editable=False, max_length=64, unique=True)),
            ],
            options={
                "ordering": ["name"],
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
        migrations.AddIndex(
            model_name="note",
            index=models.Index(fields=["conversation", "written_at"], name="note_by_time"),
        ),
        migrations.AddField(
            model_name="apart",
            name="first",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="sponsors.organization",
            ),
        ),
        migrations.AddField(
            model_name="apart",
            name="second",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="sponsors.organization",
            ),
        ),
        migrations.AddField(
            model_name="mergedorganization",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="merged",
                to="sponsors.organization",
            ),
        ),
        migrations.AddField(
            model_name="othername",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="other_names",
                to="sponsors.organization",
            ),
        ),
        migrations.AddField(
            model_name="organization",
            name="tags",
            field=models.ManyToManyField(
                blank=True, related_name="organizations", to="sponsors.tag"
            ),
        ),
        migrations.AddConstraint(
            model_name="apart",
            constraint=models.UniqueConstraint(fields=("first", "second"), name="told_apart_once"),
        ),
        migrations.AddConstraint(
            model_name="apart",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))), name="apart_in_order"
            ),
        ),
    ]
