from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cfp", "0023_budgets_notices_and_views")]

    operations = [
        migrations.AddField(
            model_name="track",
            name="logo",
            field=models.ImageField(blank=True, editable=False, upload_to="tracks/"),
        ),
        migrations.AlterField(
            model_name="track",
            name="description",
            field=models.TextField(blank=True, help_text="Markdown."),
        ),
    ]
