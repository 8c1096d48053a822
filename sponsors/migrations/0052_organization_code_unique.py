from django.db import migrations, models

import sponsors.models.organizations


class Migration(migrations.Migration):
    dependencies = [("sponsors", "0051_organization_codes_given")]

    operations = [
        migrations.AlterField(
            model_name="organization",
            name="code",
            field=models.CharField(
                default=sponsors.models.organizations.new_organization_code,
                editable=False,
                max_length=6,
                unique=True,
            ),
        ),
    ]
