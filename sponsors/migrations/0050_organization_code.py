from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sponsors", "0040_invoices")]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="code",
            field=models.CharField(editable=False, max_length=6, null=True),
        ),
    ]
