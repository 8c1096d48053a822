from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("schedule", "0070_room_map"),
    ]

    operations = [
        migrations.AddField(
            model_name="room",
            name="map_alt",
            field=models.CharField(
                blank=True,
                help_text="For who cannot see it: “second floor, the door opposite the main stairs”.",
                max_length=250,
                verbose_name="the map in words",
            ),
        ),
    ]
