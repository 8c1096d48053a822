from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkin", "0063_leads")]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="person",
            field=models.CharField(
                blank=True, db_index=True, default="", editable=False, max_length=64
            ),
            preserve_default=False,
        ),
    ]
