from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("cfp", "0053_old_reminders"),
    ]

    operations = [
        migrations.RemoveField(model_name="decision", name="reminders"),
        migrations.RemoveField(model_name="decision", name="reminded_at"),
    ]
