from django.db import migrations


def to_talks(apps, schema_editor):
    """The acceptance that was released last comes last."""
    decisions = apps.get_model("cfp", "Decision").objects
    talks = apps.get_model("cfp", "Talk").objects
    told = decisions.filter(released_at__isnull=False, talk__status="accepted", verdict="accept")
    for decision in told.order_by("released_at", "pk"):
        talks.filter(pk=decision.talk_id).update(
            reminders=decision.reminders, reminded_at=decision.reminded_at
        )


def to_decisions(apps, schema_editor):
    decisions = apps.get_model("cfp", "Decision").objects
    talks = apps.get_model("cfp", "Talk").objects
    for talk in talks.filter(reminders__gt=0):
        told = decisions.filter(talk=talk, released_at__isnull=False, verdict="accept")
        last = told.order_by("-released_at", "-pk").first()
        if last:
            last.reminders, last.reminded_at = talk.reminders, talk.reminded_at
            last.save(update_fields=["reminders", "reminded_at"])


class Migration(migrations.Migration):
    dependencies = [
        ("cfp", "0052_reminders_of_talks"),
    ]

    operations = [migrations.RunPython(to_talks, to_decisions)]
