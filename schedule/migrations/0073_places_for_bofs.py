from django.db import migrations, models

KINDS = [
    ("main", "main"),
    ("repeat", "repeat"),
    ("overflow", "overflow"),
    ("part", "part"),
    ("bof", "place for a BoF"),
]
KNOWN = models.Q(("kind__in", ["main", "repeat", "overflow", "part", "bof"]))


def another_kind(name):
    return [
        migrations.RemoveConstraint(name, f"{name}_kind_known"),
        migrations.AlterField(
            name, "kind", models.CharField(choices=KINDS, default="main", max_length=8)
        ),
        migrations.AddConstraint(
            name, models.CheckConstraint(condition=KNOWN, name=f"{name}_kind_known")
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("schedule", "0072_ratings"),
    ]

    operations = [
        *another_kind("slot"),
        *another_kind("move"),
        *another_kind("change"),
    ]
