from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("schedule", "0050_workshops"),
    ]

    operations = [
        migrations.AddField(
            model_name="room",
            name="map",
            field=models.ImageField(blank=True, editable=False, upload_to="rooms/"),
        ),
    ]
