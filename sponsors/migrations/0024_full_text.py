"""Full-text indexes for search as you type; SQLite has none and is searched for pieces."""

from django.db import migrations

INDEXES = {
    "sponsors_organization": ("organization_words", "name, website"),
    "sponsors_contact": ("contact_words", "name, email"),
}


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "mysql":
        for table, (name, columns) in INDEXES.items():
            schema_editor.execute(f"CREATE FULLTEXT INDEX {name} ON {table} ({columns})")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "mysql":
        for table, (name, _) in INDEXES.items():
            schema_editor.execute(f"DROP INDEX {name} ON {table}")


class Migration(migrations.Migration):
    atomic = False  # MySQL changes no table within a transaction
    dependencies = [("sponsors", "0001_tables")]

    operations = [migrations.RunPython(add, remove, atomic=False)]
