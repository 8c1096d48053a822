import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registration", "0010_places_beyond_the_size"),
    ]

    operations = [
        migrations.AddField(
            model_name="waitlistentry",
            name="add_on",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="waitlist",
                to="registration.addon",
            ),
        ),
        migrations.AddField(
            model_name="waitlistentry",
            name="ticket",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="waitlist",
                to="registration.ticket",
            ),
        ),
        migrations.AlterField(
            model_name="waitlistentry",
            name="email",
            field=models.EmailField(blank=True, db_index=True, max_length=190),
        ),
        migrations.AlterField(
            model_name="waitlistentry",
            name="name",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AlterField(
            model_name="waitlistentry",
            name="status",
            field=models.CharField(
                choices=[
                    ("waiting", "waiting"),
                    ("offered", "has an offer"),
                    ("taken", "took the place"),
                    ("lapsed", "let the offer lapse"),
                    ("left", "left the list"),
                    ("passed", "could not be given it"),
                ],
                default="waiting",
                max_length=7,
            ),
        ),
        migrations.AlterField(
            model_name="waitlistentry",
            name="ticket_type",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="waitlist",
                to="registration.tickettype",
            ),
        ),
        migrations.AddField(
            model_name="waitlistentry",
            name="live_ticket",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(status__in=["waiting", "offered"], then=models.F("ticket_id"))
                ),
                output_field=models.BigIntegerField(null=True),
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.UniqueConstraint(
                fields=("add_on", "live_ticket"), name="ticket_waits_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("add_on", None), ("ticket", None), ("ticket_type__isnull", False)),
                    models.Q(
                        ("add_on__isnull", False), ("ticket__isnull", False), ("ticket_type", None)
                    ),
                    _connector="OR",
                ),
                name="waits_for_one_thing",
            ),
        ),
    ]
