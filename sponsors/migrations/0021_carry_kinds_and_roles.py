"""The one kind and the one role that were known, into the columns for several."""

from django.db import migrations

WORDS = {
    "Organization": ("kind", ("company", "project", "media")),
    "Contact": ("role", ("primary", "billing", "logistics", "marketing", "press")),
}


def carry(apps, schema_editor):
    for model, (column, words) in WORDS.items():
        rows = apps.get_model("sponsors", model).objects
        for word in words:
            rows.filter(**{column: word}).update(**{f"is_{word}": True})


def carry_back(apps, schema_editor):
    """The first of several wins: one column holds no more."""
    for model, (column, words) in WORDS.items():
        rows = apps.get_model("sponsors", model).objects
        for word in reversed(words):
            rows.filter(**{f"is_{word}": True}).update(**{column: word})


class Migration(migrations.Migration):
    dependencies = [("sponsors", "0020_several_kinds_and_roles")]

    operations = [migrations.RunPython(carry, carry_back)]
