from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sponsors", "0001_initial"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="followup",
            options={"ordering": ["due_on", "pk"]},
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["primary", "billing", "logistics", "marketing", "press"])
                ),
                name="contact_role_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "them", "us", "done"])),
                name="conversation_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["note", "call", "meeting", "mail_in", "mail_out"])
                ),
                name="note_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["company", "project", "media"])),
                name="organization_kind_known",
            ),
        ),
    ]
