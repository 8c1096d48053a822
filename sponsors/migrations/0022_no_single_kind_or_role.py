from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sponsors", "0021_carry_kinds_and_roles")]

    operations = [
        migrations.RemoveConstraint(model_name="organization", name="organization_kind_known"),
        migrations.RemoveConstraint(model_name="contact", name="contact_role_known"),
        migrations.RemoveField(model_name="organization", name="kind"),
        migrations.RemoveField(model_name="contact", name="role"),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_company", True), ("is_project", True), ("is_media", True), _connector="OR"
                ),
                name="organization_is_of_a_kind",
                violation_error_message="Say what it is: a company, a project, a media outlet.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("moved_to", None), ("left_on__isnull", False), _connector="OR"),
                name="who_moved_has_left",
            ),
        ),
    ]
