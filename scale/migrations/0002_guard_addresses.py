"""allauth's conditional unique constraints, in the form that MariaDB and MySQL know.

SQLite has them from allauth's own migrations. Here a generated column holds the
key where the condition is true and NULL elsewhere. Django never names the column.
"""

from django.db import migrations

GUARDS = [
    (
        "account_emailaddress",
        "scale_verified_email",
        "varchar(254) GENERATED ALWAYS AS (CASE WHEN verified THEN email END) STORED",
        "scale_one_account_per_verified_email (scale_verified_email)",
    ),
    (
        "account_emailaddress",
        "scale_primary_of",
        "bigint GENERATED ALWAYS AS (CASE WHEN `primary` THEN user_id END) STORED",
        "scale_one_primary_email_per_user (scale_primary_of)",
    ),
    (
        "mfa_authenticator",
        "scale_single_type",
        "varchar(20) GENERATED ALWAYS AS "
        "(CASE WHEN type IN ('totp', 'recovery_codes') THEN type END) STORED",
        "scale_one_authenticator_of_a_type (user_id, scale_single_type)",
    ),
]


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "mysql":
        for table, column, kind, index in GUARDS:
            schema_editor.execute(
                f"ALTER TABLE {table} ADD COLUMN {column} {kind}, ADD UNIQUE INDEX {index}"
            )


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "mysql":
        for table, column, _, index in GUARDS:
            schema_editor.execute(
                f"ALTER TABLE {table} DROP INDEX {index.split()[0]}, DROP COLUMN {column}"
            )


class Migration(migrations.Migration):
    atomic = False  # MariaDB commits at every ALTER TABLE

    dependencies = [
        ("scale", "0001_tables"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(guard, unguard)]
