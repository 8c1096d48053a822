import django.db.models.deletion
from django.db import migrations, models

KINDS = {"company": "company", "project": "non-profit project", "media": "media outlet"}
ROLES = ("primary", "billing", "logistics", "marketing", "press")


def flag(model, name, words):
    field = models.BooleanField(default=False, verbose_name=words)
    return migrations.AddField(model_name=model, name=f"is_{name}", field=field)


class Migration(migrations.Migration):
    dependencies = [("sponsors", "0010_mail")]

    operations = [
        *(flag("organization", name, words) for name, words in KINDS.items()),
        *(flag("contact", name, name) for name in ROLES),
        migrations.AddField(
            model_name="contact",
            name="left_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contact",
            name="moved_to",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="moved_from",
                to="sponsors.contact",
            ),
        ),
    ]
