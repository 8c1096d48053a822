from django.db import migrations

from scale.codes import new_code


def give_codes(apps, schema_editor):
    organizations = apps.get_model("sponsors", "Organization").objects
    taken = set()
    for pk in organizations.filter(code=None).values_list("pk", flat=True):
        while (code := new_code(6)) in taken:
            pass
        taken.add(code)
        organizations.filter(pk=pk).update(code=code)


class Migration(migrations.Migration):
    dependencies = [("sponsors", "0050_organization_code")]

    operations = [migrations.RunPython(give_codes, migrations.RunPython.noop)]
